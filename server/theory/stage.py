"""One stage of the game as arrays: what every profile of pledges pays, many at a time.

Owns the payoffs of `server.game` a second time, unrounded and vectorised (model, section 2);
tests hold the two together. A stage is the undivided one-shot game or one round as it was
played; banks, the Fund's money and asks are given. Amounts are US$ millions. Profiles are
arrays whose last axis is the governments in seat order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from server.game import condition
from server.game.crisis import (
    RoundMoney,
    largest_pledge_musd,
    need_of_round_musd,
    withdrawals_permille,
)
from server.game.government_lines import pressure_force
from server.game.payoffs import stake_musd
from server.game.scenario import Government, Scenario, SeatId

Floats = npt.NDArray[np.float64]
Pledges = npt.NDArray[np.int64]

GRID_MUSD = 50
"""The default distance between two pledges that are compared."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Pressure on one government: what each dollar costs that it pays less than asked."""

    place: int
    """Of the government pressed, in seat order."""
    force: float
    """theta·e: per dollar missing."""
    asked_musd: int


@dataclass(frozen=True)
class Stage:
    """What the governments play for. One entry by government in every array."""

    seats: tuple[SeatId, ...]
    grid_musd: int
    limits_musd: Pledges
    """The largest pledge of each, on the grid."""
    need_musd: int
    """N, withdrawals and what the crowd takes out included. `own_payoffs` counts as well with a
    column in its place, a need for each row of profiles."""
    official_musd: int
    """Money that is there before any pledge: the Fund's and what comes with it."""
    reserves_musd: int
    """The debtor's own, used only for what pledges leave open."""
    sharpness: float
    stake: Floats
    """Psi: coefficient of S (model, 2.3)."""
    private_rate: Floats
    """d(1-phi) + r, per dollar drawn."""
    leak_rate: Floats
    """phi·d: what a dollar drawn gives to all whose banks are exposed."""
    leak_share: Floats
    """s: the part of that which comes to each."""
    unit_cost: Floats
    resistance: Floats
    """tau/(2B)."""
    credit_loss: Floats
    relative_gains: Floats
    """g: weight of gaining less than the others."""
    fixed: Floats
    """The cost of the shares in the Fund's tranche."""
    refund: bool = False
    asks: tuple[Ask, ...] = ()
    others_at_least_musd: Pledges | None = None
    """Conditional pledges: theta by government; less from the others, and it pays nothing."""

    @cached_property
    def room_musd(self) -> int:
        """The most bilateral money that is drawn."""
        return self.need_musd - self.official_musd

    @cached_property
    def only_total_matters(self) -> bool:
        """Whether a best reply depends on nothing but the sum of the others' pledges.

        Not so where payoffs are compared, where pledges are conditional, and where others'
        leaks shrink because together they pledge more than is drawn.
        """
        fits = self.limits_musd.sum() <= self.room_musd
        leaks = bool(self.leak_rate.any()) and not fits
        return not (self.relative_gains.any() or leaks or self.others_at_least_musd is not None)

    def levels_musd(self, place: int) -> Pledges:
        """All pledges that one government may choose from, ascending."""
        return np.arange(0, self.limits_musd[place] + 1, self.grid_musd, dtype=np.int64)

    def drawn_share(self, pledged: Floats) -> Floats:
        """Which part of every pledge is drawn, where `pledged` is the sum of all.

        Money above the need is not drawn; with refunds none is that does not reach it.
        """
        share = np.minimum(1.0, self.room_musd / np.maximum(pledged, 1.0))
        if self.refund:
            share = np.where(pledged + self.reserves_musd >= self.room_musd, share, 0.0)
        return share

    def effective(self, pledged: Floats) -> Floats:
        """E: all money that is paid, where `pledged` is the sum of all pledges."""
        bilateral = pledged * self.drawn_share(pledged)
        return np.minimum(self.need_musd, self.official_musd + bilateral + self.reserves_musd)

    def stability(self, pledged: Floats) -> Floats:
        """S = min(1, E/N)^rho (model, 2.2); 1 where nothing is needed."""
        # Just as much money as is needed must give 1, although shares are rounded.
        full = pledged >= self.room_musd
        covered = np.where(full, 1.0, self.effective(pledged) / np.maximum(1, self.need_musd))
        return np.asarray(covered**self.sharpness)

    def active(self, profiles: Floats) -> Floats:
        """The pledges whose conditions on the others hold: the greatest fixed point.

        All start active; who finds too little among the others drops out, until nobody
        does (model, section 3 (vii)).
        """
        if self.others_at_least_musd is None:
            return profiles
        kept = profiles
        counts = np.ones(profiles.shape, dtype=bool)
        for _ in self.seats:
            others = kept.sum(axis=-1, keepdims=True) - kept
            counts = counts & (others >= self.others_at_least_musd)
            kept = np.where(counts, profiles, 0.0)
        return kept

    def material(self, profiles: npt.ArrayLike) -> Floats:
        """pi of every government: all lines but pressure and relative gains (model, 2.3)."""
        pledges = self.active(np.asarray(profiles, dtype=np.float64))
        pledged = pledges.sum(axis=-1, keepdims=True)
        leaked = (pledges * self.leak_rate).sum(axis=-1, keepdims=True)
        return self._lines(slice(None), pledges, pledged, leaked)

    def _lines(self, who: slice | int, own: Floats, pledged: Floats, leaked: Floats) -> Floats:
        """pi of some governments from their own pledges and two sums over all."""
        share, stability = self.drawn_share(pledged), self.stability(pledged)
        drawn = own * share
        return np.asarray(
            self.stake[who] * stability
            + (self.private_rate[who] - self.unit_cost[who]) * drawn
            - self.resistance[who] * drawn * drawn
            - self.credit_loss[who] * drawn * (1 - stability)
            + self.leak_share[who] * leaked * share
            + self.fixed[who]
        )

    def payoffs(self, profiles: npt.ArrayLike) -> Floats:
        """What each government gets: all lines. Shape as given, last axis the governments."""
        pledges = self.active(np.asarray(profiles, dtype=np.float64))
        material = self.material(pledges)
        drawn = pledges * self.drawn_share(pledges.sum(axis=-1, keepdims=True))
        others = max(1, len(self.seats) - 1)
        mean = (material.sum(axis=-1, keepdims=True) - material) / others
        if len(self.seats) == 1:
            mean = material
        payoffs = np.asarray(material - self.relative_gains * (mean - material))
        for ask in self.asks:
            payoffs[..., ask.place] += _pressure(ask, drawn[..., ask.place])
        return payoffs

    def own_payoffs(self, place: int, profiles: Pledges) -> Floats:
        """What one government gets by each of its levels against each row of profiles.

        Shape (rows, levels); the government's own entry in a row is not looked at.
        """
        levels = self.levels_musd(place).astype(np.float64)
        if self.relative_gains.any() or self.others_at_least_musd is not None:
            tried = np.repeat(profiles[:, None, :].astype(np.float64), len(levels), axis=1)
            tried[:, :, place] = levels
            return self.payoffs(tried)[:, :, place]
        others = np.delete(profiles, place, axis=1)
        pledged = others.sum(axis=1)[:, None] + levels
        leaks = others @ np.delete(self.leak_rate, place)
        leaked = leaks[:, None] + self.leak_rate[place] * levels
        own = self._lines(place, levels, pledged, leaked)
        drawn = levels * self.drawn_share(pledged)
        for ask in self.asks:
            if ask.place == place:
                own = own + _pressure(ask, drawn)
        return own

    def welfare(self, profiles: npt.ArrayLike) -> Floats:
        """Sum of the governments' material payoffs; one number a profile."""
        return np.asarray(self.material(profiles).sum(axis=-1))


