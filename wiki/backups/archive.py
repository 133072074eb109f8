"""The file a backup is: a zip of JSON lines and files, ended by a manifest with the hash of each member.

It bears its name only once it is whole and on the disk; until then it is a `.part`.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

# Another number when an older program could not read it.
FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_PIECE: Final = 1024 * 1024
# None of ours comes near: a manifest, a small file, and a row are read into memory as a whole.
_LARGEST: Final = 64 * 1024 * 1024
# Quick enough to be taken every night; the texts of neighbouring versions are alike, and pack well in any case.
_LEVEL: Final = 4


class ArchiveRefused(Exception):
    """The file is no backup, or not whole; says which, in a sentence."""


@dataclass(frozen=True)
class Member:
    """A file in the archive: its SHA-256 and bytes when unpacked, and how many rows it has (0 of what has none)."""

    sha256: str
    size: int
    rows: int = 0


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself: when and of what it was made, the state of its tables, and its members."""

    made: str
    database: str
    migrations: list[str]
    log: dict[str, Any]
    histories: dict[str, Any]
    format: int = FORMAT
    members: dict[str, Member] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows all tables have together."""
        return sum(member.rows for member in self.members.values())


class Writer:
    """Adds members to an archive, one after the other; each is gone through once, and never in memory as a whole."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._members: dict[str, Member] = {}

    def add_rows(self, name: str, rows: Iterable[object]) -> None:
        """Add a member of JSON lines."""
        self._add(name, (json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows), counts=True)

    def add_file(self, name: str, path: Path) -> None:
        """Add a file as it is."""
        with path.open("rb") as file:
            self._add(name, iter(lambda: file.read(_PIECE), b""))

    def end(self, manifest: Manifest) -> None:
        """Write what the archive says of itself; nothing is added after it."""
        said = asdict(manifest) | {"members": {name: asdict(member) for name, member in self._members.items()}}
        self._add(MANIFEST, [json.dumps(said, indent=1).encode()])
        self._zip.close()

    def give_up(self) -> None:
        """Let go of the file, whatever state it is in."""
        with suppress(Exception):
            self._zip.close()

    def _add(self, name: str, pieces: Iterable[bytes], *, counts: bool = False) -> None:
        digest, size, rows = hashlib.sha256(), 0, 0
        with self._zip.open(name, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                digest.update(piece)
                size += len(piece)
                rows += counts
        self._members[name] = Member(digest.hexdigest(), size, rows)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Lend a writer of an archive that bears its name when the block has ended well, was read again, and is on the
    disk; otherwise nothing is left of it. Raises FileExistsError, OSError such as of a full disk, ArchiveRefused.
    """
    if path.exists():
        raise FileExistsError(f"{path} is there already.")
    # Made with mode 0600: it holds what nobody else may read.
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", suffix=".part", delete=False) as file:
        part = Path(file.name)
        writer = Writer(file)
        try:
            yield writer
            file.flush()
            os.fsync(file.fileno())
            verify(part)
            part.rename(path)
        except BaseException:
            writer.give_up()
            part.unlink(missing_ok=True)
            raise
    _sync(path.parent)


def verify(path: Path) -> Manifest:
    """Read the whole archive, each member against its hash, and return what it says of itself. Raises ArchiveRefused,
    OSError when the file can't be read at all.
    """
    with path.open("rb"):
        pass  # Whoever may not read it is told so, and not that it is no backup.
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest_of(archive)
            wrong = _first_wrong(archive, manifest)
    except ArchiveRefused:
        raise
    except Exception as failure:  # Whatever a reader of zips says of bytes that make no sense.
        raise ArchiveRefused(f"{path.name} is no backup, or was cut off or damaged ({failure}).") from failure
    if wrong:
        raise ArchiveRefused(f"{path.name} is damaged: {wrong} is not as it was written.")
    return manifest


def rows_of(path: Path, name: str) -> Iterator[Any]:
    """Yield the rows of a member, one at a time."""
    with zipfile.ZipFile(path) as archive, archive.open(name) as member:
        while line := member.readline(_LARGEST + 1):
            if len(line) > _LARGEST:
                raise ArchiveRefused(f"{path.name} is no backup: a row of {name} is too long.")
            yield json.loads(line)


def content_of(path: Path, name: str) -> bytes:
    """Return a small member, whole. Raises ArchiveRefused for one that isn't small."""
    with zipfile.ZipFile(path) as archive:
        return _whole(archive, name)


def _whole(archive: zipfile.ZipFile, name: str) -> bytes:
    # No more is unpacked than the zip says here, whatever is packed.
    if archive.getinfo(name).file_size > _LARGEST:
        raise ArchiveRefused(f"This is no backup: {name} is too large.")
    return archive.read(name)


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    said = json.loads(_whole(archive, MANIFEST))
    if said["format"] != FORMAT:
        raise ArchiveRefused(f"This backup has format {said['format']}; this version of the software reads {FORMAT}.")
    members = {name: Member(**member) for name, member in said.pop("members").items()}
    return Manifest(**said, members=members)


def _first_wrong(archive: zipfile.ZipFile, manifest: Manifest) -> str:
    """Return which member is missing, too many, or other than the manifest says; empty when all is well."""
    names = archive.namelist()
    if sorted(names) != sorted([*manifest.members, MANIFEST]):
        return "the list of its members"
    for name, member in manifest.members.items():
        if archive.getinfo(name).file_size != member.size:
            return name
        digest = hashlib.sha256()
        with archive.open(name) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
        if digest.hexdigest() != member.sha256:
            return name
    return ""


def _sync(folder: Path) -> None:
    """Let the name be on the disk, too."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
