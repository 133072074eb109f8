"""Which encoding an answer gets."""

import gzip

import brotli
import pytest

from wiki import encodings


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0", ""),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity, gzip;q=0.5", ""),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("br;q=rubbish, gzip;q=nan", ""),
        (";;q=,,", ""),
        ("deflate", ""),
    ],
)
def test_the_clients_weights_choose(accepted: str, encoding: str):
    assert encodings.chosen(accepted) == encoding


@pytest.mark.parametrize(
    ("content_type", "answer"),
    [
        ("text/html; charset=utf-8", True),
        ("application/json", True),
        ("application/atom+xml", True),
        ("image/svg+xml", True),
        ("image/png", False),
        ("application/zip", False),
        ("", False),
    ],
)
def test_text_is_worth_encoding_and_pictures_are_not(content_type: str, answer: bool):
    assert encodings.is_compressible(content_type) is answer


@pytest.mark.parametrize("best", [True, False])
@pytest.mark.parametrize(("encoding", "decoded"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_what_is_encoded_is_decoded_to_the_same(encoding: str, decoded, best: bool):
    content = "Fünf µg. ".encode() * 500
    assert decoded(encodings.encoded(content, encoding, best=best)) == content


def test_the_same_bytes_are_encoded_the_same_at_any_time():
    assert encodings.encoded(b"x" * 500, "gzip")[4:8] == b"\0\0\0\0"
