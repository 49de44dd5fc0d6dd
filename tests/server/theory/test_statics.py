"""The two hypotheses and other sweeps of the reference instance against the tables."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from server.game.scenario import Link, Scenario, SeatId
from server.scenarios import load
from server.theory.equilibria import Replies, settle
from server.theory.solution import Setting, Solution, solve
from server.theory.stage import stage_of
from server.theory.statics import RULES, allowed_names, changed, sensitivities, sweep, varied
from tests.server.theory.games import (
    AU,
    JP,
    R5,
    R5_STATICS,
    SEATS,
    UK,
    US,
    musd,
    switched,
    with_governments,
)

STEP_MUSD = 50


def reached(solution: Solution) -> int:
    """The rescue equilibrium where there is one, else the only one."""
    end = solution.from_optimum
    assert end is not None
    return end.point.effective_musd


def solved(scenario: Scenario, name: str, factors: list[float]) -> list[Solution]:
    return [row.solution for row in sweep(scenario, {name: factors})]


@pytest.mark.parametrize("name", ["private_rates", "links"])
@pytest.mark.parametrize("rho", ["1", "0.5", "2"])
def test_more_private_returns_and_stronger_links_bring_the_tabulated_money(
    name: str, rho: str
) -> None:
    """Both hypotheses (model, 6.2 and 6.3)."""
    case = R5_STATICS[name]
    rows = solved(replace(R5, sharpness=float(rho)), name, case["factors"])
    money = [reached(row) for row in rows]
    assert money == pytest.approx([musd(E) for E in case["effective"][rho]], abs=STEP_MUSD)
    assert money == sorted(money)


@pytest.mark.parametrize("name", ["private_rates", "links"])
def test_where_stability_is_linear_nobody_pays_less_for_it(name: str) -> None:
    rows = solved(R5, name, R5_STATICS[name]["factors"])
    for before, after in itertools.pairwise(row.nash[0].point.pledges_musd for row in rows):
        assert all(after[seat] >= before[seat] for seat in SEATS)


def test_private_returns_raise_efficiency_and_links_need_not() -> None:
    for name, rho, column in (
        ("private_rates", 1.0, "efficiency_rho_1"),
        ("links", 0.5, "efficiency_rho_0.5"),
    ):
        case = R5_STATICS[name]
        rows = solved(replace(R5, sharpness=rho), name, case["factors"])
        found = [row.nash[0].point.efficiency for row in rows]
        assert found == pytest.approx(case[column], abs=1e-3)


def test_stronger_links_move_the_outsider_most() -> None:
    case = R5_STATICS["links"]
    rows = solved(R5, "links", case["factors"])
    for seat in ("JP", "US"):
        pledges = [row.nash[0].point.pledges_musd[SeatId(seat)] for row in rows]
        assert pledges == pytest.approx([musd(x) for x in case[seat]], abs=STEP_MUSD)


@pytest.mark.parametrize("name", ["economic_links", "institutional_links"])
def test_each_kind_of_link_alone_brings_the_tabulated_money(name: str) -> None:
    case = R5_STATICS[name]
    other = "institutional_links" if name == "economic_links" else "economic_links"
    rows = solved(varied(R5, other, 0), name, case["factors"])
    found = [reached(row) for row in rows]
    assert found == pytest.approx([musd(E) for E in case["effective"]], abs=STEP_MUSD)


def test_each_hypothesis_holds_with_the_other_switched_off() -> None:
    case = R5_STATICS["both"]
    rows = sweep(R5, {"private_rates": case["factors"], "links": case["factors"]})
    found = [reached(row.solution) for row in rows]
    expected = [musd(E) for row in case["effective"] for E in row]
    assert found == pytest.approx(expected, abs=STEP_MUSD)


@pytest.mark.parametrize("seat", [UK, AU])
def test_a_country_starts_to_pay_at_the_tabulated_strength_of_links(seat: SeatId) -> None:
    start = R5_STATICS["starts_to_pay_at_links"][seat]
    below, above = (
        solve(varied(R5, "links", start + change), Setting(grid_musd=2)).nash[0].point
        for change in (-0.005, 0.005)
    )
    assert below.pledges_musd[seat] == 0 < above.pledges_musd[seat]


def with_stronger_link(scenario: Scenario, feels: str, partner: str, **by: float) -> Scenario:
    def stronger(link: Link) -> Link:
        if (link.feels, link.partner) != (feels, partner):
            return link
        return replace(
            link,
            economic=link.economic + by.get("economic", 0),
            institutional=link.institutional + by.get("institutional", 0),
        )

    return replace(scenario, links=tuple(stronger(link) for link in R5.links))


@pytest.mark.parametrize("place", range(5))
def test_an_own_entry_moves_the_own_pledge_by_the_tabulated_amount(place: int) -> None:
    """dx/dp = B/tau, dx/de = B·H_j/(tau·N), dx/dl = B·omega·lgd·X_j/(tau·N) (model, 2.7)."""
    case, seat = R5_STATICS["own_entries"], SEATS[place]
    partner = case["partners"][seat]
    rates = [one.private_domestic_rate + 0.05 * (one.id == seat) for one in R5.governments]
    changes = {
        "d+.05": with_governments(R5, private_domestic_rate=rates),
        "e+.20": with_stronger_link(R5, seat, partner, economic=0.2),
        "l+.20": with_stronger_link(R5, seat, partner, institutional=0.2),
    }
    before = solve(R5).nash[0].point.pledges_musd[seat]
    for name, scenario in changes.items():
        moved = solve(scenario).nash[0].point.pledges_musd[seat] - before
        assert moved == pytest.approx(musd(case[name][place]), abs=STEP_MUSD), name


def test_in_a_triangle_the_hurt_neighbour_leads_and_the_linked_outsider_follows() -> None:
    case = R5_STATICS["triangle"]
    moved = with_governments(
        R5,
        home_stake_musd=[musd(H) for H in case["home_stake"]],
        bank_exposure_musd=[musd(X) for X in case["bank_exposure"]],
        private_domestic_rate=case["private_domestic_rate"],
    )
    rows = solved(moved, "links", case["links"])
    for seat in (US, JP):
        pledges = [row.nash[0].point.pledges_musd[seat] for row in rows]
        assert pledges == pytest.approx([musd(x) for x in case[seat]], abs=STEP_MUSD)


def test_where_resistance_at_home_is_less_more_is_paid() -> None:
    """dx/dc = -B/tau (model, 2.7): .02 less for Japan is .5 bn more."""
    near, far = (
        solve(varied(R5, "JP.unit_cost", cost)).nash[0].point.pledges_musd for cost in (0.28, 0.30)
    )
    assert near[JP] - far[JP] == pytest.approx(0.02 * musd(20) / 0.8, abs=STEP_MUSD)
    assert all(near[seat] == far[seat] for seat in SEATS if seat != JP)


def test_the_same_shock_meets_another_answer_where_the_banks_weigh_less() -> None:
    """Japan without its banks: B/tau·omega·lgd·(X + sum l·X)/N less (model, 2.3 and 2.7)."""
    heard, unheard = (
        solve(varied(R5, "JP.bank_weight", weight)).nash[0].point.pledges_musd
        for weight in (0.6, 0.0)
    )
    exposure_bn = 24 + 0.30 * 10 + 0.10 * 11 + 0.10 * 8
    lost = 20 / 0.8 * 0.6 * 0.5 * exposure_bn / 60
    assert heard[JP] - unheard[JP] == pytest.approx(musd(lost), abs=STEP_MUSD)


@pytest.mark.parametrize(("factor", "column"), [(1, "with_links"), (0, "without")])
def test_a_weak_regional_power_leaves_the_rescue_short(factor: float, column: str) -> None:
    case = R5_STATICS["weak_leader"]
    rows = sweep(
        R5, {"links": [factor], "JP.capacity_musd": [musd(B) for B in case["capacity_JP"]]}
    )
    money = [reached(row.solution) for row in rows]
    assert money == pytest.approx([musd(E) for E in case[f"effective_{column}"]], abs=STEP_MUSD)


def test_below_a_capacity_of_about_16_bn_the_hegemon_pays_more_than_the_regional_power() -> None:
    strong, weak = (
        solve(varied(R5, "JP.capacity_musd", capacity)).nash[0].point.pledges_musd
        for capacity in (17_000, 15_500)
    )
    assert strong[JP] > strong[US]
    assert weak[JP] < weak[US]


def test_the_regional_power_leads_in_money_and_in_share_of_its_capacity() -> None:
    pledges = solve(R5).nash[0].point.pledges_musd
    shares = [pledges[seat.id] / seat.capacity_musd for seat in R5.governments]
    assert shares == pytest.approx(R5_STATICS["weak_leader"]["share_of_capacity"], abs=1e-3)
    assert max(pledges, key=pledges.__getitem__) == JP
    assert max(shares) == shares[0]


@pytest.mark.parametrize(
    ("name", "number"),
    [("fungibility", "fungibility"), ("relative_gains", "relative_gains_weight")],
)
def test_leaks_and_envy_lower_the_pledges_by_the_tabulated_amounts(name: str, number: str) -> None:
    case = R5_STATICS[name]
    rows = solved(R5, number, case["values"])
    money = [reached(row) for row in rows]
    assert money == pytest.approx([musd(E) for E in case["effective"]], abs=STEP_MUSD)
    assert {row.optimum.effective_musd for row in rows} == {60_000}


def test_envy_is_a_dearer_pledge_as_the_formula_says() -> None:
    """Psi/N becomes Psi/N - g/(1+g)·mean of the others' Psi/N (model, 2.7)."""
    envious = varied(R5, "relative_gains_weight", 0.5)
    stage = stage_of(R5)
    alpha = stage.stake / 60_000
    others = (alpha.sum() - alpha) / 4
    slope = alpha - 0.5 / 1.5 * others + stage.private_rate - stage.unit_cost
    expected = (slope / (2 * stage.resistance)).clip(0, stage.limits_musd)
    start = stage.limits_musd[None, :] * 0
    ends, _ = settle(Replies(stage_of(envious)), start)
    assert ends[0] == pytest.approx(expected, abs=STEP_MUSD)


