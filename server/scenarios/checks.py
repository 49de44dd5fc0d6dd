"""What must hold between the fields of a scenario file that are each right alone.

Owns the cross-checks, in words an author can act on; the form of single fields is
`document`. Yields a path, the value seen and what is allowed; `loader` adds the lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from server.game.scenario import Phase, RoundScale
from server.scenarios.document import (
    BankPart,
    CardPart,
    CrisisPart,
    DebtorPart,
    GovernmentPart,
    ImfPart,
    RecordPart,
    ScenarioDocument,
)

Problem = tuple[tuple[str | int, ...], object, str]
"""Path of the field, value seen, what is allowed."""


def problems(document: ScenarioDocument) -> Iterator[Problem]:
    """What is wrong between fields that are each right alone.

    Where two seats have one id nothing else is said: what names it could mean either.
    """
    doubled = list(_doubled_seats(document))
    if doubled:
        yield from doubled
        return
    yield from _seat_problems(document)
    yield from _phase_problems(document)
    yield from _link_problems(document)
    yield from _group_problems(document)
    yield from _switch_problems(document)
    yield from _advanced_problems(document)
    yield from _card_problems(document, ("cards",), document.cards)
    yield from _record_problems(document, ("record",), document.record)
    for number, part in enumerate(document.crises):
        yield from _crisis_problems(document, number, part)
    if document.continue_probability and document.scaled() is RoundScale.SPLIT:
        yield (
            ("continue_probability",),
            document.continue_probability,
            '0, or round_scale = "repeated" beside it',
        )
    if document.exceptional_share < document.access_share:
        yield (
            ("exceptional_share",),
            document.exceptional_share,
            f"at least the access_share, {document.access_share:g}",
        )


def _doubled_seats(document: ScenarioDocument) -> Iterator[Problem]:
    ids = Counter(seat.id for seat in document.seats)
    for number, seat in enumerate(document.seats):
        if ids[seat.id] > 1:
            yield ("seats", number, "id"), seat.id, "an id that no other seat has"


def _seat_problems(document: ScenarioDocument) -> Iterator[Problem]:
    governments = {seat.id: seat for seat in document.seats if isinstance(seat, GovernmentPart)}
    if not governments:
        yield ("seats",), "no government", 'at least one seat with role = "government"'
    for number, seat in enumerate(document.seats):
        if isinstance(seat, BankPart):
            yield from _bank_problems(number, seat, governments)
    for kind, name in ((ImfPart, "IMF"), (DebtorPart, "debtor")):
        if sum(isinstance(seat, kind) for seat in document.seats) > 1:
            yield ("seats",), f"two {name} seats", "at most one"
    for share in ("quota", "regional"):
        votes = sum(getattr(seat, f"{share}_share") for seat in governments.values())
        if votes > 1 + 1e-9:
            yield ("seats",), f"{share} shares that sum to {votes:g}", "a sum of at most 1"


def _bank_problems(
    number: int, bank: BankPart, governments: dict[str, GovernmentPart]
) -> Iterator[Problem]:
    home = governments.get(bank.home)
    if home is None:
        yield (
            ("seats", number, "home"),
            bank.home,
            f"the id of a government: {', '.join(governments)}",
        )
    elif home.bank_exposure_musd < bank.claims_due_musd:
        yield (
            ("seats", number, "claims_due_musd"),
            bank.claims_due_musd,
            f"at most the bank_exposure_musd of {bank.home}, {home.bank_exposure_musd}",
        )


def _phase_problems(document: ScenarioDocument) -> Iterator[Problem]:
    played = [Phase(part.phase) for part in document.phases]
    if sorted(played, key=list(Phase).index) != played or len(set(played)) < len(played):
        order = ", ".join(phase for phase in Phase if phase is not Phase.RESOLVE)
        yield ("phases",), ", ".join(played), f"each at most once, in the order {order}"
    if Phase.PLEDGE not in played:
        yield ("phases",), ", ".join(played), "a list with the pledge phase"
    if Phase.VOTE in played and Phase.PROPOSE not in played:
        yield ("phases",), ", ".join(played), "a propose phase before the vote"
    has_fund = any(isinstance(seat, ImfPart) for seat in document.seats)
    if has_fund and Phase.VOTE not in played:
        yield ("phases",), ", ".join(played), "a vote phase, as there is an IMF seat"
    if Phase.VOTE in played and not any(
        isinstance(seat, GovernmentPart) and seat.quota_share for seat in document.seats
    ):
        yield ("phases",), "vote", "no vote phase, or governments with a quota_share"


def _link_problems(document: ScenarioDocument) -> Iterator[Problem]:
    governments = [seat.id for seat in document.seats if isinstance(seat, GovernmentPart)]
    banks = [seat.id for seat in document.seats if isinstance(seat, BankPart)]
    for kind in ("economic", "institutional"):
        for feels, row in getattr(document.links, kind).items():
            # Banks are one another's peers; their governments are linked by trade as well.
            peers = banks if feels in banks and kind == "institutional" else governments
            if feels not in peers:
                yield (
                    ("links", kind, feels),
                    feels,
                    f"the id of a government: {', '.join(governments)}",
                )
            for partner in row:
                if partner not in peers or partner == feels:
                    others = ", ".join(one for one in peers if one != feels)
                    what = "bank" if peers is banks else "government"
                    yield (
                        ("links", kind, feels, partner),
                        partner,
                        f"the id of another {what}: {others}",
                    )


def _group_problems(document: ScenarioDocument) -> Iterator[Problem]:
    everybody = [seat.id for seat in document.seats]
    for number, group in enumerate(document.groups):
        for place, member in enumerate(group.members):
            if member not in everybody:
                yield (
                    ("groups", number, "members", place),
                    member,
                    f"ids of seats: {', '.join(everybody)}",
                )


_NEEDS: dict[str, tuple[str, ...]] = {
    "home_stakes": ("home_stake_musd", "bank_exposure_musd", "bank_weight"),
    "private_returns": ("private_domestic_rate", "private_international_rate"),
}


def _switch_problems(document: ScenarioDocument) -> Iterator[Problem]:
    switches = document.switched()
    for number, seat in enumerate(document.seats):
        if not isinstance(seat, GovernmentPart):
            continue
        for switch, names in _NEEDS.items():
            for name in names:
                value = getattr(seat, name)
                # Bank seats need their government's exposure, whatever it is worth to it.
                if value and not getattr(switches, switch) and not _is_banked(document, seat, name):
                    yield (
                        ("seats", number, name),
                        value,
                        f"0, or [switches] {switch} = true",
                    )
    uses_links = switches.links or switches.pressure or switches.peer_pressure
    if not uses_links and (document.links.economic or document.links.institutional):
        yield ("links",), "links", "none, or [switches] links = true"


def _is_banked(document: ScenarioDocument, seat: GovernmentPart, name: str) -> bool:
    return name == "bank_exposure_musd" and any(
        isinstance(other, BankPart) and other.home == seat.id for other in document.seats
    )


_PARAMETERS: dict[str, tuple[str, ...]] = {
    "terms": (
        "term_names",
        "standard_terms",
        "discipline_stake_musd",
        "concession_gain_musd",
        "programme_stake_musd",
        "breach_fine_musd",
    ),
    "modality": ("modality_weight_musd", "ideal_terms"),
    "programmes": ("compliance_sensitivity", "compliance_shock"),
    "pressure": ("pressure_force", "regional_pressure_force"),
    "guidance": ("guidance_cost_musd",),
    "lobbying": ("lobby_effect", "lobby_cost_musd"),
    "peer_pressure": ("peer_pressure",),
    "cross_default": ("cross_default_share",),
    "fungibility": ("fungibility",),
    "relative_gains": ("relative_gains_weight",),
    "credit_losses": ("credit_loss",),
    "moral_hazard": ("moral_hazard_memory", "moral_hazard_growth", "moral_hazard_weight"),
    "panic": (
        "crowd_musd",
        "panic_share",
        "panic_sensitivity",
        "coverage_target",
        "panic_from_shortfall",
        "panic_shock",
    ),
    "reserves": ("reserves_musd", "reserve_floor_musd", "reserve_gain_musd"),
    "regional_fund": (
        "regional_share",
        "regional_bonus_musd",
        "regional_cap_musd",
        "regional_unit_cost",
        "regional_strictness",
    ),
    "cards": ("cards",),
}
"""The numbers that an advanced rule reads: none may be set while it is off."""
_REQUIRED: dict[str, str] = {
    "pressure": "pressure_force",
    "lobbying": "lobby_effect",
    "cross_default": "cross_default_share",
    "fungibility": "fungibility",
    "relative_gains": "relative_gains_weight",
    "credit_losses": "credit_loss",
    "peer_pressure": "peer_pressure",
    "moral_hazard": "moral_hazard_growth",
    "panic": "crowd_musd",
    "reserves": "reserves_musd",
    "regional_fund": "regional_cap_musd",
    "modality": "modality_weight_musd",
}
"""The number without which the rule would do nothing."""


def _advanced_problems(document: ScenarioDocument) -> Iterator[Problem]:
    switches = document.switched()
    for switch, names in _PARAMETERS.items():
        on, found = getattr(switches, switch), list(_settings(document, names))
        if not on:
            for path, value in found:
                if path[-1] != "cards" or document.cards:
                    yield path, _short(value), f"none, or [switches] {switch} = true"
        elif switch in _REQUIRED and not any(path[-1] == _REQUIRED[switch] for path, _ in found):
            yield ("switches", switch), True, f"false, or a {_REQUIRED[switch]} above 0 beside it"
    yield from _combination_problems(document)


def _settings(
    document: ScenarioDocument, names: tuple[str, ...]
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Where a file sets one of the numbers to something, and to what."""
    for name in names:
        if getattr(document, name, None):
            yield (name,), getattr(document, name)
        for number, seat in enumerate(document.seats):
            if getattr(seat, name, None):
                yield ("seats", number, name), getattr(seat, name)


