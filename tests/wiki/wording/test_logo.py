"""A picture becomes the logo, drawn anew; what is no picture, or too much of one, is refused."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import PermissionDenied
from PIL import Image

from wiki.wording import logo, words
from wiki.wording.models import Logo, Wording
from wiki.wording.rules import WordingRefused


def a_picture(width: int = 64, height: int = 32, kind: str = "PNG", **how: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), (13, 96, 104, 255)).save(file, kind, **how)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def a_png_that_promises(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def a_webp_that_promises(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas


# --- Drawn anew --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "how"),
    [("PNG", {}), ("WEBP", {"lossless": True}), ("WEBP", {}), ("WEBP", {"lossless": True, "exif": b"Exif\0\0II*\0"})],
)
def test_a_picture_becomes_a_webp(kind: str, how: dict[str, object]):
    data, width, height = logo.drawn_anew(a_picture(kind=kind, **how))
    assert (width, height) == opened(data).size == (64, 32) and opened(data).format == "WEBP"


@pytest.mark.parametrize(("size", "drawn"), [((1024, 256), (512, 128)), ((300, 3000), (51, 512)), ((1, 1), (1, 1))])
def test_a_large_picture_is_made_smaller_and_a_small_one_no_larger(size: tuple[int, int], drawn: tuple[int, int]):
    data, width, height = logo.drawn_anew(a_picture(*size))
    assert (width, height) == opened(data).size == drawn


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "I;16"])
def test_pictures_of_every_depth_are_taken(mode: str):
    file = io.BytesIO()
    Image.new(mode, (8, 8)).save(file, "PNG")
    assert logo.drawn_anew(file.getvalue())[1:] == (8, 8)


def test_nothing_of_the_file_itself_is_kept():
    file = io.BytesIO()
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "where it was taken")
    Image.new("RGB", (8, 8)).save(file, "PNG", pnginfo=info)
    data, _width, _height = logo.drawn_anew(file.getvalue() + b"<script>alert(1)</script>")
    assert b"taken" not in data and b"script" not in data


def test_what_can_be_seen_through_stays_so():
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(file, "PNG")
    assert opened(logo.drawn_anew(file.getvalue())[0]).convert("RGBA").getpixel((0, 0))[3] == 0


# --- Refused -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "PNG or a WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG or a WebP"),
        (b"GIF89a" + b"\0" * 40, "PNG or a WebP"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, "PNG or a WebP"),
        (b"RIFF\x1a\0\0\0WEBPALPH" + b"\0" * 40, "PNG or a WebP"),
        (b"\x89PNG\r\n\x1a\n", "PNG or a WebP"),
        (a_png_that_promises(100_000, 100_000), "16 million pixels"),
        (a_png_that_promises(0, 5), "PNG or a WebP"),
        (a_webp_that_promises(16_000, 16_000), "16 million pixels"),
        (a_png_that_promises(10, 10), "damaged"),
        (a_webp_that_promises(10, 10), "damaged"),
        (a_picture()[:-30], "damaged"),
        (b"x" * (logo.LARGEST + 1), "2 MB"),
    ],
    ids=range(13),
)
def test_what_is_no_picture_or_too_much_of_one_is_refused_with_a_reason(data: bytes, reason: str):
    with pytest.raises(WordingRefused, match=reason):
        logo.drawn_anew(data)


@pytest.mark.parametrize("how", [{}, {"lossless": True}, {"lossless": True, "exif": b"Exif\0\0II*\0"}])
@pytest.mark.parametrize("size", [(1, 1), (300, 20), (17, 513)])
def test_the_size_is_read_from_the_head_of_each_kind_of_webp(size: tuple[int, int], how: dict[str, object]):
    assert logo.size_of(a_picture(*size, kind="WEBP", **how)) == size


def test_a_picture_whose_parts_promise_different_sizes_is_refused():
    small, large = a_webp_that_promises(8, 8), a_picture(2000, 2000, "WEBP", lossless=True)
    body = small[12:] + large[12:]
    with pytest.raises(WordingRefused, match="damaged"):
        logo.drawn_anew(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body)


# --- Kept --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_logo_holds_at_once_can_be_taken_away_and_taken_again(administrator):
    who = administrator.account
    row = logo.change(who=who, picture=a_picture(), why="ours")
    digest, width, height = words.value("logo").split()
    assert (width, height) == ("64", "32") and logo.picture_of(digest) == bytes(Logo.objects.get().data)
    logo.change(who=who, base=row.pk)
    assert words.value("logo") == "" and logo.picture_of(digest) is not None
    logo.change(who=who, again=row.pk)
    assert words.value("logo").startswith(digest) and Wording.objects.filter(key="logo").count() == 3


@pytest.mark.django_db
def test_the_same_picture_is_kept_once(administrator):
    for _time in range(2):
        logo.change(who=administrator.account, picture=a_picture())
    assert Logo.objects.count() == 1


@pytest.mark.django_db
def test_a_version_that_is_none_can_not_be_taken_again(administrator):
    with pytest.raises(WordingRefused):
        logo.change(who=administrator.account, again=999)


@pytest.mark.django_db
def test_nobody_else_makes_a_logo(moderator):
    with pytest.raises(PermissionDenied):
        logo.change(who=moderator.account, picture=a_picture())
    assert not Logo.objects.exists()
