"""A view as text. Pure: plain words, 80 columns, no colour needed; amounts in US$ bn.

What the advanced rules add is in `advanced`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from client_cli import advanced
from client_cli.amounts import bn, percent
from client_cli.text import WIDTH, folded, one_line, wrapped

if TYPE_CHECKING:
    # For types alone, so that a command without a wire does not pay for it at its start.
    from server.protocol import PackageCard, Record, RoundCard, SeatId, View

Value = TypeVar("Value")
Column = TypeVar("Column", bound=str)

BAR = 40
LINES = (
    "public",
    "home_economy",
    "home_banks",
    "link_institutional",
    "link_economic",
    "private_domestic",
    "private_international",
    "headline",
    "leader_bonus",
    "cost_bilateral",
    "cost_imf_share",
    "cost_regional_share",
    "regional_bonus",
    "credit_loss",
    "discipline",
    "concession",
    "breach_fine",
    "modality",
    "guidance_cost",
    "favours_paid",
    "pressure",
    "relative_gains",
    "interest",
    "loss",
    "exit_cost",
    "peer",
    "guidance",
    "lobbying",
    "favour",
    "mandate",
    "resources_risk",
    "private_share",
    "catalysis",
    "programme",
    "moral_hazard",
    "relief",
    "finance",
    "pain",
    "sovereignty",
    "default_cost",
)
"""The order in which a ledger is read: what is gained, then what it cost."""


def gap_bar(filled_musd: int, need_musd: int, mark: str = "#", width: int = WIDTH) -> str:
    """A bar from nothing to the need, with the numbers beside it."""
    share = min(1.0, filled_musd / need_musd) if need_musd else 1.0
    missing = max(0, need_musd - filled_musd)
    tail = f"{bn(missing)} missing" if missing else "complete"
    numbers = f"{bn(filled_musd)} of {bn(need_musd)}, {tail}"
    # A word goes before it, and large amounts to the last million are long.
    length = min(BAR, width - len("Promised [] ") - len(numbers))
    full = round(length * share)
    return f"[{mark * full}{'.' * (length - full)}] {numbers}"


def brief(view: View, width: int = WIDTH) -> list[str]:
    """The situation, the further rules, and the seat's private card."""
    rules = _folded(advanced.rule_lines(view), width)
    further = ["", "Further rules of this game:", *rules] if rules else []
    return [*_situation(view, width), *further, *_private_card(view, width)]


def began(view: View, crisis: int, number: int, phase: str) -> list[str]:
    """What is to be read where a later crisis begins; nothing elsewhere."""
    if crisis == 1 or (number, phase) != (1, view.scenario.phases[0]):
        return []
    return ["", *_situation(view, WIDTH), *_private_card(view, WIDTH), ""]


def _situation(view: View, width: int) -> list[str]:
    situation = wrapped(view.scenario.situation, width=width)
    return [one_line(view.scenario.title), "", *situation]


def _private_card(view: View, width: int) -> list[str]:
    if view.own is None:
        return []
    card = wrapped(view.own.brief, width=width)
    lines = ["", f"You are {name_of(view, view.own.seat)}.", *card]
    for sentence in view.own.score_sheet:
        first, *rest = wrapped(sentence, "    ", width)
        lines += [f"  - {first.strip()}", *rest]
    return [*lines, *_folded(advanced.own_terms(view), width)]


def name_of(view: View, seat: str | None) -> str:
    """A seat's name and id."""
    if seat is None:
        return "the Fund"
    for card in view.seats:
        if card.id == seat:
            return f"{card.name} ({card.id})" if card.name != card.id else card.name
    return seat


def clock_line(view: View, left_ms: int | None) -> str:
    """Crisis, round, phase and what is left."""
    clock = view.clock
    of = f" of {view.scenario.rounds}" if view.scenario.rounds else ""
    if clock.ending is not None:
        return f"The session has ended ({clock.ending})."
    left = "" if left_ms is None else f", {spoken_time(left_ms)} left"
    paused = ", paused by the host" if clock.paused else ""
    return f"{round_name(view, clock.crisis, clock.round)}{of}: {clock.phase}{left}{paused}"


def round_name(view: View, crisis: int, number: int) -> str:
    """A round by its number, after that of its crisis where there are several."""
    several = view.scenario.advanced is not None and view.scenario.advanced.crises > 1
    return f"Crisis {crisis}, round {number}" if several else f"Round {number}"


