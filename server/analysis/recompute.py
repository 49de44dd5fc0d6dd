"""Every payoff once more, from decisions alone.

Given a scenario, what was drawn at opening, and the rows of the table `decisions`, it builds
each round anew and has the engine resolve it. It reads no result: no count, no reveal, no
ledger. That a dataset's ledger equals this says that the dataset is whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from server.analysis.columns import Cell
from server.analysis.tables.scenarios import DRAWS, SCENARIO
from server.game import board, packages, standing
from server.game.actions import Ballot
from server.game.events import (
    CardPlayed,
    DecidedBy,
    Event,
    FavourOffered,
    IntentionDeclared,
    Lobbied,
    PackageAnswered,
    PackageTabled,
    PhaseBegan,
    Pledged,
    Pressed,
    ProgrammeDecided,
    SessionOpened,
    TrancheDecided,
    TrancheProposed,
    Voted,
    WithdrawalDecided,
)
from server.game.reveal import resolve_round
from server.game.rules import ENGINE_VERSION
from server.game.scenario import Phase
from server.game.state import State, evolve

KEY = ("crisis", "round", "seat", "line")
"""What names a line of a session's ledger."""
Ledger = dict[tuple[Cell, ...], Cell]

_ADVANCED = (
    "others_at_least_musd",
    "second_line_musd",
    "pays_calls",
    "strictness_permille",
    "guidance_permille",
)


def ledger(
    *, scenario_json: str, draws_json: str, decisions: Iterable[Mapping[str, Cell]]
) -> Ledger:
    """Every line of a session's ledger, under the columns of `KEY`.

    Args:
        scenario_json: of the table `scenarios`.
        draws_json: of the table `sessions`.
        decisions: the session's rows of the table `decisions`, in order.
    """
    scenario, draws = SCENARIO.validate_json(scenario_json), DRAWS.validate_json(draws_json)
    assert scenario is not None, "the table says it"
    assert draws is not None, "the table says it"
    rounds = _Rounds(evolve(None, SessionOpened(scenario, draws, False, ENGINE_VERSION)))
    for row in decisions:
        rounds.take(row)
    rounds.resolve()
    return rounds.ledger


class _Rounds:
    """The rounds as they are built up and resolved again."""

    def __init__(self, state: State) -> None:
        self.ledger: Ledger = {}
        self._state = state
        self._counted = False
        """Whether the round being built up was resolved in the session."""

    def take(self, row: Mapping[str, Any]) -> None:
        """One more decision; the round before is resolved where this one comes after it."""
        here = (row["crisis"], row["round"])
        if here != (self._state.crisis, self._state.round):
            self.resolve()
            self._fold(PhaseBegan(*here, Phase.PLEDGE, None, 0))
        elif row["phase"] == Phase.DISBURSE:
            self.resolve()
        self._counted = self._counted or row["counted"]
        self._fold(_event(row))
        for stood in packages.newly_standing(self._state, 0):
            self._fold(stood)

    def resolve(self) -> None:
        """Count, open and resolve what lies on the table, if the session did so."""
        if not self._counted:
            return
        self._counted = False
        state = self._state
        if state.table.proposals:
            self._fold(
                board.count(
                    state.scenario,
                    state.table.proposals,
                    state.table.ballots,
                    standing.ordinary_access_musd(state),
                    0,
                )
            )
        resolved = resolve_round(self._state, 0)
        self._fold(resolved)
        for seat, lines in resolved.lines_musd.items():
            for line, amount_musd in lines.items():
                self.ledger[resolved.crisis, resolved.round, seat, line] = amount_musd

    def _fold(self, event: Event) -> None:
        self._state = evolve(self._state, event)


def _event(row: Mapping[str, Any]) -> Event:
    """The event that a row of `decisions` means, without its times."""
    seat, by, default = row["seat"], DecidedBy(row["decided_by"]), bool(row["is_default"])
    match row["decision"]:
        case "pledge":
            parts = {name: row[name] for name in _ADVANCED if row[name] is not None}
            return Pledged(seat, row["pledge_musd"], row["final"], by, default, 0, **parts)
        case "intention":
            return IntentionDeclared(seat, row["pledge_musd"], by, 0)
        case "withdrawal":
            permille = row["withdrawn_permille"]
            return WithdrawalDecided(seat, permille, row["final"], by, default, 0)
        case "tranche":
            return TrancheDecided(seat, row["yes"], row["final"], by, default, 0)
        case "programme":
            return ProgrammeDecided(seat, row["yes"], row["final"], by, default, 0)
        case "package":
            return PackageTabled(
                row["package"],
                seat,
                json.loads(row["pledges_musd"]),
                json.loads(row["withdrawn_at_most_permille"]),
                row["parent"],
                "",
                by,
                0,
                row["minimum_total_musd"] or 0,
            )
        case "answer":
            return PackageAnswered(row["package"], seat, row["yes"], by, 0)
        case "proposal":
            return TrancheProposed(
                row["proposal"],
                seat,
                row["tranche_musd"],
                by,
                default,
                0,
                tuple(json.loads(row["terms_permille"] or "[]")),
                tuple(json.loads(row["later_musd"] or "[]")),
                bool(row["regional"]),
            )
        case "vote":
            return Voted(row["proposal"], seat, Ballot(row["ballot"]), by, default, 0)
        case "pressure":
            return Pressed(seat, row["on"], row["ask_musd"], by, 0)
        case "lobbying":
            return Lobbied(seat, row["force_permille"], by, 0)
        case "favour":
            on, amount = row["on"], row["favour_musd"]
            return FavourOffered(seat, on, amount, row["withdrawn_permille"], by, 0)
        case "card":
            return CardPlayed(row["card"], by, 0)
        case other:
            raise ValueError(f"{other} is no kind of decision")


def differences(stored: Ledger, again: Ledger) -> list[str]:
    """What two ledgers of a session disagree on, in words."""
    return [
        f"crisis {key[0]}, round {key[1]}: {key[2]} {key[3]} is {stored.get(key)}, "
        f"the decisions give {again.get(key)}"
        for key in dict.fromkeys((*stored, *again))
        if stored.get(key) != again.get(key)
    ]
