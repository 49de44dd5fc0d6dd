"""What every bot keeps to: in every scenario and seat, and in what its traits declare."""

from __future__ import annotations

import copy
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.bots import BOTS, bots_for, default_bot, make
from server.game.actions import (
    Action,
    DecideProgramme,
    DecideTranche,
    DeclareIntention,
    Lobby,
    OfferFavour,
    Pledge,
    Press,
    ProposeRegional,
    ProposeTranche,
    Say,
    TablePackage,
    Withdraw,
)
from server.game.cards import RoundCard, View
from server.game.events import Ending
from server.game.scenario import Role, Scenario, SeatId
from server.scenarios import load, names
from server.tournament import play
from tests.server.bots.occasions import Occasion, alike, matches, name_for, occasions

SCENARIOS = {name: load(name) for name in names()}
NAMES = list(BOTS)
DECISIONS = DeclareIntention | Pledge | Withdraw | DecideTranche | DecideProgramme


# --- in every scenario ---


def casts(scenario: Scenario) -> Iterator[dict[SeatId, str]]:
    """Who sits where, until every bot has had a seat of every role that it can play."""
    turns = {role: [name_for(bot, scenario) for bot in bots_for(role)] for role in Role}
    seats = Counter(seat.role for seat in scenario.seats)
    for number in range(max(math.ceil(len(turns[role]) / count) for role, count in seats.items())):
        place = {role: number * count for role, count in seats.items()}
        cast = dict[SeatId, str]()
        for seat in scenario.seats:
            cast[seat.id] = turns[seat.role][place[seat.role] % len(turns[seat.role])]
            place[seat.role] += 1
        yield cast


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_in_every_scenario_every_bot_plays_to_the_end_with_legal_actions_only(name: str) -> None:
    for cast in casts(SCENARIOS[name]):
        match = play(SCENARIOS[name], cast, 3)
        assert match.failures == [], cast
        assert match.state.ending is Ending.COMPLETED
        last = match.state.history[-1]
        assert (last.crisis, last.round) == (len(match.state.campaign), match.state.draws.rounds)


@pytest.mark.parametrize("bot", NAMES)
def test_with_every_advanced_rule_at_once_and_with_none_actions_are_legal(bot: str) -> None:
    for _, match in matches(bot):
        assert match.failures == []
        assert match.state.ending is Ending.COMPLETED


@pytest.mark.parametrize("bot", NAMES)
def test_a_match_is_the_same_for_the_same_seed_and_but_for_chance_for_any(bot: str) -> None:
    seats, match = matches(bot)[-1]
    scenario = match.state.scenario
    assert play(scenario, seats, match.state.draws.seed).events == match.events
    ledgers = [
        [one.lines_musd for one in play(scenario, alike(bot, scenario), seed).state.history]
        for seed in (1, 2)
    ]
    assert (ledgers[0] != ledgers[1]) is BOTS[bot].traits.stochastic


@pytest.mark.parametrize("bot", NAMES)
def test_a_bot_keeps_no_memory_changes_no_view_and_does_what_it_may(bot: str) -> None:
    for occasion, action in one_of_each_kind(bot):
        before = copy.deepcopy(occasion.view)
        assert occasion.act() == action, "asked twice, another answer"
        assert occasion.view == before, "the view was changed"
        assert occasion.view.own is not None
        assert action.kind in occasion.view.own.may


def one_of_each_kind(bot: str) -> list[tuple[Occasion, Action]]:
    """The last occasion for each kind of action, with all rules on and with none."""
    found = dict[tuple[bool, str], tuple[Occasion, Action]]()
    for occasion in occasions(bot):
        action = occasion.act()
        assert action is not None
        found[has_rules(occasion.view), action.kind] = (occasion, action)
    return list(found.values())


def has_rules(view: View) -> bool:
    """Whether advanced rules are on."""
    return view.scenario.advanced is not None and bool(view.scenario.advanced.switches)


@pytest.mark.parametrize("bot", NAMES)
def test_sentences_tell_only_what_was_declared_and_what_is_needed(bot: str) -> None:
    said = 0
    for occasion in occasions(bot):
        action, view = occasion.act(), occasion.view
        if isinstance(action, Say):
            me = next(one for one in view.seats if one.id == occasion.seat)
            allowed = {f"{view.gap.scheduled_need_musd / 1000:.1f}"}
            allowed.add(f"{(me.intention_musd or 0) / 1000:g}")
            assert set(re.findall(r"\d+(?:\.\d+)?", action.text)) <= allowed, action.text
            said += 1
    assert said


# --- the declared traits, each where the bot acted with every advanced rule on and off ---


def decided(bot: str) -> Iterator[tuple[Occasion, Action]]:
    """Every occasion on which the bot promised or sealed something, and what."""
    for occasion in occasions(bot):
        action = occasion.act()
        if isinstance(action, DECISIONS):
            yield occasion, action