@pytest.mark.parametrize("name", [name for name in RULES if name not in ("crowd_musd",)])
def test_every_number_that_one_stage_reads_can_be_varied(name: str) -> None:
    korea = load("korea-1997")
    value = 700 if name.endswith("_musd") else 0.37
    row = next(sweep(korea, {name: [value]}))
    assert row.values == {name: value}
    owner = korea if hasattr(korea, name) else korea.governments[0]
    there = varied(korea, name, value)
    owner = there if owner is korea else there.governments[0]
    assert getattr(owner, name) == value


def test_a_rule_that_a_number_needs_is_switched_on() -> None:
    assert varied(R5, "credit_loss", 0.2).switches.credit_losses
    assert not varied(R5, "credit_loss", 0).switches.credit_losses


def test_a_number_of_one_government_leaves_the_others_alone() -> None:
    costs = [seat.unit_cost for seat in varied(R5, "US.unit_cost", 0.9).governments]
    assert costs == [0.3, 0.9, 0.3, 0.3, 0.3]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("lnks", 1, "did you mean links"),
        ("links", -1, "links: -1 is not allowed"),
        ("need", float("inf"), "need: inf is not allowed"),
        ("XX.unit_cost", 1, "XX is no government; allowed: JP"),
        ("JP.need_musd", 1, "JP.need_musd cannot be varied"),
        ("bank_weight", 2, "less than or equal to 1"),
        ("capacity_musd", 0.5, "valid integer"),
        ("sharpness", 0, "greater than 0"),
    ],
)
def test_what_cannot_be_varied_is_told_with_what_can(name: str, value: float, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        varied(R5, name, value)


def test_a_number_that_one_stage_does_not_read_is_refused_by_a_sweep() -> None:
    assert "headline_rate" in allowed_names()
    with pytest.raises(ValueError, match="headline_rate changes nothing"):
        list(sweep(R5, {"headline_rate": [0.1]}))


def test_sensitivities_are_the_derivatives_of_the_closed_form() -> None:
    """dx = (B/tau)·dp and (B/tau)·dPsi/N (model, 2.7), for a tenth more of each."""
    private, links = sensitivities(R5, Setting(grid_musd=5))
    stage = stage_of(R5)
    slope = 1 / (2 * stage.resistance)
    by_links = stage_of(varied(R5, "links", 0)).stake
    moves = list(private.moves_musd.values())
    assert moves == pytest.approx((slope * 0.1 * stage.private_rate).tolist(), abs=5)
    expected = slope * 0.1 * (stage.stake - by_links) / 60_000
    assert list(links.moves_musd.values()) == pytest.approx(expected.tolist(), abs=5)


def test_several_changes_come_together() -> None:
    both = changed(R5, {"need": 0.5, "sharpness": 2})
    assert (both.need_musd, both.sharpness) == (30_000, 2)
    assert switched(both, links=True) == both