def _short(value: object) -> object:
    return "a list" if isinstance(value, tuple) else value


def _combination_problems(document: ScenarioDocument) -> Iterator[Problem]:
    switches = document.switched()
    requires = (
        ("modality", "terms"),
        ("programmes", "terms"),
        ("package_minima", "packages"),
        ("binding_packages", "packages"),
        ("regional_fund", "terms") if document.regional_strictness else ("terms", "terms"),
    )
    for switch, other in requires:
        if getattr(switches, switch) and not getattr(switches, other):
            yield ("switches", switch), True, f"false, or {other} = true beside it"
    if switches.terms and not document.term_names:
        yield ("term_names",), "no name", 'one or more, such as ["strictness"]'
    if len(document.standard_terms) != len(document.term_names):
        yield (
            ("standard_terms",),
            f"{len(document.standard_terms)} numbers",
            f"one for each of {', '.join(document.term_names) or 'no terms'}",
        )
    for number, seat in enumerate(document.seats):
        ideal = getattr(seat, "ideal_terms", ())
        if ideal and len(ideal) != len(document.term_names):
            yield (
                ("seats", number, "ideal_terms"),
                f"{len(ideal)} numbers",
                f"one for each of {', '.join(document.term_names)}",
            )
    votes = Phase.VOTE in [Phase(part.phase) for part in document.phases]
    for switch in ("programmes", "modality", "regional_fund"):
        if getattr(switches, switch) and not votes:
            yield ("switches", switch), True, "false, or a vote phase"
    if any(isinstance(seat, DebtorPart) for seat in document.seats) and not votes:
        yield ("phases",), "no vote", "a vote phase, as there is a debtor seat"
    for switch in ("guidance", "lobbying", "peer_pressure", "cross_default", "favours"):
        if getattr(switches, switch) and not any(
            isinstance(seat, BankPart) for seat in document.seats
        ):
            yield ("switches", switch), True, "false, or a bank seat"
    if switches.moral_hazard and not document.crises:
        yield ("switches", "moral_hazard"), True, "false, or later [[crises]]"
    if document.reserve_floor_musd > document.reserves_musd:
        yield (
            ("reserve_floor_musd",),
            document.reserve_floor_musd,
            f"at most reserves_musd, {document.reserves_musd}",
        )


