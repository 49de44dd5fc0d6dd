"""Replay on a terminal: one event after another, by keys or at a speed.

`Stepper` is what a key does and what is shown then, without a terminal; `step_through` reads
keys and draws.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import click

from client_cli.main.reel import Reel
from server.game.reel import VIEWERS

HELP = (
    "n, right, Enter   next event          p, left    event before",
    "N, PageDown       next round          P, PageUp  round before",
    "f, Home           first event         e, End     last event",
    "g                 go to an event: type its number, then Enter",
    "space             play and stop       + and -    faster and slower",
    "s                 seen by the next viewer: everything, board, host, each seat",
    "l                 ledger, or how things stand",
    "?                 these keys          q          leave",
)
NAMED = {
    "\x1b[C": "n",
    "\x1b[D": "p",
    "\x1b[6~": "N",
    "\x1b[5~": "P",
    "\x1b[H": "f",
    "\x1b[1~": "f",
    "\x1b[F": "e",
    "\x1b[4~": "e",
    "\r": "n",
    "\n": "n",
    "j": "n",
    "k": "p",
    "h": "?",
}
"""What other keys mean, as terminals send them."""
FASTEST = 64.0


@dataclass(slots=True)
class Stepper:
    """Where somebody is in a reel, and what is shown there."""

    reel: Reel
    link: str
    """The command that leads to the session."""
    seen_by: str = "everything"
    at: int = 1
    playing: bool = False
    speed: float = 1.0
    """Events a second."""
    over: bool = False
    shows_ledger: bool = False
    shows_help: bool = False
    typed: str | None = None
    """Digits of an event's number that is being typed."""
    _keys: dict[str, Callable[[], None]] = field(init=False)

    def __post_init__(self) -> None:
        self._keys = {
            "n": lambda: self._go(self._next(1)),
            "p": lambda: self._go(self._next(-1)),
            "N": lambda: self._go(self._round(1)),
            "P": lambda: self._go(self._round(-1)),
            "f": lambda: self._go(1),
            "e": lambda: self._go(len(self.reel)),
            " ": self._play,
            "+": lambda: self._faster(2.0),
            "-": lambda: self._faster(0.5),
            "s": self._look_as_next,
            "l": self._turn_over,
            "g": self._type,
            "?": self._help,
            "q": self._leave,
        }

    def press(self, key: str) -> None:
        """What a key does; keys without a meaning do nothing."""
        if self.typed is not None:
            self._typed(key)
            return
        self.shows_help = False
        act = self._keys.get(NAMED.get(key, key))
        if act is not None:
            act()

    def tick(self) -> None:
        """One event further, while it plays."""
        self.at = self._next(1)
        if self.at == len(self.reel):
            self.playing = False

    def lines(self) -> list[str]:
        """All that is shown."""
        viewer = self.reel.viewer(self.seen_by)
        head = (
            f"Event {self.at} of {len(self.reel)}, seen by {self.seen_by}"
            f"{f', playing {self.speed:g} events a second' if self.playing else ''}"
        )
        told = self.reel.told(self.at, viewer) or ["      (nothing was shown of this event)"]
        what = self.reel.ledger if self.shows_ledger else self.reel.standing
        below = list(HELP) if self.shows_help else what(self.at, viewer)
        asked = f"go to event: {self.typed}_" if self.typed is not None else "? for the keys"
        link = f"{self.link} --at {self.at} --as {self.seen_by}"
        return [head, *told, "", *below, "", asked, link]

    def _go(self, number: int) -> None:
        self.at, self.playing = number, False

    def _next(self, step: int) -> int:
        """The next event, or the one before, of which the viewer was told something."""
        viewer, number = self.reel.viewer(self.seen_by), self.at + step
        while 1 <= number <= len(self.reel):
            if self.reel.notice(number, viewer) is not None:
                return number
            number += step
        return len(self.reel) if step > 0 else 1

    def _round(self, step: int) -> int:
        """The first event of the next round, or of this one or the one before."""
        begins = [1]
        for number in range(2, len(self.reel) + 1):
            before, now = self.reel.state(number - 1), self.reel.state(number)
            if (before.crisis, before.round) != (now.crisis, now.round):
                begins.append(number)
        if step > 0:
            return min((one for one in begins if one > self.at), default=len(self.reel))
        return max((one for one in begins if one < self.at), default=1)

    def _play(self) -> None:
        self.playing = not self.playing and self.at < len(self.reel)

    def _faster(self, factor: float) -> None:
        self.speed = min(FASTEST, max(1 / FASTEST, self.speed * factor))

    def _look_as_next(self) -> None:
        names = [*reversed(VIEWERS), *self.reel.seats]
        self.seen_by = names[(names.index(self.seen_by) + 1) % len(names)]

    def _turn_over(self) -> None:
        self.shows_ledger = not self.shows_ledger

    def _type(self) -> None:
        self.typed, self.playing = "", False

    def _typed(self, key: str) -> None:
        assert self.typed is not None, "somebody is typing"
        if key.isdecimal():
            self.typed += key
        elif key in ("\x7f", "\b"):
            self.typed = self.typed[:-1]
        else:
            if key in ("\r", "\n") and self.typed:
                self._go(min(max(1, int(self.typed)), len(self.reel)))
            self.typed = None

    def _help(self) -> None:
        self.shows_help = True

    def _leave(self) -> None:
        self.over = True


def step_through(stepper: Stepper) -> None:
    """Let somebody at the terminal go through a reel."""
    with _keys() as next_key:
        while not stepper.over:
            _draw(stepper.lines())
            key = next_key(1 / stepper.speed if stepper.playing else None)
            if key is None:
                stepper.tick()
            else:
                stepper.press(key)


_KEY = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])?|.", re.DOTALL)


def keys_in(text: str) -> list[str]:
    """What was read, key by key: one such as PageUp is several characters."""
    return [key.replace("\x1bO", "\x1b[") for key in _KEY.findall(text)]


def _draw(lines: list[str]) -> None:
    columns, rows = shutil.get_terminal_size()
    *above, asked, link = lines
    # The link is shown whole, so that it can be copied; what does not fit is cut before it.
    room = rows - 2 - -(-len(link) // columns)
    if len(above) > room:
        above = [*above[: room - 1], "..."]
    click.clear()
    click.echo("\n".join([*(line[: columns - 1] for line in (*above, asked)), link]))


@contextmanager
def _keys() -> Iterator[Callable[[float | None], str | None]]:
    """Reads one key, at most so many seconds long; None if there was none in that time."""
    try:
        import termios
        import tty
    except ImportError:
        # Windows: keys one at a time; playing waits for a key.
        yield lambda _: click.getchar()
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)

    waiting: deque[str] = deque()

    def next_key(wait_s: float | None) -> str | None:
        if not waiting:
            ready, _, _ = select.select([terminal], [], [], wait_s)
            if ready:
                waiting.extend(keys_in(os.read(terminal, 64).decode(errors="replace")))
        if waiting:
            return waiting.popleft()
        # The terminal is gone where there was something to read and nothing in it.
        return "q" if ready else None

    try:
        yield next_key
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
