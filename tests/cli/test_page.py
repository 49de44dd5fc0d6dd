"""The page of the commands, and what holds for each of them."""

from __future__ import annotations

import click
import pytest

from tests.cli.page import PAGE, commands, filled

ALL = {name: (command, context) for name, command, context in commands()}
LEAVES = [name for name, (command, _) in ALL.items() if not isinstance(command, click.Group)]


def test_the_page_is_what_the_commands_say() -> None:
    text = PAGE.read_text("utf-8")
    assert filled(text) == text, "run: python -m tests.cli"


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_examples_that_begin_with_its_name(name: str) -> None:
    command, context = ALL[name]
    _, found, examples = command.get_help(context).partition("Examples:")
    assert found
    assert f"backstop{name.removeprefix('backstop')}" in examples


@pytest.mark.parametrize("name", LEAVES)
def test_every_option_says_what_it_does(name: str) -> None:
    command, _ = ALL[name]
    silent = [
        one.name
        for one in command.params
        if isinstance(one, click.Option) and not one.help and one.show_default is not True
    ]
    assert silent == []