def spoken_time(left_ms: int) -> str:
    """A time in words."""
    seconds = max(0, round(left_ms / 1000))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min {seconds % 60:02} s"


def status(view: View, left_ms: int | None) -> list[str]:
    """Where things stand: clock, gap, seats, packages, proposals, own decision."""
    claims = view.gap.claims_due_musd
    lines = [clock_line(view, left_ms), promised_line(view)]
    if claims:
        lines.append(f"Bank claims of {bn(claims)} bn fall due this round.")
    lines += _folded(advanced.gap_lines(view))
    lines += seat_lines(view)
    lines += offer_lines(view)
    lines += _folded(own_lines(view))
    lines += _folded(advanced.deals_now(view))
    return lines


def _folded(lines: Iterable[str], width: int = WIDTH) -> list[str]:
    return [part for line in lines for part in folded(line, width)]


def promised_line(view: View) -> str:
    """What is promised and granted, against what is known to be needed."""
    gap = view.gap
    filled, need = gap.promised_musd + gap.tranche_musd, gap.scheduled_need_musd
    if gap.advanced is not None:
        filled += gap.advanced.regional_musd
        need += gap.advanced.crowd_leaving_musd
    return "Promised " + gap_bar(filled, need, "=")


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


def offer_lines(view: View) -> list[str]:
    """What is on the table: packages, then proposals."""
    packages = (line for package in view.packages for line in package_lines(view, package))
    return _folded([*packages, *proposal_lines(view)])


def package_lines(view: View, package: PackageCard) -> list[str]:
    """A package: who, what it asks, who has answered, and the reason given."""
    words = {True: "accepts", False: "rejects", None: "has not answered"}
    answers = [
        f"{card.id} {words[package.answers.get(card.id)]}"
        for card in view.seats
        if card.id in package.pledges_musd or card.id in package.withdrawn_at_most_permille
    ]
    state = "it stands" if package.stands else ", ".join(answers)
    parent = f", counter to {package.parent}" if package.parent else ""
    asked = asked_for(view, package.pledges_musd, package.withdrawn_at_most_permille)
    asked += advanced.minimum(package)
    lines = [f"Package {package.package} of {package.seat}{parent}: {asked}; {state}."]
    if package.text:
        lines.append(f'  "{one_line(package.text)}"')
    return lines


def asked_for(
    view: View, pledges_musd: Mapping[SeatId, int], permille: Mapping[SeatId, int]
) -> str:
    """What a package asks of whom."""
    amounts = [f"{seat} {bn(amount)}" for seat, amount in _in_seat_order(view, pledges_musd)]
    shares = [
        f"{seat} at most {percent(share)} out" for seat, share in _in_seat_order(view, permille)
    ]
    return ", ".join([*amounts, *shares])


def proposal_lines(view: View) -> list[str]:
    """The tranches before the board."""
    lines = []
    for proposal in view.proposals:
        needs = "85 % of the votes cast" if proposal.exceptional else "a majority"
        lend = "the region lends" if proposal.regional else "lend"
        text = (
            f"Proposal {proposal.proposal} of {proposal.seat or 'the Fund'}: "
            f"{lend} {bn(proposal.tranche_musd)} bn{advanced.proposed(view, proposal)}; "
            f"needs {needs}{' of the region' if proposal.regional else ''}."
        )
        if proposal.ballots:
            votes = ", ".join(f"{seat} {ballot}" for seat, ballot in proposal.ballots.items())
            text += f" {votes}: {'passed' if proposal.passed else 'not passed'}."
        lines.append(text)
    return lines


def board_lines(view: View) -> list[str]:
    """What the Fund can lend this round, and who has how many votes; nothing without a vote."""
    shares = [f"{card.id} {card.quota_share:.1%}" for card in view.seats if card.quota_share]
    if "vote" not in view.scenario.phases or not shares:
        return []
    gap = view.gap
    access = (
        f"The Fund can lend {bn(gap.ordinary_access_musd)} bn by a majority, "
        f"{bn(gap.exceptional_access_musd)} bn by 85 % of the votes cast."
    )
    return [access, f"Votes: {', '.join(shares)}."]


