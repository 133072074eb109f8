"""Who is at the other end of a request: the peer's address, or what a trusted proxy says of its client."""

from collections.abc import Iterable, MutableMapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

# Said by anybody about anything: an identity, another address, another method. Only what a trusted proxy says of
# address, scheme and the request's number is taken over. All others are dropped.
_DROPPED: Final = frozenset(
    {
        "HTTP_CLIENT_IP",
        "HTTP_FORWARDED",
        "HTTP_PROXY",
        "HTTP_REMOTE_ADDR",
        "HTTP_REMOTE_USER",
        "HTTP_TRUE_CLIENT_IP",
        "HTTP_CF_CONNECTING_IP",
        "HTTP_X_AUTHENTICATED_USER",
        "HTTP_X_CLIENT_IP",
        "HTTP_X_CLUSTER_CLIENT_IP",
        "HTTP_X_HTTP_METHOD",
        "HTTP_X_HTTP_METHOD_OVERRIDE",
        "HTTP_X_METHOD_OVERRIDE",
        "HTTP_X_ORIGINAL_HOST",
        "HTTP_X_ORIGINAL_URL",
        "HTTP_X_REAL_IP",
        "HTTP_X_REMOTE_USER",
        "HTTP_X_REQUEST_ID",
        "HTTP_X_REWRITE_URL",
        "HTTP_X_SCRIPT_NAME",
        "HTTP_X_URL_SCHEME",
        "HTTP_X_USER",
        "AUTH_TYPE",
        "REMOTE_IDENT",
        "REMOTE_USER",
    }
)
# Granian hands the process's environment on in each request; passwords in it have no business in a report of an error.
_FROM_THE_SERVER: Final = frozenset(
    {
        "CONTENT_LENGTH",
        "CONTENT_TYPE",
        "GATEWAY_INTERFACE",
        "HTTPS",
        "PATH_INFO",
        "QUERY_STRING",
        "REMOTE_ADDR",
        "REMOTE_PORT",
        "REQUEST_METHOD",
        "SCRIPT_NAME",
        "SERVER_NAME",
        "SERVER_PORT",
        "SERVER_PROTOCOL",
        "SERVER_SOFTWARE",
    }
)

# Who stands at the other end only passed the request on, as far as a header says, and isn't trusted to say for whom.
PASSED_ON: Final = "medwiki.passed_on"
_OF_PROXIES: Final = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP")

Environ = MutableMapping[str, Any]


class TrustedProxies:
    """Proxies whose word about their clients is taken: addresses or networks; else ValueError is raised."""

    def __init__(self, proxies: Iterable[str]) -> None:
        self._networks: list[IPv4Network | IPv6Network] = [
            ip_network(proxy.strip(), strict=False) for proxy in proxies if proxy.strip()
        ]

    def __contains__(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(
            parsed.version == network.version and parsed in network for network in self._networks
        )

    def client_of(self, peer: str, forwarded_for: str) -> str:
        """Return the client's address: the rightmost one in X-Forwarded-For that isn't a trusted proxy's own."""
        address = peer
        for said in reversed(forwarded_for.split(",")):
            if address not in self:
                break
            parsed = _parsed(_without_port(said.strip()))
            if parsed is None:
                break  # What a proxy passed on unread may say anything: the proxy itself is the last one known.
            address = str(parsed)
        return address

    def scheme_of(self, environ: Environ) -> str:
        """Return the scheme that the client used: what a trusted proxy says of it, else the connection's own."""
        # The rightmost was said by the proxy that we trust, the others may be its client's.
        said = environ.get("HTTP_X_FORWARDED_PROTO")
        scheme = said.rpartition(",")[2].strip().lower() if said else ""
        if scheme in ("http", "https") and environ.get("REMOTE_ADDR", "") in self:
            return str(scheme)
        return str(environ.get("wsgi.url_scheme", ""))

    def number_of(self, environ: Environ) -> str:
        """Return the number that a trusted proxy has given the request, one through all logs; else nothing."""
        said = environ.get("HTTP_X_REQUEST_ID")
        return str(said) if said and environ.get("REMOTE_ADDR", "") in self else ""


def cleaned(environ: Environ, proxies: TrustedProxies) -> Environ:
    """Return the request's variables with the client's own address and scheme, and nothing that a header made up."""
    clean = {
        name: value
        for name, value in environ.items()
        if name.startswith("wsgi.")
        or name in _FROM_THE_SERVER
        or (name.startswith("HTTP_") and name not in _DROPPED and not name.startswith("HTTP_X_FORWARDED"))
    }
    peer = str(_parsed(environ.get("REMOTE_ADDR", "")) or environ.get("REMOTE_ADDR", ""))
    clean["REMOTE_ADDR"] = peer
    if peer not in proxies and any(environ.get(name) for name in _OF_PROXIES):
        clean[PASSED_ON] = True
    elif peer in proxies:
        clean["REMOTE_ADDR"] = proxies.client_of(peer, environ.get("HTTP_X_FORWARDED_FOR", ""))
        clean["wsgi.url_scheme"] = proxies.scheme_of(environ)
        # One number through all logs: the proxy's lines and ours.
        if number := environ.get("HTTP_X_REQUEST_ID"):
            clean["HTTP_X_REQUEST_ID"] = number
    return clean


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed


def _without_port(said: str) -> str:
    if said.startswith("["):
        return said[1:].partition("]")[0]
    return said.partition(":")[0] if said.count(":") == 1 else said
