"""Every decision of a session, and what becomes of votes and packages.

`decisions` is the table from which every payoff can be recomputed (`recompute`): it holds all
that seats, written defaults and the host decided, and nothing that the rules made of it.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from typing import Any

from server.analysis.columns import (
    EVERYBODY,
    PARTIES,
    SEALED,
    Row,
    Table,
    code,
    count,
    json_text,
    ms,
    musd,
    permille,
    share,
    text,
    yes_no,
)
from server.analysis.packages import stories
from server.analysis.played import Played, Step
from server.analysis.tables.places import (
    AT,
    BY,
    PHASE,
    ROUND,
    SEAT,
    SESSION,
    VERSION,
    columns,
    here,
)
from server.game.events import (
    CardPlayed,
    FavourOffered,
    IntentionDeclared,
    Lobbied,
    PackageAnswered,
    PackageTabled,
    PhaseBegan,
    Pledged,
    Pressed,
    ProgrammeDecided,
    RoundResolved,
    TrancheDecided,
    TrancheProposed,
    VoteCounted,
    Voted,
    WithdrawalDecided,
)
from server.game.scenario import Switches

Decision = (
    IntentionDeclared
    | PackageTabled
    | PackageAnswered
    | TrancheProposed
    | Voted
    | Pressed
    | Lobbied
    | FavourOffered
    | Pledged
    | WithdrawalDecided
    | TrancheDecided
    | ProgrammeDecided
    | CardPlayed
)
"""The events that are decisions."""

NAMES: dict[type[Any], str] = {
    IntentionDeclared: "intention",
    PackageTabled: "package",
    PackageAnswered: "answer",
    TrancheProposed: "proposal",
    Voted: "vote",
    Pressed: "pressure",
    Lobbied: "lobbying",
    FavourOffered: "favour",
    Pledged: "pledge",
    WithdrawalDecided: "withdrawal",
    TrancheDecided: "tranche",
    ProgrammeDecided: "programme",
    CardPlayed: "card",
}
"""What each is called in the column `decision`."""


def _decisions(played: Played) -> Iterator[Row]:
    waiting: list[tuple[Hashable, dict[str, Any]]] = []
    began_ms = 0
    for step in played.steps:
        match step.event:
            case PhaseBegan():
                if (step.after.crisis, step.after.round) != (step.before.crisis, step.before.round):
                    yield from _told(waiting, resolved=False)
                    waiting = []
                began_ms = step.event.at_ms
            case RoundResolved():
                yield from _told(waiting, resolved=True)
                waiting = []
            case _ if isinstance(step.event, Decision):
                row = _row(played, step, step.event, began_ms)
                waiting.append((_subject(step.event), row))
            case _:
                pass
    yield from _told(waiting, resolved=False)


def _told(waiting: list[tuple[Hashable, dict[str, Any]]], *, resolved: bool) -> Iterator[Row]:
    """A round's rows, with whether each still stood when the decisions were opened."""
    last = {subject: place for place, (subject, _) in enumerate(waiting)}
    for place, (subject, row) in enumerate(waiting):
        yield row | {"counted": resolved and last[subject] == place}


def _subject(event: Decision) -> Hashable:
    """What a later decision takes the place of an earlier one on."""
    match event:
        case PackageTabled():
            return event.kind, event.package
        case PackageAnswered():
            return event.kind, event.seat, event.package
        case TrancheProposed():
            return event.kind, event.proposal
        case Voted():
            return event.kind, event.seat, event.proposal
        case Pressed():
            return event.kind, event.seat, event.on
        case FavourOffered():
            return event.kind, event.bank
        case CardPlayed():
            return event.kind, event.card, event.at_ms
        case _:
            return event.kind, event.seat


def _row(played: Played, step: Step, event: Decision, began_ms: int) -> dict[str, Any]:
    state = step.before
    seat = None if isinstance(event, CardPlayed) else event.seat
    return (
        here(played.id, state.crisis, state.round)
        | {
            "version": step.version,
            "phase": state.phase,
            "at_ms": event.at_ms,
            "after_ms": event.at_ms - began_ms,
            "decision": NAMES[type(event)],
            "seat": seat,
            "decided_by": event.by,
            "participant": state.participants[seat] if seat else None,
            "bot": state.bots[seat] if seat else None,
            "is_default": getattr(event, "is_default", False),
            "final": getattr(event, "final", True),
        }
        | _content(event, state.scenario.switches)
    )


