"""The full screen of a host: a row for each table, and a line to run them by.

Owns the application alone: it asks how the room stands, and does what is typed. What a line
means is in `hosting`, how a table reads in `class_lines`.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ValidationError
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from client_cli import hosting, orders
from client_cli.amounts import Complaint
from client_cli.class_lines import head, missing_lines, seat_lines, table_line, titles
from client_cli.class_records import act_lines, study_lines
from client_cli.connection import Connection, Disconnected, Lost, Refusal
from client_cli.notices import refusal_line
from client_cli.orders import Look, Order
from client_cli.screen.command_line import CommandLine
from client_cli.screen.countdown import Countdown
from client_cli.screen.help import Lines
from client_cli.screen.pages import heading, plain
from client_cli.screen.panes import Pane, Scrolled, put
from client_cli.screen.themes import THEMES, after
from client_cli.text import one_line
from server.protocol import RefusalCode, RoomMessage, TableStatus

CONNECTED, LOST = "connected", "connection lost, trying again"
CLOSED, DISCONNECTED = "closed", "disconnected"
"""The states of room and connection, in words."""
KEYS = {
    "f2": ("Start", "start"),
    "f3": ("Pause", "pause"),
    "f4": ("Resume", "resume"),
    "f5": ("+60 s", "extend"),
    "f6": ("Next", "next"),
    "f7": ("Tables", "all"),
}
"""The key of each line that is typed most, with what it is called."""
HELP = (
    "F1              this help; Esc closes it",
    "F2 to F7        as if typed, for all tables: start, pause, ...",
    "PgUp, PgDn      scroll the tables",
    "Up, Down, Tab   what was typed before; complete",
    "F9              colours: dark, light, or the terminal's own",
    "Ctrl+C          leave; the room goes on without you",
)


class ClassApp(App[int]):
    """A room and its tables, on the full screen; its result is the exit code.

    Args:
        host: a connection with the host's secret.
        room: how the room stands.
        theme: one of `THEMES`.
    """

    CSS_PATH = Path(__file__).with_name("screen.tcss")
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", show=False),
        *(Binding(key, f"line('{line}')", show=False) for key, (_, line) in KEYS.items()),
        Binding("f9", "colours", show=False),
        Binding("escape", "to_line", show=False),
        Binding("ctrl+c,ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(self, host: Connection, room: RoomMessage, theme: str = "dark") -> None:
        without_colour = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if without_colour else None)
        self._host = host
        self._room = room
        self._told_s = time.monotonic()
        self._state = CONNECTED
        self._number: int | None = None
        self._sure: Order | None = None
        self._cards: list[str] = []
        self._bots: list[str] = []
        self._asking = asyncio.Lock()
        self._title, self._link, self._news, self._keys = (
            Static(id=name, markup=False) for name in ("clock", "who", "news", "keys")
        )
        self._pane = Pane()
        self._line = CommandLine(self._completions)
        for one in THEMES.values():
            self.register_theme(one)
        self.theme = "terminal" if without_colour else theme

    def compose(self) -> ComposeResult:
        with Horizontal(id="head"):
            yield self._title
            yield self._link
        with Horizontal(id="pages"):
            yield self._pane
        yield self._news
        with Horizontal(id="typing"):
            yield Static("> ", id="prompt", markup=False)
            yield self._line
        yield self._keys

    def on_mount(self) -> None:
        """Start to ask, and to listen whether the connection is there."""
        self._line.focus()
        self.run_worker(self._listen())
        self.run_worker(self._learn())
        self.run_worker(self._keep_looking())
        self.set_interval(1.0, self.refresh_pages)
        self.refresh_pages()

    @on(Resize)
    def _resized(self) -> None:
        self.call_after_refresh(self.refresh_pages)

    # --- how the room stands ---

    async def _listen(self) -> None:
        async for event in self._host.messages():
            if isinstance(event, Lost):
                self._state = LOST
            elif isinstance(event, Disconnected):
                self._over(DISCONNECTED, str(event))
            elif self._state == LOST:
                self._state = CONNECTED
                self.say("Connected again.")
            self.refresh_pages()

    async def _learn(self) -> None:
        """What may be typed after `card` and `seat`."""
        known = await self._asked(hosting.ask(self._host, "list_scenarios"))
        for one in known["scenarios"] if known is not None else ():
            if one["name"] == self._room.scenario:
                self._cards = [card["name"] for card in one["cards"]]
        for bots in known["bots"].values() if known is not None else ():
            self._bots += [bot["name"] for bot in bots if bot["name"] not in self._bots]

    async def _keep_looking(self) -> None:
        while self._state in (CONNECTED, LOST):
            await asyncio.sleep(hosting.EVERY_S)
            await self._look()

    async def _look(self) -> None:
        try:
            await self._read()
        except Refusal as refusal:
            if refusal.answer.code is RefusalCode.UNKNOWN_ROOM:
                self._over(CLOSED, "The room is closed. Ctrl+C leaves.")
        except Disconnected:
            # `_listen` says so.
            pass
        self.refresh_pages()

    async def _read(self) -> None:
        status = await hosting.ask(self._host, "room_status", room=self._room.room)
        self._room, self._told_s = RoomMessage.model_validate(status), time.monotonic()

    def _over(self, state: str, why: str) -> None:
        if self._state not in (CLOSED, DISCONNECTED):
            self._state = state
            self.say(why, wrong=state == DISCONNECTED)

    async def _asked(self, request: Awaitable[dict[str, Any]]) -> dict[str, Any] | None:
        """The answer's data; None, and said why, where it was refused."""
        try:
            return await request
        except Refusal as refusal:
            self.say(refusal_line(refusal.answer), wrong=True)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"][1:])
            self.say(f"{field} {str(first['input'])!r:.60}: {first['msg']}", wrong=True)
        except Disconnected as gone:
            self.say(str(gone), wrong=True)
        return None

    # --- what is shown ---

    def refresh_pages(self) -> None:
        """Show everything as it is now."""
        width = self.size.width - 1
        put(self._title, Content.styled(head(self._room), "bold"), layout=False)
        put(self._link, Content(f" host, {self._state}"))
        table = self._chosen
        if table is None:
            rows = [self._row(one, width) for one in self._room.tables]
            rows += plain(missing_lines(self._room), width)
            self._pane.show("class", heading(titles(width)), rows)
        else:
            above = heading(f"Table {table.number}, session {table.session}: {table.status}")
            self._pane.show(f"table {table.number}", above, self._detail(table, width))
        parts = [f" {key.upper()} {title} " for key, (title, _) in KEYS.items()]
        put(self._keys, Content("F1 Help " + "".join(parts)), layout=False)

    @property
    def _chosen(self) -> TableStatus | None:
        return next((one for one in self._room.tables if one.number == self._number), None)

    def _row(self, table: TableStatus, width: int) -> Content:
        left_ms = self._left_ms(table)
        hurry = left_ms is not None and left_ms <= 30_000 and table.status == "running"
        return Content.styled(table_line(table, left_ms, width), "bold" if hurry else "")

    def _left_ms(self, table: TableStatus) -> int | None:
        if table.now is None:
            return None
        clock = Countdown(table.now.left_ms, self._told_s, table.now.paused)
        return clock.left_now_ms(time.monotonic())

    def _detail(self, table: TableStatus, width: int) -> list[Content]:
        lines = [Content(), *plain(seat_lines(table), width)]
        if table.announcement:
            lines += [Content(), *plain([f"You said: {one_line(table.announcement)}"], width)]
        return [heading(titles(width)), self._row(table, width), *lines]

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Say something in the line above the prompt."""
        self._news.set_class(wrong, "wrong")
        put(self._news, Content(text))

    # --- what is typed ---

    @on(CommandLine.Entered)
    def _entered(self, event: CommandLine.Entered) -> None:
        sure, self._sure = self._sure, None
        if sure is not None:
            if event.line.lower() in ("y", "yes"):
                self.run_worker(self._do(sure, ""))
                return
            self.say("Nothing was done.")
        if event.line:
            self._understand(event.line)
        self.refresh_pages()

    def _understand(self, line: str) -> None:
        try:
            wanted = orders.parse(line, self._room)
        except Complaint as complaint:
            self.say(str(complaint), wrong=True)
            self._line.give_back(line)
            return
        if isinstance(wanted, Look):
            self._show(wanted)
        elif wanted.act.sure:
            self._sure = wanted
            self.say(f"{wanted.where}: {wanted.act.sure}? Type yes, or anything else to leave it.")
        else:
            self.run_worker(self._do(wanted, line))

    def _show(self, wanted: Look) -> None:
        match wanted.word:
            case "quit":
                self.action_leave()
            case "help":
                self.action_help()
            case "acts" | "study":
                self.run_worker(self._read_records(wanted.word))
            case _:
                self._number = wanted.number

    async def _read_records(self, word: str) -> None:
        kind = "list_acts" if word == "acts" else "read_study"
        answer = await self._asked(hosting.ask(self._host, kind, room=self._room.room))
        if answer is None:
            return
        lines = study_lines(answer) if word == "study" else act_lines(answer["acts"], self._room)
        self.push_screen(
            Lines(
                [
                    heading("The study" if word == "study" else "What hosts did"),
                    *map(Content, lines),
                ]
            )
        )

    async def _do(self, order: Order, line: str) -> None:
        content = order.content(self._room.room)
        async with self._asking:
            answer = await self._asked(hosting.ask(self._host, order.act.kind, **content))
        if answer is None:
            self._line.give_back(line)
        else:
            self.say(f"{order.where} {order.act.said}.{_issued(answer)}")
        # Also where it was refused: what is on the screen may be why.
        await self._look()
        self.refresh_pages()

    def _completions(self, line: str) -> list[str]:
        return orders.completions(line, self._room, self._cards, self._bots)

    @on(CommandLine.Choices)
    def _choices(self, event: CommandLine.Choices) -> None:
        self.say(", ".join(event.words))

    @on(Scrolled.Typed)
    def _typed(self, event: Scrolled.Typed) -> None:
        self._line.focus()
        self._line.put(self._line.value + event.letter)

    # --- keys ---

    def action_line(self, line: str) -> None:
        """As if a line was typed; what is being typed stays."""
        self._sure = None
        self._understand(line)
        self.refresh_pages()

    def action_help(self) -> None:
        """Help over everything."""
        words = [heading("Keys"), *map(Content, HELP), Content()]
        words += [heading("What you can type"), *map(Content, orders.WORDS.values())]
        self.push_screen(Lines(words))

    def action_scroll(self, by: int) -> None:
        """Scroll the tables."""
        self._pane.scroll_page(by)

    def action_to_line(self) -> None:
        """Back to the line."""
        self._line.focus()

    def action_colours(self) -> None:
        """The next colours."""
        self.theme = after(self.theme)

    def action_leave(self) -> None:
        """Leave; the server runs the room."""
        self.exit(1 if self._state == DISCONNECTED else 0)


def _issued(answer: dict[str, Any]) -> str:
    """A seat's new token and word, where there are."""
    if "token" not in answer:
        return ""
    return f" To come back: --token {answer['token']}, or the room with --word {answer['word']}."


async def run_class(host: Connection, room: RoomMessage, theme: str) -> int:
    """Run a class on the full screen; the exit code."""
    return await ClassApp(host, room, theme).run_async() or 0
