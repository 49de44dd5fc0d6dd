"""What a seat may ask for: a closed union, without the seat; and what it may suppose.

Owns the shapes only; what is allowed when is in `rules`. The seat comes from the
connection, so no action can name its own. Each class carries its wire name in `kind`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Literal

from server.game.scenario import Phase, SeatId, sparse


class Ballot(enum.StrEnum):
    """A vote in the IMF board."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class Address:
    """The crisis, round and phase for which an action is meant."""

    crisis: int
    round: int
    phase: Phase


@dataclass(frozen=True, slots=True)
class Say:
    """Talk in the plenary, in a group, or to one seat (phases talk and propose)."""

    text: str
    channel: str = "plenary"
    """``plenary``, ``pair``, or the name of one of the scenario's groups."""
    to: SeatId | None = None
    """The other seat; required for ``pair``, else left out."""
    kind: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class DeclareIntention:
    """A government says in public what it intends to pledge this round."""

    pledge_musd: int
    kind: Literal["declare_intention"] = "declare_intention"


@dataclass(frozen=True, slots=True)
class TablePackage:
    """A government or the IMF tables amounts for named governments and banks."""

    pledges_musd: dict[SeatId, int] = field(default_factory=dict)
    """Asked of each named government, this round."""
    withdrawn_at_most_permille: dict[SeatId, int] = field(default_factory=dict)
    """The highest share of claims each named bank may withdraw, in thousandths."""
    parent: int | None = None
    """The package to which this is a counter-proposal."""
    text: str = ""
    minimum_total_musd: int = sparse(0)
    """With `package_minima`: whoever signed pays only if all pledges reach this."""
    kind: Literal["table_package"] = "table_package"


@dataclass(frozen=True, slots=True)
class AnswerPackage:
    """A named seat accepts or rejects a package."""

    package: int
    accept: bool
    kind: Literal["answer_package"] = "answer_package"


@dataclass(frozen=True, slots=True)
class ProposeTranche:
    """The IMF proposes this round's tranche; a government tables its one alternative."""

    tranche_musd: int
    terms_permille: tuple[int, ...] = sparse(())
    """With `terms`: what the debtor must do, by dimension; left out: the standard terms."""
    later_musd: tuple[int, ...] = sparse(())
    """With `programmes`: the tranches of the rounds after this one; left out: none."""
    kind: Literal["propose_tranche"] = "propose_tranche"


@dataclass(frozen=True, slots=True)
class ProposeRegional:
    """A member of the region proposes what its fund lends this round."""

    tranche_musd: int
    kind: Literal["propose_regional"] = "propose_regional"


@dataclass(frozen=True, slots=True)
class Press:
    """A government asks another, between the two, to pledge at least an amount."""

    on: SeatId
    """The other government."""
    ask_musd: int
    """What it is asked to pledge this round; 0 takes the demand back."""
    kind: Literal["press"] = "press"


@dataclass(frozen=True, slots=True)
class Lobby:
    """A bank works on its government to count more in what it decides this round."""

    force_permille: int
    """Of what it can do; 0 takes it back."""
    kind: Literal["lobby"] = "lobby"


@dataclass(frozen=True, slots=True)
class OfferFavour:
    """A government promises one of its banks money for staying this round."""

    bank: SeatId
    """One of its own."""
    favour_musd: int
    """Paid if the bank keeps to it; 0 takes the offer back."""
    withdrawn_at_most_permille: int = 0
    """The share of its due claims that the bank may take out for it, in thousandths."""
    kind: Literal["offer_favour"] = "offer_favour"


@dataclass(frozen=True, slots=True)
class Vote:
    """A ballot in the IMF board; may be changed until the phase ends."""

    proposal: int
    ballot: Ballot
    kind: Literal["vote"] = "vote"


@dataclass(frozen=True, slots=True)
class Pledge:
    """A government's sealed decision for this round; each advanced part has its switch."""

    pledge_musd: int
    final: bool = True
    """False keeps it a draft: it counts at the deadline but does not end the phase."""
    others_at_least_musd: int = sparse(0)
    """`clauses`: the pledge counts only if the others' reach this together."""
    second_line_musd: int = sparse(0)
    """`second_line`: announced in addition to what was announced before."""
    pays_calls: bool = sparse(True)
    """`second_line`: whether it will pay if it is called."""
    strictness_permille: int | None = sparse(None)
    """`terms`: what it asks of the debtor itself, where no programme seals that."""
    guidance_permille: int = sparse(0)
    """`guidance`: how hard it leans on its own banks to stay."""
    kind: Literal["pledge"] = "pledge"


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A bank's sealed decision: the share of its due claims it takes out."""

    withdrawn_permille: int
    """0 rolls everything over, 1000 withdraws all."""
    final: bool = True
    kind: Literal["withdraw"] = "withdraw"


@dataclass(frozen=True, slots=True)
class DecideTranche:
    """The IMF's sealed decision to release or withhold a passed tranche."""

    release: bool
    final: bool = True
    kind: Literal["decide_tranche"] = "decide_tranche"


@dataclass(frozen=True, slots=True)
class DecideProgramme:
    """The debtor's sealed decision to accept or decline the programme of this round."""

    accept: bool
    final: bool = True
    kind: Literal["decide_programme"] = "decide_programme"


@dataclass(frozen=True, slots=True)
class MarkReady:
    """The seat has nothing more to do in a phase without a sealed decision."""

    ready: bool = True
    kind: Literal["mark_ready"] = "mark_ready"


Action = (
    Say
    | DeclareIntention
    | TablePackage
    | AnswerPackage
    | ProposeTranche
    | ProposeRegional
    | Press
    | Lobby
    | OfferFavour
    | Vote
    | Pledge
    | Withdraw
    | DecideTranche
    | DecideProgramme
    | MarkReady
)


@dataclass(frozen=True, slots=True)
class Supposition:
    """What a seat supposes it would do; None for what it has decided or promised so far."""

    pledge_musd: int | None = None
    """A government's pledge."""
    withdrawn_permille: int | None = None
    """A bank's share of due claims taken out."""
    tranche_musd: int | None = None
    """What the Fund would lend; 0 for nothing."""
    accept: bool | None = None
    """The debtor's word on the programme; False also does without the Fund's money."""
    package: int | None = None
    """A package on the table, as though everybody it names had accepted it and kept it."""
