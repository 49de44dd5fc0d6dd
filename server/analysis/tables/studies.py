"""Studies: who took part, what they answered to control questions and at the end."""

from __future__ import annotations

from collections.abc import Iterator

from server.analysis.columns import (
    HOST,
    Row,
    Table,
    code,
    count,
    number,
    text,
    yes_no,
)
from server.analysis.played import Played
from server.analysis.tables.places import columns

OWN = "the participant and the host"
_ROOM = code("room", "The study's room.")
_LABEL = code(
    "label", "The participant; of a study without a list P1, P2, … in the order of joining."
)


def _participants(played: Played) -> Iterator[Row]:
    study = played.about.study
    if study is None:
        return
    for one in study.participants:
        yield {
            "room": played.about.room,
            "label": one.label,
            "name": one.name,
            "joined_utc": one.joined_utc,
            "place": one.place + 1 if one.place is not None else None,
            "consented": one.consented,
            "consent_utc": one.consent_utc,
            "attempts": one.attempts,
            "admitted_utc": one.admitted_utc,
            "let_in": one.let_in,
            "answered_utc": one.answered_utc,
            "points": one.points,
            "payment": float(one.payment) if one.payment is not None else None,
            "currency": study.currency,
        }


PARTICIPANTS = Table(
    "participants",
    "Everybody who came to a study, whether they took part or declined.",
    written="as it happened",
    seen_by=HOST,
    key=("room", "label"),
    columns=columns(
        _ROOM,
        _LABEL,
        text("name", "The researcher's note of who it is; missing unless asked for names."),
        code("joined_utc", "When they came, ISO 8601."),
        count("place", "Drawn from the seed: home group and seat, numbered through.", least=1),
        yes_no("consented", "Whether they agreed; missing where not asked.", seen_by=OWN),
        code("consent_utc", "When they said so, ISO 8601."),
        count("attempts", "Attempts at the control questions.", seen_by=OWN),
        code("admitted_utc", "Since when they could play, ISO 8601."),
        yes_no("let_in", "By the host, without all questions answered right."),
        code("answered_utc", "When the closing questionnaire was handed in, ISO 8601."),
        number("points", "Net payoff of the paid sessions.", unit="US$ million", seen_by=OWN),
        number("payment", "What they are paid, rounded as the settings say.", seen_by=OWN),
        code("currency", "Of the payment.", seen_by=OWN),
    ),
    rows=_participants,
    once=True,
)


def _controls(played: Played) -> Iterator[Row]:
    study = played.about.study
    for one in study.controls if study is not None else ():
        yield {
            "room": played.about.room,
            "label": one.label,
            "attempt": one.attempt,
            "question": one.question,
            "answer": one.answer,
            "right": one.right,
            "at_utc": one.at_utc,
        }


CONTROL_ANSWERS = Table(
    "control_answers",
    "Every answer to a control question of a study.",
    written="when it was given",
    seen_by=OWN,
    key=("room", "label", "attempt", "question"),
    columns=columns(
        _ROOM,
        _LABEL,
        count("attempt", "Number of the attempt.", least=1),
        code("question", "The question's key in the settings."),
        text("answer", "The choice."),
        yes_no("right", "Whether it was the right one."),
        code("at_utc", "When, ISO 8601."),
    ),
    rows=_controls,
    once=True,
)


def _items(played: Played) -> Iterator[Row]:
    study = played.about.study
    for one in study.items if study is not None else ():
        yield {
            "room": played.about.room,
            "label": one.label,
            "item": one.item,
            "answer": one.answer,
            "at_utc": one.at_utc,
        }


QUESTIONNAIRE = Table(
    "questionnaire",
    "Every answer in the closing questionnaire of a study.",
    written="when it was handed in",
    seen_by=OWN,
    key=("room", "label", "item"),
    columns=columns(
        _ROOM,
        _LABEL,
        code("item", "The item's key in the settings."),
        text("answer", "What was written, chosen, or the number."),
        code("at_utc", "When, ISO 8601."),
    ),
    rows=_items,
    once=True,
)
