"""Contrast of every pair of colours in use, light and dark, by the WCAG 2.2 formula."""

import re
from importlib.resources import files

import pytest

STYLE = (files("chassis.look") / "static" / "eskalera.css").read_text("utf-8")
TEXT, SHAPE = 4.5, 3.0  # WCAG 1.4.3 and 1.4.11, level AA

GROUNDS = ("paper", "raised")
TEXT_PAIRS = [
    *(
        (ink, ground)
        for ink in ("ink", "ink-soft", "accent", "accent-strong", "bad", "ok", "watch")
        for ground in GROUNDS
    ),
    *(("ink", f"{tone}-bg") for tone in ("accent", "ok", "watch", "bad", "info", "still")),
    *((tone, f"{tone}-bg") for tone in ("accent", "ok", "watch", "bad", "info", "still")),
    *(("ink-soft", f"{tone}-bg") for tone in ("accent", "watch", "info")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("paper", "ink"),
    ("info", "raised"),
    ("info", "paper"),
]
SHAPE_PAIRS = [
    *((line, ground) for line in ("edge", "focus", "accent", "bad", "watch", "ok") for ground in GROUNDS),
    ("focus", "accent-bg"),
    ("accent", "accent-bg"),
]


def tokens(scheme: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\n\s*\}", STYLE, flags=re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[0]))
    if scheme == "dark":
        dark = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[1]))
        assert dark.keys() == found.keys()
        return dark
    return found


def luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT_PAIRS, TEXT), (SHAPE_PAIRS, SHAPE)], ids=["text", "shapes"])
def test_pairs_of_colours_are_told_apart(scheme: str, pairs: list[tuple[str, str]], least: float) -> None:
    colour = tokens(scheme)
    weak = {pair: round(contrast(colour[pair[0]], colour[pair[1]]), 2) for pair in pairs}
    assert {pair: found for pair, found in weak.items() if found < least} == {}


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21


def test_the_font_is_small_and_its_licence_is_kept() -> None:
    folder = files("chassis.look") / "static" / "fonts"
    assert len((folder / "atkinson-hyperlegible-next.woff2").read_bytes()) <= 40_000
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text("utf-8")
