"""Neutral labels change what is shown and nothing that is counted."""

from __future__ import annotations

import re
from dataclasses import asdict, fields

import pytest

from server.experiment.neutral import Words, neutral
from server.experiment.questions import questions_of
from server.experiment.settings import Experiment
from server.game.views import Viewer, ViewerKind, view_for
from server.scenarios import load, names
from tests.server.game.games import Player

TEXTS = {
    "title", "situation", "history", "record", "seats", "groups", "cards", "later_crises",
    "term_names",
}  # fmt: skip
OF_COUNTRIES = re.compile(
    r"\b(bank|banks|government|governments|fund|imf|crisis|country|countries|trade|econom\w+|"
    r"region\w*|abroad|home|lobby\w*|default|debtor)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_number_and_rule_of_a_scenario_stays(name: str, language: str) -> None:
    told, told_neutrally = load(name), neutral(load(name), language)
    for one in fields(told):
        if one.name not in TEXTS:
            assert getattr(told, one.name) == getattr(told_neutrally, one.name), one.name
    for seat, other in zip(told.seats, told_neutrally.seats, strict=True):
        for part in fields(seat):
            if part.name not in ("name", "brief"):
                assert getattr(seat, part.name) == getattr(other, part.name)
    assert told_neutrally.history == ""
    assert told_neutrally.record == ()


@pytest.mark.parametrize("name", names())
def test_the_program_speaks_of_no_countries_in_what_a_seat_is_shown(name: str) -> None:
    scenario = load(name)
    words, told = Words(scenario, "en"), neutral(scenario, "en")
    state = Player(told).state
    for seat in told.seats:
        view = words.outward(asdict(view_for(state, Viewer(ViewerKind.SEAT, seat.id))))
        shown = [
            *view["own"]["score_sheet"],
            view["own"]["brief"],
            view["scenario"]["title"],
            view["scenario"]["situation"],
            *(group["name"] for group in view["scenario"]["groups"]),
            *(card["name"] for card in view["seats"]),
            *((view["scenario"]["advanced"] or {}).get("term_names", ())),
        ]
        assert len(shown) > 3
        for text in shown:
            assert not OF_COUNTRIES.search(text), text


def test_what_goes_out_comes_back_in() -> None:
    words = Words(load("korea-1997"), "en")
    action = {"kind": "say", "to": "JP-banks", "text": "JP said so", "pledges_musd": {"US": 4}}
    sent = words.outward(action)
    assert sent == {
        "kind": "say", "to": "Lender-A", "text": "JP said so", "pledges_musd": {"Member-B": 4},
    }  # fmt: skip
    assert words.inward(sent) == action


def test_names_inside_a_sentence_of_the_program_are_changed_whole() -> None:
    words = Words(load("korea-1997"), "de")
    assert words.outward({"message": "JP-banks, JP and JPX"}) == {
        "message": "Geldgeber-A, Mitglied-A and JPX"
    }


def test_default_questions_ask_of_packages_only_where_they_do_not_bind() -> None:
    study = Experiment(default_questions=True)
    asked = {one.key for one in questions_of(study, load("korea-1997"))}
    assert "default-package" in asked
    assert "default-package" not in {one.key for one in questions_of(study, load("vcm"))}


def test_both_languages_ask_the_same_default_questions_with_answers_at_the_same_place() -> None:
    english, german = (
        questions_of(Experiment(default_questions=True, language=tongue), load("korea-1997"))
        for tongue in ("en", "de")
    )
    assert [(one.key, one.choices.index(one.answer)) for one in english] == [
        (one.key, one.choices.index(one.answer)) for one in german
    ]
