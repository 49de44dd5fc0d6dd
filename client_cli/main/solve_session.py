"""`backstop solve --session`: what theory says of each round of a session, beside the play."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from client_cli.amounts import bn
from client_cli.main.common import fail, run, stored_log
from client_cli.text import wrapped

if TYPE_CHECKING:
    from server.game.scenario import Scenario
    from server.theory.expected import Expected, Profile


@dataclasses.dataclass(frozen=True, slots=True)
class Hindsight:
    """A session and its rounds as theory sees them."""

    session: str
    scenario: Scenario
    rounds: list[Expected]
    carried: tuple[str, ...]
    """Rules by which a round leaves something to the next."""
    decided: tuple[str, ...]
    """Rules by which something is decided beside the pledges."""


def hindsight(session: str, database: str) -> Hindsight:
    """The rounds of a stored session, or of a log file, that were resolved so far."""
    from server.game.events import SessionOpened
    from server.store import decode
    from server.store.logfile import LogError
    from server.theory.expected import carried_rules, decided_rules, expected

    try:
        row, stored = run(stored_log(session, database))
        events = [decode(one) for one in stored]
    except LogError as error:
        fail(f"{session}: {error}")
    except (ValueError, KeyError) as error:
        fail(f"{session} cannot be read: {error}; try `backstop replay {session} --verify`")
    if not events or not isinstance(events[0], SessionOpened):
        fail(f"{session} has not begun")
    scenario = events[0].scenario
    return Hindsight(
        row.id, scenario, expected(events), carried_rules(scenario), decided_rules(scenario)
    )


def as_data(found: Hindsight) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "session": found.session,
        "scenario": found.scenario.name,
        "rounds": [_round(one) for one in found.rounds],
        "one_stage": not (found.carried or found.decided),
        "carried_between_rounds": list(found.carried),
        "decided_beside_pledges": list(found.decided),
    }


def _round(one: Expected) -> dict[str, Any]:
    return {
        "crisis": one.crisis,
        "round": one.round,
        "need_musd": one.need_musd,
        "played": _profile(one.played),
        "nash": _profile(one.nash),
        "nash_from_optimum": _profile(one.nash_from_optimum),
        "at_rest": one.at_rest,
        "optimum": _profile(one.optimum),
        "regret_musd": one.regret_musd,
    }


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "pledges_musd": profile.pledges_musd,
        "effective_musd": profile.effective_musd,
        "gain_musd": round(profile.gain_musd),
        "efficiency": profile.efficiency,
        "payoffs_musd": {seat: round(paid) for seat, paid in profile.payoffs_musd.items()},
    }


def as_text(found: Hindsight) -> list[str]:
    """The whole answer: a table for each round, and what the figures leave out."""
    scenario = found.scenario
    head = (
        f"{scenario.title} ({scenario.name}), session {found.session}: the pledges of each "
        "round beside its equilibrium and its optimum, US$ bn"
    )
    lines = wrapped(head)
    for one in found.rounds:
        lines += ["", *_table(one, of_campaign=bool(scenario.later_crises))]
    if not found.rounds:
        lines += ["", "No round has been resolved yet."]
    return lines + [line for text in _notes(found) for line in ["", *wrapped(text)]]


def _table(one: Expected, *, of_campaign: bool) -> Iterator[str]:
    crisis = f"crisis {one.crisis}, " if of_campaign else ""
    two = one.nash != one.nash_from_optimum
    columns = {"played": one.played, "Nash 1" if two else "Nash": one.nash}
    if two:
        columns["Nash 2"] = one.nash_from_optimum
    columns["optimum"] = one.optimum
    profiles = columns.values()
    yield _row(f"{crisis}round {one.round}".capitalize(), [*columns, "missed"])
    for seat, missed in one.regret_musd.items():
        yield _row(f"  {seat}", [*(bn(each.pledges_musd[seat]) for each in profiles), bn(missed)])
    yield _row("all money", [bn(each.effective_musd) for each in profiles])
    yield _row("of the possible gain", [_share(each.efficiency) for each in profiles])
    yield f"Needed were {bn(one.need_musd)} bn."
    if not one.at_rest:
        yield "Best replies never come to rest here: Nash is where they were given up."


def _row(name: str, cells: Iterable[str]) -> str:
    return f"{name:<22}" + "".join(f"{cell:>11}" for cell in cells)


def _share(efficiency: float | None) -> str:
    if efficiency is None:
        return "-"
    # Where next to nothing can be gained, the share of it that was lost says nothing.
    return f"{efficiency:.1%}" if efficiency > -10 else "< -1000%"


def _notes(found: Hindsight) -> Iterator[str]:
    yield (
        "Nash: where best replies lead from no pledges; where they lead elsewhere from the "
        "optimum, that is Nash 2. Missed: what a best reply to what the others pledged would "
        "have brought the seat in this round."
    )
    yield (
        "Each round is looked at by itself. Withdrawals, the Fund's money and everything else "
        "but the pledges are taken as they came, and what a pledge does to later rounds is not "
        "counted."
    )
    reasons = []
    if found.carried:
        reasons.append(f"by {_and(found.carried)} a round leaves something to the next")
    if found.decided:
        reasons.append(f"by {_and(found.decided)} more is decided than pledges")
    if reasons:
        yield f"So these figures are not the whole game: {'; '.join(reasons)}."
    else:
        yield "No rule of this scenario reaches beyond its round."


def _and(names: tuple[str, ...]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
