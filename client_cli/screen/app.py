"""The full screen: what happens at the table is shown, what is typed is done.

Owns the application alone: it takes the connection's events, asks for actions, and has the pages
shown. What a line means is in `commands`, what is told in `story`, which page stands where in
`spread`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Hashable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from client_cli import render, story
from client_cli.amounts import Complaint
from client_cli.commands import Local, parse
from client_cli.connection import Connection, Disconnected, Event, Lost, Refusal
from client_cli.effects import assumed, effect
from client_cli.notices import refusal_line
from client_cli.screen import pages
from client_cli.screen.command_line import CommandLine
from client_cli.screen.completion import completions
from client_cli.screen.countdown import Countdown
from client_cli.screen.help import Help
from client_cli.screen.outlook import Outlook, asked_for, look
from client_cli.screen.panes import BROAD, WIDE, Scrolled, put
from client_cli.screen.spread import KEYS, Spread
from client_cli.screen.talk_page import TalkPage
from client_cli.screen.themes import THEMES, after
from server.protocol import (
    Action,
    Ended,
    Parked,
    Resumed,
    RoomMessage,
    Supposition,
    Update,
    View,
    ViewMessage,
    Welcome,
)
from server.protocol import events as happened

CONNECTED, LOST = "connected", "connection lost, trying again"
ENDED, DISCONNECTED = "ended", "disconnected"
"""The states of the connection, in words."""
WORDS = {"status": "table", **{page: page for _, page in KEYS.values()}}
"""The words to the client that are pages."""


class TableApp(App[int]):
    """A seat at a table, or the board, on the full screen; its result is the exit code.

    Args:
        connection: of the seat; one without a seat has nothing to type in.
        theme: one of `THEMES`.
    """

    CSS_PATH = Path(__file__).with_name("screen.tcss")
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it for instances
        (0, "-narrow"),
        (WIDE, "-wide"),
        (BROAD, "-broad"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", show=False),
        *(Binding(key, f"page('{page}')", show=False) for key, (_, page) in KEYS.items()),
        Binding("f9", "colours", show=False),
        Binding("ctrl+n", "room(1)", show=False),
        Binding("ctrl+p", "room(-1)", show=False),
        Binding("escape", "to_line", show=False),
        Binding("ctrl+c,ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(self, connection: Connection, theme: str = "dark") -> None:
        # Without colour not even greys are wanted: the terminal's own, told apart by weight.
        without_colour = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if without_colour else None)
        self._connection = connection
        self._plays = connection.welcome.role == "player"
        self._countdown = Countdown()
        self._ticked_s = time.monotonic()
        self._talk = TalkPage()
        self._spread = Spread(self._talk, plays=self._plays)
        self._state = CONNECTED
        self._code = 0
        self._asked_to_leave = False
        self._asking = asyncio.Lock()
        self._room: RoomMessage | None = None
        self._outlook: Outlook | None = None
        self._outlook_of: Hashable = None
        self._clock, self._who, self._gap, self._waiting, self._news, self._keys = (
            Static(id=name, markup=False)
            for name in ("clock", "who", "gap", "waiting", "news", "keys")
        )
        self._line = CommandLine(lambda line: completions(line, connection.view))
        for one in THEMES.values():
            self.register_theme(one)
        self.theme = "terminal" if without_colour else theme

    def compose(self) -> ComposeResult:
        with Horizontal(id="head"):
            yield self._clock
            yield self._who
        yield self._gap
        yield self._spread
        yield self._waiting
        yield self._news
        if self._plays:
            with Horizontal(id="typing"):
                yield Static("> ", id="prompt", markup=False)
                yield self._line
        yield self._keys

    def on_mount(self) -> None:
        """Start to listen, and let the clock run."""
        self.action_to_line()
        self.run_worker(self._watch(), exit_on_error=True)
        self.set_interval(1.0, self._tick)

    @on(Resize)
    def _resized(self) -> None:
        self.call_after_refresh(self.refresh_pages)

    # --- what happens ---

    async def _watch(self) -> None:
        async for event in self._connection.messages():
            self._happened(event)
            self.refresh_pages()

    def _happened(self, event: Event) -> None:
        view, left_ms = self._connection.seen, self._connection.seen_left_ms
        match event:
            case ViewMessage():
                self._talk.catch_up(event.view)
                self.say(render.clock_line(event.view, left_ms))
            case RoomMessage():
                # Who is here stands on the page until the start.
                self._say_all(story.announced(self._room, event))
                self._room = event
            case Welcome() | Resumed():
                # What the clock says has a place of its own.
                pass
            case Ended():
                self.say("The session has ended; F5 has the ledger of all. Ctrl+C leaves.")
            case _:
                lines = story.told(event, view, left_ms, tables=False)
                self._say_all(lines, wrong=isinstance(event, story.COMPLAINTS))
        self._follow(event)

    def _follow(self, event: Event) -> None:
        """The state of connection and clock after an event."""
        match event:
            case Lost():
                self._state = LOST
            case Parked() | Disconnected() if self._state != ENDED:
                self._state, self._code = DISCONNECTED, 1
            case Ended():
                self._state = ENDED
            case Update() if any(isinstance(one, happened.RoundResolved) for one in event.notices):
                # What is being typed stays.
                self._spread.chosen = "ledger"
            case Welcome() if self._state == LOST:
                self._state = CONNECTED
                self.say("Connected again; nothing is missing.")
            case _:
                pass
        if isinstance(event, ViewMessage | Resumed | Update):
            view = self._connection.view
            paused = view is not None and view.clock.paused
            self._countdown = Countdown(event.left_ms, time.monotonic(), paused)

    def _tick(self) -> None:
        now_s = time.monotonic()
        mark_s = self._countdown.passed(story.MARKS_S, self._ticked_s, now_s)
        self._ticked_s = now_s
        if mark_s is not None:
            self.say(f"{render.spoken_time(1000 * mark_s)} left.")
        self._refresh_head()

    def _say_all(self, lines: list[str], *, wrong: bool = False) -> None:
        if lines:
            self._talk.tell(lines, "bold" if wrong else "")
            self._say_above(lines if wrong else lines[-1:], wrong=wrong)

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Say something in the line above the prompt, and in the story."""
        self._say_all(text.splitlines(), wrong=wrong)

    def _say_above(self, lines: list[str], *, wrong: bool = False) -> None:
        self._news.set_class(wrong, "wrong")
        put(self._news, Content("\n".join(lines)))

    # --- what is shown ---

    def refresh_pages(self) -> None:
        """Show everything as it is now."""
        view = self._connection.view
        if view is not None:
            self._look_ahead(view)
        self._spread.show(view, self._connection.room, self._outlook, self.size.width)
        self._refresh_head()
        if view is not None:
            put(self._gap, pages.gap(view), layout=False)
        waiting = pages.waiting(view) if view is not None else []
        self._waiting.display = bool(waiting)
        put(self._waiting, Content("\n").join(waiting))
        put(self._keys, self._key_line(), layout=False)

    def _look_ahead(self, view: View) -> None:
        """Ask what the round would bring, where anything that it depends on has changed."""
        wanted = asked_for(view)
        if wanted == self._outlook_of:
            return
        self._outlook_of, self._outlook = wanted, None
        if wanted is not None:
            self.run_worker(self._look(view), exclusive=True, group="outlook")

    async def _look(self, view: View) -> None:
        # Nobody asked for it: where there is none to have, nothing is said of it.
        with contextlib.suppress(Refusal, Disconnected):
            outlook = await look(self._connection, view)
            if self._outlook_of == asked_for(view):
                self._outlook = outlook
                self.refresh_pages()

    def _refresh_head(self) -> None:
        view, welcome = self._connection.view, self._connection.welcome
        left_ms = self._countdown.left_now_ms(time.monotonic())
        head = pages.clock(view, left_ms) if view is not None else Content("Not started")
        put(self._clock, head, layout=False)
        name = str(welcome.seat) if self._plays else "board"
        if self._plays and view is not None and self.size.width >= WIDE:
            name = render.name_of(view, name)
        put(self._who, Content(f" {name}, {self._state}"))

    def _key_line(self) -> Content:
        view = self._connection.view
        parts = [Content("F1 Help ")]
        for key, (title, page) in KEYS.items():
            mark = self._mark(page) if view is not None else ""
            style = "bold reverse" if page == self._spread.chosen else "bold" if mark else ""
            parts.append(Content.styled(f" {key.upper()} {title}{mark} ", style))
        if not self._plays:
            parts.append(Content("^C Leave"))
        return Content("").join(parts)

    def _mark(self, page: str) -> str:
        """How much waits on a page: unread words, packages to answer."""
        view = self._connection.view
        assert view is not None
        if page == "talk":
            count = sum(self._talk.unread(view).values())
            return f" {count} new" if count else ""
        waiting = render.waiting_packages(view) if page == "offers" else ()
        return f" {len(waiting)}!" if waiting else ""

    # --- what is typed ---

    @on(CommandLine.Entered)
    def _entered(self, event: CommandLine.Entered) -> None:
        self._asked_to_leave = False
        try:
            if event.line:
                self._do(event.line)
        except Complaint as complaint:
            self._wrong(event.line, str(complaint))
        self.refresh_pages()

    def _do(self, line: str) -> None:
        command = parse(line)
        if isinstance(command, Local):
            self._local(command)
        elif self._connection.view is None:
            raise Complaint("not started yet; press Enter again after the start")
        else:
            self.run_worker(self._ask(command, line))

    async def _ask(self, wanted: Action | Supposition, line: str) -> None:
        try:
            async with self._asking:
                if isinstance(wanted, Supposition):
                    await self._suppose(wanted)
                else:
                    await self._connection.act(wanted)
        except Refusal as refusal:
            self._wrong(line, refusal_line(refusal.answer))
        except Disconnected as gone:
            self._wrong(line, str(gone))
        self.refresh_pages()

    async def _suppose(self, supposed: Supposition) -> None:
        now = await self._connection.what_if(Supposition())
        then = await self._connection.what_if(supposed)
        self._talk.tell([effect(now, then), assumed(then)])
        self._say_above([effect(now, then), assumed(then)])

    def _wrong(self, line: str, why: str) -> None:
        """Say why a line was not done, and give it back to be mended."""
        self.say(why, wrong=True)
        self._line.give_back(line)

    def _local(self, asked: Local) -> None:
        view = self._connection.view
        if asked.word == "quit":
            self.exit(self._code)
        elif asked.word == "help":
            self.action_help()
        elif asked.word in WORDS:
            if asked.word == "talk" and view is not None:
                self._talk.enter(view, asked.about)
            self._spread.chosen = WORDS[asked.word]
        else:
            left_ms = self._countdown.left_now_ms(time.monotonic())
            self._say_all(story.answer(asked, view, left_ms))

    @on(CommandLine.Choices)
    def _choices(self, event: CommandLine.Choices) -> None:
        self._say_above([", ".join(event.words)])

    @on(Scrolled.Typed)
    def _typed(self, event: Scrolled.Typed) -> None:
        if not self._plays:
            return
        self._line.focus()
        self._line.put(self._line.value + event.letter)

    # --- keys ---

    def action_help(self) -> None:
        """Help over everything."""
        self.push_screen(Help(self._connection.view, plays=self._plays))

    def action_page(self, page: str) -> None:
        """Show a page; the talk again: its next room."""
        if page == self._spread.chosen == "talk":
            self.action_room(1)
        self._spread.chosen = page
        self.refresh_pages()

    def action_room(self, by: int) -> None:
        """Show the next room of the talk, or the one before."""
        if self._connection.view is not None:
            self._talk.turn(self._connection.view, by)
        self._spread.chosen = "talk"
        self.refresh_pages()

    def action_scroll(self, by: int) -> None:
        """Scroll the chosen page."""
        self._spread.scroll_chosen(by)

    def action_to_line(self) -> None:
        """Back to the line; to the first page where nothing is typed."""
        (self._line if self._plays else self._spread.first).focus()

    def action_colours(self) -> None:
        """The next colours."""
        self.theme = after(self.theme)

    def action_leave(self) -> None:
        """Ask once, then leave; who has no seat is not asked."""
        if not self._plays or self._asked_to_leave or self._state in (ENDED, DISCONNECTED):
            self.exit(self._code)
        else:
            self._asked_to_leave = True
            self.say("Press Ctrl+C again to leave; your seat is kept.")


async def play(connection: Connection, theme: str) -> int:
    """Play or watch on the full screen; the exit code."""
    return await TableApp(connection, theme).run_async() or 0
