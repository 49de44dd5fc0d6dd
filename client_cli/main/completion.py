"""Completion in a shell: the script that switches it on, and what names it offers."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, get_completion_class

VARIABLE = "_BACKSTOP_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the script by which a shell completes commands, options, scenarios and bots.

    \b
    Examples:
      eval "$(backstop completion bash)"      in ~/.bashrc
      eval "$(backstop completion zsh)"       in ~/.zshrc
      backstop completion fish > ~/.config/fish/completions/backstop.fish
    """
    from client_cli.main import main

    kind = get_completion_class(shell)
    assert kind is not None, "every shell of the choice is one that click knows"
    click.echo(kind(main, {}, "backstop", VARIABLE).source())


def scenarios(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The shipped scenarios, and files."""
    from server.scenarios import names

    found = [CompletionItem(name) for name in names() if name.startswith(begun)]
    return [*found, CompletionItem(begun, type="file")]


def bots(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The bots of the register, and files."""
    from server.bots import BOTS

    found = [
        CompletionItem(name, help=spec.summary)
        for name, spec in BOTS.items()
        if name.startswith(begun)
    ]
    return [*found, CompletionItem(begun, type="file")]
