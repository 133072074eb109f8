"""Which content encoding an answer gets, and the bytes in it: Brotli or gzip, as the browser prefers."""

import gzip
from functools import lru_cache
from typing import Final

import brotli

# A page is encoded while its reader waits: 50 KB take one to three milliseconds. Files are encoded once, at best.
_QUICK: Final = {"br": 3, "gzip": 4}
_BEST: Final = {"br": 11, "gzip": 9}
# Below this the header costs what the encoding saves.
SMALLEST: Final = 200
ENCODINGS: Final = ("br", "gzip")
_TEXTS: Final = frozenset(
    {
        "application/atom+xml",
        "application/javascript",
        "application/json",
        "application/ld+json",
        "application/manifest+json",
        "application/opensearchdescription+xml",
        "application/rss+xml",
        "application/xhtml+xml",
        "application/xml",
        "image/svg+xml",
    }
)


def is_compressible(content_type: str) -> bool:
    """Return whether a media type (parameters allowed) is text of some kind."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type.startswith("text/") or media_type in _TEXTS


# Browsers say it in a few ways, and each says it with every request.
@lru_cache(maxsize=256)
def chosen(accept_encoding: str) -> str:
    """Return "br", "gzip" or "" (as it is) for an Accept-Encoding header; at equal weight the smaller one, Brotli."""
    weights = _weights(accept_encoding)
    best = max(ENCODINGS, key=lambda encoding: weights.get(encoding, weights.get("*", 0.0)))
    weight = weights.get(best, weights.get("*", 0.0))
    # Plain bytes are always allowed; they win only when the client says that it likes them better.
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else ""


def encoded(content: bytes, encoding: str, *, best: bool = False) -> bytes:
    """Return the bytes in an encoding of ENCODINGS; `best` takes a hundred times as long for a fifth fewer."""
    level = (_BEST if best else _QUICK)[encoding]
    if encoding == "br":
        compressed: bytes = brotli.compress(content, quality=level)
        return compressed
    return gzip.compress(content, compresslevel=level, mtime=0)


def decoded(content: bytes, encoding: str) -> bytes:
    """Return the bytes as they were before `encoded`."""
    if encoding == "br":
        plain: bytes = brotli.decompress(content)
        return plain
    return gzip.decompress(content)


def is_known(etag: str, if_none_match: str) -> bool:
    """Return whether a browser that sends this If-None-Match has the bytes of the ETag."""
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return if_none_match.strip() == "*" or etag.removeprefix("W/") in known


def _weights(accept_encoding: str) -> dict[str, float]:
    weights = {}
    for item in accept_encoding.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weight = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        try:
            weights[name.removeprefix("x-")] = float(weight)
        except ValueError:
            weights[name] = 0.0
    return weights
