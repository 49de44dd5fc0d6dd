"""A bot of this language in a process of its own: `python -m server.bots.serve NAME`.

Answers the JSON lines of `external` on standard input; whatever the bot prints goes to
standard error. The same name gives the same bot as in another's process.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import IO, Any

from server.bots.bot import Bot
from server.bots.external import ACTION, VIEW
from server.bots.loading import in_process
from server.bots.told import told
from server.game.scenario import Role


def answer(make: Callable[[Role], Bot], asked: IO[str], answers: IO[str]) -> None:
    """Answer for bots, made anew for each match, until nothing more is asked."""
    bot: Bot | None = None
    for line in asked:
        message = json.loads(line)
        if message["kind"] == "begin":
            bot, line = make(Role(message["role"])), "null"
        else:
            assert bot is not None, "a match begins with begin"
            line = _answer(bot, message)
        answers.write(line + "\n")
        answers.flush()


def _answer(bot: Bot, message: dict[str, Any]) -> str:
    view = VIEW.validate_python(message["view"])
    try:
        action = bot.act(view, Random(int(message["random"])))
        return "null" if action is None else ACTION.dump_json(action).decode()
    except Exception as error:
        return json.dumps({"error": told(error)})


if __name__ == "__main__":
    channel, sys.stdout = sys.stdout, sys.stderr
    name = sys.argv[1]
    answer(lambda role: in_process(name, role, None, Path()), sys.stdin, channel)