@pytest.mark.parametrize("bot", NAMES)
def test_what_a_bot_decides_depends_on_chance_iff_it_is_stochastic(bot: str) -> None:
    depends = any(
        occasion.act(seed=seed) != action for occasion, action in decided(bot) for seed in (1, 2, 7)
    )
    assert depends is BOTS[bot].traits.stochastic


def remembering(view: View, rounds: int) -> View:
    """The view without all rounds but the last few."""
    return replace(view, rounds=view.rounds[len(view.rounds) - rounds :] if rounds else ())


@pytest.mark.parametrize("bot", NAMES)
def test_a_bot_looks_back_as_far_as_it_says_and_no_further(bot: str) -> None:
    memory = BOTS[bot].traits.memory_rounds
    enough = 100 if memory is None else memory
    assert all(
        occasion.act(remembering(occasion.view, enough)) == action
        for occasion, action in decided(bot)
        if len(occasion.view.rounds) > enough
    )
    if memory != 0:
        one_less = 1 if memory is None else memory - 1
        assert any(
            occasion.act(remembering(view, one_less)) != occasion.act(view)
            for occasion, _ in decided(bot)
            for view in (occasion.view, *(if_others(occasion.view, one) for one in (0.1, 0.3)))
            if len(view.rounds) > one_less
        )


def if_others(view: View, share: float) -> View:
    """The view if the others had paid, promised and taken out this share of all they could."""
    assert view.own is not None
    me, need_musd = view.own.seat, view.gap.scheduled_need_musd
    promised_musd = round(share * need_musd)
    seats = tuple(
        one
        if one.id == me or one.role is not Role.GOVERNMENT
        else replace(one, intention_musd=promised_musd, signed_musd=None)
        for one in view.seats
    )
    promises = [max(one.intention_musd or 0, one.signed_musd or 0) for one in seats]
    return replace(
        view,
        seats=seats,
        gap=replace(view.gap, promised_musd=sum(promises)),
        rounds=tuple(_round_if(past, me, share) for past in view.rounds),
    )


def _round_if(past: RoundCard, me: SeatId, share: float) -> RoundCard:
    paid_musd = round(share * past.need_musd)
    taken = round(1000 * (1 - share))
    return replace(
        past,
        effective_musd=paid_musd,
        stability=share,
        pledges_musd={
            seat: pledge if seat == me else paid_musd for seat, pledge in past.pledges_musd.items()
        },
        withdrawn_permille={
            bank: permille if bank == me else taken
            for bank, permille in past.withdrawn_permille.items()
        },
    )


@pytest.mark.parametrize("bot", NAMES)
def test_what_a_bot_decides_depends_on_the_others_iff_it_is_conditional(bot: str) -> None:
    depends = any(
        occasion.act(if_others(occasion.view, share)) != action
        for occasion, action in decided(bot)
        for share in (0.0, 0.2, 1.0)
    )
    assert depends is BOTS[bot].traits.conditional


def is_kept(occasion: Occasion, action: Action) -> bool:
    """Whether a sealed decision is no less than what was said and signed."""
    view, seat = occasion.view, occasion.seat
    me = next(one for one in view.seats if one.id == seat)
    match action:
        case Pledge():
            return action.pledge_musd >= max(me.intention_musd or 0, me.signed_musd or 0)
        case Withdraw():
            signed = [
                package.withdrawn_at_most_permille[seat]
                for package in view.packages
                if package.stands and seat in package.withdrawn_at_most_permille
            ]
            return all(action.withdrawn_permille <= permille for permille in signed)
        case _:
            return True


@pytest.mark.parametrize("bot", NAMES)
def test_who_keeps_promises_always_does_and_who_does_not_breaks_one(bot: str) -> None:
    kept = all(is_kept(occasion, action) for occasion, action in decided(bot))
    assert kept is BOTS[bot].traits.keeps_promises


def rules_used(action: Action | None) -> Iterator[str]:
    """The advanced rules of which an action makes something, by switch."""
    match action:
        case Press():
            yield "pressure"
        case Lobby():
            yield "lobbying"
        case OfferFavour():
            yield "favours"
        case ProposeRegional():
            yield "regional_fund"
        case ProposeTranche() if action.terms_permille:
            yield "terms"
        case TablePackage() if action.minimum_total_musd:
            yield "package_minima"
        case Pledge():
            if action.others_at_least_musd:
                yield "clauses"
            if action.second_line_musd:
                yield "second_line"
            if action.guidance_permille:
                yield "guidance"
            if action.strictness_permille is not None:
                yield "terms"


@pytest.mark.parametrize("bot", NAMES)
def test_a_bot_uses_the_rules_it_says_where_they_are_on_and_none_where_they_are_off(
    bot: str,
) -> None:
    used: dict[bool, set[str]] = {True: set(), False: set()}
    for occasion in occasions(bot):
        used[has_rules(occasion.view)].update(rules_used(occasion.act()))
    assert used == {True: set(BOTS[bot].traits.uses), False: set()}


def test_the_register_has_a_bot_for_every_role_and_its_default_plays_it() -> None:
    for role in Role:
        assert default_bot(role) in bots_for(role)
        make(default_bot(role), role)
