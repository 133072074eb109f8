"""Texts, each stored once under its hash, and the HTML made of them."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import zstandard
from django.db import models

from articles.models import walks

# Packed once, and read for years.
_LEVEL: Final = 12
# Versions that follow each other are told from few texts.
_BASES_KEPT: Final = 100


class TextErased(Exception):
    """This very text was destroyed because the law asked for it: it is kept nowhere any more."""


class TextBlobManager(models.Manager["TextBlob"]):
    """Finds and keeps texts by their hash."""

    def get_by_natural_key(self, sha256: str) -> TextBlob:
        """Return the blob that django-reversion's serialised versions name."""
        return self.get(sha256=sha256)

    def keep(self, text: str, holding: TextBlob | None = None) -> TextBlob:
        """Return the blob of this text; equal texts share one row, so a revert costs nothing. Raises TextErased.

        `holding` is a row, not saved, that holds this text, where the caller has made one beforehand.

        Called within the transaction that lets people read it. A row that is there is locked as it is read: an erasure
        under way is waited for, and one that comes waits for the save, and finds what it wrote.
        """
        blob = holding or TextBlob.holding(text)
        defaults = {"codec": blob.codec, "size": blob.size, "data": blob.data}
        kept = self.select_for_update().get_or_create(sha256=blob.sha256, defaults=defaults)[0]
        if kept.is_erased:
            raise TextErased
        if not kept.stands_alone:
            # It becomes a page's present text again, which is read by itself.
            kept.pack(None)
            kept.save(update_fields=["codec", "data", "base"])
        return kept

    def in_order(self, after: int = 0) -> Iterator[TextBlob]:
        """Yield the texts above a number, by number, each with the one it is told from; never many at once.

        That one is asked for by its key, and not joined, for the reason that `walks.in_order` gives.
        """
        base_of = lru_cache(_BASES_KEPT)(lambda key: self.get(pk=key))
        for blob in walks.in_order(self.all(), after=after):
            if blob.base_id is not None:
                blob.base = base_of(blob.base_id)
            yield blob


class TextBlob(models.Model):
    """One text. It never changes (a repack changes codec and data only); its hash proves a version unchanged.

    An erasure for law empties it: hash and size stay.
    """

    class Codec(models.TextChoices):
        ZLIB = "zlib"
        ZSTD = "zstd"
        DELTA = "zstd-delta"
        ERASED = "erased"

    sha256 = models.CharField(max_length=64, unique=True)
    codec = models.CharField(max_length=16, choices=Codec.choices)
    size = models.PositiveIntegerField(help_text="Bytes of the text in UTF-8.")
    data = models.BinaryField()
    base = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="deltas",
        help_text="Of a delta: the text it is told from, which stands alone.",
    )

    objects = TextBlobManager()
    _unpacked: tuple[bytes | memoryview | None, str] = (None, "")

    def __str__(self) -> str:
        return self.sha256[:12]

    def natural_key(self) -> tuple[str]:
        """Return what names this text in any database."""
        return (self.sha256,)

    @classmethod
    def holding(cls, text: str) -> TextBlob:
        """Return a row, not saved, that holds this text."""
        raw = text.encode()
        return cls(sha256=cls.hash_of(text), codec=cls.Codec.ZLIB, size=len(raw), data=zlib.compress(raw, 6))

    @staticmethod
    def hash_of(text: str) -> str:
        """Return the hash that names a text."""
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def text(self) -> str:
        """The text as it was saved; nothing of one that was erased, which `access` lets nobody come to."""
        if self.is_erased:
            return ""
        # A save and a page ask a dozen times; whoever packs the row otherwise gives it other data.
        packed, text = self._unpacked
        if packed is not self.data:
            text = self._raw().decode()
            self._unpacked = self.data, text
        return text

    @property
    def stands_alone(self) -> bool:
        """Whether it is read without another text."""
        return self.codec in (self.Codec.ZLIB, self.Codec.ZSTD)

    def pack(self, base: TextBlob | None) -> None:
        """Hold the same text in less room, by itself or as what differs from another; the row is not saved."""
        raw = self._raw()
        told_from = base._raw() if base is not None else b""
        parameters = zstandard.ZstdCompressionParameters.from_level(
            _LEVEL, source_size=len(raw), dict_size=len(told_from), write_content_size=True
        )
        packer = zstandard.ZstdCompressor(dict_data=_dictionary(told_from), compression_params=parameters)
        self.codec = self.Codec.DELTA if base is not None else self.Codec.ZSTD
        self.data = packer.compress(raw)
        self.base = base

    def _raw(self) -> bytes:
        if self.codec == self.Codec.ZLIB:
            return zlib.decompress(bytes(self.data))
        told_from = self.base._raw() if self.base is not None else b""
        unpacker = zstandard.ZstdDecompressor(dict_data=_dictionary(told_from))
        return unpacker.decompress(bytes(self.data), max_output_size=self.size)

    @property
    def is_erased(self) -> bool:
        """Whether its bytes were destroyed, because the law asked for it."""
        return self.codec == self.Codec.ERASED


def _dictionary(raw: bytes) -> zstandard.ZstdCompressionDict | None:
    return zstandard.ZstdCompressionDict(raw, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if raw else None


class Rendering(models.Model):
    """The rendered form of a text for one renderer number and one sanitizer policy: a zlib-packed JSON."""

    blob = models.ForeignKey(TextBlob, on_delete=models.CASCADE, related_name="renderings")
    renderer = models.CharField(max_length=40, help_text="Renderer number and sanitizer policy.")
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "renderer"], name="one_rendering_of_a_text")]

    def __str__(self) -> str:
        return f"{self.blob_id} ({self.renderer})"
