"""The logo: a picture comes in, is drawn anew as WebP, and is kept; nothing of the file itself is served."""

from __future__ import annotations

import hashlib
import io
import struct
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from wiki.wording import words
from wiki.wording.models import Logo, Wording
from wiki.wording.rules import WordingRefused

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from wiki.accounts.models import User

LARGEST: Final = 2 * 1024 * 1024
_MOST_PIXELS: Final = 16_000_000
_SIDE: Final = 512
# A drawing stays exact while it is small; what is larger is a photograph, where nobody sees the difference.
_LARGEST_EXACT: Final = 40 * 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"


def change(
    *, who: User, picture: bytes = b"", again: int | None = None, why: str = "", base: int | None = None
) -> Wording:
    """Make a picture the logo; or the one of an earlier version, `again`; or none, as the software came.

    Raises WordingRefused when it is no picture or no such version, WordingChanged, PermissionDenied.
    """
    if not who.has_perm(words.PERMISSION):
        raise PermissionDenied  # Before anything is made of the file.
    if again is not None:
        earlier = words.version("logo", again)
        if earlier is None:
            raise WordingRefused(_("There is no such version."))
        return words.change(key="logo", text=earlier.text, who=who, why=why, base=base)
    if not picture:
        return words.put_back(key="logo", who=who, why=why, base=base)
    data, width, height = drawn_anew(picture)
    digest = hashlib.sha256(data).hexdigest()[:24]
    with transaction.atomic():
        Logo.objects.get_or_create(digest=digest, defaults={"data": data})
        return words.change(key="logo", text=f"{digest} {width} {height}", who=who, why=why, base=base)


def picture_of(digest: str) -> bytes | None:
    """Return a picture that is or was the logo, as WebP; None when there is none of this name."""
    row = Logo.objects.filter(digest=digest).first()
    return bytes(row.data) if row is not None else None


def drawn_anew(data: bytes) -> tuple[bytes, int, int]:
    """Return the picture as WebP of at most 512 by 512 pixels, with its width and height. Raises WordingRefused."""
    if len(data) > LARGEST:
        raise WordingRefused(_("This file is too large: at most 2 MB."))
    width, height = size_of(data)
    if not width or not height:
        raise WordingRefused(_("This is no picture of a kind that is taken: send a PNG or a WebP."))
    if width * height > _MOST_PIXELS:
        raise WordingRefused(_("This picture is too large: at most 16 million pixels."))
    try:
        return _encoded(data)
    except Exception as error:  # A file made to harm finds many ways to fail in a decoder.
        raise WordingRefused(_("This picture can't be read: it may be damaged.")) from error


def size_of(data: bytes) -> tuple[int, int]:
    """Return width and height as the head of a PNG or WebP says; 0 and 0 for anything else.

    Read before any decoder is: some make room for all the pixels that a head promises.
    """
    if data[:8] == _PNG and data[12:16] == b"IHDR" and len(data) >= 24:  # The first chunk whole.
        return struct.unpack(">II", data[16:24])
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return 0, 0
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _encoded(data: bytes) -> tuple[bytes, int, int]:
    # Here, because no other page needs what reads pictures.
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("PNG", "WEBP")) as opened:
        image = opened.convert("RGBA")
    image.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    exact = _webp(image, lossless=True)
    encoded = exact if len(exact) <= _LARGEST_EXACT else min(exact, _webp(image, quality=85), key=len)
    return encoded, image.width, image.height


def _webp(image: Picture, **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", method=6, **how)
    return file.getvalue()
