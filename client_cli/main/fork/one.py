"""One fork: played, stored and shown."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import click

from client_cli.main.common import opened, run
from client_cli.main.fork.parent import Parent, allowed, others_told

if TYPE_CHECKING:
    from server.tournament.fork import Changes, Fork
    from server.tournament.match import Failure, Maker
    from server.tournament.moments import Moment


def make_fork(
    parent: Parent,
    moment: Moment | None,
    changes: Changes,
    maker: Maker,
    as_json: bool,
    database: str,
) -> None:
    """Play it from the moment, or from the first decision that is changed, and keep it."""
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
            maker=maker,
        )

    result = allowed(made)
    new_id = run(_kept(parent, result, database))
    if as_json:
        click.echo(json.dumps(_summary(new_id, parent, result)))
    else:
        _print(new_id, parent, result, database)


async def _kept(parent: Parent, result: Fork, database: str) -> str:
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


def _summary(new_id: str, parent: Parent, result: Fork) -> dict[str, Any]:
    from server.tournament.counterfactual import ledger

    return {
        "id": new_id,
        "parent": parent.row.id,
        "parent_event": result.parent.event,
        "changes": result.parent.changes,
        "others_react": result.parent.others_react,
        "ledger_musd": ledger(result.match.state),
        "parent_ledger_musd": ledger(parent.state),
        "stability": [one.stability for one in result.match.state.history],
        "not_as_it_was": [_lost(one) for one in result.lost],
        "failures": [_lost(one) for one in result.match.failures],
    }


def _lost(one: Failure) -> dict[str, Any]:
    return {"seat": one.seat, "round": one.round, "phase": one.phase, "reason": one.reason}


def _print(new_id: str, parent: Parent, result: Fork, database: str) -> None:
    from client_cli import render
    from server.game.views import EVERYTHING, view_for
    from server.tournament.counterfactual import ledger

    view = view_for(result.match.state, EVERYTHING)
    changed = "; ".join(result.parent.changes) or "nothing but who plays"
    click.echo(f"Fork of {parent.row.id} after event {result.parent.event}: {changed}.")
    click.echo(others_told(result.parent.others_react))
    for card in view.rounds:
        click.echo("\n".join(render.round_lines(view, card)))
    mine, theirs = ledger(result.match.state), ledger(parent.state)
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
        click.echo(str(failure), err=True)
    click.echo(f"\nstored as {new_id} in {database}")