def _content(event: Decision, switches: Switches) -> dict[str, Any]:
    """What was decided; cells of rules that are off are left out."""
    match event:
        case Pledged():
            return {"pledge_musd": event.pledge_musd} | _advanced(event, switches)
        case IntentionDeclared():
            return {"pledge_musd": event.pledge_musd}
        case WithdrawalDecided():
            return {"withdrawn_permille": event.withdrawn_permille}
        case TrancheDecided():
            return {"yes": event.release}
        case ProgrammeDecided():
            return {"yes": event.accept}
        case PackageTabled():
            return {
                "package": event.package,
                "parent": event.parent,
                "pledges_musd": _json(event.pledges_musd),
                "withdrawn_at_most_permille": _json(event.withdrawn_at_most_permille),
                "minimum_total_musd": (
                    event.minimum_total_musd if switches.package_minima else None
                ),
            }
        case PackageAnswered():
            return {"package": event.package, "yes": event.accept}
        case TrancheProposed():
            return {
                "proposal": event.proposal,
                "tranche_musd": event.tranche_musd,
                "terms_permille": _json(event.terms_permille) if switches.terms else None,
                "later_musd": _json(event.later_musd) if switches.programmes else None,
                "regional": event.regional if switches.regional_fund else None,
            }
        case Voted():
            return {"proposal": event.proposal, "ballot": event.ballot}
        case Pressed():
            return {"on": event.on, "ask_musd": event.ask_musd}
        case Lobbied():
            return {"force_permille": event.force_permille}
        case FavourOffered():
            return {
                "on": event.bank,
                "favour_musd": event.favour_musd,
                "withdrawn_permille": event.withdrawn_at_most_permille,
            }
        case CardPlayed():
            return {"card": event.card}


def _advanced(event: Pledged, switches: Switches) -> dict[str, Any]:
    parts: tuple[tuple[bool, str], ...] = (
        (switches.clauses, "others_at_least_musd"),
        (switches.second_line, "second_line_musd"),
        (switches.second_line, "pays_calls"),
        (switches.terms, "strictness_permille"),
        (switches.guidance, "guidance_permille"),
    )
    return {name: getattr(event, name) for is_on, name in parts if is_on}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


DECISIONS = Table(
    "decisions",
    "Everything that was decided, a decision a row, written defaults and changed minds included.",
    written="as it was decided",
    seen_by=EVERYBODY,
    key=("session", "version"),
    columns=columns(
        SESSION,
        VERSION,
        ROUND[1:],
        PHASE,
        AT,
        ms("after_ms", "The same since its phase began, pauses included."),
        code("decision", "What was decided.", allowed=", ".join(NAMES.values())),
        code("seat", "Who decided; missing for a card and for the scripted Fund's proposal."),
        code("decided_by", "Who decided for the seat.", allowed=BY),
        code("participant", "Who sat in it.", allowed="person, bot, nobody"),
        code("bot", "The bot's name, where one sat in it.", seen_by="host"),
        yes_no("is_default", "Whether it is the written default of a missing decision."),
        yes_no("final", "Whether it was final and not a draft.", seen_by=SEALED),
        yes_no(
            "counted",
            "Whether it stood when the round's decisions were opened: the round was resolved "
            "and nothing later took its place.",
            written="at the reveal",
        ),
        musd("pledge_musd", "Pledged, or declared as the intention.", seen_by=SEALED),
        permille(
            "withdrawn_permille",
            "Of a bank's due claims: taken out, or the most that a favour allows.",
            seen_by=SEALED,
        ),
        yes_no(
            "yes",
            "The word on a package, on releasing the tranche, on accepting the programme.",
            seen_by=SEALED,
        ),
        count("package", "Number of the package tabled or answered.", least=1),
        count("parent", "The package that it counters.", least=1),
        json_text("pledges_musd", "What a package asks of governments: seat, US$ million."),
        json_text(
            "withdrawn_at_most_permille",
            "What a package asks of banks: seat, most withdrawn in thousandths.",
        ),
        count("proposal", "Number of the tranche proposed or voted on.", least=1),
        musd("tranche_musd", "The tranche proposed for this round."),
        code("ballot", "The vote.", allowed="yes, no, abstain", seen_by=SEALED),
        code("on", "The seat pressed, or the bank promised a favour.", seen_by=PARTIES),
        musd("minimum_total_musd", "Rule `package_minima`: the total below which nobody pays."),
        musd(
            "others_at_least_musd",
            "Rule `clauses`: what the others must pledge together.",
            seen_by=SEALED,
        ),
        musd("second_line_musd", "Rule `second_line`: newly announced.", seen_by=SEALED),
        yes_no("pays_calls", "Rule `second_line`: whether a call will be paid.", seen_by=SEALED),
        permille("strictness_permille", "Rule `terms`: asked of the debtor.", seen_by=SEALED),
        permille("guidance_permille", "Rule `guidance`: force on own banks.", seen_by=SEALED),
        json_text("terms_permille", "Rule `terms`: of the proposed programme, by dimension."),
        json_text("later_musd", "Rule `programmes`: the tranches of the rounds to come."),
        yes_no("regional", "Rule `regional_fund`: before the region, not before the board."),
        musd("ask_musd", "Rule `pressure`: asked; 0 takes it back.", seen_by=PARTIES),
        permille("force_permille", "Rule `lobbying`: how hard.", seen_by=PARTIES),
        musd("favour_musd", "Rule `favours`: promised; 0 takes it back.", seen_by=PARTIES),
        code("card", "Rule `cards`: the event card that happened."),
    ),
    rows=_decisions,
)


