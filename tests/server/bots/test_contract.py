"""What every bot keeps to, in every built-in scenario and every seat that it can play."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from random import Random

import pytest

from server.bots import BOTS, Bot, BotSpec, bots_for, default_bot, make
from server.game.actions import Action
from server.game.cards import View
from server.game.events import Ending, Event, IntentionDeclared, Said
from server.game.scenario import Role, Scenario, SeatId
from server.scenarios import load, names
from server.tournament import play

SCENARIOS = {name: load(name) for name in names()}
NAMES = list(BOTS)


def name_for(bot: str, scenario: Scenario) -> str:
    """The bot's name with a seat of the scenario, where it takes one."""
    return f"{bot}:{scenario.governments[0].id}" if BOTS[bot].takes_seat else bot


def cast(bot: str, scenario: Scenario) -> dict[SeatId, str]:
    """The bot in every seat that it can play, the role's default in the others."""
    return {
        seat.id: name_for(bot, scenario) if seat.role in BOTS[bot].roles else default_bot(seat.role)
        for seat in scenario.seats
    }


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
@pytest.mark.parametrize("bot", NAMES)
def test_a_match_ends_with_legal_actions_only(bot: str, scenario: Scenario) -> None:
    match = play(scenario, cast(bot, scenario), 3)
    assert match.failures == []
    assert match.state.ending is Ending.COMPLETED
    assert len(match.state.history) == match.state.draws.rounds


@pytest.mark.parametrize("bot", NAMES)
def test_a_match_is_the_same_for_the_same_seed(bot: str) -> None:
    scenario = SCENARIOS["korea-1997"]
    again = [play(scenario, cast(bot, scenario), 4).events for _ in range(2)]
    assert again[0] == again[1]


@pytest.mark.parametrize("bot", NAMES)
def test_only_chance_and_words_depend_on_the_seed(bot: str) -> None:
    scenario = SCENARIOS["korea-1997"]
    ledgers = [
        [
            resolved.lines_musd
            for resolved in play(scenario, cast(bot, scenario), seed).state.history
        ]
        for seed in (1, 2)
    ]
    assert (ledgers[0] != ledgers[1]) == (bot == "random")


@dataclass
class Watching:
    """A bot, and what it does with what it is shown."""

    bot: Bot

    def act(self, view: View, random: Random) -> Action | None:
        """Check the promises of `Bot.act` around the bot's own answer."""
        before, dice = copy.deepcopy(view), random.getstate()
        action = self.bot.act(view, random)
        assert view == before, "the view was changed"
        random.setstate(dice)
        assert self.bot.act(view, random) == action, "asked twice, another answer"
        assert view.own is not None
        assert action is None or action.kind in view.own.may
        return action


@pytest.mark.parametrize("scenario", ["korea-1997", "vcm"])
@pytest.mark.parametrize("bot", NAMES)
def test_a_bot_keeps_no_memory_changes_no_view_and_does_what_it_may(
    bot: str, scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    game, watched = SCENARIOS[scenario], dict[Role, object]()
    real = dict(BOTS)

    def watching(role: Role) -> Bot:
        watched[role] = True
        return Watching(make_real(name_for(bot, game), role))

    def make_real(name: str, role: Role) -> Bot:
        base, _, seat = name.partition(":")
        return real[base].roles[role](SeatId(seat))

    roles = BOTS[bot].roles
    spec = BotSpec("watched", {role: lambda _, role=role: watching(role) for role in roles})
    monkeypatch.setitem(BOTS, "watched", spec)
    seats = {seat.id: "watched" for seat in game.seats if seat.role in roles}
    others = {s.id: default_bot(s.role) for s in game.seats if s.role not in roles}
    assert play(game, seats | others, 1).failures == []
    assert set(watched) == {seat.role for seat in game.seats if seat.role in roles}


@pytest.mark.parametrize("bot", NAMES)
def test_sentences_tell_only_what_was_declared_and_what_is_needed(bot: str) -> None:
    scenario = SCENARIOS["korea-1997"]
    match = play(scenario, cast(bot, scenario), 5)
    # A third of 55 bn, whichever way it is rounded to whole millions.
    needed = "18.3"
    said = [event for event in match.events if isinstance(event, Said)]
    assert said
    for event in said:
        allowed = {needed, *_declared(match.events, event.seat)}
        assert set(re.findall(r"\d+(?:\.\d+)?", event.text)) <= allowed, event.text


def _declared(events: list[Event], seat: SeatId) -> set[str]:
    return {
        f"{event.pledge_musd / 1000:g}"
        for event in events
        if isinstance(event, IntentionDeclared) and event.seat == seat
    }


def test_the_register_has_a_bot_for_every_role_and_its_default_plays_it() -> None:
    for role in Role:
        assert default_bot(role) in bots_for(role)
        make(default_bot(role), role)
