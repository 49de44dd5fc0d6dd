"""Scenario files: the built-in ones, their form, and the way from a file to a game.

Knows no session and no socket.
"""

from server.scenarios.document import ScenarioDocument
from server.scenarios.draws import draw, redraw
from server.scenarios.lesson import lesson_minutes, timed_for
from server.scenarios.loader import (
    Problem,
    ScenarioError,
    check,
    load,
    load_document,
    names,
    parse,
)

__all__ = [
    "Problem",
    "ScenarioDocument",
    "ScenarioError",
    "check",
    "draw",
    "lesson_minutes",
    "load",
    "load_document",
    "names",
    "parse",
    "redraw",
    "timed_for",
]
