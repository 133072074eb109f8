"""Without its Redis, or with one that is full, the cache is empty, and nobody waits for it."""

import socket
import time

import pytest
from django.core.cache.backends.base import BaseCache
from redis.exceptions import RedisError

from wiki import caching
from wiki.caching import ForgivingRedisCache


@pytest.fixture(autouse=True)
def nothing_remembered():
    caching._until.clear()
    yield
    caching._until.clear()


@pytest.fixture
def refused() -> ForgivingRedisCache:
    """A cache at whose address nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    return ForgivingRedisCache(f"redis://127.0.0.1:{port}/0", {})


def use(cache: BaseCache) -> dict[str, object]:
    cache.set("a", 1)
    cache.set_many({"b": 2})
    cache.delete_many(["b"])
    return {
        "get": cache.get("a", "none"),
        "add": cache.add("a", 2),
        "touch": cache.touch("a"),
        "delete": cache.delete("a"),
        "has": "a" in cache,
        "many": cache.get_many(["a", "b"]),
        "made": cache.get_or_set("a", lambda: "anew"),
    }


def test_a_cache_that_is_away_is_empty(refused: ForgivingRedisCache):
    assert use(refused) == {
        **dict.fromkeys(("add", "touch", "delete", "has"), False),
        "get": "none",
        "many": {},
        "made": "anew",
    }


def test_a_cache_that_hangs_is_waited_for_once(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cache = ForgivingRedisCache(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", {})
        assert cache.get("a") is None
        monkeypatch.setattr(caching._Client, "get_client", None)  # Nobody asks again.
        assert cache.get("a") is None and cache.set("a", 1) is None


def test_after_a_while_it_is_asked_again(refused: ForgivingRedisCache, monkeypatch):
    assert refused.get("a") is None
    asked = []
    monkeypatch.setattr(caching._Client, "get_client", lambda *args, **kwargs: asked.append(1))
    monkeypatch.setitem(caching._until, next(iter(caching._until)), time.monotonic())
    with pytest.raises(AttributeError):
        refused.get("a")
    assert asked


@pytest.mark.parametrize("deed", ["clear", "ask"])
def test_what_must_be_known_is_not_forgiven(refused: ForgivingRedisCache, deed: str):
    with pytest.raises(RedisError):
        getattr(refused, deed)()
