"""A view, or a notice, as text. Pure: plain words, 80 columns, no colour needed.

Amounts are shown in US$ bn with up to three decimals.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from server.protocol import (
    DecisionMade,
    Notice,
    OwnCard,
    PackageCard,
    RoundCard,
    SeatId,
    View,
)
from server.protocol import events as happened

WIDTH = 80
BAR = 40


def bn(amount_musd: int) -> str:
    """An amount in US$ bn."""
    text = f"{amount_musd / 1000:.3f}".rstrip("0").rstrip(".")
    return text or "0"


def percent(permille: int) -> str:
    """A share of thousandths in per cent."""
    return f"{permille / 10:g}%"


def one_line(text: str) -> str:
    """Somebody's words on one line, so that they cannot look like a line of ours."""
    return " ".join(text.split())


def wrapped(text: str, indent: str = "") -> list[str]:
    """Paragraphs folded to the width."""
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        if lines:
            lines.append("")
        lines += textwrap.wrap(
            " ".join(paragraph.split()), WIDTH, initial_indent=indent, subsequent_indent=indent
        )
    return lines


def gap_bar(filled_musd: int, need_musd: int, mark: str = "#") -> str:
    """A bar from nothing to the need, with the numbers beside it."""
    share = min(1.0, filled_musd / need_musd) if need_musd else 1.0
    full = round(BAR * share)
    missing = max(0, need_musd - filled_musd)
    tail = f"{bn(missing)} missing" if missing else "complete"
    return f"[{mark * full}{'.' * (BAR - full)}] {bn(filled_musd)} of {bn(need_musd)}, {tail}"


def brief(view: View) -> list[str]:
    """The situation and the seat's private card."""
    lines = [view.scenario.title, "", *wrapped(view.scenario.situation)]
    if view.own is not None:
        lines += ["", f"You are {name_of(view, view.own.seat)}.", *wrapped(view.own.brief)]
        numbers = view.own.parameters
        shown = {
            "stake_musd": "full stability is worth to you",
            "capacity_musd": "you can pay over the whole crisis",
            "claims_due_musd": "your claims that fall due",
            "mandate_stake_musd": "full stability is worth to you",
        }
        lines += [
            f"  {bn(round(numbers[key])):>8} bn  {text}"
            for key, text in shown.items()
            if numbers.get(key)
        ]
    return lines


def name_of(view: View, seat: str | None) -> str:
    """A seat's name and id."""
    if seat is None:
        return "the Fund"
    for card in view.seats:
        if card.id == seat:
            return f"{card.name} ({card.id})" if card.name != card.id else card.name
    return seat


def clock_line(view: View, left_ms: int | None) -> str:
    """Round, phase and what is left."""
    clock = view.clock
    of = f" of {view.scenario.rounds}" if view.scenario.rounds else ""
    if clock.ending is not None:
        return f"The session has ended ({clock.ending})."
    left = "" if left_ms is None else f", {spoken_time(left_ms)} left"
    paused = ", paused by the host" if clock.paused else ""
    return f"Round {clock.round}{of}: {clock.phase}{left}{paused}"


def spoken_time(left_ms: int) -> str:
    """A time in words."""
    seconds = max(0, round(left_ms / 1000))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min {seconds % 60:02} s"


def status(view: View, left_ms: int | None) -> list[str]:
    """Where things stand: clock, gap, seats, packages, proposals, own decision."""
    gap = view.gap
    lines = [clock_line(view, left_ms)]
    promised = gap.promised_musd + gap.tranche_musd
    lines.append("Promised " + gap_bar(promised, gap.scheduled_need_musd, "="))
    if gap.claims_due_musd:
        lines.append(f"Bank claims of {bn(gap.claims_due_musd)} bn fall due this round.")
    lines += seat_lines(view)
    for package in view.packages:
        lines += package_lines(view, package)
    lines += proposal_lines(view)
    if view.own is not None:
        lines += own_lines(view.own)
    return lines


def seat_lines(view: View) -> list[str]:
    """A line for each seat: who sits there, what it promised, whether it is done."""
    lines = []
    ids = max(len(card.id) for card in view.seats)
    names = max(len(card.name) for card in view.seats)
    for card in view.seats:
        promised = max(card.intention_musd or 0, card.signed_musd or 0)
        said = (
            f"promises {bn(promised)}"
            if card.intention_musd is not None or card.signed_musd is not None
            else ""
        )
        done = "done" if card.done else "not yet"
        line = f"  {card.id:<{ids}}  {card.name:<{names}}  {card.participant:<6}  {done:<7}  {said}"
        lines.append(line.rstrip())
    return lines


