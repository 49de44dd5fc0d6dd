"""`backstop fork`: a stored session that goes another way from some point on."""

from __future__ import annotations

import json
import re
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from client_cli.amounts import Complaint
from client_cli.main.common import database_option, fail, found, opened, run

if TYPE_CHECKING:
    from server.game.actions import Action
    from server.game.events import Event
    from server.game.scenario import Effect, Scenario, SeatId
    from server.store import SessionRow, StoredEvent
    from server.tournament.counterfactual import Compared
    from server.tournament.fork import Changes, Fork
    from server.tournament.match import Decision
    from server.tournament.moments import Moment

Answer = TypeVar("Answer")

SEEDS = 20
"""Under which a fork is compared where a bot decides by chance and nobody said how many."""


@dataclass(frozen=True, slots=True)
class _Parent:
    """The session that is forked."""

    row: SessionRow
    stored: list[StoredEvent]
    events: list[Event]

    @property
    def scenario(self) -> Scenario:
        """As it was opened."""
        from server.game.events import SessionOpened

        opened_event = self.events[0]
        assert isinstance(opened_event, SessionOpened), "a verified log begins with its opening"
        return opened_event.scenario


@click.command()
@click.argument("session")
@click.option("--at", "at_event", type=click.IntRange(1), help="Go another way after this event.")
@click.option("--round", "from_round", type=click.IntRange(1), help="Or from this round on.")
@click.option("--crisis", default=1, type=click.IntRange(1), help="In a campaign: of this crisis.")
@click.option(
    "--decide",
    "decided",
    multiple=True,
    metavar='"SEAT@ROUND WORDS"',
    help="Another decision, as it is typed in play; also `pledge optimum` or `best-reply`.",
)
@click.option(
    "--bots",
    metavar="SEAT=BOT,…",
    help="Who plays from then on (or `nobody`); one name alone: wherever it can.",
)
@click.option("--set", "numbers", multiple=True, metavar="[SEAT.]NUMBER=VALUE", help="A number.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Draw anew what was not yet seen.")
@click.option(
    "--others",
    type=click.Choice(["react", "keep"]),
    default="react",
    show_default=True,
    help="Whether the others decide anew, or do again what they did.",
)
@click.option(
    "--each-bot", metavar="BOT,…|all", help="Compare: every seat played by each of these."
)
@click.option("--each-pledge", metavar="±BN", help="Compare: every pledge changed by so much.")
@click.option("--seeds", type=click.IntRange(1, 1000), help="Compare under so many seeds.")
@click.option("--lines", is_flag=True, help="Compare every line of the ledger.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@database_option
def fork_command(
    session: str,
    at_event: int | None,
    from_round: int | None,
    crisis: int,
    decided: tuple[str, ...],
    bots: str | None,
    numbers: tuple[str, ...],
    seed: int | None,
    others: str,
    each_bot: str | None,
    each_pledge: str | None,
    seeds: int | None,
    lines: bool,
    as_json: bool,
    database: str,
) -> None:
    """Go back to a point of a stored session, change something, and play on with bots.

    The fork is a session of its own, stored with its parent's id. SESSION is an id (or its
    beginning), `last`, or a log file. Without --at and --round it begins before the first
    decision that is changed. With --others react, people who are not there to react are played
    by bots; what was sealed in the same phase stands, for nobody could have seen the change.
    With --each-bot or --each-pledge many forks are compared with the session and none is kept.

    \b
    Examples:
      backstop fork last --decide "JP@2 pledge optimum"
      backstop fork 3f2a --at 40 --bots JP=leader,US=free-rider --others keep
      backstop fork 3f2a --round 3 --bots best-reply
      backstop fork 3f2a --round 2 --set need_musd=60000 --set JP.capacity_musd=3000
      backstop fork 3f2a --round 2 --each-bot all --others keep
      backstop fork 3f2a --each-pledge +1 --lines
    """
    if each_bot is not None and each_pledge is not None:
        raise click.UsageError("compare --each-bot or --each-pledge, not both at once")
    if at_event is not None and from_round is not None:
        raise click.UsageError("--at or --round, not both")
    study = each_bot is not None or each_pledge is not None
    if study and (decided or bots or numbers or seed is not None):
        raise click.UsageError("--each-bot and --each-pledge are the changes; leave out others")
    if not study and (seeds is not None or lines):
        raise click.UsageError("--seeds and --lines are for --each-bot and --each-pledge")
    parent = run(_parent(session, database))
    moment = _allowed(lambda: _moment(parent, at_event, from_round, crisis))
    if study:
        _compare(parent, moment, each_bot, each_pledge, others, seeds, lines, as_json)
        return
    changes = _allowed(
        lambda: _changes(parent, crisis, decided, bots, numbers, seed, others == "react")
    )
    _fork(parent, moment, changes, as_json, database)


async def _parent(session: str, database: str) -> _Parent:
    from server.store import decode, verify
    from server.store.logfile import LogError, read, text_lines

    if Path(session).is_file():
        try:
            with Path(session).open("rb") as file:
                log = read(text_lines(file))
        except LogError as error:
            fail(f"{session}: {error}")
        return _Parent(log.session, log.stored, log.events)
    async with opened(database) as store:
        row = await found(store, session)
        stored = (await store.stored(row.id))[: row.head_version]
    verdict = verify(stored, count=row.head_version, head_hash=row.head_hash)
    if not verdict.ok:
        fail(f"{row.id}: {verdict}")
    return _Parent(row, stored, [decode(one) for one in stored])


def _allowed(made: Callable[[], Answer]) -> Answer:
    """What is made, or the end of the command in the words of the rules."""
    from server.game.refusals import Refused

    try:
        return made()
    except Refused as refused:
        allowed = f"; use {refused.allowed}" if refused.allowed else ""
        fail(f"{refused.message}{allowed}")
    except (ValueError, Complaint) as error:
        fail(str(error))


def _moment(
    parent: _Parent, at_event: int | None, from_round: int | None, crisis: int
) -> Moment | None:
    from server.tournament.fork import at_round
    from server.tournament.moments import moment_at

    if at_event is not None:
        return moment_at(parent.events, at_event)
    if from_round is not None:
        return at_round(parent.events, from_round, crisis)
    return None


# --- one fork ---


def _changes(
    parent: _Parent,
    crisis: int,
    decided: Sequence[str],
    bots: str | None,
    numbers: Sequence[str],
    seed: int | None,
    others_react: bool,
) -> Changes:
    from server.tournament.fork import Changes

    changes = Changes(
        _cast(parent.scenario, bots or ""),
        tuple(_decision(parent, crisis, text) for text in decided),
        tuple(_number(text) for text in numbers),
        seed,
        others_react,
    )
    if not changes.told() and not others_react:
        raise click.UsageError("nothing is changed; say --decide, --bots, --set or --seed")
    return changes


def _cast(scenario: Scenario, bots: str) -> dict[SeatId, str]:
    from client_cli.main.match import named
    from server.bots import make
    from server.game.refusals import Refused

    if not bots or "=" in bots:
        return named(bots)
    cast, refused = {}, None
    for seat in scenario.seats:
        try:
            make(bots, seat.role, scenario.seat_by_id)
        except Refused as error:
            refused = error
        else:
            cast[seat.id] = bots
    if not cast and refused is not None:
        raise refused
    return cast


def _decision(parent: _Parent, crisis: int, text: str) -> Decision:
    from server.game.scenario import SeatId
    from server.tournament.match import Decision

    match = re.fullmatch(r"\s*(\S+?)@(\d+)\s+(.+)", text)
    if match is None:
        raise click.UsageError(f'{text}: write "SEAT@ROUND WORDS", such as "JP@2 pledge 4.2"')
    seat, number, words = SeatId(match[1]), int(match[2]), match[3].strip()
    if seat not in parent.scenario.seat_by_id:
        seats = ", ".join(parent.scenario.seat_by_id)
        raise ValueError(f"there is no seat {seat}; use {seats}")
    return Decision(seat, crisis, number, _action(parent, seat, crisis, number, words))


def _action(parent: _Parent, seat: SeatId, crisis: int, number: int, words: str) -> Action:
    from client_cli.commands import Local, parse
    from server.game import actions
    from server.tournament.hindsight import better_pledge_musd

    if words == "pledge optimum":
        musd = better_pledge_musd(parent.events, seat, crisis, number, "optimum")
        return actions.Pledge(musd)
    if words == "pledge best-reply":
        musd = better_pledge_musd(parent.events, seat, crisis, number, "best-reply")
        return actions.Pledge(musd)
    action = parse(words)
    sealed = (
        actions.Pledge,
        actions.Withdraw,
        actions.DecideTranche,
        actions.DecideProgramme,
        actions.Vote,
    )
    if isinstance(action, Local) or not isinstance(action, sealed):
        raise ValueError(
            f"{words}: a sealed decision is needed: pledge, withdraw, release, withhold, "
            "accept or decline the programme, or vote"
        )
    return action


def _number(text: str) -> Effect:
    from server.game.scenario import Effect, SeatId

    name, equals, value = text.partition("=")
    seat, dot, field = name.rpartition(".")
    try:
        becomes = float(value)
    except ValueError:
        equals = ""
    if not equals:
        raise click.UsageError(f"{text} is not of the form NUMBER=VALUE or SEAT.NUMBER=VALUE")
    return Effect(SeatId(seat) if dot else None, field, becomes=becomes)


def _fork(
    parent: _Parent, moment: Moment | None, changes: Changes, as_json: bool, database: str
) -> None:
    from server.tournament.fork import before, fork

    if moment is None and not changes.decisions:
        raise click.UsageError("from when on? say --at EVENT or --round ROUND")

    def made() -> Fork:
        begin = moment or min(
            (before(parent.events, one) for one in changes.decisions), key=lambda one: one.event
        )
        return fork(
            parent.events,
            begin,
            changes,
            session=parent.row.id,
            parent_hash=parent.stored[begin.event - 1].hash,
        )

    result = _allowed(made)
    new_id = run(_kept(parent, result, database))
    if as_json:
        click.echo(json.dumps(_summary(new_id, parent, result)))
    else:
        _print(new_id, parent, result, database)


async def _kept(parent: _Parent, result: Fork, database: str) -> str:
    from server.app import utc_now
    from server.store import SessionRow

    session = secrets.token_hex(6)
    row = SessionRow(
        session,
        parent.row.scenario,
        utc_now(),
        parent=parent.row.id,
        parent_event=result.parent.event,
    )
    async with opened(database, made=True) as store:
        await store.create_session(row)
        await store.append(session, 0, result.match.events)
    return session


def _summary(new_id: str, parent: _Parent, result: Fork) -> dict[str, Any]:
    from server.tournament.counterfactual import ledger

    return {
        "id": new_id,
        "parent": parent.row.id,
        "parent_event": result.parent.event,
        "changes": result.parent.changes,
        "others_react": result.parent.others_react,
        "ledger_musd": ledger(result.match.state),
        "parent_ledger_musd": ledger(_state(parent)),
        "stability": [one.stability for one in result.match.state.history],
        "not_as_it_was": [_lost(one) for one in result.lost],
        "failures": [_lost(one) for one in result.match.failures],
    }


def _state(parent: _Parent) -> Any:
    from server.game.state import replay

    return replay(parent.events)


def _lost(one: Any) -> dict[str, Any]:
    return {"seat": one.seat, "round": one.round, "phase": one.phase, "reason": one.reason}


def _print(new_id: str, parent: _Parent, result: Fork, database: str) -> None:
    from client_cli import render
    from server.game.views import EVERYTHING, view_for
    from server.tournament.counterfactual import ledger

    view = view_for(result.match.state, EVERYTHING)
    changed = "; ".join(result.parent.changes) or "nothing but who plays"
    click.echo(f"Fork of {parent.row.id} after event {result.parent.event}: {changed}.")
    click.echo(_others_told(result.parent.others_react))
    for card in view.rounds:
        click.echo("\n".join(render.round_lines(view, card)))
    mine, theirs = ledger(result.match.state), ledger(_state(parent))
    click.echo("\nLedger over all rounds (US$ bn)\n")
    click.echo("\n".join(render.ledger_lines(mine)))
    click.echo("\nMore than in the parent\n")
    more = {
        seat: {line: mine[seat].get(line, 0) - theirs[seat].get(line, 0) for line in lines_}
        for seat, lines_ in mine.items()
    }
    click.echo("\n".join(render.ledger_lines(more)))
    for lost in result.lost:
        click.echo(f"not as it was: {lost.seat} in round {lost.round}: {lost.reason}", err=True)
    for failure in result.match.failures:
        click.echo(f"{failure.seat} failed in round {failure.round}: {failure.reason}", err=True)
    click.echo(f"\nstored as {new_id} in {database}")


def _others_told(others_react: bool) -> str:
    if others_react:
        return "The others were allowed to react to it."
    return "The others were not allowed to react: they did again what they had done."


# --- many forks compared ---


def _compare(
    parent: _Parent,
    moment: Moment | None,
    each_bot: str | None,
    each_pledge: str | None,
    others: str,
    seeds: int | None,
    lines: bool,
    as_json: bool,
) -> None:
    from server.tournament import counterfactual as study

    if each_bot is not None:
        if moment is None:
            raise click.UsageError("from when on? say --at EVENT or --round ROUND")
        names = [] if each_bot == "all" else each_bot.split(",")
        wanted = study.each_bot(parent.scenario, names)
        if not wanted:
            fail(f"no seat can be played by {each_bot}; `backstop bots` lists the bots")
    else:
        wanted = study.each_pledge(parent.events, _delta_musd(each_pledge or ""))
        if not wanted:
            fail(f"no pledge can be changed by {each_pledge}: none is allowed there")
    count = seeds or (SEEDS if _by_chance(parent, wanted, others) else 1)
    forks = study.Study(
        parent.events,
        session=parent.row.id,
        hashes=[one.hash for one in parent.stored],
        others_react=others == "react",
        seeds=range(1, count + 1) if count > 1 or seeds else (),
    )
    if not as_json:
        _print_heading(parent, moment, others == "react", count)
    hidden = as_json or not sys.stderr.isatty()
    with click.progressbar(wanted, label="forks", hidden=hidden, file=sys.stderr) as bar:
        compared = _allowed(lambda: [forks.compared(moment, *one) for one in bar])
    for one in compared:
        click.echo(json.dumps(_compared_json(one)) if as_json else _compared_line(one))
        if lines and not as_json:
            click.echo("\n".join(_line_rows(one)))


def _delta_musd(text: str) -> int:
    from client_cli.amounts import amount_musd

    sign = -1 if text.startswith("-") else 1
    try:
        return sign * amount_musd(text.lstrip("+-"))
    except Complaint as complaint:
        raise click.UsageError(str(complaint)) from None


def _by_chance(parent: _Parent, wanted: Sequence[tuple[SeatId, Changes]], others: str) -> bool:
    from server.tournament.counterfactual import draws_chance

    names = {who for _, changes in wanted for who in changes.seats.values()}
    if others == "react":
        names |= {name for name in _state(parent).bots.values() if name}
    return draws_chance(names)


def _print_heading(parent: _Parent, moment: Moment | None, react: bool, count: int) -> None:
    where = f"after event {moment.event}" if moment else "before each decision"
    click.echo(f"Forks of {parent.row.id} {where}, each compared with it unchanged, US$ bn.")
    click.echo(_others_told(react))
    if count > 1:
        click.echo(f"Means over {count} seeds, with the 95 % interval of the mean.")
    click.echo(f"\n{'seat':<10} {'change':<44} {'its own total':>20} {'all':>12} {'stability':>10}")


def _compared_line(one: Compared) -> str:
    own = one.totals_musd[one.seat]
    everybody = sum(total.mean for total in one.totals_musd.values())
    change = "; ".join(one.changes.told()).removeprefix(f"{one.seat} ")
    lost = f"  ({one.lost} things could not be as they were)" if one.lost else ""
    return (
        f"{one.seat:<10} {change:<44} {_spread(own):>20} {everybody / 1000:>+12.3f} "
        f"{100 * one.stability.mean:>+9.1f} %{lost}"
    )


def _spread(value: Any) -> str:
    if value.low == value.high:
        return f"{value.mean / 1000:+.3f}"
    return f"{value.mean / 1000:+.3f} [{value.low / 1000:+.2f}, {value.high / 1000:+.2f}]"


def _line_rows(one: Compared) -> list[str]:
    return [
        f"    {seat:<10} {line:<24} {_spread(value):>28}"
        for seat, lines in one.lines_musd.items()
        for line, value in lines.items()
        if value.low or value.high or value.mean
    ]


def _compared_json(one: Compared) -> dict[str, Any]:
    def plain(value: Any) -> dict[str, float]:
        return {"mean": value.mean, "low": value.low, "high": value.high}

    return {
        "seat": one.seat,
        "changes": one.changes.told(),
        "totals_musd": {seat: plain(value) for seat, value in one.totals_musd.items()},
        "lines_musd": {
            seat: {line: plain(value) for line, value in lines.items()}
            for seat, lines in one.lines_musd.items()
        },
        "stability": plain(one.stability),
        "not_as_it_was": one.lost,
    }
