"""`backstop bots`: the strategies, what each does, what is true of it and where it is from."""

from __future__ import annotations

import json

import click

from client_cli.main import completion
from client_cli.main.common import fail
from client_cli.text import wrapped
from server.bots import BOTS, BotSpec, bots_for
from server.game.scenario import Role


@click.command()
@click.argument("name", required=False, shell_complete=completion.bots)
@click.option("--role", type=click.Choice([role.value for role in Role]), help="For one role.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def bots_command(name: str | None, role: str | None, as_json: bool) -> None:
    """List the bots, or describe one.

    \b
    Examples:
      backstop bots
      backstop bots --role bank
      backstop bots k-group
      backstop bots --json
    """
    names = list(BOTS) if role is None else bots_for(Role(role))
    if name is not None:
        if name not in names:
            fail(f"there is no bot {name}; there are {', '.join(names)}")
        names = [name]
    for one in names:
        if as_json:
            click.echo(json.dumps(_row(one, BOTS[one]), ensure_ascii=False))
        else:
            click.echo("\n".join(_told(one, BOTS[one])))


def _row(name: str, spec: BotSpec) -> dict[str, object]:
    traits = spec.traits
    return {
        "name": name,
        "form": name + spec.takes,
        "roles": list(spec.roles),
        "summary": spec.summary,
        "source": spec.source,
        "stochastic": traits.stochastic,
        "memory_rounds": traits.memory_rounds,
        "keeps_promises": traits.keeps_promises,
        "conditional": traits.conditional,
        "uses": sorted(traits.uses),
    }


def _told(name: str, spec: BotSpec) -> list[str]:
    return [
        f"{name + spec.takes:<22} {', '.join(spec.roles)}",
        *wrapped(f"{spec.summary}.", "    "),
        *wrapped(f"{_traits(spec)}.", "    "),
        *wrapped(f"Source: {spec.source}.", "    "),
    ]


def _traits(spec: BotSpec) -> str:
    traits = spec.traits
    told = ["draws by chance"] if traits.stochastic else []
    told.append("depends on others" if traits.conditional else "whatever others do")
    match traits.memory_rounds:
        case None:
            told.append("remembers every round")
        case 0:
            told.append("remembers nothing")
        case rounds:
            told.append(f"remembers {rounds} round" + "s" * (rounds > 1))
    told.append("keeps its promises" if traits.keeps_promises else "may break promises")
    if traits.uses:
        told.append(f"uses {', '.join(sorted(traits.uses))}")
    return "; ".join(told)