def _votes(played: Played) -> Iterator[Row]:
    for step in played.steps:
        if not isinstance(step.event, VoteCounted):
            continue
        state, counted = step.before, step.event
        proposals = {one.proposal: one for one in state.table.proposals}
        for number, ballots in counted.ballots.items():
            proposal = proposals[number]
            for voter in state.scenario.governments:
                if voter.id not in ballots:
                    continue
                weight = voter.regional_share if proposal.regional else voter.quota_share
                yield here(played.id, state.crisis, state.round) | {
                    "proposal": number,
                    "seat": voter.id,
                    "proposed_by": proposal.seat,
                    "tranche_musd": proposal.tranche_musd,
                    "regional": proposal.regional,
                    "ballot": ballots[voter.id],
                    "weight": weight,
                    "passed": number in (counted.passed, counted.regional_passed),
                    "at_ms": counted.at_ms,
                }


VOTES = Table(
    "votes",
    "Every counted ballot; who cast it is in `decisions`.",
    written="at the count",
    seen_by=EVERYBODY,
    key=("session", "proposal", "seat"),
    columns=columns(
        ROUND,
        count("proposal", "Number of the proposal in the session.", least=1),
        SEAT,
        code("proposed_by", "Who proposed it; missing for the scripted Fund."),
        musd("tranche_musd", "The tranche it would grant this round."),
        yes_no("regional", "Whether it was before the region and not before the IMF board."),
        code("ballot", "The vote.", allowed="yes, no, abstain"),
        share("weight", "The seat's share of the votes: of all IMF quotas, or of the region's."),
        yes_no("passed", "Whether the proposal passed and won."),
        AT,
    ),
    rows=_votes,
)


def _packages(played: Played) -> Iterator[Row]:
    promised = {(one.resolved.crisis, one.resolved.round): one.resolved for one in played.rounds}
    for number, story in stories(played).items():
        tabled = story.tabled
        resolved = promised.get((story.crisis, story.round))
        for seat in dict.fromkeys(story.named):
            answer = story.answers.get(seat)
            yield here(played.id, story.crisis, story.round) | {
                "package": number,
                "seat": seat,
                "tabled_by": tabled.seat,
                "decided_by": tabled.by,
                "tabled_at_ms": tabled.at_ms,
                "parent": tabled.parent,
                "depth": story.depth,
                "total_musd": story.total_musd,
                "minimum_total_musd": tabled.minimum_total_musd or None,
                "asked_musd": tabled.pledges_musd.get(seat),
                "withdrawn_at_most_permille": tabled.withdrawn_at_most_permille.get(seat),
                "accepted": answer[0] if answer else None,
                "answered_by": answer[1] if answer else None,
                "answered_at_ms": answer[2] if answer else None,
                "stood": story.stood_at_ms is not None,
                "stood_at_ms": story.stood_at_ms,
                "pledged_musd": resolved.pledges_musd.get(seat) if resolved else None,
                "withdrawn_permille": (resolved.withdrawn_permille.get(seat) if resolved else None),
                "text": tabled.text or None,
            }


PACKAGES = Table(
    "packages",
    "Every package, a named seat a row.",
    written="as it was tabled and answered",
    seen_by=EVERYBODY,
    key=("session", "package", "seat"),
    columns=columns(
        ROUND,
        count("package", "Number of the package in the session.", least=1),
        SEAT,
        code("tabled_by", "The seat that tabled it."),
        code("decided_by", "Who decided that for the seat.", allowed=BY),
        ms("tabled_at_ms", "When it was tabled, since the session opened."),
        count("parent", "The package that it counters.", least=1),
        count("depth", "0 for a first proposal, 1 for a counter to one, and so on."),
        musd("total_musd", "All that it asks of governments."),
        musd("minimum_total_musd", "Rule `package_minima`; missing where it names none."),
        musd("asked_musd", "What it asks of this government."),
        permille("withdrawn_at_most_permille", "What it asks of this bank."),
        yes_no("accepted", "The seat's last answer; missing if it gave none. Tabling accepts."),
        code("answered_by", "Who decided the answer for the seat.", allowed=BY),
        ms("answered_at_ms", "When it was given."),
        yes_no("stood", "Whether all named seats accepted: then it is a promise of each."),
        ms("stood_at_ms", "Since when."),
        musd("pledged_musd", "What this government then pledged.", written="at the reveal"),
        permille("withdrawn_permille", "What this bank then withdrew.", written="at the reveal"),
        text("text", "What was written beside it."),
    ),
    rows=_packages,
)