def package_lines(view: View, package: PackageCard) -> list[str]:
    """A package: who, what it asks, who has answered."""
    asked = [f"{seat} {bn(amount)}" for seat, amount in package.pledges_musd.items()]
    asked += [
        f"{seat} at most {percent(share)} out"
        for seat, share in package.withdrawn_at_most_permille.items()
    ]
    named = [*package.pledges_musd, *package.withdrawn_at_most_permille]
    words = {True: "accepts", False: "rejects", None: "has not answered"}
    answers = [f"{seat} {words[package.answers.get(seat)]}" for seat in named]
    state = "stands" if package.stands else "; ".join(answers)
    parent = f", counter to {package.parent}" if package.parent else ""
    lines = [f"Package {package.package} of {package.seat}{parent}: {', '.join(asked)}. {state}"]
    if package.text:
        lines.append(f'  "{one_line(package.text)}"')
    return lines


def proposal_lines(view: View) -> list[str]:
    """The tranches before the board."""
    lines = []
    for proposal in view.proposals:
        needs = "85 % of the votes cast" if proposal.exceptional else "a majority"
        text = (
            f"Proposal {proposal.proposal} of {proposal.seat or 'the Fund'}: "
            f"lend {bn(proposal.tranche_musd)} bn; needs {needs}."
        )
        if proposal.ballots:
            votes = ", ".join(f"{seat} {ballot}" for seat, ballot in proposal.ballots.items())
            text += f" {votes}: {'passed' if proposal.passed else 'not passed'}."
        lines.append(text)
    return lines


def own_lines(own: OwnCard) -> list[str]:
    """What the seat has decided and may do."""
    lines = []
    final = "final" if own.final else "a draft"
    if own.pledge_musd is not None:
        lines.append(f"Your pledge stands at {bn(own.pledge_musd)} bn, {final}.")
    elif "pledge" in own.may:
        lines.append(
            f"You have not pledged; at most {bn(own.largest_pledge_musd)} bn, by default 0."
        )
    if own.withdrawn_permille is not None:
        lines.append(f"You take out {percent(own.withdrawn_permille)}, {final}.")
    elif "withdraw" in own.may:
        lines.append("You have not decided; by default you take out what you took out last.")
    if own.release is not None:
        lines.append(f"You {'release' if own.release else 'withhold'} the tranche, {final}.")
    for number in own.packages_to_answer:
        lines.append(f"Package {number} waits for your answer: accept {number}, reject {number}.")
    return lines


def round_lines(view: View, card: RoundCard) -> list[str]:
    """A resolved round: the money, who paid, what it came to."""
    lines = [
        f"Round {card.round} resolved: stability {100 * card.stability:.1f} %",
        "Drawn    " + gap_bar(card.effective_musd, card.need_musd),
    ]
    if card.tranche_musd or card.ifi_musd:
        others = f", other institutions {bn(card.ifi_musd)}" if card.ifi_musd else ""
        lines.append(f"  IMF {bn(card.tranche_musd)}{others}")
    if not card.released:
        lines.append("  The Fund withheld the tranche.")
    for seat, pledge in card.pledges_musd.items():
        drawn = card.drawn_musd[seat]
        part = "" if drawn == pledge else f", drawn {bn(drawn)}"
        lines.append(f"  {name_of(view, seat)} pledged {bn(pledge)}{part}")
    for seat, share in card.withdrawn_permille.items():
        lines.append(f"  {name_of(view, seat)} took out {percent(share)}")
    return lines


def promise_lines(view: View) -> list[str]:
    """What was said, signed, pledged and paid."""
    lines = [f"{'round':>5}  {'seat':<10}{'said':>9}{'signed':>9}{'pledged':>9}{'paid':>9}"]
    for card in view.rounds:
        for promise in card.promises:
            cells = (
                promise.said_musd,
                promise.signed_musd,
                promise.pledged_musd,
                promise.paid_musd,
            )
            row = "".join(f"{'-' if cell is None else bn(cell):>9}" for cell in cells)
            lines.append(f"{card.round:>5}  {promise.seat:<10}{row}")
    return lines


def summed(view: View) -> dict[SeatId, dict[str, int]]:
    """The lines that the viewer may see, over all rounds."""
    total: dict[SeatId, dict[str, int]] = {}
    for card in view.rounds:
        for seat, lines in card.lines_musd.items():
            mine = total.setdefault(seat, {})
            for line, amount in lines.items():
                mine[line] = mine.get(line, 0) + amount
    return total


def ledger_lines(ledger: Mapping[SeatId, Mapping[str, int]]) -> list[str]:
    """A ledger by line, roles apart, in US$ bn; missing is -, and the total last."""
    lines: list[str] = []
    for seats in _alike(ledger):
        names = list(dict.fromkeys(line for seat in seats for line in ledger[seat]))
        lines.append(f"{'':<22}" + "".join(f"{seat:>11}" for seat in seats))
        for name in names:
            cells = (ledger[seat].get(name) for seat in seats)
            row = "".join(f"{'-' if cell is None else f'{cell / 1000:.3f}':>11}" for cell in cells)
            lines.append(f"{name:<22}{row}")
        totals = (sum(ledger[seat].values()) for seat in seats)
        lines.append(f"{'total':<22}" + "".join(f"{total / 1000:>11.3f}" for total in totals))
        lines.append("")
    return lines[:-1]


