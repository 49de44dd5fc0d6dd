"""The page `docs/cli.md`: what of it is made from the commands themselves.

The prose is written in the page; what stands between `<!-- begin commands -->` and
`<!-- end commands -->` is made here. Run `python -m tests.cli` to bring it up to date.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from client_cli.main import main

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
WIDTH = 88


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command with its full name, in the order of `backstop --help`."""
    yield from _under("backstop", main, None)


def _under(
    name: str, command: click.Command, parent: click.Context | None
) -> Iterator[tuple[str, click.Command, click.Context]]:
    context = click.Context(
        command,
        info_name=name.rpartition(" ")[2],
        parent=parent,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        **({} if parent else command.context_settings),
    )
    yield name, command, context
    if isinstance(command, click.Group):
        for one in command.list_commands(context):
            under = command.get_command(context, one)
            assert under is not None
            yield from _under(f"{name} {one}", under, context)


def filled(text: str) -> str:
    """The page with its made part made anew."""
    before, begun, rest = text.partition("<!-- begin commands -->")
    _, ended, after = rest.partition("<!-- end commands -->")
    assert begun and ended, "the page has its marks"
    return f"{before}{begun}\n\n" + "\n".join(_sections()) + f"\n{ended}{after}"


def _sections() -> Iterator[str]:
    for name, command, context in commands():
        depth = "#" * (2 + name.count(" "))
        yield f"{depth} `{name}`\n\n```text\n{command.get_help(context)}\n```\n"