def _pressure(ask: Ask, drawn: Floats) -> Floats:
    """-theta·e·max(0, A - x) (model, 2.3)."""
    return -ask.force * np.maximum(0.0, ask.asked_musd - drawn)


def stage_of(
    scenario: Scenario,
    *,
    grid_musd: int = GRID_MUSD,
    tranche_musd: int = 0,
    withdrawn_permille: Mapping[SeatId, int] | None = None,
    asked_musd: Mapping[SeatId, Mapping[SeatId, int]] | None = None,
    others_at_least_musd: Mapping[SeatId, int] | None = None,
) -> Stage:
    """The undivided one-shot game of a scenario.

    Args:
        scenario: of a campaign, the first crisis.
        grid_musd: pledges are multiples of it.
        tranche_musd: the Fund's money; what comes with it is added.
        withdrawn_permille: by bank, 0 where left out.
        asked_musd: by government pressed, then by the one that presses.
        others_at_least_musd: thresholds of conditional pledges by government.

    Raises:
        ValueError: an amount is out of range, or a seat has no such decision.
    """
    if grid_musd < 1:
        raise ValueError(f"grid: {grid_musd} is below 1")
    if tranche_musd < 0:
        raise ValueError(f"tranche: {tranche_musd} is below 0")
    need_musd = _need_musd(scenario, withdrawn_permille or {})
    tranche_musd = min(tranche_musd, need_musd)
    ifi_musd = min(round(scenario.ifi_share * tranche_musd), need_musd - tranche_musd)
    before = condition.opening(scenario)
    capacities = [seat.capacity_musd for seat in scenario.governments]
    return _stage(
        scenario,
        grid_musd=grid_musd,
        capacities_musd=capacities,
        divisor=1,
        need_musd=need_musd,
        official_musd=tranche_musd + ifi_musd,
        tranche_musd=tranche_musd,
        reserves_musd=before.spare_reserves_musd(scenario) if before else 0,
        asks=_asks(scenario, asked_musd or {}),
        others_at_least_musd=_thresholds(scenario, others_at_least_musd),
    )


