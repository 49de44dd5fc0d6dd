"""Neutral labels instead of countries: presentation alone, the game's numbers stay.

`neutral` takes the texts of a scenario away, for the session's opening. The seats keep their
short names in the log, so that sessions of different studies can be compared; `Words` puts
others in their place in all that goes to participants, and back in what comes from them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from server.game.scenario import Role, Scenario, SeatId

_NAMES = {
    "en": {
        Role.GOVERNMENT: "Member",
        Role.BANK: "Lender",
        Role.IMF: "Centre",
        Role.DEBTOR: "Borrower",
    },
    "de": {
        Role.GOVERNMENT: "Mitglied",
        Role.BANK: "Geldgeber",
        Role.IMF: "Zentrale",
        Role.DEBTOR: "Schuldner",
    },
}
_TITLE = {"en": "Decisions in a group", "de": "Entscheidungen in einer Gruppe"}
_SITUATION = {
    "en": "A group needs money together. Each member decides how much to contribute, and what is "
    "reached together is worth something to each. Your own sheet says what it is worth to you.",
    "de": "Eine Gruppe braucht gemeinsam Geld. Jedes Mitglied entscheidet, wie viel es beiträgt, "
    "und was gemeinsam erreicht wird, ist jedem etwas wert. Was es Ihnen wert ist, steht auf "
    "Ihrem Blatt.",
}
_EVENT = {"en": "Event {n}", "de": "Ereignis {n}"}
_GROUP = {"en": "group-{n}", "de": "gruppe-{n}"}
"""Names of channels, from which the page makes words."""
_TERM = {"en": "part {n}", "de": "Teil {n}"}
_SHEET = {
    "a stable world economy": "for itself",
    "your own trade and investment": "what is your own",
    "the banks that yours lend with": "the lenders that yours are tied to",
    "the trade of your partners": "what is your partners' own",
    "the region's fund": "the second centre",
    "governments' own money": "members' own money",
    "your government": "your member",
    "the Fund": "the centre",
    "bank claims": "lenders' claims",
    "banks": "lenders",
    "at home": "at first hand",
    "abroad": "at second hand",
    "crisis": "need",
    "Lobbying": "Working on your member",
    "Default costs you": "Not paying any more costs you",
}
"""Words of the score sheet, which is made in English: longer ones first."""
_SHEET_WORDS = re.compile(r"\b(" + "|".join(map(re.escape, _SHEET)) + r")\b")
_UNTRANSLATED = frozenset({"text", "token", "word", "session", "epoch", "room", "kind"})
"""Fields that hold what people wrote, or what must come back as it was."""


def seat_names(scenario: Scenario, language: str) -> dict[SeatId, str]:
    """A neutral name for every seat, by role and in the scenario's order."""
    names, found = _NAMES[language], dict[SeatId, str]()
    for role in Role:
        seats = [seat.id for seat in scenario.seats if seat.role is role]
        for place, seat in enumerate(seats):
            letter = chr(ord("A") + place % 26) + (str(place // 26) if place >= 26 else "")
            found[seat] = names[role] if len(seats) == 1 else f"{names[role]} {letter}"
    return found


def neutral(scenario: Scenario, language: str, situation: str = "") -> Scenario:
    """The same game under neutral names, without its story and what history did."""
    names = seat_names(scenario, language)
    return replace(
        scenario,
        title=_TITLE[language],
        situation=situation or _SITUATION[language],
        history="",
        record=(),
        seats=tuple(replace(seat, name=names[seat.id], brief="") for seat in scenario.seats),
        groups=tuple(
            replace(group, name=_GROUP[language].format(n=number))
            for number, group in enumerate(scenario.groups, 1)
        ),
        cards=tuple(
            replace(card, title=_EVENT[language].format(n=number), text="")
            for number, card in enumerate(scenario.cards, 1)
        ),
        term_names=tuple(
            _TERM[language].format(n=number) for number, _ in enumerate(scenario.term_names, 1)
        ),
        later_crises=tuple(neutral(one, language, situation) for one in scenario.later_crises),
    )


class Words:
    """The short names that participants see and say, and those of the game.

    Args:
        scenario: of the table.
        language: of the labels.
    """

    def __init__(self, scenario: Scenario, language: str) -> None:
        outward = {
            str(seat): name.replace(" ", "-")
            for seat, name in seat_names(scenario, language).items()
        }
        self._inward = {alias: seat for seat, alias in outward.items()}
        crises = (scenario, *scenario.later_crises)
        outward |= {one.name: "game" for one in crises}
        cards = [card.name for one in crises for card in one.cards]
        outward |= {name: f"event-{number}" for number, name in enumerate(cards, 1)}
        self._outward = outward
        longest_first = sorted(map(re.escape, outward), key=len, reverse=True)
        self._names = re.compile(rf"(?<![\w-])({'|'.join(longest_first)})(?![\w-])")

    def outward(self, data: Any) -> Any:
        """A message to a participant, as plain data, under the names that it may see."""
        return self._changed(data, lambda text: self._names.sub(self._alias, text))

    def inward(self, data: Any) -> Any:
        """A participant's message, as plain data, under the names of the game."""
        return self._changed(data, lambda text: self._inward.get(text, text))

    def _alias(self, found: re.Match[str]) -> str:
        return self._outward[found[0]]

    def _changed(self, data: Any, change: Any, field: str = "") -> Any:
        if isinstance(data, str):
            if field == "score_sheet":
                return _SHEET_WORDS.sub(lambda found: _SHEET[found[0]], change(data))
            return data if field in _UNTRANSLATED else change(data)
        if isinstance(data, dict):
            return {change(key): self._changed(one, change, key) for key, one in data.items()}
        if isinstance(data, (list, tuple)):
            return [self._changed(one, change, field) for one in data]
        return data