def _alike(ledger: Mapping[SeatId, Mapping[str, int]]) -> Iterable[list[SeatId]]:
    kinds: dict[tuple[str, ...], list[SeatId]] = {}
    for seat, lines in ledger.items():
        kinds.setdefault(tuple(lines), []).append(seat)
    for seats in kinds.values():
        for start in range(0, len(seats), 5):
            yield seats[start : start + 5]


def debrief_lines(view: View) -> list[str]:
    """The end: the ledger of all, and what history did."""
    lines = ["Ledger over all rounds (US$ bn)", "", *ledger_lines(summed(view))]
    if view.debrief is not None and view.debrief.history:
        lines += ["", "What history did", "", *wrapped(view.debrief.history)]
    return lines


def notice_line(view: View, notice: Notice) -> str | None:
    """One sentence for what happened; None where the view says more (a new phase)."""
    match notice:
        case happened.Said():
            return _said(notice)
        case happened.IntentionDeclared():
            return f"{notice.seat} intends to pledge {bn(notice.pledge_musd)} bn."
        case happened.PackageTabled():
            card = PackageCard(
                notice.package,
                notice.seat,
                notice.pledges_musd,
                notice.withdrawn_at_most_permille,
                notice.parent,
                notice.text,
                {},
                stands=False,
            )
            return package_lines(view, card)[0].split(". ")[0] + "."
        case happened.PackageAnswered():
            word = "accepts" if notice.accept else "rejects"
            return f"{notice.seat} {word} package {notice.package}."
        case happened.PackageStood():
            return f"Package {notice.package} stands: it is a promise of all it names."
        case happened.TrancheProposed():
            who = notice.seat or "The Fund"
            amount = bn(notice.tranche_musd)
            return f"{who} proposes a tranche of {amount} bn (proposal {notice.proposal})."
        case happened.VoteCounted():
            return _counted(notice)
        case DecisionMade():
            return f"{notice.seat} has decided."
        case happened.Voted():
            return f"Your vote on proposal {notice.proposal}: {notice.ballot}."
        case happened.Pledged():
            return f"Your pledge: {bn(notice.pledge_musd)} bn, {_final(notice.final)}."
        case happened.WithdrawalDecided():
            return f"You take out {percent(notice.withdrawn_permille)}, {_final(notice.final)}."
        case happened.TrancheDecided():
            word = "release" if notice.release else "withhold"
            return f"You {word} the tranche, {_final(notice.final)}."
        case happened.ProgrammeDecided():
            word = "accept" if notice.accept else "decline"
            return f"You {word} the programme, {_final(notice.final)}."
        case happened.Pressed():
            return f"{notice.seat} presses {notice.on} to pledge {bn(notice.ask_musd)} bn."
        case happened.Lobbied():
            force = percent(notice.force_permille)
            return f"{notice.seat} lobbies its government with {force} of its force."
        case happened.FavourOffered():
            return (
                f"{notice.seat} offers {notice.bank} {bn(notice.favour_musd)} bn for taking out "
                f"at most {percent(notice.withdrawn_at_most_permille)}."
            )
        case happened.CardPlayed():
            titles = {one.name: one.title for one in view.event_cards}
            return f"News: {one_line(titles.get(notice.card, notice.card))}"
        case happened.ReadyMarked():
            return f"{notice.seat} is {'ready' if notice.ready else 'not ready any more'}."
        case happened.SeatOccupied():
            return f"{notice.seat} is now played by {_who(notice.participant)}."
        case happened.Paused():
            return "The host stopped the clock."
        case happened.Resumed():
            return "The clock runs again."
        case happened.DeadlineMoved():
            return "The host gave more time."
        case happened.Woken():
            return "The server came back; the time it was down does not count."
        case happened.SessionEnded():
            return "The session has ended."
        case happened.PhaseBegan() | happened.RoundResolved():
            return None


def _who(participant: str) -> str:
    return {"person": "a person", "bot": "a bot"}.get(participant, "nobody")


def _final(final: bool) -> str:
    return "final" if final else "a draft"


def _said(notice: happened.Said) -> str:
    if notice.channel == "plenary":
        place = ""
    elif notice.channel == "pair":
        place = f" to {notice.to}"
    else:
        place = f" in {notice.channel}"
    return f"{notice.seat}{place}: {one_line(notice.text)}"


def _counted(notice: happened.VoteCounted) -> str:
    if notice.passed is None:
        return "The board has voted: no tranche this round."
    votes = ", ".join(f"{seat} {ballot}" for seat, ballot in notice.ballots[notice.passed].items())
    return f"The board has voted: {bn(notice.tranche_musd)} bn pass ({votes})."
