"""Resolved rounds: the table's, each seat's, the promises and the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from server.analysis.columns import (
    AFTER,
    DEBRIEF,
    EVERYBODY,
    NOBODY,
    Row,
    Table,
    code,
    count,
    musd,
    number,
    permille,
    share,
    yes_no,
)
from server.analysis.played import Played, PlayedRound
from server.analysis.promises import promised_musd
from server.analysis.tables.places import BY, ROUND, SEAT, columns, here
from server.analysis.words import in_order
from server.game import standing
from server.game.condition import Condition
from server.game.payoffs import IMMATERIAL, material_musd, welfare_musd
from server.game.scenario import Bank, Government, Role, SeatId

REVEAL = "at the reveal"


def _rounds(played: Played) -> Iterator[Row]:
    for one in played.rounds:
        resolved, theory = one.resolved, one.theory
        money = standing.money_of(one.before)
        yield (
            here(played.id, resolved.crisis, resolved.round)
            | {
                "version": one.version,
                "at_ms": resolved.at_ms,
                "scheduled_need_musd": money.scheduled_need_musd,
                "claims_due_musd": sum(money.claims_due_musd.values()),
                "need_musd": resolved.need_musd,
                "promised_musd": sum(
                    one.before.table.promised_musd(seat) for seat in resolved.pledges_musd
                ),
                "pledged_musd": sum(resolved.pledges_musd.values()),
                "drawn_musd": sum(resolved.drawn_musd.values()),
                "granted_musd": standing.granted_musd(one.before),
                "released": resolved.released,
                "tranche_musd": resolved.tranche_musd,
                "ifi_musd": resolved.ifi_musd,
                "effective_musd": resolved.effective_musd,
                "stability": resolved.stability,
                "welfare_musd": welfare_musd(one.before.scenario, resolved.lines_musd),
                "nash_effective_musd": theory.nash.effective_musd,
                "nash_high_effective_musd": theory.nash_from_optimum.effective_musd,
                "optimum_effective_musd": theory.optimum.effective_musd,
                "efficiency": theory.played.efficiency,
                "nash_efficiency": theory.nash.efficiency,
            }
            | _advanced(one)
        )


def _advanced(one: PlayedRound) -> dict[str, Any]:
    """Cells of advanced rules; those of rules that are off are left out."""
    resolved, switches = one.resolved, one.before.scenario.switches
    condition = resolved.condition
    has_programme = switches.terms or switches.programmes or one.before.scenario.debtor
    parts: tuple[tuple[object, dict[str, Any]], ...] = (
        (switches.cross_default, {"cross_default": resolved.cross_default}),
        (switches.refund, {"refunded": resolved.refunded}),
        (switches.regional_fund, {"regional_musd": resolved.regional_musd}),
        (switches.reserves, {"reserves_used_musd": resolved.reserves_used_musd}),
        (switches.panic, {"crowd_withdrawn_musd": resolved.crowd_withdrawn_musd}),
        (
            has_programme,
            {"accepted": resolved.accepted, "in_programme": resolved.in_programme},
        ),
        (switches.terms, {"required_strictness": resolved.required_strictness}),
        (switches.arrears, {"defaulted": resolved.defaulted}),
    )
    cells = {name: value for is_on, cells in parts if is_on for name, value in cells.items()}
    return cells | (_left(one, condition) if condition else {})


def _left(one: PlayedRound, condition: Condition) -> dict[str, Any]:
    """What the round left to the next."""
    switches = one.before.scenario.switches
    parts = (
        (switches.reserves, "reserves_musd"),
        (switches.panic, "panic"),
        (switches.panic, "crowd_musd"),
        (switches.programmes, "compliance"),
        (switches.arrears, "arrears_musd"),
        (switches.arrears, "in_default"),
        (switches.moral_hazard, "moral_hazard"),
    )
    return {f"left_{name}": getattr(condition, name) for is_on, name in parts if is_on}


ROUNDS = Table(
    "rounds",
    "Every resolved round: what was needed, drawn and achieved, and what theory says of it.",
    written=REVEAL,
    seen_by=EVERYBODY,
    key=("session", "crisis", "round"),
    columns=columns(
        ROUND,
        count("version", "The event's number in the session.", least=1),
        count("at_ms", "When it was resolved, in milliseconds since the session opened."),
        musd("scheduled_need_musd", "The need before banks withdrew."),
        musd("claims_due_musd", "Bank claims that fell due."),
        musd("need_musd", "N: the need, withdrawals included."),
        musd("promised_musd", "Sum over governments of the larger of said and signed."),
        musd("pledged_musd", "Sum of the governments' pledges."),
        musd("drawn_musd", "What was drawn of them, paid calls of a second line included."),
        musd("granted_musd", "The tranche that the Fund was free to release."),
        yes_no("released", "Whether the Fund released it."),
        musd("tranche_musd", "f: IMF money drawn."),
        musd("ifi_musd", "Other institutions' money drawn."),
        musd("effective_musd", "E: all money drawn."),
        share("stability", "S, rounded to 9 decimals."),
        musd("welfare_musd", "Sum of the governments' material lines.", signed=True, seen_by=AFTER),
        musd(
            "nash_effective_musd",
            "E where best replies lead from no pledges; all but pledges as it came.",
            seen_by=NOBODY,
        ),
        musd(
            "nash_high_effective_musd",
            "E where they lead from the optimum.",
            seen_by=NOBODY,
        ),
        musd("optimum_effective_musd", "E in the optimum.", seen_by=NOBODY),
        number(
            "efficiency",
            "(W − W₀)/(W_opt − W₀); missing where nothing could be gained.",
            allowed="1 or less",
            seen_by=NOBODY,
        ),
        number(
            "nash_efficiency",
            "The same where best replies lead from no pledges.",
            allowed="1 or less",
            seen_by=NOBODY,
        ),
        yes_no("cross_default", "Rule `cross_default`: all claims fell due."),
        yes_no("refunded", "Rule `refund`: the need was not reached, pledges were given back."),
        musd("regional_musd", "Rule `regional_fund`: its money drawn."),
        musd("reserves_used_musd", "Rule `reserves`: the debtor's own money used."),
        musd("crowd_withdrawn_musd", "Rule `panic`: taken out by the crowd."),
        yes_no("accepted", "Whether the debtor accepted the programme."),
        yes_no("in_programme", "Whether a programme was in force."),
        share("required_strictness", "Rule `terms`: of the programme, or the region's money."),
        yes_no("defaulted", "Rule `arrears`: the debtor went into default."),
        musd("left_reserves_musd", "Rule `reserves`: left to the next round."),
        share("left_panic", "Rule `panic`: share of the crowd's money that leaves next."),
        musd("left_crowd_musd", "Rule `panic`: the crowd's money still there."),
        share("left_compliance", "Rule `programmes`: how far the programme was kept."),
        musd("left_arrears_musd", "Rule `arrears`: all that was not paid in the crisis."),
        yes_no("left_in_default", "Rule `arrears`: whether the debtor is in default."),
        share(
            "left_moral_hazard",
            "Rule `moral_hazard`: the next crisis's need is multiplied by 1 plus this.",
            allowed="0 or more",
        ),
    ),
    rows=_rounds,
)


def _seat_rounds(played: Played) -> Iterator[Row]:
    for one in played.rounds:
        scenario, resolved = one.before.scenario, one.resolved
        money = standing.money_of(one.before)
        for seat in scenario.seats:
            lines = resolved.lines_musd[seat.id]
            row: dict[str, Any] = here(played.id, resolved.crisis, resolved.round) | {
                "seat": seat.id,
                "role": seat.role,
                "participant": one.before.participants[seat.id],
                "bot": one.before.bots[seat.id],
                "payoff_musd": sum(lines.values()),
                "material_musd": material_musd(lines),
            }
            if isinstance(seat, Government):
                row |= _of_government(one, seat)
            if isinstance(seat, Bank):
                row |= {
                    "claims_due_musd": money.claims_due_musd[seat.id],
                    "withdrawn_permille": resolved.withdrawn_permille[seat.id],
                    "decided_by": _decided_by(played, one, "withdrawal_decided", seat.id),
                }
            yield row | (
                {"decided_by": _decided_by(played, one, "pledged", seat.id)}
                if isinstance(seat, Government)
                else {}
            )


def _decided_by(played: Played, one: PlayedRound, kind: str, seat: SeatId) -> str | None:
    """Who made the seat's sealed decision that was opened in the round."""
    for step in reversed(played.steps[: one.version]):
        if step.event.kind == kind and getattr(step.event, "seat", None) == seat:
            return str(getattr(step.event, "by"))  # noqa: B009
    return None


