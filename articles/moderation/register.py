"""The register of erasures and departures, a file outside the database: what an older backup is told when it is back.

Of an account that was closed for good it says the number. It says no passage, only how to know one again: its length, a
short sum to find candidates by, and a slow salted hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings

_NAME: Final = "erasures.jsonl"
_ROUNDS: Final = 200_000
# What a line has that is of no passage.
_ACCOUNT: Final = "account"


def path() -> Path:
    """Return where the register is kept."""
    return Path(settings.WIKI_DATA) / _NAME


def lines() -> list[dict[str, Any]]:
    """Return all that the register says, the first erasure first; a line that was cut off in writing is left out."""
    try:
        return _lines_in(path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []


def erasures() -> list[dict[str, Any]]:
    """Return the lines of passages that were erased."""
    return [line for line in lines() if _ACCOUNT not in line]


def departures() -> list[dict[str, Any]]:
    """Return the lines of accounts that were closed for good."""
    return [line for line in lines() if _ACCOUNT in line]


def add(line: Mapping[str, Any]) -> None:
    """Write a line, to stay: it is on the disk when this returns."""
    is_new = not path().exists()
    with path().open("a", encoding="utf-8") as file:
        if is_new:
            path().chmod(0o600)
        # Begun on a line of its own, in case the last one was cut off.
        file.write(("" if is_new else "\n") + json.dumps(line, ensure_ascii=True, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def fill_up(other: str) -> None:
    """Add what another register says, such as a backup's, and this one doesn't know."""
    known = {line["key"] for line in lines()}
    for line in _lines_in(other):
        if line["key"] not in known:
            add(line)


def fingerprint_of(passage: str) -> dict[str, Any]:
    """Return by what a passage is known again, where it stands."""
    raw = passage.encode()
    salt = secrets.token_hex(16)
    return {"bytes": len(raw), "sum": zlib.crc32(raw), "salt": salt, "proof": _proof(raw, salt)}


def passage_in(text: str, fingerprint: Mapping[str, Any]) -> str | None:
    """Return the passage of this fingerprint when it stands in the text; None when it doesn't.

    >>> passage_in("Here: Ada lives in Tower Street.", fingerprint_of("Ada lives in Tower Street"))
    'Ada lives in Tower Street'
    """
    raw, length = text.encode(), int(fingerprint["bytes"])
    for start in range(len(raw) - length + 1):
        piece = raw[start : start + length]
        if zlib.crc32(piece) == fingerprint["sum"] and _proof(piece, fingerprint["salt"]) == fingerprint["proof"]:
            return piece.decode()
    return None


def passage_in_any(texts: Iterable[str], fingerprint: Mapping[str, Any]) -> str | None:
    """Return the passage of this fingerprint when it stands in any of these texts."""
    return next((found for text in texts if (found := passage_in(text, fingerprint)) is not None), None)


def _proof(raw: bytes, salt: str) -> str:
    # Slow on purpose: whoever has the register must not try all addresses of a town.
    return hashlib.pbkdf2_hmac("sha256", raw, bytes.fromhex(salt), _ROUNDS).hex()


def _lines_in(text: str) -> list[dict[str, Any]]:
    return [line for each in text.splitlines() if (line := _read(each)) is not None]


def _read(written: str) -> dict[str, Any] | None:
    try:
        line = json.loads(written)
    except ValueError:
        return None
    return line if isinstance(line, dict) and "key" in line else None