def _card_problems(
    document: ScenarioDocument, path: tuple[str | int, ...], cards: tuple[CardPart, ...]
) -> Iterator[Problem]:
    seats = {seat.id: seat for seat in document.seats}
    for number, card in enumerate(cards):
        if sum(other.name == card.name for other in cards) > 1:
            yield (*path, number, "name"), card.name, "a name that no other card has"
        if card.round is not None and card.round > document.rounds:
            yield (*path, number, "round"), card.round, f"a round up to {document.rounds}"
        for place, effect in enumerate(card.effects):
            where = (*path, number, "effects", place)
            if effect.seat is not None and effect.seat not in seats:
                yield (*where, "seat"), effect.seat, f"the id of a seat: {', '.join(seats)}"
                continue
            owner = seats[effect.seat] if effect.seat else document
            value = getattr(owner, effect.field, None)
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield (*where, "field"), effect.field, "the name of a number of that seat"


def _record_problems(
    document: ScenarioDocument, path: tuple[str | int, ...], records: tuple[RecordPart, ...]
) -> Iterator[Problem]:
    ids = [seat.id for seat in document.seats]
    for number, part in enumerate(records):
        if (part.seat is None) is (part.who is None):
            both = f"{part.seat} and {part.who}" if part.seat else "neither"
            yield (*path, number), both, "either seat, or who for somebody not at the table"
        elif part.seat is not None and part.seat not in ids:
            yield (*path, number, "seat"), part.seat, f"the id of a seat: {', '.join(ids)}"


