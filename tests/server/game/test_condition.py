"""What one round leaves to the next: the model's dynamics table, default, moral hazard."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.game.actions import (
    Ballot,
    DecideTranche,
    Pledge,
    ProposeTranche,
    Vote,
    Withdraw,
)
from server.game.events import RoundResolved
from server.game.scenario import (
    Bank,
    Government,
    Imf,
    Phase,
    PhasePlan,
    RoundScale,
    Scenario,
    SeatId,
    Switches,
)
from tests.server.game.games import Player

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "reference" / "dynamics.json").read_text("utf-8")
)
LENDER, FUND = SeatId("L"), SeatId("IMF")
BANKS = tuple(SeatId(f"B{number}") for number in (1, 2, 3))
GIVEN = REFERENCE["parameters_musd"]

DYNAMICS = Scenario(
    name="dynamics",
    title="Dynamics",
    situation="",
    seats=(
        Government(
            LENDER,
            "Lender",
            quota_share=1.0,
            capacity_musd=20_000,
            bank_exposure_musd=33_000,
            private_international_rate=0.2,
        ),
        *(
            Bank(bank, bank, LENDER, claims_due_musd=claims)
            for bank, claims in zip(BANKS, GIVEN["claims_musd"], strict=True)
        ),
        Imf(FUND, "IMF"),
    ),
    need_musd=GIVEN["need_musd"],
    access_share=5.0,
    exceptional_share=5.0,
    rounds=4,
    round_scale=RoundScale.REPEATED,
    phases=tuple(PhasePlan(phase) for phase in (Phase.PROPOSE, Phase.VOTE, Phase.PLEDGE)),
    switches=Switches(
        private_returns=True,
        terms=True,
        programmes=True,
        second_line=True,
        panic=True,
        reserves=True,
        arrears=True,
        rolling_claims=True,
    ),
    term_names=("strictness",),
    standard_terms=(0.0,),
    reserves_musd=GIVEN["reserves_musd"],
    reserve_floor_musd=GIVEN["reserve_floor_musd"],
    reserve_gain_musd=GIVEN["reserve_gain_musd"],
    crowd_musd=GIVEN["crowd_musd"],
    panic_share=0.3,
    panic_sensitivity=0.8,
    coverage_target=0.4,
    panic_from_shortfall=0.3,
    compliance_sensitivity=0.8,
    compliance_floor=0.5,
    credibility=0.5,
)


def propose_and_vote(player: Player, case: dict[str, Any]) -> None:
    """The programme of the case in the first round; later ones have nothing before them."""
    tranches = tuple(case["tranches_musd"])
    first = player.state.round == 1 and any(tranches)
    if first:
        terms = (round(1000 * case["strictness"]),)
        player.act(FUND, ProposeTranche(tranches[0], terms, tranches[1:]))
    player.record(player.next_phase())
    if player.state.phase is Phase.VOTE:
        if first:
            player.act(LENDER, Vote(1, Ballot.YES))
        if player.state.phase is Phase.VOTE:
            player.record(player.next_phase())


def play(case: dict[str, Any]) -> list[RoundResolved]:
    player = Player(DYNAMICS, timed=False)
    while player.state.ending is None:
        number = player.state.round
        propose_and_vote(player, case)
        announced = case["second_line_musd"] if number == 1 else 0
        player.act(LENDER, Pledge(0, second_line_musd=announced))
        for bank in BANKS:
            player.act(bank, Withdraw(case["withdrawn_permille"]))
        if player.state.round == number and player.state.ending is None:
            player.act(FUND, DecideTranche(True))
    return list(player.state.history)


@pytest.mark.parametrize("name", REFERENCE["cases"])
def test_the_models_dynamics_table_comes_out(name: str) -> None:
    case = REFERENCE["cases"][name]
    rounds = play(case)
    assert [past.stability for past in rounds] == pytest.approx(case["stability"], abs=1e-4)
    assert sum(sum(past.called_musd.values()) for past in rounds) == case["called_musd"]


def test_a_strict_programme_short_of_money_is_off_track_from_the_third_round() -> None:
    rounds = play(REFERENCE["cases"]["strict but underfunded"])
    assert [past.tranche_musd for past in rounds] == [3_000, 3_000, 0, 0]


def test_of_rolling_claims_nothing_is_lost_between_leaving_and_staying() -> None:
    # Half of 14999 is rounded once: 7500 leave, so 7499 fall due again.
    odd = tuple(
        replace(seat, claims_due_musd=14_999) if seat.id == BANKS[0] else seat
        for seat in DYNAMICS.seats
    )
    player = Player(replace(DYNAMICS, seats=odd), timed=False)
    while player.state.phase is not Phase.PLEDGE:
        player.record(player.next_phase())
    player.act(LENDER, Pledge(0))
    for bank in BANKS:
        player.act(bank, Withdraw(500))
    (resolved,) = player.state.history
    # G 4000, chi·F 4500, and half of 14999, 10000 and 8000.
    assert resolved.need_musd == 4_000 + 4_500 + 7_500 + 5_000 + 4_000
    assert resolved.condition is not None
    assert resolved.condition.claims_musd[BANKS[0]] == 14_999 - 7_500
