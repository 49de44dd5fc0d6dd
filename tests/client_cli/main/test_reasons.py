"""Why bots did what they did: every kind says it for all that it does, in true words."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from random import Random

import pytest

from client_cli.main.reasons import UNSAID, did, reason, rule_words
from server.bots import BOTS, Bot, banks, laboratory, make, repliers
from server.game import actions
from server.game.actions import Action
from server.game.cards import View
from server.game.scenario import Role, SeatId
from server.scenarios import load
from server.tournament.match import play

ALL_ROLES = load("indonesia-1997-advanced")


@dataclass
class Heard:
    """A bot, and what is said of each thing that it does."""

    bot: Bot
    said: list[tuple[Action, str]] = field(default_factory=list)

    def act(self, view: View, random: Random) -> Action | None:
        before = deepcopy(random)
        action = self.bot.act(view, random)
        if action is not None and not isinstance(action, actions.MarkReady):
            self.said.append((action, reason(self.bot, view, action, before)))
        return action


def heard(name: str) -> list[tuple[Action, str]]:
    """All that the bot of a name does in a whole game, in each seat that it can play."""
    made = list[Heard]()

    def maker(wanted: str, role: Role, seats: object) -> Heard:
        made.append(Heard(make(wanted, role)))
        return made[-1]

    playing = name + (":US" if BOTS[name].takes == ":SEAT" else "")
    can = [seat.id for seat in ALL_ROLES.seats if seat.role in BOTS[name].roles]
    match = play(ALL_ROLES, dict.fromkeys(can, playing), 3, maker=maker)
    assert match.failures == []
    return [one for bot in made for one in bot.said]


@pytest.mark.parametrize("name", BOTS)
def test_every_bot_says_why_it_did_each_thing_on_one_line(name: str) -> None:
    said = heard(name)
    assert said
    for action, why in said:
        assert why
        assert UNSAID not in why
        assert "\n" not in why + did(action)


def test_a_pledge_is_told_with_the_amount_of_its_rule_and_the_word_that_was_kept() -> None:
    for action, why in heard("full-contributor"):
        if isinstance(action, actions.Pledge):
            amount = f"{action.pledge_musd / 1000:g}"
            assert why.startswith(f"Full contributor: all that the capacity allows: {amount}")


def test_the_words_of_a_rule_are_the_first_sentence_on_it_or_on_what_made_it() -> None:
    assert rule_words(laboratory.nothing) == "Free rider: never a dollar"
    assert rule_words(repliers.logit_reply(0.5)).startswith("A round amount drawn with")
    assert rule_words(banks.following(SeatId("US"))).startswith("Mirrors a bank's last share")


def test_a_bot_of_ones_own_may_explain_itself() -> None:
    class Own:
        def act(self, view: View, random: Random) -> Action | None:
            return actions.Pledge(100)

        def explain(self, view: View, action: Action) -> str:
            return f"because\nof {action.kind}"

    class Silent:
        def act(self, view: View, random: Random) -> Action | None:
            return actions.Pledge(100)

    for bot, why in ((Own(), "because of pledge"), (Silent(), UNSAID)):
        watched = Heard(bot)
        seat = ALL_ROLES.governments[0].id
        play(ALL_ROLES, {seat: "own"}, 3, maker=lambda *_, watched=watched: watched)
        assert {said for _, said in watched.said} == {why}