def round_stage(
    scenario: Scenario,
    *,
    divisor: int,
    need_musd: int,
    official_musd: int,
    tranche_musd: int,
    reserves_musd: int,
    last_stability: float,
    asked_musd: Mapping[SeatId, Mapping[SeatId, int]],
) -> Stage:
    """One round as it was played: the governments' pledges are open, all else has happened.

    Pledges are on the grid of the scenario's `pledge_step_musd`.

    Args:
        scenario: as it was in the round.
        divisor: by how many rounds its money is divided.
        need_musd: N of the round, withdrawals included.
        official_musd: all money that was drawn before the pledges.
        tranche_musd: the part of it that is the Fund's.
        reserves_musd: money that was there for what pledges leave open.
        last_stability: S of the round before; 1 before the first.
        asked_musd: by government pressed, then by the one that pressed it.
    """
    return _stage(
        scenario,
        grid_musd=scenario.pledge_step_musd,
        capacities_musd=[
            largest_pledge_musd(scenario, seat, last_stability) for seat in scenario.governments
        ],
        divisor=divisor,
        need_musd=need_musd,
        official_musd=official_musd,
        tranche_musd=tranche_musd,
        reserves_musd=reserves_musd,
        asks=_asks(scenario, asked_musd),
    )


def _stage(
    scenario: Scenario,
    *,
    grid_musd: int,
    capacities_musd: list[int],
    divisor: int,
    need_musd: int,
    official_musd: int,
    tranche_musd: int,
    reserves_musd: int,
    asks: tuple[Ask, ...],
    others_at_least_musd: Pledges | None = None,
) -> Stage:
    governments, switches = scenario.governments, scenario.switches
    leak = scenario.fungibility if switches.fungibility else 0.0
    returns = 1.0 if switches.private_returns else 0.0
    domestic = returns * _numbers(governments, "private_domestic_rate")
    exposure = _numbers(governments, "bank_exposure_musd")
    costs = -scenario.imf_unit_cost * tranche_musd * _numbers(governments, "quota_share")
    return Stage(
        seats=tuple(seat.id for seat in governments),
        grid_musd=grid_musd,
        limits_musd=np.array(capacities_musd, dtype=np.int64) // grid_musd * grid_musd,
        need_musd=need_musd,
        official_musd=official_musd,
        reserves_musd=reserves_musd,
        sharpness=scenario.sharpness,
        stake=np.array([stake_musd(scenario, seat) for seat in governments]) / divisor,
        private_rate=(1 - leak) * domestic
        + returns * _numbers(governments, "private_international_rate"),
        leak_rate=leak * domestic,
        leak_share=exposure / max(1.0, exposure.sum()),
        unit_cost=_numbers(governments, "unit_cost"),
        resistance=_numbers(governments, "cost_convexity")
        * divisor
        / (2 * np.maximum(1.0, _numbers(governments, "capacity_musd"))),
        credit_loss=_numbers(governments, "credit_loss") * switches.credit_losses,
        relative_gains=_numbers(governments, "relative_gains_weight") * switches.relative_gains,
        fixed=costs,
        refund=switches.refund,
        asks=asks,
        others_at_least_musd=others_at_least_musd,
    )


