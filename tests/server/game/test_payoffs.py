"""The lines against the model's tables and against formulas written out a second time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from server.game.crisis import RoundMoney, round_money
from server.game.one_shot import one_shot
from server.game.payoffs import lines_musd, stake_musd
from server.game.resolution import Decisions, resolve
from server.game.scenario import Draws, Phase, PhasePlan, Scenario, SeatId, Switches
from server.scenarios import load
from tests.server.game.games import BANKS, CRISIS, DE, IMF, JP, US, vcm

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "reference" / "r5_outcomes.json").read_text("utf-8")
)
SEATS = [SeatId(name) for name in REFERENCE["seats"]]


def profile(pledges_bn: list[float]) -> Decisions:
    amounts = (round(1000 * pledge) for pledge in pledges_bn)
    return Decisions(dict(zip(SEATS, amounts, strict=True)), {})


@pytest.mark.parametrize("row", REFERENCE["outcomes"], ids=lambda row: row["name"])
def test_r5_gives_the_tabulated_outcome(row: dict[str, object]) -> None:
    scenario = replace(load("east-asia"), sharpness=row["sharpness"])
    result = one_shot(scenario, profile(row["pledges"]))  # type: ignore[arg-type]
    assert result.outcome.effective_musd == pytest.approx(1000 * row["effective"])  # type: ignore[operator]
    assert result.outcome.stability == pytest.approx(row["stability"], abs=5e-5)
    # Each of the 40 rounded lines may be off by half a million.
    assert result.welfare_musd == pytest.approx(1000 * row["welfare"], abs=20)  # type: ignore[operator]
    for seat, payoff_bn in zip(SEATS, row.get("payoffs", []), strict=False):  # type: ignore[call-overload]
        lines = result.lines_musd[seat]
        assert sum(lines.values()) == pytest.approx(1000 * payoff_bn, abs=len(lines) / 2)


@pytest.mark.parametrize("seat", ["JP", "US"])
def test_r5_gives_the_tabulated_lines_within_a_million(seat: SeatId) -> None:
    result = one_shot(load("east-asia"), profile(REFERENCE["outcomes"][0]["pledges"]))
    expected = {
        line: 1000 * amount_bn for line, amount_bn in REFERENCE["lines_at_nash"][seat].items()
    }
    assert result.lines_musd[seat] == pytest.approx(expected, abs=1)


def test_r5_stakes_are_the_tabulated_ones() -> None:
    scenario = load("east-asia")
    stakes_bn = [stake_musd(scenario, seat) / 1000 for seat in scenario.governments]
    assert stakes_bn == pytest.approx(REFERENCE["stakes"], abs=0.005)


@pytest.mark.parametrize("mpcr", [0.2, 0.4, 0.75, 1.1])
@pytest.mark.parametrize("private_rate", [0.0, 0.3])
def test_a_linear_vcm_pays_what_its_closed_form_says(mpcr: float, private_rate: float) -> None:
    """Model 3 (i): y - x + alpha·sum x up to the constant y, plus p·x."""
    scenario = vcm(mpcr, seats=4, endowment_musd=20_000, private_rate=private_rate)
    pledges = dict(zip(scenario.seat_by_id, [0, 5_000, 12_000, 20_000], strict=True))
    result = one_shot(scenario, Decisions(pledges, {}))
    for seat, pledge in pledges.items():
        expected = -pledge + mpcr * sum(pledges.values()) + private_rate * pledge
        assert sum(result.lines_musd[seat].values()) == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize(
    ("mpcr", "private_rate", "gives"),
    [(0.2, 0.0, False), (0.4, 0.0, False), (0.9, 0.0, False), (1.1, 0.0, True), (0.8, 0.3, True)],
)
def test_in_a_vcm_giving_all_is_dominant_exactly_above_the_threshold(
    mpcr: float, private_rate: float, gives: bool
) -> None:
    """Model 3 (i): Nash is x = y if alpha > 1 - p, else 0, whatever the others do."""
    scenario = vcm(mpcr, seats=4, endowment_musd=20_000, private_rate=private_rate)
    first, *others = scenario.seat_by_id
    for others_musd in (0, 7_000, 20_000):
        totals = {}
        for pledge_musd in range(0, 20_001, 1_000):
            pledges = {first: pledge_musd} | dict.fromkeys(others, others_musd)
            result = one_shot(scenario, Decisions(pledges, {}))
            totals[pledge_musd] = sum(result.lines_musd[first].values())
        assert max(totals, key=totals.__getitem__) == (20_000 if gives else 0)


@pytest.mark.parametrize(
    ("given_bn", "provided"), [(0, False), (29, False), (30, True), (31, True), (60, True)]
)
def test_a_provision_point_pays_the_stake_only_when_it_is_met(
    given_bn: int, provided: bool
) -> None:
    """Model 3 (ii): T = 30, V = 10, cost 1 per dollar drawn; nothing above T is drawn."""
    scenario = load("provision-point")
    seats = list(scenario.seat_by_id)
    parts = [min(12, max(0, given_bn - 12 * index)) for index in range(len(seats))]
    pledges = {seat: 1000 * part for seat, part in zip(seats, parts, strict=True)}
    result = one_shot(scenario, Decisions(pledges, {}))
    drawn_musd = sum(result.outcome.drawn_musd.values())
    assert drawn_musd == 1000 * min(given_bn, 30)
    assert result.welfare_musd == (50_000 if provided else 0) - drawn_musd


def test_in_a_provision_point_sharing_the_cost_is_an_equilibrium_and_so_is_nothing() -> None:
    """Model 3 (ii): every x with sum T and x_i ≤ V_i is Nash, and zero as max m_i < T."""
    scenario = load("provision-point")
    seats = list(scenario.seat_by_id)
    for shares_bn in ([6, 6, 6, 6, 6], [10, 10, 10, 0, 0], [0, 0, 0, 0, 0]):
        pledges = {seat: 1000 * part for seat, part in zip(seats, shares_bn, strict=True)}
        stay = one_shot(scenario, Decisions(pledges, {}))
        for seat in seats:
            for other_bn in range(13):
                moved = one_shot(scenario, Decisions(pledges | {seat: 1000 * other_bn}, {}))
                gain = sum(moved.lines_musd[seat].values()) - sum(stay.lines_musd[seat].values())
                assert gain <= 0


def written_out(scenario: Scenario, tranche: int, q: float, x: dict[SeatId, int]) -> dict:
    """The formulas of model 2.2-2.5 once more, in US$ millions, for `CRISIS`."""
    government = {seat.id: seat for seat in scenario.governments}
    bank, fund = scenario.banks[0], scenario.imf
    assert fund is not None
    need = scenario.need_musd + q * bank.claims_due_musd
    effective = tranche + sum(x.values())
    s = min(1, effective / need) ** scenario.sharpness
    e = {(link.feels, link.partner): link.economic for link in scenario.links}
    inst = {(link.feels, link.partner): link.institutional for link in scenario.links}
    lines: dict = {}
    for i, seat in government.items():
        weight = seat.bank_weight * 0.5
        lines[i] = {
            "public": seat.public_stake_musd * s,
            "home_economy": seat.home_stake_musd * s,
            "home_banks": weight * seat.bank_exposure_musd * s,
            "link_institutional": weight
            * s
            * sum(
                inst.get((i, j), 0) * other.bank_exposure_musd for j, other in government.items()
            ),
            "link_economic": s
            * sum(e.get((i, j), 0) * other.home_stake_musd for j, other in government.items()),
            "private_domestic": seat.private_domestic_rate * x[i],
            "private_international": seat.private_international_rate * x[i],
            "cost_bilateral": -seat.unit_cost * x[i]
            - seat.cost_convexity * x[i] ** 2 / (2 * seat.capacity_musd),
            "cost_imf_share": -scenario.imf_unit_cost * seat.quota_share * tranche,
        }
    due = bank.claims_due_musd
    lines[bank.id] = {
        "interest": bank.interest_spread * (1 - q) * due * s,
        "loss": -bank.collapse_loss * (1 - q) * due * (1 - s),
        "exit_cost": -bank.exit_cost * q * due,
    }
    lines[fund.id] = {
        "mandate": fund.mandate_stake_musd * s,
        "resources_risk": -(fund.resources_cost + fund.resources_loss * (1 - s)) * tranche,
        "private_share": fund.private_share_stake_musd * (1 - q),
        "catalysis": fund.catalysis_stake_musd * sum(x.values()) / need if tranche else 0,
    }
    return lines


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("permille", [0, 250, 1000])
@pytest.mark.parametrize("tranche_musd", [0, 6_000])
def test_every_line_of_every_role_is_its_formula(
    sharpness: float, permille: int, tranche_musd: int
) -> None:
    scenario = replace(CRISIS, sharpness=sharpness)
    pledges = {JP: 3_000, US: 2_500, DE: 400}
    result = one_shot(scenario, Decisions(pledges, {BANKS: permille}, tranche_musd))
    expected = written_out(scenario, tranche_musd, permille / 1000, pledges)
    assert result.lines_musd.keys() == expected.keys()
    for seat, lines in expected.items():
        assert result.lines_musd[seat] == pytest.approx(lines, abs=1)


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 2.0])
def test_rounds_that_each_play_their_part_add_up_to_the_one_shot_game(sharpness: float) -> None:
    """Model 4, several rounds: within T US$ millions a line."""
    scenario = replace(CRISIS, sharpness=sharpness)
    rounds = scenario.rounds
    whole = Decisions({JP: 3_000, US: 6_000, DE: 900}, {BANKS: 300}, 6_000)
    part = Decisions({JP: 1_000, US: 2_000, DE: 300}, {BANKS: 300}, 2_000)
    draws = Draws(seed=1, rounds=rounds)
    summed: dict[SeatId, dict[str, int]] = {}
    for number in range(1, rounds + 1):
        outcome = resolve(scenario, round_money(scenario, draws, number), part)
        for seat, lines in lines_musd(scenario, outcome).items():
            total = summed.setdefault(seat, dict.fromkeys(lines, 0))
            for line, amount in lines.items():
                total[line] += amount
    once = one_shot(scenario, whole)
    for seat, lines in summed.items():
        assert lines == pytest.approx(once.lines_musd[seat], abs=rounds)


def test_a_switch_that_is_off_adds_no_line() -> None:
    silent = replace(CRISIS, switches=Switches(), phases=(PhasePlan(Phase.PLEDGE),))
    result = one_shot(silent, Decisions({JP: 100}, {}))
    assert set(result.lines_musd[JP]) == {"public", "cost_bilateral"}
    assert set(result.lines_musd[IMF]) == {
        "mandate",
        "resources_risk",
        "private_share",
        "catalysis",
    }
    without_banks = replace(CRISIS, seats=tuple(s for s in CRISIS.seats if s.id != BANKS))
    assert "private_share" not in one_shot(without_banks, Decisions({}, {})).lines_musd[IMF]


@pytest.mark.parametrize(("effective_share", "earned"), [(0.9, True), (0.85, False)])
def test_the_leader_bonus_is_paid_from_a_stability_of_eight_tenths(
    effective_share: float, earned: bool
) -> None:
    scenario = replace(CRISIS, leader_bonus_musd=300)  # sharpness 2: .9² = .81, .85² = .7225
    tranche_musd = round(effective_share * scenario.need_musd)
    result = one_shot(scenario, Decisions({}, {}, tranche_musd, leader=US))
    assert result.lines_musd[US]["leader_bonus"] == (300 if earned else 0)
    assert result.lines_musd[JP]["leader_bonus"] == 0


def test_private_returns_are_paid_on_drawn_money_alone() -> None:
    money = RoundMoney(1, 4_000, {BANKS: 0})
    decisions = Decisions({JP: 4_000, US: 4_000, DE: 0}, {BANKS: 0})
    ledger = lines_musd(CRISIS, resolve(CRISIS, money, decisions))
    assert ledger[JP]["private_domestic"] == 200  # .10 of the 2,000 drawn, not of 4,000


def test_an_own_private_return_is_the_same_whatever_others_pay() -> None:
    alone, together = (
        one_shot(CRISIS, Decisions({JP: 2_000, US: others, DE: others}, {})).lines_musd[JP]
        for others in (0, 3_000)
    )
    for line in ("private_domestic", "private_international"):
        assert alone[line] == together[line] > 0
    assert alone["public"] < together["public"]


def test_own_banks_are_saved_by_all_the_money_whoever_paid_it() -> None:
    """Nobody can bail out its own banks alone: the line depends on S, not on x."""
    own, others = (
        one_shot(CRISIS, Decisions(pledges, {})).lines_musd[JP]
        for pledges in ({JP: 6_000}, {US: 6_000})
    )
    assert own["home_banks"] == others["home_banks"] > 0
    assert own["cost_bilateral"] < others["cost_bilateral"] == 0
