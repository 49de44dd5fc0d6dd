"""Governments that answer to parliament and banks at home, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game.actions import AnswerPackage, Lobby, OfferFavour, Pledge
from server.game.scenario import Government, Phase, PhasePlan, SeatId
from server.scenarios import load
from tests.server.bots.tables import BANK, THREE, A, B, C, Table, with_rules, with_seats

AU = SeatId("AU")
EAST_ASIA = replace(load("east-asia"), phases=(PhasePlan(Phase.TALK), PhasePlan(Phase.PLEDGE)))


@pytest.mark.parametrize("bot", ["conditional", "two-level"])
def test_home_ratifies_what_leaves_the_country_no_worse_off(bot: str) -> None:
    # Australia's best reply is 247.5 (model, 6.1): no loss up to twice that, its share is 2.4.
    at_home = {"conditional": 1_200, "two-level": 450}
    assert Table(EAST_ASIA).pledge_of(bot, AU) == at_home[bot]


@pytest.mark.parametrize(("asked_musd", "accepts"), [(450, True), (500, False)])
def test_a_government_signs_what_home_will_ratify(asked_musd: int, accepts: bool) -> None:
    taken = Table(EAST_ASIA).ask(SeatId("JP"), {AU: asked_musd}).let("two-level", AU)
    assert [one.accept for one in taken if isinstance(one, AnswerPackage)] == [accepts]


def test_a_developmental_state_leans_on_its_banks_as_hard_as_that_is_worth() -> None:
    # It pays the 4 that are missing; its banks leaving with 4 would lower S to 10/14, which is
    # 5.71 of Psi 20; kappa·y² is as much at y = sqrt(5.71/8) = .8452.
    scenario = with_rules(THREE, "guidance")
    scenario = with_seats(scenario, Government, guidance_cost_musd=8_000)
    pledge = (
        Table(scenario).say({B: 3_000, C: 3_000}).skip_to(Phase.PLEDGE).asked("developmental", A)
    )
    assert isinstance(pledge, Pledge)
    assert pledge.guidance_permille == 845


def test_a_pluralist_state_pays_its_banks_half_of_what_their_staying_is_worth() -> None:
    # Of the same 5.71, as it says that it will pay what is missing.
    scenario = with_rules(THREE, "favours")
    taken = Table(scenario).say({B: 3_000, C: 3_000}).let("pluralist", A)
    assert [one for one in taken if isinstance(one, OfferFavour)] == [OfferFavour(BANK, 2_857)]


@pytest.mark.parametrize(("force", "pays_musd"), [(0, 200), (500, 2_200), (1000, 4_200)])
def test_lobbied_governments_pay_more(force: int, pays_musd: int) -> None:
    # x* = (B/tau)(Psi/N - c) = 2·(Psi/10 - .5) with Psi = 6 + omega·.5·40, omega = the force.
    scenario = with_rules(THREE, "lobbying", lobby_effect=1.0)
    scenario = with_seats(
        scenario,
        Government,
        public_stake_musd=6_000,
        bank_exposure_musd=40_000,
        cost_convexity=4.0,
    )
    table = Table(scenario)
    table.act(BANK, Lobby(force))
    assert table.pledge_of("pluralist", A) == pays_musd
