"""`backstop llm`: a language model in a seat, over the JSON lines of `exec:` bots."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from client_cli.main.common import fail

if TYPE_CHECKING:
    from client_cli.main.llm.bot import LlmBot


@click.command()
@click.option("--url", required=True, help="Of the endpoint, without /chat/completions.")
@click.option("--model", required=True, help="As the provider names it.")
@click.option(
    "--key", envvar="BACKSTOP_LLM_KEY", default="", help="For the provider (BACKSTOP_LLM_KEY)."
)
@click.option(
    "--seconds",
    type=click.FloatRange(1, 600),
    default=60.0,
    show_default=True,
    help="For one answer.",
)
@click.option(
    "--calls", type=click.IntRange(1), default=100, show_default=True, help="At most in one match."
)
@click.option(
    "--cost",
    "cost_usd",
    type=click.FloatRange(0, min_open=True),
    metavar="USD",
    help="At most in one match; needs the prices.",
)
@click.option(
    "--price-prompt",
    type=click.FloatRange(0),
    default=0.0,
    metavar="USD",
    help="Per million tokens of what is asked.",
)
@click.option(
    "--price-answer",
    type=click.FloatRange(0),
    default=0.0,
    metavar="USD",
    help="Per million tokens of answers.",
)
@click.option(
    "--tries", type=click.IntRange(1, 10), default=3, show_default=True, help="For one action."
)
@click.option(
    "--transcript",
    type=click.Path(dir_okay=False),
    default="llm-transcript.jsonl",
    show_default=True,
    help="Everything asked and answered is added to this file.",
)
def llm_command(
    url: str,
    model: str,
    key: str,
    seconds: float,
    calls: int,
    cost_usd: float | None,
    price_prompt: float,
    price_answer: float,
    tries: int,
    transcript: str,
) -> None:
    """A language model as a bot, for wherever `exec:` bots play.

    It is shown what a person in line mode is shown, and types one command at a time. Any endpoint
    that speaks OpenAI's chat completions will do, one on this machine too.

    \b
    Examples:
      backstop llm --help
      backstop bot 127.0.0.1:8000 KITE7 \\
        --bot "exec:backstop llm --url http://127.0.0.1:11434/v1 --model NAME"
      backstop play korea-1997 \\
        --bots "JP=exec:backstop llm --url http://127.0.0.1:11434/v1 --model NAME"
    """
    if cost_usd is not None and not price_prompt and not price_answer:
        raise click.UsageError("--cost needs --price-prompt or --price-answer")
    from client_cli.main.llm.bot import Limits, LlmBot, Prices
    from client_cli.main.llm.provider import Provider
    from server.bots import serve

    path = Path(transcript)
    try:
        path.touch()
    except OSError as error:
        fail(f"{transcript}: {error.strerror}")

    def note(line: str) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def made() -> LlmBot:
        return LlmBot(
            Provider(url, model, key, seconds),
            Limits(calls, cost_usd if cost_usd is not None else float("inf"), tries=tries),
            Prices(price_prompt, price_answer),
            note,
        )

    channel, sys.stdout = sys.stdout, sys.stderr
    serve.answer(lambda _: made(), sys.stdin, channel)
