"""Texts, each stored once under its hash, and the HTML made of them."""

from __future__ import annotations

import hashlib
import zlib

from django.db import models


class TextBlobManager(models.Manager["TextBlob"]):
    """Finds and keeps texts by their hash."""

    def get_by_natural_key(self, sha256: str) -> TextBlob:
        """Return the blob that django-reversion's serialised versions name."""
        return self.get(sha256=sha256)

    def keep(self, text: str) -> TextBlob:
        """Return the blob of this text; equal texts share one row, so a revert costs nothing."""
        blob = TextBlob.holding(text)
        defaults = {"codec": blob.codec, "size": blob.size, "data": blob.data}
        return self.get_or_create(sha256=blob.sha256, defaults=defaults)[0]


class TextBlob(models.Model):
    """One text. It never changes (a repack changes codec and data only); its hash proves a version unchanged."""

    class Codec(models.TextChoices):
        ZLIB = "zlib"

    sha256 = models.CharField(max_length=64, unique=True)
    codec = models.CharField(max_length=16, choices=Codec.choices)
    size = models.PositiveIntegerField(help_text="Bytes of the text in UTF-8.")
    data = models.BinaryField()

    objects = TextBlobManager()

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
        """The text as it was saved."""
        return zlib.decompress(bytes(self.data)).decode()


class Rendering(models.Model):
    """The rendered form of a text for one renderer number and one sanitizer policy: a zlib-packed JSON."""

    blob = models.ForeignKey(TextBlob, on_delete=models.CASCADE, related_name="renderings")
    renderer = models.CharField(max_length=40, help_text="Renderer number and sanitizer policy.")
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "renderer"], name="one_rendering_of_a_text")]

    def __str__(self) -> str:
        return f"{self.blob_id} ({self.renderer})"
