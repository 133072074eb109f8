"""Static files: stored under names that hold their content's hash, encoded once, and found again by the WSGI door.

`collectstatic` writes the collected tree (STATIC_ROOT). Before that has run, everything works under plain names, from
the folders where the files are written.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from wiki import encodings

_SUFFIXES: Final = {"br": ".br", "gzip": ".gz"}
_HASHED: Final = re.compile(r"\.[0-9a-f]{12}\.[^./]+$|\.[0-9a-f]{12}$")
_MANIFEST: Final = "staticfiles.json"
# What the editors are built from and with lies among the static files, and is none of them.
_SOURCES: Final = "editor/"
_MEMORY: Final = 64 * 1024 * 1024
# The system's own list differs from one machine to the next, and a browser refuses a script of the wrong type.
_TYPES: Final = {
    ".css": "text/css",
    ".gif": "image/gif",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}


class HashedFilesStorage(ManifestStaticFilesStorage):
    """Names files by their content, so that browsers may keep them for a year; plain names until collected."""

    manifest_name = _MANIFEST
    # Our scripts are modules: the names inside their imports are hashed too.
    support_js_module_import_aggregation = True

    def load_manifest(self) -> Any:
        """Return the names and their hash; none while the list is missing, or half of one that was killed."""
        try:
            return super().load_manifest()
        except (ValueError, AttributeError, OSError):
            return {}, ""

    def stored_name(self, name: str) -> str:
        """Return the hashed name; the plain one for a file that was not collected, so that a page never fails of it."""
        key = self.hash_key(urlsplit(unquote(name)).path.strip())
        return super().stored_name(name) if key in self.hashed_files else name

    def post_process(self, *args: Any, **options: Any) -> Iterator[Any]:
        """Write the hashed files, the encoded forms of each beside it, and at last the list of names."""
        yield from super().post_process(*args, **options)
        if not options.get("dry_run"):
            for name in set(self.hashed_files.values()):
                _write_encoded(Path(self.path(name)))


@dataclass(frozen=True)
class StaticFile:
    """A file ready to be sent: its bytes, its encoded forms by encoding, and whether its name holds its hash."""

    content: bytes
    content_type: str
    immutable: bool
    # Of the bytes; the answer's ETag is made of it.
    digest: str
    signature: tuple[int, int]
    encoded: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.content) + sum(map(len, self.encoded.values()))


class StaticFiles:
    """The files under STATIC_URL, kept in memory as far as they fit."""

    def __init__(self, root: Path, *, memory: int = _MEMORY) -> None:
        self._root = root.resolve()
        self._memory = memory
        self._kept: dict[str, StaticFile] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, name: str) -> StaticFile | None:
        """Return the file of a name below STATIC_URL, None when there is none; a name can't lead out of the folders."""
        kept = self._kept.get(name)
        if kept is not None and kept.immutable:
            return kept
        try:
            path = self._path(name)
            if path is None:
                return None
            if kept is not None and kept.signature == _signature(path):
                return kept
            file = self._loaded(path)
        except OSError:
            return None
        self._keep(name, file)
        return file

    def _path(self, name: str) -> Path | None:
        if not _is_plain(name) or name.startswith(_SOURCES):
            return None
        if (self._root / _MANIFEST).is_file():
            path = self._root / name
            if path.is_file() and path.resolve().is_relative_to(self._root) and name != _MANIFEST:
                return path
        # A path, or nothing: only `find_all` returns a list.
        found = finders.find(name)
        return Path(str(found)) if found and Path(str(found)).is_file() else None

    def _loaded(self, path: Path) -> StaticFile:
        content = path.read_bytes()
        content_type = _content_type(path)
        return StaticFile(
            content=content,
            content_type=content_type,
            immutable=path.is_relative_to(self._root) and _HASHED.search(path.name) is not None,
            digest=hashlib.blake2b(content, digest_size=12).hexdigest(),
            signature=_signature(path),
            encoded=_encoded_forms(path, content) if encodings.is_compressible(content_type) else {},
        )

    def _keep(self, name: str, file: StaticFile) -> None:
        with self._lock:
            self._bytes -= self._kept.pop(name).size if name in self._kept else 0
            if self._bytes + file.size > self._memory:
                self._kept.clear()
                self._bytes = 0
            if file.size <= self._memory:
                self._kept[name] = file
                self._bytes += file.size


def _is_plain(name: str) -> bool:
    """Return whether a name is one of a file below a folder: no way up, no hidden file, nothing a system reads anew."""
    return not re.search(r"[\\\x00-\x1f:]", name) and all(part and not part.startswith(".") for part in name.split("/"))


def _signature(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _content_type(path: Path) -> str:
    media_type = _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    is_text = media_type.startswith("text/") or media_type in ("application/json", "image/svg+xml", "application/xml")
    return f"{media_type}; charset=utf-8" if is_text else media_type


def _encoded_forms(path: Path, content: bytes) -> dict[str, bytes]:
    if len(content) <= encodings.SMALLEST:
        return {}
    forms = {}
    for encoding in encodings.ENCODINGS:
        try:
            form = path.with_name(path.name + _SUFFIXES[encoding]).read_bytes()
        except FileNotFoundError:
            form = encodings.encoded(content, encoding)
        if len(form) < len(content):
            forms[encoding] = form
    return forms


def _write_encoded(path: Path) -> None:
    """Write the encoded forms of a hashed file beside it; what is there is right: the name holds the hash."""
    if not encodings.is_compressible(_content_type(path)):
        return
    content = path.read_bytes()
    if len(content) <= encodings.SMALLEST:
        return
    for encoding in encodings.ENCODINGS:
        target = path.with_name(path.name + _SUFFIXES[encoding])
        if not target.exists():
            # Under another name first: a server may be reading, and the process may be killed.
            unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
            unfinished.write_bytes(encodings.encoded(content, encoding, best=True))
            unfinished.replace(target)
