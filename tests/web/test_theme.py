"""Contrast of the theme's colours by pair, computed from the CSS (WCAG 2.2, 1.4.3 and 1.4.11).

axe looks at the text that a page happens to show; this looks at every pair that may meet, and
at borders of controls and marks of charts, which axe does not test.
"""

from __future__ import annotations

import re
from importlib import resources

import pytest

CSS = (resources.files("server") / "web" / "style" / "1-theme.css").read_text("utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in CSS.split("@media")
)
TEXT_PAIRS = [
    (text, ground)
    for text in ("text", "soft", "blue", "rust", "green")
    for ground in ("card", "page", "sunk")
] + [("text", "note"), ("rust", "note"), ("on-blue", "blue"), ("card", "rust"), ("card", "text")]
MARK_PAIRS = [
    (mark, ground)
    for mark in ("edge", "blue", "rust", "green", "text")
    for ground in ("card", "empty")
]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_the_ratio_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_marks_and_borders_of_controls_stand_out(
    theme: dict[str, str], mark: str, ground: str
) -> None:
    assert contrast(theme[mark], theme[ground]) >= 3


def test_both_themes_have_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)