def _crisis_problems(
    document: ScenarioDocument, number: int, part: CrisisPart
) -> Iterator[Problem]:
    seats = {seat.id: seat for seat in document.seats}
    for name, new in part.numbers.items():
        yield from _number_problems(document, ("crises", number, "numbers", name), name, new)
    for seat_id, changes in part.seats.items():
        where: tuple[str | int, ...] = ("crises", number, "seats", seat_id)
        if seat_id not in seats:
            yield where, seat_id, f"the id of a seat: {', '.join(seats)}"
            continue
        fields = type(seats[seat_id]).model_fields
        for name, value in changes.items():
            if name in ("id", "role", "home") or name not in fields:
                yield (*where, name), name, "a field of that seat other than id, role and home"
                continue
            try:
                seats[seat_id].__class__.model_validate(seats[seat_id].model_dump() | {name: value})
            except ValueError:
                yield (*where, name), value, f"a value that {name} may have"
    yield from _record_problems(document, ("crises", number, "record"), part.record)
    if part.cards and not document.switched().cards:
        yield ("crises", number, "cards"), "a list", "none, or [switches] cards = true"
    yield from _card_problems(document, ("crises", number, "cards"), part.cards)


_OWN_FIELDS = ("need_musd", "rounds", "continue_probability")
"""Numbers that a later crisis sets by fields of its own, or that may not change in it."""


def _number_problems(
    document: ScenarioDocument, path: tuple[str | int, ...], name: str, value: float
) -> Iterator[Problem]:
    """A number of the scenario that is another one in a later crisis."""
    before = getattr(document, name, None)
    is_number = isinstance(before, int | float) and not isinstance(before, bool)
    if not is_number or name in _OWN_FIELDS:
        yield path, name, "the name of a number of the scenario other than need_musd and rounds"
        return
    try:
        ScenarioDocument.model_validate(document.model_dump() | {name: value})
    except ValueError:
        yield path, value, f"a value that {name} may have"
        return
    for switch, names in _PARAMETERS.items():
        if name in names and value and not getattr(document.switched(), switch):
            yield path, value, f"none, or [switches] {switch} = true"