def _numbers(governments: tuple[Government, ...], name: str) -> Floats:
    return np.array([getattr(seat, name) for seat in governments], dtype=np.float64)


def _need_musd(scenario: Scenario, withdrawn_permille: Mapping[SeatId, int]) -> int:
    """N = G + sum q·D + chi·F; past the share of cross-default all claims leave (model, 2.4)."""
    claims = {bank.id: bank.claims_due_musd for bank in scenario.banks}
    for bank, permille in withdrawn_permille.items():
        if bank not in claims:
            allowed = ", ".join(claims) or "no seat"
            raise ValueError(f"{bank} makes no withdrawal here; allowed: {allowed}")
        if not 0 <= permille <= 1000:
            raise ValueError(f"withdrawal of {bank}: {permille} is outside 0..1000")
    decided = {bank: withdrawn_permille.get(bank, 0) for bank in claims}
    leaving, _ = withdrawals_permille(scenario, claims, decided)
    money = RoundMoney(1, scenario.need_musd, claims)
    return need_of_round_musd(money, leaving, condition.opening(scenario))


def _asks(scenario: Scenario, asked_musd: Mapping[SeatId, Mapping[SeatId, int]]) -> tuple[Ask, ...]:
    if asked_musd and not scenario.switches.pressure:
        raise ValueError("asks: nobody can be pressed here; allowed where the rule pressure is on")
    places = {seat.id: place for place, seat in enumerate(scenario.governments)}
    found = []
    for pressed, asks in asked_musd.items():
        for asking, amount in asks.items():
            for seat in (pressed, asking):
                if seat not in places:
                    raise ValueError(f"ask: {seat} is no government; allowed: {', '.join(places)}")
            force = _force(scenario, pressed, asking)
            found.append(Ask(places[pressed], force, amount))
    return tuple(found)


def _force(scenario: Scenario, pressed: SeatId, asking: SeatId) -> float:
    """theta·e of the link by which the pressed government feels the asking one."""
    seat = next(one for one in scenario.governments if one.id == pressed)
    return sum(
        pressure_force(scenario, seat, partner) * link.economic
        for link, partner in scenario.links_of[pressed]
        if partner.id == asking
    )


def _thresholds(
    scenario: Scenario, others_at_least_musd: Mapping[SeatId, int] | None
) -> Pledges | None:
    if others_at_least_musd is None:
        return None
    seats = [seat.id for seat in scenario.governments]
    for seat in others_at_least_musd:
        if seat not in seats:
            raise ValueError(f"clause: {seat} is no government; allowed: {', '.join(seats)}")
    return np.array([others_at_least_musd.get(seat, 0) for seat in seats], dtype=np.int64)