def _of_government(one: PlayedRound, seat: Government) -> dict[str, Any]:
    resolved, switches = one.resolved, one.before.scenario.switches
    cells: dict[str, Any] = {
        "limit_musd": standing.pledge_limit_musd(one.before, seat),
        "pledged_musd": resolved.pledges_musd[seat.id],
        "drawn_musd": resolved.drawn_musd[seat.id],
        "from_nash_musd": one.theory.from_nash_musd[seat.id],
        "regret_musd": one.theory.regret_musd[seat.id],
    }
    if switches.clauses or switches.package_minima:
        cells["active"] = seat.id not in resolved.inactive
    if switches.second_line:
        cells |= {
            "announced_musd": resolved.announced_musd.get(seat.id, 0),
            "called_musd": resolved.called_musd.get(seat.id, 0),
            "refused": seat.id in resolved.refused,
        }
    if switches.terms:
        cells["strictness"] = resolved.strictness[seat.id]
    if switches.guidance:
        cells["guidance_permille"] = resolved.guidance_permille.get(seat.id, 0)
    return cells


SEAT_ROUNDS = Table(
    "seat_rounds",
    "Every seat in every resolved round: the panel for regressions.",
    written=REVEAL,
    seen_by=EVERYBODY,
    key=("session", "crisis", "round", "seat"),
    columns=columns(
        ROUND,
        SEAT,
        code("role", "The seat's role.", allowed=", ".join(Role)),
        code("participant", "Who sat in it at the reveal.", allowed="person, bot, nobody"),
        code("bot", "The bot's name, where one sat in it.", seen_by="host"),
        code("decided_by", "Who made the pledge or withdrawal that was opened.", allowed=BY),
        musd("limit_musd", "The most that this government could pledge.", seen_by=DEBRIEF),
        musd("pledged_musd", "Its pledge."),
        musd("drawn_musd", "What was drawn of it, paid calls of a second line included."),
        musd("claims_due_musd", "Claims of this bank that fell due."),
        permille("withdrawn_permille", "What it withdrew of them, as it came about."),
        musd("payoff_musd", "Sum of all its lines.", signed=True, seen_by=DEBRIEF),
        musd(
            "material_musd",
            "The same without pressure and relative gains.",
            signed=True,
            seen_by=DEBRIEF,
        ),
        musd(
            "from_nash_musd",
            "Pledged beyond the equilibrium to which best replies lead from no pledges.",
            signed=True,
            seen_by=NOBODY,
        ),
        musd(
            "regret_musd",
            "What it missed against its best reply to what the others pledged.",
            seen_by=NOBODY,
        ),
        yes_no("active", "Rules `clauses`, `package_minima`: whether its condition was met."),
        musd("announced_musd", "Rule `second_line`: newly announced."),
        musd("called_musd", "Rule `second_line`: called."),
        yes_no("refused", "Rule `second_line`: called, and not paid."),
        share("strictness", "Rule `terms`: asked of the debtor."),
        permille("guidance_permille", "Rule `guidance`: force on its banks."),
    ),
    rows=_seat_rounds,
)


