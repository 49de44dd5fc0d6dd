"""What a round is worth to a government, as far as its view tells, and what pays most.

Owns a seat's estimate of its own payoff (model, 2.3): its own numbers, beliefs about the
others' money, and those advanced rules of which it knows enough. Other seats' numbers are
their secret and not guessed, but for one: others are believed to gain as much from
stability as the seat itself, where gains are compared. Amounts are US$ millions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from server.bots import reading
from server.bots.reading import own
from server.game.cards import View


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a seat expects of the round beside its own pledge, and what it gets out of it."""

    stake_musd: float
    """Psi of this round."""
    rate: float
    """p - c: private return less unit cost."""
    resistance: float
    """tau/(2B), B of this round."""
    need_musd: int
    official_musd: int
    """There before any pledge."""
    others_musd: int
    """Believed of the other governments."""
    behind_musd: int
    """Used only after the pledges."""
    sharpness: float
    demands: tuple[tuple[int, float], ...] = ()
    """Amounts asked of the seat, each with its price per missing dollar."""
    envy: float = 0.0
    """g: weight of gaining less than the others."""
    credit_loss: float = 0.0
    """Share of own money lost in a collapse."""
    refunds: bool = False
    """Whether pledges come back where the money does not reach the need."""

    def payoff_musd(self, pledge_musd: int) -> float:
        """What a pledge is worth: Psi·S(E) + (p - c)·x - tau·x²/(2B) and what else applies.

        x is what is drawn: pledges share what official money leaves of the need.
        """
        offered = self.others_musd + pledge_musd
        drawn = pledge_musd * min(1.0, (self.need_musd - self.official_musd) / max(1, offered))
        effective = self.official_musd + offered + self.behind_musd
        if self.refunds and effective < self.need_musd:
            drawn, effective = 0.0, self.official_musd + self.behind_musd
        stability = reading.stability_at(effective, self.need_musd, self.sharpness)
        paying = -self.cost_musd(drawn) - self.credit_loss * drawn * (1 - stability)
        missing = sum(price * max(0.0, asked - drawn) for asked, price in self.demands)
        return self.stake_musd * stability + (1 + self.envy) * paying - missing

    def cost_musd(self, drawn: float) -> float:
        """(c - p)·x + tau·x²/(2B): what an amount costs, its private returns taken off."""
        return self.resistance * drawn * drawn - self.rate * drawn


def prospect(view: View, others_musd: int | None = None) -> Prospect:
    """What the round holds for the seat.

    Args:
        view: of a government.
        others_musd: what the others are believed to pledge; left out: as last round, at
            first as promised.
    """
    numbers = own(view).parameters
    divisor = numbers["rounds_divisor"]
    need_musd = reading.expected_need_musd(view)
    if others_musd is None:
        others_musd = reading.expected_others_musd(view)
    return Prospect(
        stake_musd(view),
        _private_rate(view) - numbers["unit_cost"],
        numbers["cost_convexity"] * divisor / (2 * max(1.0, numbers["capacity_musd"])),
        need_musd,
        min(reading.expected_official_musd(view), need_musd),
        others_musd,
        reading.behind_musd(view),
        view.scenario.sharpness,
        tuple(_demands(view)),
        _if_on(view, "relative_gains", "relative_gains_weight"),
        _if_on(view, "credit_losses", "credit_loss"),
        reading.is_on(view, "refund"),
    )


def _if_on(view: View, switch: str, name: str) -> float:
    return own(view).parameters.get(name, 0.0) if reading.is_on(view, switch) else 0.0


def stake_musd(view: View) -> float:
    """Psi of this round, the seat's banks weighing more where they lobby (model, 2.1)."""
    numbers = own(view).parameters
    stake = numbers["stake_musd"]
    forces = {deal.seat: deal.permille for deal in reading.deals_now(view, "lobbying")}
    if forces:
        raised = reading.number(view, "lobby_effect") * sum(forces.values()) / 1000
        raised = min(raised, 1 - numbers["bank_weight"])
        stake += raised * numbers["loss_given_collapse"] * _felt_exposure_musd(view)
    return stake / numbers["rounds_divisor"]


def _felt_exposure_musd(view: View) -> float:
    """X + sum_j l_ij·X_j."""
    links = own(view).institutional_links
    exposures = {one.id: one.bank_exposure_musd for one in reading.governments(view)}
    felt = sum(weight * exposures[partner] for partner, weight in links.items())
    return felt + own(view).parameters["bank_exposure_musd"]


def _private_rate(view: View) -> float:
    """p = d·[(1 - phi) + phi·s] + r (model, 2.3)."""
    numbers = own(view).parameters
    kept = 1.0
    if reading.is_on(view, "fungibility"):
        leak = reading.number(view, "fungibility")
        exposure = sum(one.bank_exposure_musd for one in reading.governments(view))
        share = numbers["bank_exposure_musd"] / exposure if exposure else 0.0
        kept = 1 - leak + leak * share
    return numbers["private_domestic_rate"] * kept + numbers["private_international_rate"]


def _demands(view: View) -> Iterator[tuple[int, float]]:
    """What was asked of the seat this round, at theta·e for each missing dollar."""
    me, links = own(view).seat, own(view).economic_links
    asked = {
        one.seat: one.amount_musd for one in reading.deals_now(view, "pressure") if one.on == me
    }
    near = reading.regional_share(reading.card(view, me)) > 0
    for seat, amount_musd in asked.items():
        both = near and reading.regional_share(reading.card(view, seat)) > 0
        regional = reading.number(view, "regional_pressure_force") if both else 0.0
        force = regional or reading.number(view, "pressure_force")
        price = force * links.get(seat, 0.0)
        if amount_musd and price:
            yield amount_musd, price


def best_reply_musd(view: View, expected: Prospect) -> int:
    """The pledge on the grid that pays most, the smallest of those that pay the same."""
    best, best_value = 0, -math.inf
    for pledge in allowed_pledges(view):
        value = expected.payoff_musd(pledge)
        if value > best_value + 1e-9:
            best, best_value = pledge, value
    return best


def most_without_loss_musd(view: View, expected: Prospect, most_musd: float) -> int:
    """The largest pledge up to `most_musd` that is no worse than paying nothing."""
    nothing = expected.payoff_musd(0)
    for pledge in reversed(allowed_pledges(view)):
        if pledge <= most_musd and expected.payoff_musd(pledge) >= nothing - 1e-9:
            return pledge
    return 0


def allowed_pledges(view: View) -> range:
    """Every pledge that the seat may make this round."""
    return range(0, own(view).largest_pledge_musd + 1, view.scenario.pledge_step_musd)
