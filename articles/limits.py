"""How often something may be done: at most so many times in any so many seconds, counted in the database.

Called by views before they act. It never fails open: when the database can't count, nothing is done.
"""

import ipaddress
import time
from datetime import timedelta
from math import ceil

from django.db import router, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from articles.models import Attempts


class TooOften(Exception):
    """The limit is reached; `retry_after` whole seconds from now one more attempt is free."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too often; try again in {retry_after} seconds.")
        self.retry_after = retry_after


def take(key: str, *, times: int, seconds: int) -> float:
    """Count one attempt at `key`, at most `times` in any `seconds`; returns its moment, for `give_back`.

    Raises TooOften, and a refused attempt isn't counted: who waits as long as was asked, may. Not to be called inside
    a transaction (RuntimeError): rolled back, it would take the count with it.
    """
    key = _fitting(key)
    # Whoever is refused already needs no lock and writes nothing: a flood costs one read each.
    _refuse_when_full(_moments(key), time.time(), times, seconds)
    with transaction.atomic(using=_database(), durable=True):
        moments = _locked_moments(key, seconds)
        # The clock is read under the lock, so that moments are in order; it may still have been set back.
        now = max([time.time(), *moments[-1:]])
        moments = [moment for moment in moments if moment > now - seconds]
        _refuse_when_full(moments, now, times, seconds)
        Attempts.objects.using(_database()).filter(key=key).update(times=[*moments, now])
    return now


def give_back(key: str, moment: float) -> None:
    """Uncount the attempt that `take` counted at this moment: it turned out not to be one (a right password)."""
    key = _fitting(key)
    with transaction.atomic(using=_database()):
        attempts = Attempts.objects.using(_database()).select_for_update().filter(key=key).first()
        if attempts and moment in attempts.times:
            attempts.times.remove(moment)
            attempts.save(update_fields=["times"])


def prune() -> int:
    """Delete what counts no longer; returns how many rows. Housekeeping calls it."""
    # A row about to be used again is locked by its user; deleted a moment before, it is simply made again.
    return Attempts.objects.using(_database()).filter(forget_after__lt=timezone.now()).delete()[0]


def place_of(address: str) -> str:
    """Return what a limit should count for this network address: itself, or the /64 net of an IPv6 address.

    One household gets a whole /64 of IPv6 addresses, and could use a new one for every attempt.

    >>> place_of("192.0.2.7"), place_of("::ffff:192.0.2.7"), place_of("2001:db8:1:2:3::4")
    ('192.0.2.7', '192.0.2.7', '2001:db8:1:2::/64')
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address or "unknown"
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, 64), strict=False))


def _database() -> str:
    # Counting on a replica would always be late.
    return router.db_for_write(Attempts)


def _fitting(key: str) -> str:
    """The key with all but its first word hashed: network addresses are nobody's to read in this table, or in a dump.

    The hash needs the server's own key; else whoever has a dump could try all addresses there are.
    """
    word, _colon, rest = key.partition(":")
    is_readable = len(word) <= 60 and word.isprintable()
    if is_readable and not rest:
        return word
    sealed = salted_hmac("articles.limits", key.encode(errors="surrogatepass"), algorithm="sha256").hexdigest()
    return f"{word}:{sealed}" if is_readable else sealed


def _moments(key: str) -> list[float]:
    times = Attempts.objects.using(_database()).filter(key=key).values_list("times", flat=True).first()
    return times or []


def _locked_moments(key: str, seconds: int) -> list[float]:
    """The moments of the key's row, which is made when absent, and is ours until the transaction ends."""
    row = Attempts(key=key, forget_after=timezone.now() + timedelta(seconds=seconds))
    # One statement makes the row or locks it: between a look and an insert another process, or pruning, could step in.
    Attempts.objects.using(_database()).bulk_create(
        [row], update_conflicts=True, unique_fields=["key"], update_fields=["forget_after"]
    )
    return _moments(key)


def _refuse_when_full(moments: list[float], now: float, times: int, seconds: int) -> None:
    counted = [moment for moment in moments if moment > now - seconds]
    if len(counted) < times:
        return
    # One more is free when the attempt that is `times` back from the newest has left the window.
    free_in = counted[-times] + seconds - now if times > 0 else seconds
    raise TooOften(retry_after=max(1, ceil(free_in)))
