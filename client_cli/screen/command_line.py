"""The line in which one types: the commands of line mode, with history and completion.

Knows what may be typed next only by asking; what a line means is for whoever is told of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from client_cli.screen.completion import common


class CommandLine(Input):
    """An input that remembers.

    Args:
        complete: the lines that one may become.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "recall(-1)", show=False),
        Binding("down", "recall(1)", show=False),
        Binding("tab", "complete", show=False),
        Binding("escape", "empty", show=False),
        # The page is scrolled, not the line.
        Binding("pageup", "app.scroll(-1)", show=False),
        Binding("pagedown", "app.scroll(1)", show=False),
    ]

    class Entered(Message):
        """A whole line was typed."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Choices(Message):
        """There are several ways to go on."""

        def __init__(self, words: list[str]) -> None:
            super().__init__()
            self.words = words

    def __init__(self, complete: Callable[[str], list[str]]) -> None:
        super().__init__(
            placeholder="type a command; F1 for help",
            suggester=_First(complete),
            compact=True,
            select_on_focus=False,
            id="line",
        )
        self._complete = complete
        self._past: list[str] = []
        self._place = 0
        self._draft = ""

    async def on_key(self, event: Key) -> None:
        """Do what a key does before the next one is taken.

        Left to itself, Textual looks bindings up later than it takes letters in, and a line that
        is typed fast, as over a slow network, runs into the next one.
        """
        active = self.screen.active_bindings.get(event.key)
        if active is not None and active.node is self and not event.is_printable:
            event.stop()
            event.prevent_default()
            await self.run_action(active.binding.action)

    def put(self, line: str) -> None:
        """Show a line, to be changed."""
        self.value = line
        self.cursor_position = len(line)

    def give_back(self, line: str) -> None:
        """Show a line again that could not be done, unless another one was begun."""
        if not self.value:
            self.put(line)

    async def action_submit(self) -> None:
        """Take the line, and be empty for the next."""
        line = self.value.strip()
        if line and self._past[-1:] != [line]:
            self._past.append(line)
        self._place = len(self._past)
        self.put("")
        self.post_message(self.Entered(line))

    def action_empty(self) -> None:
        """Begin anew."""
        self.put("")

    def action_recall(self, step: int) -> None:
        """Go through what was typed before; past the newest is what was being typed."""
        if self._place == len(self._past):
            self._draft = self.value
        self._place = max(0, min(len(self._past), self._place + step))
        self.put(self._past[self._place] if self._place < len(self._past) else self._draft)

    def action_complete(self) -> None:
        """Complete the last word; on an empty line go to the pages."""
        if not self.value:
            self.screen.focus_next()
            return
        lines = self._complete(self.value)
        if len(lines) == 1:
            self.put(lines[0] + ("" if lines[0].endswith("=") else " "))
        elif lines:
            shared = common(lines)
            self.put(max(shared, self.value, key=len))
            start = self.value.rfind(" ") + 1
            self.post_message(self.Choices([line[start:] for line in lines]))


class _First(Suggester):
    """Shows the first way to go on behind the cursor."""

    def __init__(self, complete: Callable[[str], list[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        lines = self._complete(value) if value else []
        return next((line for line in lines if line.startswith(value)), None)
