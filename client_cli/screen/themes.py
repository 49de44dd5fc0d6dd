"""Colours: dark, light, and those that the terminal itself has.

The pairs of the first two are at least 4.5 : 1 against their backgrounds.
"""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

THEMES = {
    "dark": Theme(
        name="dark",
        primary="#6fc1f0",
        secondary="#6fdcc0",
        accent="#ffb07a",
        warning="#ffb07a",
        error="#ffb07a",
        success="#6fdcc0",
        foreground="#e8eef3",
        background="#10181f",
        surface="#10181f",
        panel="#1c2a35",
    ),
    "light": Theme(
        name="light",
        primary="#005a8c",
        secondary="#00664f",
        accent="#9a3b00",
        warning="#9a3b00",
        error="#9a3b00",
        success="#00664f",
        foreground="#16202a",
        background="#ffffff",
        surface="#ffffff",
        panel="#e3eaf0",
        dark=False,
    ),
    "terminal": replace(
        BUILTIN_THEMES["ansi-dark"],
        name="terminal",
        # Only weight tells things apart: nobody knows which colours can be read there.
        primary="ansi_default",
        secondary="ansi_default",
        accent="ansi_default",
        warning="ansi_default",
        error="ansi_default",
        success="ansi_default",
    ),
}


def after(name: str) -> str:
    """The next theme."""
    names = list(THEMES)
    return names[(names.index(name) + 1) % len(names)]
