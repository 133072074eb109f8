"""The accent an administrator chose: what can be read in it, and the small stylesheet that says so."""

from __future__ import annotations

import hashlib
from typing import Final

# Of the Web Content Accessibility Guidelines, for text.
ENOUGH: Final = 4.5
# As in static/css/base.css: paper and wash, by day and by night, and the words on the accent.
_DAY: Final = ("#ffffff", "#f2f6f6")
_NIGHT: Final = ("#12191b", "#1b2427")
_ON_THE_ACCENT_BY_NIGHT: Final = "#0b2225"
_STEPS: Final = 20

Channels = tuple[int, int, int]


def contrast(one: str, other: str) -> float:
    """Return how well one colour is read on the other, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def least_contrast(accent: str) -> float:
    """Return the least contrast of all pairs in which the accent stands: links, and words on buttons."""
    night = by_night(accent)
    pairs = [(accent, back) for back in _DAY] + [(night, back) for back in (*_NIGHT, _ON_THE_ACCENT_BY_NIGHT)]
    return min(contrast(*pair) for pair in pairs)


def by_night(accent: str) -> str:
    """Return the accent, mixed with as much white as it needs to be read on the dark paper."""
    shades = (_mixed_with_white(accent, step / _STEPS) for step in range(_STEPS + 1))
    backs = (*_NIGHT, _ON_THE_ACCENT_BY_NIGHT)
    # White itself, the last of them, always can.
    return next(shade for shade in shades if all(contrast(shade, back) >= ENOUGH for back in backs))


def sheet(accent: str) -> str:
    """Return the stylesheet of an accent; browsers that don't know light-dark() stay light.

    The admin has an `--accent` of its own, which is another thing: it takes the two shades.
    """
    night = by_night(accent)
    shades = f":root {{ --accent: {accent}; --accent-by-day: {accent}; --accent-by-night: {night}; }}"
    both = f":root {{ --accent: light-dark({accent}, {night}); }}"
    return f"{shades}\n@supports (color: light-dark(#000, #fff)) {{\n  {both}\n}}\n"


def name_of(accent: str) -> str:
    """Return what an accent's stylesheet is called by: another sheet has another name."""
    return hashlib.sha256(sheet(accent).encode()).hexdigest()[:12]


def _mixed_with_white(colour: str, part: float) -> str:
    mixed = [round(channel + (255 - channel) * part) for channel in _channels(colour)]
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _channels(colour: str) -> Channels:
    number = int(colour[1:], 16)
    return number >> 16, number >> 8 & 255, number & 255


def _luminance(colour: str) -> float:
    linear = [_linear(channel / 255) for channel in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
