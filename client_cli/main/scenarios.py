"""`backstop scenarios`, `check` and `payoff`: the games as data."""

from __future__ import annotations

import json
import math
import textwrap

import click

from client_cli import render
from client_cli.amounts import Complaint, amount_musd, bn, permille
from client_cli.main import completion
from client_cli.main.common import fail
from client_cli.text import wrapped
from server.game.one_shot import OneShot, one_shot
from server.game.resolution import Decisions
from server.game.scenario import Bank, Debtor, Government, Imf, Record, Scenario, SeatId
from server.game.score_sheet import score_sheet
from server.scenarios import ScenarioDocument, ScenarioError, lesson_minutes, load_document, names
from server.scenarios.lesson import played_s


def _document(name_or_path: str) -> ScenarioDocument:
    try:
        return load_document(name_or_path)
    except ScenarioError as error:
        fail("\n".join(str(problem) for problem in error.problems))


@click.command()
@click.argument("name", required=False, shell_complete=completion.scenarios)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def scenarios_command(name: str | None, as_json: bool) -> None:
    """List the scenarios with seats, rounds and the lesson they are made for; or describe one.

    \b
    Examples:
      backstop scenarios
      backstop scenarios korea-1997
      backstop scenarios my-own.toml --json
    """
    if name is not None:
        document = _document(name)
        if as_json:
            click.echo(document.model_dump_json())
        else:
            _describe(document)
        return
    documents = [_document(one) for one in names()]
    for group in GROUPS:
        members = [one for one in documents if _group(one) == group]
        if as_json:
            _list_json(group, members)
        else:
            _list(group, members)


GROUPS = ("histories", "campaigns", "laboratory")


def _group(document: ScenarioDocument) -> str:
    """Campaigns have several crises, histories a record of what happened."""
    if document.crises:
        return "campaigns"
    return "histories" if document.record else "laboratory"


def _list_json(group: str, documents: list[ScenarioDocument]) -> None:
    for document in documents:
        scenario = document.scenario()
        row = {
            "name": document.name,
            "title": scenario.title,
            "group": group,
            "rules": document.rules,
            "seats": list(scenario.seat_by_id),
            "rounds": scenario.rounds,
            "crises": 1 + len(scenario.later_crises),
            "minutes": round(played_s(scenario) / 60),
            "lesson_minutes": lesson_minutes(scenario),
        }
        click.echo(json.dumps(row, ensure_ascii=False))


def _list(group: str, documents: list[ScenarioDocument]) -> None:
    click.echo(f"{group.capitalize():<26}seats rounds  min")
    for document in documents:
        scenario = document.scenario()
        crises = 1 + len(scenario.later_crises)
        rounds = f"{crises}x{scenario.rounds}" if crises > 1 else f"{scenario.rounds}"
        title = textwrap.shorten(scenario.title, 33, placeholder=" …")
        click.echo(
            f"{document.name:<24}{document.rules}{len(scenario.seats):>5}{rounds:>7}"
            f"{lesson_minutes(scenario):>5}  {title}"
        )
    click.echo("")


def _rounds(scenario: Scenario) -> str:
    return "1 round" if scenario.rounds == 1 else f"{scenario.rounds} rounds"


def _describe(document: ScenarioDocument) -> None:
    scenario = document.scenario()
    lines = [
        f"{scenario.title} ({scenario.name}, rules {document.rules})",
        "",
        *wrapped(scenario.situation),
        "",
        *wrapped(
            f"Need US$ {bn(scenario.need_musd)} bn, sharpness {scenario.sharpness:g}, "
            f"{_rounds(scenario)} of {', '.join(scenario.plan)}. Made for a lesson of "
            f"{lesson_minutes(scenario)} minutes; `room open --minutes` scales its clocks."
        ),
    ]
    if document.difficulty is not None:
        share = f"{document.difficulty.rescued_share:.0%}"
        lines += wrapped(
            f"The shipped mix of bots rescues it in {share} of {document.difficulty.sessions:,} "
            f"sessions ({document.difficulty.command})."
        )
    for later in scenario.later_crises:
        lines += wrapped(f"Then {later.title}: need US$ {bn(later.need_musd)} bn.")
    for seat in scenario.seats:
        match seat:
            case Government():
                text = f"pays up to {bn(seat.capacity_musd)} bn, votes {seat.quota_share:.1%}"
            case Bank():
                text = f"claims of {bn(seat.claims_due_musd)} bn fall due"
            case Imf():
                text = "proposes and releases the Fund's money"
            case Debtor():
                text = "accepts or declines the programme"
        lines += ["", f"  {seat.id:<10} {seat.name:<28} {text}"]
        for sentence in score_sheet(scenario, seat):
            lines += wrapped(sentence, "    ")
    if document.record:
        lines += ["", "What history did, for the debrief (US$ bn):"]
        lines += [line for one in scenario.record for line in wrapped(_recorded(one), "  ")]
    if document.sources:
        lines += ["", "Figures from history:"]
        for source in document.sources:
            text = f"{source.field} = {bn(source.value_musd)} bn [{source.confidence}]"
            lines += wrapped(f"{text} {source.source}", "  ")
    if document.choices:
        lines += ["", "Design choices:"]
        for choice in document.choices:
            lines += wrapped(f"{choice.field}: {choice.why}", "  ")
    click.echo("\n".join(lines))


