"""Bots in a process of their own, asked over JSON lines: any language, and limits that hold.

One line in, one line out (`docs/bots.md`): `begin` opens a match and is answered by `null`,
`act` by an action, `null`, or `{"error": …}`. A process is used for match after match;
one that does not answer in time is killed with all that it started.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Timer
from typing import IO, Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from server.bots.limits import Budget, Limits
from server.game.actions import Action
from server.game.cards import View

VERSION = 1
"""Of the lines."""
STARTING_SECONDS = 20.0
"""For the first answer to `begin` in a match: programs may start slowly, which is no decision.
Who has to be started again starts on the match's time, so that no match lasts for ever."""
ANSWER_LIMIT = 64 * 1024
"""Bytes in one answer."""
VIEW: TypeAdapter[View] = TypeAdapter(View)
ACTION: TypeAdapter[Action] = TypeAdapter(Annotated[Action, Field(discriminator="kind")])

_LIMITED = """
import os, sys
try:
    import resource
    size = int(sys.argv[1]) << 20
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes
        ctypes.CDLL(None).prctl(1, 9)
except (ImportError, ValueError, OSError):
    pass
try:
    os.execvp(sys.argv[2], sys.argv[2:])
except OSError as error:
    sys.exit(f"{sys.argv[2]}: {error.strerror}")
"""
"""Started before the bot: limits its memory, and on Linux lets it die with who asked for it."""


class BotFailed(Exception):
    """The bot's process ended, or did not answer with an action."""


class _Process:
    """A running bot."""

    def __init__(self, command: tuple[str, ...], folder: Path, memory_mb: int) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        limited = (sys.executable, "-I", "-S", "-c", _LIMITED, str(memory_mb), *command)
        self._process = subprocess.Popen(
            limited if os.name == "posix" else command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self._late = False

    def _tell(self, line: bytes) -> None:
        with contextlib.suppress(OSError):
            # That it has ended shows when it is asked.
            self._stdin.write(line + b"\n")
            self._stdin.flush()

    def ask(self, line: bytes, seconds: float) -> bytes:
        """The answer to a line.

        Raises:
            TimeoutError: there was none in time; the process is killed.
            BotFailed: it ended.
        """
        timer = Timer(seconds, self._give_up)
        timer.start()
        try:
            self._tell(line)
            answer: bytes = self._stdout.readline(ANSWER_LIMIT)
        finally:
            timer.cancel()
            timer.join()
        if self._late:
            self.kill()
            raise TimeoutError(f"no answer within {seconds:g} s")
        if not answer.endswith(b"\n"):
            raise BotFailed(self._epitaph(answer))
        return answer

    def _epitaph(self, answer: bytes) -> str:
        if len(answer) == ANSWER_LIMIT:
            self.kill()
            return f"an answer of more than {ANSWER_LIMIT} bytes"
        code = self.kill()
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - 2_000))
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"its process ended with code {code}" + (f": {said[-1][:200]}" if said else "")

    def _give_up(self) -> None:
        self._late = True
        self._signal()

    def _signal(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def kill(self) -> int:
        """End it, with all that it started; its exit code."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            # One that is ending by itself has a code of its own to tell.
            self._process.wait(0 if self._late else 0.2)
        self._signal()
        code = self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        return code

    @property
    def is_running(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None and not self._late

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def close(self) -> None:
        """End it and let go of its files."""
        self._late = True
        self.kill()
        self._errors.close()


_idle: defaultdict[tuple[object, ...], list[_Process]] = defaultdict(list)
"""Processes that wait for their next match, by what they run."""


@atexit.register
def close_all() -> None:
    """End every process that waits."""
    for processes in _idle.values():
        while processes:
            processes.pop().close()


@dataclass
class CommandBot:
    """A bot that a command runs."""

    command: tuple[str, ...]
    folder: Path
    limits: Limits
    _process: _Process | None = None
    _starts: int = 0
    """In this match."""
    _budget: Budget = field(init=False)

    def __post_init__(self) -> None:
        self._budget = Budget(self.limits)

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`.

        Raises:
            TimeoutError: it took too long.
            BotFailed: it ended, or answered something else.
        """
        self._budget.check()
        process = self._running(view)
        with self._budget.decision() as seconds:
            line = b'{"kind":"act","random":"%d","view":%s}' % (
                getattr(random, "number", None) or random.getrandbits(64),
                VIEW.dump_json(view),
            )
            return _action(process.ask(line, seconds))

    def close(self) -> None:
        """The match is over: its process may serve another, unless it was not the first here."""
        process, self._process = self._process, None
        if process is not None and process.is_running and self._starts == 1:
            _idle[self._key].append(process)
        elif process is not None:
            process.close()

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.command, self.folder, self.limits.memory_mb)

    def _running(self, view: View) -> _Process:
        if self._process is None:
            return self._started(view, STARTING_SECONDS)
        if self._process.is_running:
            return self._process
        self._process.close()
        with self._budget.charged() as left:
            return self._started(view, min(STARTING_SECONDS, left))

    def _started(self, view: View, seconds: float) -> _Process:
        self._starts += 1
        waiting = _idle[self._key]
        self._process = (
            waiting.pop() if waiting else _Process(self.command, self.folder, self.limits.memory_mb)
        )
        assert view.own is not None, "bots see what seats see"
        me = view.own.seat
        role = next(one.role for one in view.seats if one.id == me)
        begin = {"kind": "begin", "version": VERSION, "seat": me, "role": role}
        self._process.ask(json.dumps(begin).encode(), seconds)
        return self._process


def _action(answer: bytes) -> Action | None:
    try:
        said: Any = json.loads(answer)
    except ValueError:
        raise BotFailed(f"its answer is not JSON: {answer[:100]!r}") from None
    if said is None:
        return None
    if isinstance(said, dict) and "error" in said:
        raise BotFailed(str(said["error"])[:300])
    try:
        return ACTION.validate_python(said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BotFailed(f"its answer is no action: {place} {first['msg']}".strip()) from None
