"""The simple bots where nobody can talk: what they decide in many matches at once.

Owns their rules a second time, for columns with one entry a match; tests hold the two
together. Where a column could come out differently from the bot itself, the bot is asked.
For the basic rules alone; everything else is for `Bot.act`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from server.bots import banks, laboratory, reading, repliers, worth
from server.bots.banks import BankBot
from server.bots.bot import Bot
from server.bots.chance import decision_random
from server.bots.debtors import DebtorBot
from server.bots.fund import FundBot
from server.bots.governments import GovernmentBot
from server.game.cards import View
from server.game.crisis import divisor
from server.game.scenario import Bank, Government, Scenario, Seat
from server.theory.stage import Stage, round_stage

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SURE_MUSD = 1e-6
"""Two payoffs that are nearer than this are compared by the bot itself."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """The same round of many matches, as all seats see it; the first axis is the matches."""

    number: int
    """From 1."""
    seeds: Ints
    need_musd: Ints
    """Before banks withdraw."""
    claims_due_musd: Ints
    """By bank, in seat order; the same in every match."""
    limits_musd: Ints
    """The largest pledge, by government in seat order."""
    pledges_musd: Ints | None
    """Of the round before, by government; None in the first round."""
    withdrawn_permille: Ints | None
    """Of the round before, by bank."""

    def at(self, matches: Ints) -> Rounds:
        """Of some of the matches."""
        return replace(
            self,
            seeds=self.seeds[matches],
            need_musd=self.need_musd[matches],
            limits_musd=self.limits_musd[matches],
            pledges_musd=None if self.pledges_musd is None else self.pledges_musd[matches],
            withdrawn_permille=(
                None if self.withdrawn_permille is None else self.withdrawn_permille[matches]
            ),
        )

    def expected_need_musd(self, other_than: int | None = None) -> Ints:
        """As `reading.expected_need_musd`; for a bank, other than its own withdrawal."""
        if self.withdrawn_permille is None or not self.claims_due_musd.size:
            return self.need_musd
        left = self.claims_due_musd * self.withdrawn_permille // 1000
        if other_than is not None:
            left = np.delete(left, other_than, axis=1)
        return np.asarray(self.need_musd + left.sum(axis=1))


@dataclass(frozen=True)
class Desk:
    """What a seat knows throughout a match: its scenario, and its first view."""

    scenario: Scenario
    seat: Seat
    view: View
    """Of any match, in its first round: read only for what never changes."""

    @cached_property
    def place(self) -> int:
        """Among the governments, or among the banks."""
        same: tuple[Seat, ...] = (
            self.scenario.governments if isinstance(self.seat, Government) else self.scenario.banks
        )
        return same.index(self.seat)

    @cached_property
    def quota(self) -> float:
        """As `reading.quota` of the seat itself."""
        return reading.quota(self.view, self.seat.id)

    @cached_property
    def others_quotas(self) -> tuple[float, ...]:
        """Of the other governments."""
        others = reading.other_governments(self.view)
        return tuple(reading.quota(self.view, one.id) for one in others)

    @cached_property
    def stage(self) -> Stage:
        """The round as theory sees it, its need still open."""
        return round_stage(
            self.scenario,
            divisor=divisor(self.scenario),
            need_musd=0,
            official_musd=0,
            tranche_musd=0,
            reserves_musd=0,
            last_stability=1.0,
            asked_musd={},
        )

    def fair_musd(self, now: Rounds) -> Floats:
        """The seat's own fair share."""
        return np.asarray(self.quota * np.maximum(0, now.need_musd))

    def effort(self, now: Rounds) -> Floats | None:
        """As `reading.others_effort`."""
        if now.pledges_musd is None:
            return None
        paid = now.pledges_musd.sum(axis=1) - now.pledges_musd[:, self.place]
        # By Python's sum, which in some versions rounds otherwise than one by one.
        gaps = np.maximum(0, now.need_musd).tolist()
        fair = np.array([float(sum(quota * gap for quota in self.others_quotas)) for gap in gaps])
        share = paid / np.where(fair == 0, 1.0, fair)
        return np.where(fair == 0, 1.0, np.minimum(1.0, share))

    def whole_steps(self, now: Rounds, amount_musd: npt.ArrayLike) -> Ints:
        """As `reading.whole_steps`."""
        step = self.scenario.pledge_step_musd
        limited = np.minimum(np.maximum(amount_musd, 0.0), now.limits_musd[:, self.place])
        return (limited // step).astype(np.int64) * step


Rule = Callable[[Desk, Rounds], npt.ArrayLike]
"""What a seat pledges, or takes out in thousandths, in each match."""


def _everything(desk: Desk, now: Rounds) -> Ints:
    return now.limits_musd[:, desk.place]


def _fair_share(desk: Desk, now: Rounds) -> Ints:
    return desk.whole_steps(now, desk.fair_musd(now))


def _in_kind(desk: Desk, now: Rounds) -> Ints:
    effort = desk.effort(now)
    return desk.whole_steps(now, (0.5 if effort is None else effort) * desk.fair_musd(now))


def _hump(desk: Desk, now: Rounds) -> Ints:
    effort = desk.effort(now)
    slope = 0.5 if effort is None else np.minimum(effort, 1 - effort)
    return desk.whole_steps(now, slope * desk.fair_musd(now))


def _lead(desk: Desk, now: Rounds) -> Ints:
    effort = desk.effort(now)
    part = 1.3 if effort is None else np.where(effort >= 0.5, 1.3, 0.5)
    return desk.whole_steps(now, part * desk.fair_musd(now))


def _any_amount(desk: Desk, now: Rounds) -> list[int]:
    step = desk.scenario.pledge_step_musd
    limits = now.limits_musd[:, desk.place].tolist()
    drawn = zip(_randoms(desk, now), limits, strict=True)
    return [random.randint(0, limit // step) * step for random, limit in drawn]


def _randoms(desk: Desk, now: Rounds) -> list[Any]:
    # The log has named the seat once when it was taken, and once in each round.
    return [decision_random(seed, desk.seat.id, now.number) for seed in now.seeds.tolist()]


def _best_reply(desk: Desk, now: Rounds) -> Ints:
    """The one level that pays most; where several nearly do, the bot says which."""
    need_musd = now.expected_need_musd()
    seen = np.zeros_like(now.limits_musd) if now.pledges_musd is None else now.pledges_musd
    levels = desk.stage.levels_musd(desk.place)
    stage = replace(desk.stage, need_musd=cast(int, need_musd[:, None]))
    payoffs = stage.own_payoffs(desk.place, seen)
    limits = now.limits_musd[:, desk.place]
    payoffs = np.where(levels <= limits[:, None], payoffs, -np.inf)
    near = payoffs >= payoffs.max(axis=1, keepdims=True) - SURE_MUSD
    chosen = levels[near.argmax(axis=1)]
    others = seen.sum(axis=1) - seen[:, desk.place]
    for match in np.flatnonzero(near.sum(axis=1) > 1).tolist():
        figures = (int(column[match]) for column in (need_musd, others, limits))
        chosen[match] = _best_reply_of_bot(desk, *figures)
    return np.asarray(chosen)


def _best_reply_of_bot(desk: Desk, need_musd: int, others_musd: int, limit_musd: int) -> int:
    view = desk.view
    view = replace(view, own=replace(reading.own(view), largest_pledge_musd=limit_musd))
    expected = worth.prospect(view, others_musd)
    return worth.best_reply_musd(view, replace(expected, need_musd=need_musd))


def _with_the_crowd(desk: Desk, now: Rounds) -> npt.ArrayLike:
    last = now.withdrawn_permille
    if last is None:
        return 500
    if last.shape[1] == 1:
        return last[:, 0]
    others = last.sum(axis=1) - last[:, desk.place]
    return np.asarray(others // (last.shape[1] - 1))


def _if_it_pays(desk: Desk, now: Rounds) -> list[int]:
    least = banks.critical_stability(desk.view)
    sharpness = desk.scenario.sharpness
    money = [0] * len(now.seeds)
    if now.pledges_musd is not None:
        money = now.pledges_musd.sum(axis=1).tolist()
    believed = zip(money, now.expected_need_musd(desk.place).tolist(), strict=True)
    return [0 if reading.stability_at(*one, sharpness) >= least else 1000 for one in believed]


def _any_share(desk: Desk, now: Rounds) -> list[int]:
    return [10 * random.randint(0, 100) for random in _randoms(desk, now)]


PLEDGES: Mapping[object, Rule] = {
    laboratory.nothing: lambda desk, now: 0,
    laboratory.everything: _everything,
    laboratory.fair_share: _fair_share,
    laboratory.in_kind: _in_kind,
    laboratory.hump: _hump,
    laboratory.lead: _lead,
    laboratory.any_amount: _any_amount,
    repliers.best_reply: _best_reply,
}
"""By what the bot pays by."""
WITHDRAWALS: Mapping[object, Rule] = {
    banks.run: lambda desk, now: 1000,
    banks.stay: lambda desk, now: 0,
    banks.with_the_crowd: _with_the_crowd,
    banks.if_it_pays: _if_it_pays,
    banks.any_share: _any_share,
}
"""By what the bot withdraws by."""


def rule_of(bot: Bot) -> Rule | None:
    """A government's or bank's rule for columns; None where it has none, or decides nothing."""
    if isinstance(bot, GovernmentBot):
        return PLEDGES.get(bot.pays)
    return WITHDRAWALS.get(bot.withdraws) if isinstance(bot, BankBot) else None


def is_simple(bot: Bot, seat: Seat) -> bool:
    """Whether what it does in a silent game is known here, if only that it does nothing."""
    if isinstance(seat, Government | Bank):
        return rule_of(bot) is not None
    return isinstance(bot, FundBot | DebtorBot)
