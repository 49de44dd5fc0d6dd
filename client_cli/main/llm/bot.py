"""A seat played by a language model, through the eyes and the words of line mode.

The model is shown what a person would be shown (`client_cli.render`) and answers with one typed
line, which the one parser (`client_cli.commands`) reads. What it gets wrong it is told as a person
would be, and may try again. Everything asked and answered goes into a transcript.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from client_cli import render
from client_cli.amounts import Complaint, bn
from client_cli.commands import Local, parse
from client_cli.forms import help_lines
from client_cli.main.llm.provider import Message, Provider, ProviderFailed, Reply
from client_cli.text import one_line
from server.bots import reading, worth
from server.bots.bot import ready
from server.game.actions import Action, Pledge, Supposition
from server.game.cards import View

SEALED = frozenset({"pledge", "withdraw", "decide_tranche", "decide_programme"})
"""Kinds that are decided once a round."""
PAST_MESSAGES = 40
"""The latest messages that are shown."""
RULES = """\
You play a seat in a negotiation about an international financial crisis. Creditor governments, \
their banks and the IMF talk, table packages, vote on IMF tranches and pledge money in sealed \
decisions, round by round. Stability helps everybody, whoever pays for it; what you pay you pay \
alone. You want your own payoff, as your private card describes it, to be as large as possible.
You are shown where things stand. Answer with exactly one line: one of the commands that are \
listed, as written there, with amounts in US$ bn. Write nothing else. Where nothing needs to be \
said or done any more in this phase, answer: ready"""
AGAIN = "Answer with one command, nothing else."


class LimitReached(Exception):
    """No more calls may be made, or paid."""


class NoCommand(Exception):
    """The model did not answer with a command, however often it was told."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one seat may ask for in a match."""

    calls: int = 100
    cost_usd: float = float("inf")
    calls_per_phase: int = 6
    """Then the seat is ready, or its written default plays."""
    tries: int = 3
    """For one action, mistakes included."""


@dataclass(frozen=True, slots=True)
class Prices:
    """US$ per million tokens."""

    prompt: float = 0.0
    answer: float = 0.0

    def of(self, reply: Reply) -> float:
        """What an answer cost, in US$."""
        paid = self.prompt * reply.prompt_tokens + self.answer * reply.answer_tokens
        return paid / 1_000_000


class LlmBot:
    """A bot for one seat and one match.

    Args:
        provider: that is asked.
        limits: of calls and cost.
        prices: of the model, for the cost.
        note: is given each entry of the transcript as one line of JSON.
    """

    def __init__(
        self,
        provider: Provider,
        limits: Limits,
        prices: Prices,
        note: Callable[[str], None],
    ) -> None:
        self._provider = provider
        self._limits = limits
        self._prices = prices
        self._note = note
        self._here: tuple[int, int, str] | None = None
        self._calls_here = 0
        self.calls = 0
        self.cost_usd = 0.0

    def act(self, view: View, random: Random) -> Action | None:
        """See `server.bots.bot.Bot`.

        Raises:
            LimitReached, NoCommand, ProviderFailed: the written default has to play.
        """
        own = reading.own(view)
        kinds = set(own.may) - {"mark_ready"}
        if own.final or not kinds:
            return ready(view)
        here = (view.clock.crisis, view.clock.round, view.clock.phase)
        if here != self._here:
            self._here, self._calls_here = here, 0
        if _is_done(view, kinds):
            return None
        if self._calls_here >= self._limits.calls_per_phase and not kinds & SEALED:
            return ready(view)
        return self._decided(view, random)

    def _decided(self, view: View, random: Random) -> Action:
        messages = [
            Message(role="system", content=RULES),
            Message(role="user", content=shown(view)),
        ]
        for _ in range(self._limits.tries):
            reply = self._asked(view, messages, random.getrandbits(31))
            try:
                action = understood(view, reply.text)
            except Complaint as error:
                complaint = str(error)
                self._write(view, messages, reply, complaint)
            else:
                self._write(view, messages, reply, "")
                return action
            messages += [
                Message(role="assistant", content=reply.text),
                Message(role="user", content=f"{complaint}\n{AGAIN}"),
            ]
        raise NoCommand(f"no command in {self._limits.tries} tries; the last: {complaint}")

    def _asked(self, view: View, messages: list[Message], seed: int) -> Reply:
        if self.calls >= self._limits.calls:
            raise LimitReached(f"{self.calls} calls were made, which is the limit")
        if self.cost_usd >= self._limits.cost_usd:
            raise LimitReached(f"US$ {self.cost_usd:.4f} were spent, which is the limit")
        self.calls += 1
        self._calls_here += 1
        try:
            reply = self._provider.ask(messages, seed)
        except ProviderFailed as failed:
            self._write(view, messages, None, str(failed))
            raise
        self.cost_usd += self._prices.of(reply)
        return reply

    def _write(
        self, view: View, messages: list[Message], reply: Reply | None, complaint: str
    ) -> None:
        clock = view.clock
        entry: dict[str, Any] = {
            "seat": reading.own(view).seat,
            "crisis": clock.crisis,
            "round": clock.round,
            "phase": str(clock.phase),
            "model": self._provider.model,
            "messages": messages,
            "reply": asdict(reply) if reply else None,
            "complaint": complaint,
            "calls": self.calls,
            "cost_usd": round(self.cost_usd, 6),
        }
        self._note(json.dumps(entry, ensure_ascii=False))


def _is_done(view: View, kinds: set[str]) -> bool:
    """Whether nothing waits for the seat, whatever it might still do."""
    own = reading.own(view)
    if kinds == {"vote"}:
        return all(one.proposal in own.ballots for one in view.proposals)
    mine = reading.card(view, own.seat)
    is_ready = mine is not None and mine.done
    return is_ready and not kinds & SEALED and not own.packages_to_answer


def shown(view: View) -> str:
    """What the model is shown: what a person is shown, and the words that are open."""
    said = view.messages[-PAST_MESSAGES:]
    lines = [
        *render.brief(view),
        "",
        *(line for card in view.rounds for line in render.round_lines(view, card)),
        *(f"{one.seat} in {one.channel}: {one_line(one.text)}" for one in said),
        "",
        *render.status(view, None),
        "",
        "Commands that are open now:",
        *_commands(view),
    ]
    return "\n".join(lines)


def _commands(view: View) -> list[str]:
    rules = view.scenario.advanced
    open_kinds = reading.own(view).may
    lines = help_lines(open_kinds, rules.switches if rules else ())
    local = set(help_lines((), ()))
    return [line for line in lines if line not in local]


def understood(view: View, text: str) -> Action:
    """The action that an answer is.

    Raises:
        Complaint: it is none, or none that is open now; the text says what would be.
    """
    lines = [line.strip().strip("`") for line in text.strip().splitlines()]
    lines = [line for line in lines if line]
    if len(lines) != 1:
        raise Complaint(f"one line is wanted, not {len(lines)}")
    action = parse(lines[0])
    own = reading.own(view)
    if isinstance(action, Local | Supposition):
        raise Complaint(f"{lines[0].split()[0]} does nothing in the game")
    if action.kind not in own.may:
        raise Complaint(f"{lines[0].split()[0]} is not open now")
    if isinstance(action, Pledge):
        _check_amount(view, action.pledge_musd)
    return action


def _check_amount(view: View, pledge_musd: int) -> None:
    allowed = worth.allowed_pledges(view)
    if pledge_musd not in allowed:
        raise Complaint(
            f"a pledge is between 0 and {bn(allowed[-1])}, in steps of {bn(allowed.step)}"
        )