def _promises(played: Played) -> Iterator[Row]:
    for one, cards in zip(played.rounds, played.state.promises, strict=True):
        for card in sorted(cards, key=lambda card: played.governments.index(card.seat)):
            promised = promised_musd(card)
            yield here(played.id, one.resolved.crisis, one.resolved.round) | {
                "seat": card.seat,
                "said_musd": card.said_musd,
                "signed_musd": card.signed_musd,
                "promised_musd": promised,
                "pledged_musd": card.pledged_musd,
                "paid_musd": card.paid_musd,
                "kept": card.pledged_musd >= promised if promised else None,
            }


PROMISES = Table(
    "promises",
    "What each government said, signed, pledged and paid in every resolved round.",
    written=REVEAL,
    seen_by=EVERYBODY,
    key=("session", "crisis", "round", "seat"),
    columns=columns(
        ROUND,
        SEAT,
        musd("said_musd", "Declared as its intention; missing where it said nothing."),
        musd("signed_musd", "Its largest amount in a package that stood; missing without one."),
        musd("promised_musd", "The larger of the two; 0 without either."),
        musd("pledged_musd", "Its sealed pledge."),
        musd("paid_musd", "What was drawn of it."),
        yes_no("kept", "Whether it pledged as much; missing where nothing was promised."),
    ),
    rows=_promises,
)


def _ledger(played: Played) -> Iterator[Row]:
    for one in played.rounds:
        for seat in one.before.scenario.seats:
            for line, amount_musd in in_order(one.resolved.lines_musd[seat.id]).items():
                yield here(played.id, one.resolved.crisis, one.resolved.round) | {
                    "seat": seat.id,
                    "role": seat.role,
                    "line": line,
                    "amount_musd": amount_musd,
                    "material": line not in IMMATERIAL,
                }


LEDGER = Table(
    "ledger",
    "Every payoff, a line a row: a seat's payoff is the sum, and is computed in no other way.",
    written=REVEAL,
    seen_by=DEBRIEF,
    key=("session", "crisis", "round", "seat", "line"),
    columns=columns(
        ROUND,
        SEAT,
        code("role", "The seat's role.", allowed=", ".join(Role)),
        code("line", "The line's name; `docs/glossary.md` has its formula."),
        musd("amount_musd", "The amount.", signed=True),
        yes_no("material", "Whether it counts in welfare: all but pressure and relative gains."),
    ),
    rows=_ledger,
)
