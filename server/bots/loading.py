"""Bots from outside: a file, an installed package, a process of its own.

A name is, in this order, one of the register (`leader`, `follower:US`), `exec:COMMAND`,
`own:NAME` (any name, in a process of its own), `FILE.py:NAME`, `MODULE:NAME`, or an entry
point of the group `backstop.bots`. Loading runs the code that it loads: never from the wire.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib
import importlib.util
import inspect
import shlex
import shutil
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from random import Random
from types import FunctionType, ModuleType

from server import bots
from server.bots.bot import Bot
from server.bots.limits import Budget, LimitedBot, Limits, can_interrupt
from server.bots.told import told
from server.game.actions import Action
from server.game.cards import View
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Role, SeatId

GROUP = "backstop.bots"
"""Of entry points; each names a class or a function."""
UNSAID = Limits()
FORMS = "a name of the register, FILE.py:NAME, MODULE:NAME, exec:COMMAND or own:NAME"


@dataclass(frozen=True, slots=True)
class FunctionBot:
    """A bot that is a function of view and generator."""

    function: Callable[[View, Random], Action | None]

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`."""
        return self.function(view, random)


def is_registered(name: str) -> bool:
    """Whether a name is one of the register, whose bots need no limits."""
    return name.partition(":")[0] in bots.BOTS


def load(
    name: str,
    role: Role,
    seats: Collection[SeatId] | None = None,
    *,
    folder: Path = Path(),
    limits: Limits = UNSAID,
    apart: bool = False,
) -> Bot:
    """The bot of a name for a role, held to `limits` unless it is of the register.

    Args:
        name: see above.
        role: of the seat that it shall play.
        seats: those of the scenario, where they are known.
        folder: in which files are looked for.
        limits: of time and memory; of memory only in a process of its own.
        apart: run it in a process of its own whatever its name says.

    Raises:
        Refused: ``unknown_bot``, ``unknown_seat``: there is no such bot, or it cannot be loaded.
    """
    if is_registered(name):
        return bots.make(name, role, seats)
    prefix, _, rest = name.partition(":")
    if prefix in ("exec", "own") or apart or not can_interrupt():
        from server.bots.external import CommandBot

        if prefix == "exec":
            check(name, folder)
        else:
            in_process(rest if prefix == "own" else name, role, seats, folder)
        return CommandBot(command_of(name), folder.absolute(), limits)
    return LimitedBot(in_process(name, role, seats, folder), Budget(limits))


def check(name: str, folder: Path = Path()) -> None:
    """That there is a bot of this name, whatever the roles that it can play.

    Raises:
        Refused: ``unknown_bot``.
    """
    prefix, _, rest = name.partition(":")
    if prefix == "exec":
        program = command_of(name)[0]
        if not (shutil.which(program) or shutil.which(folder.absolute() / program)):
            raise _refused(name, f"there is no program {program}")
    elif prefix == "own":
        check(rest, folder)
    elif not is_registered(name):
        _found(name, folder)


def command_of(name: str) -> tuple[str, ...]:
    """The command that runs the bot of a name in a process of its own.

    Raises:
        Refused: ``unknown_bot``: there is no command after ``exec:``.
    """
    prefix, _, rest = name.partition(":")
    if prefix != "exec":
        own = rest if prefix == "own" else name
        return (sys.executable, "-m", "server.bots.serve", own)
    command = tuple(shlex.split(rest))
    if not command:
        raise _refused(name, "no command")
    return command


def in_process(name: str, role: Role, seats: Collection[SeatId] | None, folder: Path) -> Bot:
    """The bot of a name in this process, without limits.

    Raises:
        Refused: as `load`.
    """
    if is_registered(name):
        return bots.make(name, role, seats)
    found = _found(name, folder)
    if isinstance(found, type):
        found = found()
    if hasattr(found, "act"):
        bot: Bot = found
        return bot
    if callable(found):
        return FunctionBot(found)
    raise _refused(name, "neither a class with act(view, random) nor a function of them")


def _found(name: str, folder: Path) -> object:
    place, colon, attribute = name.rpartition(":")
    if not colon:
        points = [point for point in entry_points(group=GROUP) if point.name == name]
        if not points:
            near = difflib.get_close_matches(name, bots.BOTS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise _refused(name, f"no bot of this name{hint}")
        return points[0].load()
    try:
        module = _module(place, folder)
    except FileNotFoundError as error:
        if error.filename != str((folder / place).absolute()):
            raise _refused(name, told(error)) from error
        raise _refused(name, f"there is no file {error.filename}") from None
    except Exception as error:
        raise _refused(name, told(error)) from error
    if not hasattr(module, attribute):
        own = [one for one, value in vars(module).items() if _is_of(value, module)]
        there = f"; it has {', '.join(own)}" if own else ""
        raise _refused(name, f"{place} has no {attribute}{there}")
    return getattr(module, attribute)


def _is_of(value: object, module: ModuleType) -> bool:
    """Whether it is a function or class of a module's own, and not for itself alone."""
    if not isinstance(value, type | FunctionType) or value.__name__.startswith("_"):
        return False
    return value.__module__ == module.__name__


def _module(place: str, folder: Path) -> ModuleType:
    if place.endswith(".py"):
        return _from_file((folder / place).absolute())
    return importlib.import_module(place)


@cache
def _from_file(path: Path) -> ModuleType:
    name = f"backstop_bot_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def version_of(name: str, folder: Path = Path()) -> str:
    """Twelve hexadecimal digits that change with the bot's code.

    Of a command: its words, and the contents of those that are files. Of a function or class:
    the file in which it stands. What these call elsewhere is not in it.
    """
    prefix, _, rest = name.partition(":")
    if prefix == "own":
        return version_of(rest, folder)
    if is_registered(name):
        return _digest(*(path.read_bytes() for path in _register_files()))
    if prefix == "exec":
        words = command_of(name)
        files = [folder / word for word in words if (folder / word).is_file()]
        return _digest(*(word.encode() for word in words), *(path.read_bytes() for path in files))
    source = inspect.getsourcefile(_found(name, folder))  # type: ignore[arg-type]
    return _digest(Path(source).read_bytes()) if source else "unknown"


def _register_files() -> list[Path]:
    return sorted(Path(bots.__file__).parent.glob("*.py"))


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def _refused(name: str, why: str) -> Refused:
    return Refused(RefusalCode.UNKNOWN_BOT, f"{name}: {why}", field="bot", allowed=FORMS)
