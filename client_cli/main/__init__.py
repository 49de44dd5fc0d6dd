"""The `backstop` command: the outermost layer, which may import everything.

Each subcommand lives in a module of its own and is imported when it runs, so that a command
starts with what it needs and no more. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
"""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "demo": ("demo", "Play a whole crisis with bots, store it, and prove it by replay."),
    "serve": ("serve", "Host rooms on this machine."),
    "room": ("room.command", "Open and run rooms of a server, as the host."),
    "join": ("seat", "Play a seat."),
    "watch": ("seat", "Watch a table as the board shows it."),
    "bot": ("seat", "Let a bot play a seat of a live room."),
    "bots": ("bots", "List the bots, or describe one."),
    "llm": ("llm.command", "A language model as a bot, for wherever exec: bots play."),
    "play": ("match", "Play one match of bots without a server, and store it."),
    "tournament": ("tournament", "Play many matches by a plan, and rank the bots."),
    "reproduce": ("reproduce", "A published experiment and two hypotheses, played by bots."),
    "scenarios": ("scenarios", "List the scenarios, or describe one."),
    "check": ("scenarios", "Check a scenario file of your own."),
    "payoff": ("scenarios", "The ledger of one profile of pledges."),
    "solve": ("theory", "Equilibria and optimum of a scenario."),
    "sweep": ("theory", "Solve a scenario, or play it, as numbers in it change."),
    "sessions": ("sessions", "List the stored sessions, newest first."),
    "replay": ("replay", "Step or run through a stored session, or verify it."),
    "fork": ("fork.command", "Go another way from a point of a stored session."),
    "export": ("files", "Write stored sessions, or a game for Gambit, to files."),
    "report": ("report", "The debrief of a session or a room as one HTML file."),
    "import": ("imports", "Take in sessions from a file, verified."),
    "schema": ("files", "The JSON Schema of the wire, the log or a scenario file."),
    "completion": ("completion", "Complete commands, scenarios and bots in a shell."),
    "db": ("database", "Upgrade, check and rebuild the database."),
}


class _Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"client_cli.main.{COMMANDS[name][0]}")
        command = getattr(module, f"{name}_command")
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # Wherever it comes, while a command is imported too; click's own code would be 1.
            raise SystemExit(130) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # Without importing any of them.
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="backstop-game", prog_name="backstop")
def main() -> None:
    """Backstop: a negotiation game about international financial crises.

    \b
    Examples:
      backstop demo                     a whole crisis, played and proved
      backstop serve --lan              host a class
      backstop payoff east-asia JP=12.15 US=9.9
      backstop COMMAND --help           more about one command
    """


if __name__ == "__main__":
    main()
