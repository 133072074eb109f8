"""Whether a database server is away, as an exception tells it; all other failures are ours."""

from __future__ import annotations

from typing import Final

from django.db import InterfaceError, InternalError, OperationalError

from articles import unwritable

# Seconds after which whoever is refused may try again.
RETRY_AFTER: Final = 10
# Of PostgreSQL's codes: connection exceptions; too many connections; going down, crashed, starting up.
_AWAY: Final = ("08", "53300", "57P01", "57P02", "57P03")
# Written to a server that only follows another one: for the writer there is no primary just now.
_ONLY_FOLLOWS: Final = "25006"

# What SQLite's exceptions have instead of a code; nothing is away there.
_NOT_POSTGRESQL: Final = "none"


def is_away(error: BaseException | None) -> bool:
    """Whether this is the exception of a server that can't be reached, or can't be written to.

    A connection that broke has no code of PostgreSQL's, and neither has a wait for one that was in vain.
    """
    if isinstance(error, InterfaceError):
        return True  # What was connected is no more.
    if not isinstance(error, (OperationalError, InternalError)):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlstate", _NOT_POSTGRESQL)
    if isinstance(error, InternalError):
        return bool(code == _ONLY_FOLLOWS)
    return code is None or str(code).startswith(_AWAY)


def kind_of(error: BaseException) -> str:
    """Return what may be written down of a failure: its type and PostgreSQL's code.

    Its words quote the statement, and with it what somebody sent.
    """
    code = getattr(error.__cause__, "sqlstate", None)
    return f"{type(error).__name__} {code or ''}".rstrip()


def is_of_the_site(error: BaseException | None) -> bool:
    """Whether it isn't what was asked that failed, but the database for everybody: it is away, or takes no changes.

    A view that catches whatever fails lets this pass, for the site answers it as what it is. By the time a view would
    answer, a server that crashed may be back, and the view's own page would call it a fault of ours.
    """
    return is_away(error) or unwritable.takes_no_changes(error)
