"""A player that tries anything that is open, mostly within its limits, from one seed."""

from __future__ import annotations

from random import Random

from server.game import board, hosting, rules, standing
from server.game.actions import (
    Action,
    AnswerPackage,
    Ballot,
    DecideProgramme,
    DecideTranche,
    DeclareIntention,
    Lobby,
    MarkReady,
    OfferFavour,
    Pledge,
    Press,
    ProposeRegional,
    ProposeTranche,
    Say,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.refusals import Refused
from server.game.scenario import Government, Scenario, SeatId
from server.game.state import State
from tests.server.game.games import Player


def wander(scenario: Scenario, seed: int, *, steps: int = 150) -> Player:
    """A session in which every seat has done many things, most of them legal."""
    random, player = Random(seed), Player(scenario, seed=seed)
    for _ in range(steps):
        if player.state.ending is not None:
            break
        player.now_ms += 700
        try:
            _step(random, player)
        except Refused:
            continue
    return player


def _step(random: Random, player: Player) -> None:
    state = player.state
    if random.random() < 0.06:
        player.record(hosting.next_phase(state, player.now_ms))
    elif state.scenario.cards and random.random() < 0.03:
        card = random.choice(state.scenario.cards).name
        player.record(hosting.play_card(state, card, player.now_ms))
    else:
        seat = random.choice(list(state.scenario.seat_by_id))
        kinds = rules.open_kinds(state, seat)
        if kinds:
            player.act(seat, chosen(random, state, seat, random.choice(kinds)))


def chosen(random: Random, state: State, seat: SeatId, kind: str) -> Action:
    """An action of this kind, within what is allowed where that is easily said."""
    scenario, table = state.scenario, state.table
    step = scenario.pledge_step_musd
    seats = list(scenario.seat_by_id)

    def amount(most: int, least: int = 0) -> int:
        return random.randint(-(-least // step), max(least, most) // step) * step

    match kind:
        case "pledge" | "declare_intention":
            government = scenario.seat_by_id[seat]
            assert isinstance(government, Government)
            most = standing.pledge_limit_musd(state, government)
            if kind == "declare_intention":
                return DeclareIntention(amount(most))
            return _pledge(
                random, state, seat, amount(most, standing.pledge_floor_musd(state, seat))
            )
        case "table_package":
            named = random.sample([one.id for one in scenario.governments], 2)
            banks = [one.id for one in scenario.banks if random.random() < 0.5]
            minimum = amount(6_000) if random.random() < 0.5 else 0
            return TablePackage(
                {one: amount(2_000) for one in named},
                {one: random.randint(0, 1000) for one in banks},
                minimum_total_musd=minimum if scenario.switches.package_minima else 0,
            )
        case "answer_package":
            numbers = [card.package for card in table.packages] or [1]
            return AnswerPackage(random.choice(numbers), random.random() < 0.8)
        case "propose_tranche":
            later = scenario.rounds - state.round
            terms = [random.randint(0, 1000) for _ in scenario.term_names]
            return ProposeTranche(
                random.randint(0, standing.exceptional_access_musd(state)),
                tuple(terms) if random.random() < 0.5 else (),
                tuple(random.randint(0, 3_000) for _ in range(later))
                if scenario.switches.programmes
                else (),
            )
        case "propose_regional":
            return ProposeRegional(random.randint(0, standing.regional_access_musd(state)))
        case "vote":
            mine = [one.proposal for one in table.proposals if board.has_vote(scenario, seat, one)]
            ballot = Ballot.YES if random.random() < 0.7 else random.choice(list(Ballot))
            return Vote(random.choice(mine or [1]), ballot)
        case "press":
            return Press(random.choice([one.id for one in scenario.governments]), amount(4_000))
        case "lobby":
            return Lobby(random.randint(0, 1000))
        case "offer_favour":
            bank = random.choice([one.id for one in scenario.banks])
            return OfferFavour(bank, random.randint(0, 300), random.randint(0, 1000))
        case "withdraw":
            return Withdraw(random.choice([0, 0, random.randint(0, 1000)]), random.random() < 0.7)
        case "decide_tranche":
            return DecideTranche(random.random() < 0.8, random.random() < 0.7)
        case "decide_programme":
            return DecideProgramme(random.random() < 0.8, random.random() < 0.7)
        case "say":
            return Say(
                random.choice(["hello", "we pay", "who leads?"]), "pair", random.choice(seats)
            )
        case _:
            return MarkReady(random.random() < 0.8)


def _pledge(random: Random, state: State, seat: SeatId, pledge_musd: int) -> Pledge:
    switches = state.scenario.switches
    line = standing.second_line_limit_musd(state, seat) // 4
    step = state.scenario.pledge_step_musd
    return Pledge(
        pledge_musd,
        random.random() < 0.7,
        others_at_least_musd=random.choice([0, 0, 3_000]) if switches.clauses else 0,
        second_line_musd=random.choice([0, line // step * step]) if switches.second_line else 0,
        pays_calls=random.random() < 0.7 or not switches.second_line,
        strictness_permille=random.choice([None, random.randint(0, 1000)])
        if switches.terms
        else None,
        guidance_permille=random.choice([0, random.randint(0, 1000)]) if switches.guidance else 0,
    )