def _recorded(entry: Record) -> str:
    amounts = {"pledged": entry.pledged_musd, "paid": entry.paid_musd}
    told = [f"{did} {bn(amount)}" for did, amount in amounts.items() if amount is not None]
    told += [entry.note] if entry.note else []
    return f"{entry.who}: {'; '.join(told)} [{entry.confidence}] {entry.source}"


@click.command()
@click.argument("file")
def check_command(file: str) -> None:
    """Check a scenario file: every problem with line, field and what is allowed.

    \b
    Examples:
      backstop check my-own.toml
    """
    scenario = _document(file).scenario()
    click.echo(f"{file}: ok, {scenario.title}: {len(scenario.seats)} seats")


@click.command()
@click.argument("scenario", shell_complete=completion.scenarios)
@click.argument("profile", nargs=-1)
@click.option("--tranche", default="0", metavar="BN", help="IMF money, US$ bn.")
@click.option("--imf-cost", type=float, help="Cost per dollar of a member's share in it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, in US$ millions.")
def payoff_command(
    scenario: str,
    profile: tuple[str, ...],
    tranche: str,
    imf_cost: float | None,
    as_json: bool,
) -> None:
    """The ledger of one profile of the undivided one-shot game.

    Governments pledge US$ bn with up to three decimals, banks withdraw per cent; who is not
    named pledges or withdraws nothing.

    \b
    Examples:
      backstop payoff east-asia JP=12.15 US=9.9 DE=0.9 UK=0.35 AU=0.25
      backstop payoff korea-1997 JP=8.8 US=7.8 JP-banks=40% --tranche 22
      backstop payoff east-asia JP=20 --json
    """
    import dataclasses

    game = _document(scenario).scenario()
    if imf_cost is not None:
        if not (0 <= imf_cost < math.inf):
            raise click.UsageError(f"--imf-cost {imf_cost:g} is not a cost; use 0 or more")
        game = dataclasses.replace(game, imf_unit_cost=imf_cost)
    try:
        result = one_shot(game, _decisions(profile, tranche))
    except Complaint as complaint:
        raise click.UsageError(str(complaint)) from None
    except ValueError as error:
        fail(str(error))
    if as_json:
        click.echo(json.dumps(_as_json(game, result)))
    else:
        _print(game, result)


def _decisions(profile: tuple[str, ...], tranche: str) -> Decisions:
    pledges: dict[SeatId, int] = {}
    withdrawn: dict[SeatId, int] = {}
    for term in profile:
        seat, equals, value = term.partition("=")
        if not equals or not seat:
            raise Complaint(f"{term} is not of the form SEAT=BN or BANK=40%")
        if SeatId(seat) in pledges or SeatId(seat) in withdrawn:
            raise Complaint(f"{seat} is named twice")
        if value.endswith("%"):
            withdrawn[SeatId(seat)] = permille(value)
        else:
            pledges[SeatId(seat)] = amount_musd(value)
    return Decisions(pledges, withdrawn, amount_musd(tranche))


def _as_json(scenario: Scenario, result: OneShot) -> dict[str, object]:
    return {
        "scenario": scenario.name,
        "stability": result.outcome.stability,
        "effective_musd": result.outcome.effective_musd,
        "seats": {
            seat: {"lines": lines, "total_musd": sum(lines.values())}
            for seat, lines in result.lines_musd.items()
        },
        "welfare_musd": result.welfare_musd,
    }


def _print(scenario: Scenario, result: OneShot) -> None:
    outcome = result.outcome
    lines = [
        f"{scenario.title}, one shot, US$ bn",
        render.gap_bar(outcome.effective_musd, outcome.need_musd),
        f"stability {outcome.stability:.4f}",
        "",
        *render.ledger_lines(result.lines_musd),
        "",
        f"welfare of the governments {bn(result.welfare_musd)}",
    ]
    click.echo("\n".join(lines))
