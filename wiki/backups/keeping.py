"""The folder of nightly backups: which are kept, which make room, and when the newest was taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from wiki.backups import archive, taking

# Of so many days the last backup is kept, and of so many weeks.
DAYS: Final = 7
WEEKS: Final = 4
# What a backup that was killed has left; by then none is being written any more.
_LEFTOVERS_KEPT: Final = timedelta(days=1)
_MOMENT: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = re.compile(r"medwiki-(\d{8}T\d{6}Z)\.zip")
_PART: Final = re.compile(r"medwiki-\d{8}T\d{6}Z\.zip\..+\.part")


@dataclass(frozen=True)
class Kept:
    """A backup taken by night, what it says of itself, and the names of those that made room for it."""

    path: Path
    manifest: archive.Manifest
    removed: list[str]


def folder() -> Path:
    """Return where nightly backups are."""
    return Path(settings.WIKI_BACKUPS)


def name_of(moment: datetime) -> str:
    """Return what a backup of this moment is called."""
    return f"medwiki-{moment.astimezone(UTC):{_MOMENT}}.zip"


def keep(*, progress: Callable[[str], object] = lambda member: None) -> Kept:
    """Take a backup into the folder, and remove what has had its time: never before the new one was read again.

    Raises what `taking.take` raises.
    """
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder() / name_of(timezone.now())
    manifest = taking.take(path, progress=progress)
    removed = [name_of(moment) for moment in sorted(_moments() - to_keep(_moments()))]
    for name in removed:
        (folder() / name).unlink(missing_ok=True)
    _remove_leftovers()
    return Kept(path, manifest, removed)


def to_keep(moments: Collection[datetime]) -> set[datetime]:
    """Return which of these backups stay: the last of each of the newest seven days that have one, and of four weeks.

    Counted by what is there and not by the calendar, so that a pause of a month takes nothing away.
    """
    last_of_day = {moment.date(): moment for moment in sorted(moments)}
    last_of_week = {tuple(moment.isocalendar())[:2]: moment for moment in sorted(moments)}
    return {
        *(last_of_day[day] for day in sorted(last_of_day)[-DAYS:]),
        *(last_of_week[week] for week in sorted(last_of_week)[-WEEKS:]),
    }


def newest() -> datetime | None:
    """Return when the newest backup of the folder was begun; only whole and verified ones bear such a name."""
    return max(_moments(), default=None)


def age() -> timedelta | None:
    """Return how old the newest backup is; None when there is none."""
    moment = newest()
    return None if moment is None else timezone.now() - moment


def is_too_old() -> bool:
    """Whether there is none as new as WIKI_BACKUP_HOURS asks; where it asks nothing, never."""
    old = age()
    return bool(settings.WIKI_BACKUP_HOURS) and (old is None or old > timedelta(hours=settings.WIKI_BACKUP_HOURS))


def _moments() -> set[datetime]:
    # A folder that isn't there, or that this user may not look into, shows none.
    try:
        names = [path.name for path in folder().iterdir()]
    except OSError:
        return set()
    return {
        datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC) for name in names if (found := _NAME.fullmatch(name))
    }


def _remove_leftovers() -> None:
    too_old = (timezone.now() - _LEFTOVERS_KEPT).timestamp()
    for path in folder().iterdir():
        if _PART.fullmatch(path.name) and path.stat().st_mtime < too_old:
            path.unlink(missing_ok=True)
