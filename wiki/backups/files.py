"""The files beside the database: which a backup has, and how they come back, beside what is there until all is well."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from django.conf import settings

from articles.moderation import register
from wiki.backups import archive

# Of WIKI_DATA: what the database can't be read without, the register of erasures, and catalogues of one's own.
SECRET_KEY: Final = "secret-key"  # noqa: S105  # The name of its file.
LOCALE: Final = "locale"
FILES: Final = "files/"
# What a file is called until the database is filled. Killed just then, it is left beside, to be renamed by hand.
_STAGED: Final = ".restored"
_OWNERS_ONLY: Final = 0o600


def kept() -> Iterator[tuple[str, Path]]:
    """Yield the files that a backup takes, by their names."""
    data = Path(settings.WIKI_DATA)
    wanted = [register.path(), data / SECRET_KEY, *sorted((data / LOCALE).rglob("*"))]
    for file in wanted:
        if file.is_file():
            yield file.relative_to(data).as_posix(), file


def fill_up_register(path: Path, manifest: archive.Manifest) -> None:
    """Add the lines of the archive's register that are missing here, for the one that is here may know more."""
    member = f"{FILES}{register.path().name}"
    if member in manifest.members:
        register.fill_up(archive.content_of(path, member).decode())


@contextmanager
def staged(path: Path, manifest: archive.Manifest) -> Iterator[Callable[[], None]]:
    """Write the archive's files beside those that are here, and lend what gives them their names: none is left else.

    Raises archive.ArchiveRefused for a name that no backup has, OSError.
    """
    wanted = {member: _place_of(member) for member in manifest.members if member.startswith(FILES)}
    renamed: list[tuple[Path, Path]] = []

    def put() -> None:
        ready = renamed.copy()
        renamed.clear()  # The database needs them now: none is taken away any more.
        for beside, file in ready:
            beside.replace(file)

    try:
        for member, file in wanted.items():
            if file == register.path():
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = file.with_name(f"{file.name}{_STAGED}")
            beside.unlink(missing_ok=True)
            renamed.append((beside, file))
            _write(beside, archive.content_of(path, member))
        yield put
    except BaseException:
        for beside, _file in renamed:
            beside.unlink(missing_ok=True)
        raise


def _place_of(member: str) -> Path:
    """Return where a file belongs: only what `kept` takes, and through no link that leads elsewhere."""
    name = PurePosixPath(member.removeprefix(FILES))
    is_catalogue = len(name.parts) > 1 and name.parts[0] == LOCALE
    is_plain = str(name) == member.removeprefix(FILES) and ".." not in name.parts and "\\" not in member
    if not is_plain or not (is_catalogue or str(name) in (SECRET_KEY, register.path().name)):
        raise archive.ArchiveRefused(f"Nothing was restored: the archive has a file that no backup has ({name}).")
    data = Path(settings.WIKI_DATA)
    folders = [data.joinpath(*name.parts[:depth]) for depth in range(1, len(name.parts))]
    if any(folder.is_symlink() for folder in folders):
        raise archive.ArchiveRefused(f"Nothing was restored: {name} would be written through a link.")
    return data / name


def _write(file: Path, content: bytes) -> None:
    # Made anew, so that nothing is followed, and nobody else can read it at any moment.
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNERS_ONLY), "wb") as handle:
        os.fchmod(handle.fileno(), _OWNERS_ONLY)
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
