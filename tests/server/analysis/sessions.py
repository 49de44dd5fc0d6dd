"""Sessions to be analysed: played by bots, wandered at random, or made by hand."""

from __future__ import annotations

from collections.abc import Sequence

from server.analysis.played import About, Logged, Played
from server.bots import default_bot
from server.game.actions import DeclareIntention, Pledge, Say, TablePackage
from server.game.events import Event
from server.game.scenario import (
    Government,
    Phase,
    PhasePlan,
    RoundScale,
    Scenario,
    SeatId,
    Switches,
)
from server.scenarios import load
from server.store.codec import FIRST_HASH, encode
from server.tournament import play
from tests.server.game.games import Player

A, B, C = SeatId("A"), SeatId("B"), SeatId("C")


def played(events: Sequence[Event], name: str = "s1", **about: object) -> Played:
    """A log as analysis takes it from the store."""
    stored = encode(events, 0, FIRST_HASH)
    log = [
        Logged(event, one.schema, one.payload, one.hash)
        for event, one in zip(events, stored, strict=True)
    ]
    return Played(About(name, "2026-11-24T10:00:00.000+00:00", **about), log)  # type: ignore[arg-type]


def of_bots(scenario: str | Scenario, name: str = "s1", seed: int = 1, **about: object) -> Played:
    """A match of every role's own bot."""
    game = load(scenario) if isinstance(scenario, str) else scenario
    cast = {seat.id: default_bot(seat.role) for seat in game.seats}
    return played(play(game, cast, seed).events, name, **about)


SMALL = Scenario(
    name="small",
    title="Three and a hundred",
    situation="",
    seats=(
        Government(
            A, "Atlantis", quota_share=0.5, public_stake_musd=60, unit_cost=1.0, capacity_musd=100
        ),
        Government(
            B, "Borduria", quota_share=0.3, public_stake_musd=30, unit_cost=1.0, capacity_musd=100
        ),
        Government(
            C, "Cagliostro", quota_share=0.2, public_stake_musd=30, unit_cost=1.0, capacity_musd=100
        ),
    ),
    need_musd=100,
    rounds=2,
    round_scale=RoundScale.REPEATED,
    pledge_step_musd=10,
    phases=(PhasePlan(Phase.TALK), PhasePlan(Phase.PLEDGE)),
    switches=Switches(packages=True, pair_talk=True),
)
"""Linear: a dollar given brings 1.2 to all three together, so the optimum is 100 in full, and
.6 at most to one alone, so nobody pays in equilibrium."""


def by_hand() -> Player:
    """Two rounds of `SMALL`: A promises 50 and keeps it, B says 20 and pays 10, then 20 unasked.

    Round 1: A tables a package of 50 and 20 with B, B accepts nothing but says 20; pledges 50,
    10, 0. Round 2: nobody promises; pledges 40, 20, 10.
    """
    player = Player(SMALL)
    player.act(C, Say("who pays?", "plenary"))
    player.act(A, DeclareIntention(50))
    player.act(C, Say("you do", "pair", A))
    player.act(A, TablePackage({A: 50, B: 20}))
    player.act(B, DeclareIntention(20))
    player.record(player.next_phase())
    for seat, amount in ((A, 50), (B, 10), (C, 0)):
        player.act(seat, Pledge(amount))
    player.record(player.next_phase())
    for seat, amount in ((A, 40), (B, 20), (C, 10)):
        player.act(seat, Pledge(amount))
    return player