def own_lines(view: View) -> list[str]:
    """What the seat has decided and may do."""
    own = view.own
    if own is None:
        return []
    lines = []
    final = "final" if own.final else "a draft"
    if own.pledge_musd is not None:
        parts = advanced.pledge_parts(own.advanced)
        lines.append(f"Your pledge stands at {bn(own.pledge_musd)} bn{parts}, {final}.")
    elif "pledge" in own.may:
        least = own.advanced.smallest_pledge_musd if own.advanced is not None else 0
        bound = (
            f"you are bound to {bn(least)} and by default pledge that" if least else "by default 0"
        )
        lines.append(f"You have not pledged; at most {bn(own.largest_pledge_musd)} bn, {bound}.")
    if own.withdrawn_permille is not None:
        lines.append(f"You take out {percent(own.withdrawn_permille)}, {final}.")
    elif "withdraw" in own.may:
        lines.append("You have not decided; by default you take out what you took out last.")
    if own.release is not None:
        lines.append(f"You {'release' if own.release else 'withhold'} the tranche, {final}.")
    for number in waiting_packages(view):
        lines.append(f"Package {number} waits for your answer: accept {number}, reject {number}.")
    return [*lines, *advanced.own_lines(view)]


def waiting_packages(view: View) -> tuple[int, ...]:
    """The packages that wait for the seat's answer, which it may give now."""
    own = view.own
    return own.packages_to_answer if own is not None and "answer_package" in own.may else ()


def round_lines(view: View, card: RoundCard, width: int = WIDTH) -> list[str]:
    """A resolved round: the money, who paid, what it came to."""
    name = round_name(view, card.crisis, card.round)
    lines = [
        f"{name} resolved: stability {100 * card.stability:.1f} %",
        "Drawn    " + gap_bar(card.effective_musd, card.need_musd, width=width),
    ]
    money = [f"IMF {bn(card.tranche_musd)}"] if card.tranche_musd or card.ifi_musd else []
    money += [f"other institutions {bn(card.ifi_musd)}"] if card.ifi_musd else []
    money += advanced.other_money(card)
    if money:
        lines.append(f"  {', '.join(money)}")
    if not card.released:
        lines.append("  The Fund withheld the tranche.")
    for seat, pledge in _in_seat_order(view, card.pledges_musd):
        drawn = card.drawn_musd[seat]
        part = "" if drawn == pledge else f", drawn {bn(drawn)}"
        part += advanced.pledged_tail(card, seat)
        lines += folded(f"  {name_of(view, seat)} pledged {bn(pledge)}{part}", width)
    lines += _beside_quotas(view, card, width)
    for seat, share in _in_seat_order(view, card.withdrawn_permille):
        lines.append(f"  {name_of(view, seat)} took out {percent(share)}")
    return [*lines, *_folded(advanced.round_lines(view, card), width)]


def _beside_quotas(view: View, card: RoundCard, width: int) -> list[str]:
    """Each government's part of all pledges beside its part of the quotas: its fair share."""
    quotas = {one.id: one.quota_share for one in view.seats if one.id in card.pledges_musd}
    pledged_musd, quota = sum(card.pledges_musd.values()), sum(quotas.values())
    if not pledged_musd or not quota:
        return []
    parts = (
        f"{seat} {pledge / pledged_musd:.0%} ({quotas[seat] / quota:.0%})"
        for seat, pledge in _in_seat_order(view, card.pledges_musd)
    )
    return folded(f"  Of all pledges (and quotas): {', '.join(parts)}", width)


def _in_seat_order(view: View, by_seat: Mapping[SeatId, Value]) -> list[tuple[SeatId, Value]]:
    # A stored log sorts its keys; people look for the seats where they always are.
    return [(card.id, by_seat[card.id]) for card in view.seats if card.id in by_seat]


def round_of(view: View, crisis: int, number: int) -> RoundCard:
    """A resolved round's card."""
    return next(card for card in view.rounds if (card.crisis, card.round) == (crisis, number))


def promise_lines(view: View) -> list[str]:
    """What was said, signed, pledged and paid."""
    lines = [f"{'round':>5}  {'seat':<10}{'said':>9}{'signed':>9}{'pledged':>9}{'paid':>9}"]
    several = view.scenario.advanced is not None and view.scenario.advanced.crises > 1
    for card in view.rounds:
        number = f"{card.crisis}.{card.round}" if several else str(card.round)
        for promise in card.promises:
            cells = (
                promise.said_musd,
                promise.signed_musd,
                promise.pledged_musd,
                promise.paid_musd,
            )
            row = "".join(f"{'-' if cell is None else bn(cell):>9}" for cell in cells)
            lines.append(f"{number:>5}  {promise.seat:<10}{row}")
    return lines


