"""Who asks, and what a header may say about it."""

import pytest

from wiki.peers import PASSED_ON, TrustedProxies, cleaned

PROXIES = TrustedProxies(["10.0.0.0/8", "::1"])


def seen(**environ: str) -> dict[str, str]:
    return dict(cleaned({"REMOTE_ADDR": "10.0.0.1", "wsgi.url_scheme": "http", **environ}, PROXIES))


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("192.0.2.9", "198.51.100.1", "192.0.2.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "198.51.100.1, rubbish", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:192.0.2.9", "198.51.100.1", "192.0.2.9"),
    ],
)
def test_the_client_is_the_last_one_that_no_trusted_proxy_is(peer: str, said: str, client: str):
    assert seen(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=said)["REMOTE_ADDR"] == client


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        ("10.0.0.1", "https", "https"),
        ("10.0.0.1", "http, HTTPS", "https"),
        ("10.0.0.1", "https, http", "http"),
        ("10.0.0.1", "javascript", "http"),
        ("192.0.2.9", "https", "http"),
    ],
)
def test_the_scheme_is_what_a_trusted_proxy_says(peer: str, said: str, scheme: str):
    assert seen(REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO=said)["wsgi.url_scheme"] == scheme


@pytest.mark.parametrize(
    "name",
    [
        "HTTP_FORWARDED",
        "HTTP_PROXY",
        "HTTP_REMOTE_USER",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_FORWARDED_USER",
        "HTTP_X_HTTP_METHOD_OVERRIDE",
        "HTTP_X_ORIGINAL_URL",
        "HTTP_X_REAL_IP",
        "REMOTE_USER",
    ],
)
def test_no_identity_and_no_other_method_comes_in_by_a_header(name: str):
    assert name not in seen(**{name: "198.51.100.1"})


@pytest.mark.parametrize(("peer", "number"), [("10.0.0.1", "4f1c9a"), ("192.0.2.9", None)])
def test_the_number_of_a_request_is_what_a_trusted_proxy_says(peer: str, number: str | None):
    assert seen(REMOTE_ADDR=peer, HTTP_X_REQUEST_ID="4f1c9a").get("HTTP_X_REQUEST_ID") == number


def test_the_processs_own_environment_stays_out_of_requests():
    assert set(seen(SECRET_KEY="x", DATABASE_URL="y", PATH="/bin")) == {"REMOTE_ADDR", "wsgi.url_scheme"}


def test_what_a_request_needs_is_left():
    asked = {
        "PATH_INFO": "/",
        "QUERY_STRING": "a=1",
        "HTTP_HOST": "x",
        "HTTP_COOKIE": "a=b",
        "CONTENT_TYPE": "text/plain",
    }
    assert asked.items() <= seen(**asked).items()


def test_a_proxy_that_is_no_address_stops_the_start():
    with pytest.raises(ValueError, match=r"proxy\.example"):
        TrustedProxies(["proxy.example"])


@pytest.mark.parametrize("header", ["X_FORWARDED_FOR", "X_FORWARDED_PROTO", "FORWARDED", "VIA", "X_REAL_IP"])
@pytest.mark.parametrize(("peer", "is_passed_on"), [("127.0.0.1", True), ("10.0.0.1", False)])
def test_a_proxy_that_is_not_known_is_noticed(header: str, peer: str, is_passed_on: bool):
    request = cleaned({"REMOTE_ADDR": peer, f"HTTP_{header}": "x"}, TrustedProxies(["10.0.0.0/8"]))
    assert (PASSED_ON in request) == is_passed_on