def summed(view: View) -> dict[SeatId, dict[str, int]]:
    """The lines that the viewer may see, over all rounds."""
    total: dict[SeatId, dict[str, int]] = {}
    for card in view.rounds:
        for seat, lines in _in_seat_order(view, card.lines_musd):
            mine = total.setdefault(seat, {})
            for line, amount in lines.items():
                mine[line] = mine.get(line, 0) + amount
    return total


def ledger_lines(ledger: Mapping[Column, Mapping[str, int]]) -> list[str]:
    """A ledger by line, in US$ bn; missing is -, and the total last.

    Args:
        ledger: lines by seat, roles apart, or of one seat by round.
    """
    lines: list[str] = []
    for seats in _alike(ledger):
        names = in_reading_order({line for seat in seats for line in ledger[seat]})
        lines.append(f"{'':<22}" + "".join(f"{seat:>11}" for seat in seats))
        for name in names:
            cells = (ledger[seat].get(name) for seat in seats)
            row = "".join(f"{'-' if cell is None else f'{cell / 1000:.3f}':>11}" for cell in cells)
            lines.append(f"{name:<22}{row}")
        totals = (sum(ledger[seat].values()) for seat in seats)
        lines.append(f"{'total':<22}" + "".join(f"{total / 1000:>11.3f}" for total in totals))
        lines.append("")
    return lines[:-1]


def in_reading_order(lines: Iterable[str]) -> list[str]:
    """Lines of a ledger as they are read: gains, then costs."""
    return sorted(lines, key=_place)


def _place(line: str) -> tuple[int, str]:
    return (LINES.index(line) if line in LINES else len(LINES), line)


def _alike(ledger: Mapping[Column, Mapping[str, int]]) -> Iterable[list[Column]]:
    kinds: dict[frozenset[str], list[Column]] = {}
    for seat, lines in ledger.items():
        kinds.setdefault(frozenset(lines), []).append(seat)
    for seats in kinds.values():
        for start in range(0, len(seats), 5):
            yield seats[start : start + 5]


def debrief_lines(view: View, width: int = WIDTH) -> list[str]:
    """The end: the ledger of all, the deals between two, and what history did."""
    lines = ["Ledger over all rounds (US$ bn)", "", *ledger_lines(summed(view))]
    deals = _folded(advanced.deals_of_all(view), width)
    if deals:
        lines += ["", "Deals between two seats, by round", "", *deals]
    if view.debrief is not None and view.debrief.history:
        lines += ["", "What history did", "", *wrapped(view.debrief.history, width=width)]
    for crisis, record in enumerate(view.debrief.record if view.debrief else (), start=1):
        lines += ["", *record_lines(view, crisis, record, width)] if record else []
    return lines


def record_lines(
    view: View, crisis: int, record: tuple[Record, ...], width: int = WIDTH
) -> list[str]:
    """What history's actors pledged and paid, beside what this table did (US$ bn)."""
    here = [card for card in view.rounds if card.crisis == crisis]
    campaign = view.scenario.advanced is not None and view.scenario.advanced.crises > 1
    title = f"Crisis {crisis}: beside the play" if campaign else "Beside the play"
    lines = [
        f"{title + ' (US$ bn)':<36}here              in history",
        f"{'':<28}{'pledged':>9}{'paid':>8}{'pledged':>13}{'paid':>8}",
    ]
    for entry in record:
        pledged, paid = _did(view, entry.seat, here)
        lines.append(
            f"{entry.who:<28}{pledged:>9}{paid:>8}"
            f"{_bn_or_dash(entry.pledged_musd):>13}{_bn_or_dash(entry.paid_musd):>8}"
            f"  [{entry.confidence}]"
        )
        lines += wrapped(entry.note, "    ", width)
    return lines


def _did(view: View, seat: SeatId | None, rounds: list[RoundCard]) -> tuple[str, str]:
    """What a seat pledged and paid here, a second line included; - where that is no question."""
    role = next((one.role for one in view.seats if one.id == seat), None)
    if seat is None or not rounds or role not in ("government", "imf"):
        return "-", "-"
    if role == "imf":
        return "-", bn(sum(card.tranche_musd for card in rounds))
    announced = (card.advanced.announced_musd if card.advanced else {} for card in rounds)
    pledged = sum(card.pledges_musd.get(seat, 0) for card in rounds)
    pledged += sum(one.get(seat, 0) for one in announced)
    return bn(pledged), bn(sum(card.drawn_musd.get(seat, 0) for card in rounds))


def _bn_or_dash(amount_musd: int | None) -> str:
    return "-" if amount_musd is None else bn(amount_musd)
