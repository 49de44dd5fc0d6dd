"""What a seat's numbers mean for it, in plain sentences: the score sheet under its brief.

Owns the words alone. Every amount is made by the payoff lines themselves, so the sheet is
true by construction. Pure; knows the seat's own numbers and the public ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from server.game import bank_lines, fund_lines, government_lines, payoffs
from server.game.crisis import divisor
from server.game.outcome import Outcome
from server.game.scenario import Bank, Debtor, Government, Imf, Phase, Scenario, Seat, SeatId

_WORTH: Mapping[str, str] = {
    "public": "a stable world economy",
    "home_economy": "your own trade and investment",
    "home_banks": "your banks",
    "link_institutional": "the banks that yours lend with",
    "link_economic": "the trade of your partners",
}
BILLION_MUSD = 1000


@lru_cache(maxsize=512)  # Every view of a seat shows it, and it is dear to make.
def score_sheet(scenario: Scenario, seat: Seat) -> tuple[str, ...]:
    """What the seat gains and loses by what, in US$ bn over the whole crisis."""
    match seat:
        case Government():
            sentences = _government(scenario, seat)
        case Bank():
            sentences = _bank(scenario, seat)
        case Imf():
            sentences = _imf(scenario, seat)
        case Debtor():
            sentences = _debtor(scenario, seat)
    return tuple(sentences)


def _bn(amount_musd: float) -> str:
    """US$ bn with up to two decimals; up to four below a hundredth."""
    amount = abs(amount_musd) / 1000
    places = 2 if amount >= 0.1 or not amount else 4
    return f"{amount:.{places}f}".rstrip("0").rstrip(".")


def _whole(seats: tuple[Seat, ...] = (), **changes: object) -> Outcome:
    """A crisis that ends in full stability, in which nobody paid and all banks stayed."""
    governments = {seat.id: 0 for seat in seats if isinstance(seat, Government)}
    banks = [seat for seat in seats if isinstance(seat, Bank)]
    outcome = Outcome(
        1,
        BILLION_MUSD,
        0,
        0,
        0,
        1.0,
        governments,
        {bank.id: BILLION_MUSD for bank in banks},
        {bank.id: 0 for bank in banks},
    )
    return replace(outcome, **changes)  # type: ignore[arg-type]


def _rounds(scenario: Scenario) -> str:
    parts = divisor(scenario)
    if parts > 1:
        return f" over {parts} rounds, the same part in each"
    return " in each round" if scenario.rounds > 1 else ""


def _government(scenario: Scenario, seat: Government) -> Iterator[str]:
    whole = _whole(scenario.seats)
    lines = [line for line in payoffs.government_lines_of(scenario) if line.__name__ in _WORTH]
    amounts = {line.__name__: line(scenario, seat, whole) for line in lines}
    parts = [f"{_WORTH[name]} {_bn(amount)}" for name, amount in amounts.items() if amount]
    stake = sum(amounts.values())
    yield (
        f"Full stability is worth {_bn(stake)} bn to you{_rounds(scenario)}"
        + (f": {', '.join(parts)}." if len(parts) > 1 else ".")
        + " Half of the stability brings half of that."
    )
    yield from _paying(scenario, seat)
    if Phase.VOTE in scenario.plan and seat.quota_share:
        lent = replace(whole, tranche_musd=BILLION_MUSD)
        cost = government_lines.cost_imf_share(scenario, seat, lent)
        yield f"Each billion that the Fund lends costs you {_bn(cost)} bn, as your part of it."
    yield from _advanced(scenario, seat)


def _paying(scenario: Scenario, seat: Government) -> Iterator[str]:
    """What a pledge returns and costs by itself, whatever it does for stability."""

    def drawn(amount_musd: int) -> Outcome:
        everybody = {other.id: 0 for other in scenario.governments}
        return _whole(scenario.seats, drawn_musd=everybody | {seat.id: amount_musd})

    if scenario.switches.private_returns:
        one = drawn(BILLION_MUSD)
        home = government_lines.private_domestic(scenario, seat, one)
        abroad = government_lines.private_international(scenario, seat, one)
        yield (
            f"Each billion of yours that is drawn brings you {_bn(home + abroad)} bn whatever "
            f"comes of it: {_bn(home)} at home, {_bn(abroad)} abroad."
        )
    every = seat.capacity_musd
    costs = [
        government_lines.cost_bilateral(scenario, seat, drawn(part)) for part in (every // 2, every)
    ]
    share = "over the whole crisis" if divisor(scenario) > 1 else "in a round"
    yield (
        f"Paying {_bn(every // 2)} bn costs you {_bn(costs[0])} bn, and paying {_bn(every)} bn, "
        f"all you can {share}, {_bn(costs[1])} bn."
    )
    if seat.crisis_weakness:
        yield (
            f"After a round that ends in collapse you can pay {seat.crisis_weakness:.0%} less "
            "in the next, and after half of the stability half as much less."
        )


def _advanced(scenario: Scenario, seat: Government) -> Iterator[str]:
    """One sentence for each advanced rule that changes what this government gains."""
    switches, whole = scenario.switches, _whole(scenario.seats)
    mine = dict.fromkeys((one.id for one in scenario.governments), 0)
    if switches.second_line:
        line = replace(whole, undrawn_musd={seat.id: BILLION_MUSD})
        gain = government_lines.headline(scenario, seat, line)
        yield f"Each billion of second line that is announced and not called brings {_bn(gain)} bn."
    if switches.credit_losses and seat.credit_loss:
        lost = replace(whole, stability=0.0, drawn_musd=mine | {seat.id: BILLION_MUSD})
        loss = government_lines.credit_loss(scenario, seat, lost)
        yield f"Each billion of yours that is drawn loses {_bn(loss)} bn if nothing is stable."
    if switches.terms:
        yield from _terms(scenario, seat)
    if switches.guidance:
        force = replace(whole, guidance_permille={seat.id: 1000})
        cost = government_lines.guidance_cost(scenario, seat, force)
        yield f"Leaning on your banks with full force costs {_bn(cost)} bn; half of it, a quarter."
    if switches.pressure:
        felt = {
            link.partner: scenario.pressure_force * link.economic
            for link, _ in scenario.links_of[seat.id]
            if link.economic
        }
        for partner, rate in felt.items():
            missing = _bn(BILLION_MUSD * rate)
            yield f"Each billion that {partner} asks of you and you do not pay costs {missing} bn."
    if switches.regional_fund and seat.regional_share:
        lent = replace(whole, regional_musd=BILLION_MUSD)
        cost = government_lines.cost_regional_share(scenario, seat, lent)
        yield (
            f"Each billion that the region's fund lends costs you {_bn(cost)} bn; if it covered "
            f"the whole need it would bring you {_bn(seat.regional_bonus_musd)} bn."
        )
    if switches.relative_gains and seat.relative_gains_weight:
        yield (
            f"Each billion that the others gain more than you on average costs you "
            f"{_bn(BILLION_MUSD * seat.relative_gains_weight)} bn."
        )


def _terms(scenario: Scenario, seat: Government) -> Iterator[str]:
    everybody = [one.id for one in scenario.governments]

    def strict(those: list[SeatId]) -> Outcome:
        strictness = {one: float(one in those) for one in everybody}
        return _whole(scenario.seats, strictness=strictness, required_strictness=1.0)

    if seat.discipline_stake_musd:
        gain = government_lines.discipline(scenario, seat, strict(everybody))
        yield f"If all ask for the strictest terms, that is worth {_bn(gain)} bn to you."
    if seat.concession_gain_musd:
        others = [one for one in everybody if one != seat.id]
        gain = government_lines.concession(scenario, seat, strict(others))
        yield f"Being wholly lenient while all others are strict brings you {_bn(gain)} bn."
    if scenario.breach_fine_musd:
        others = [one for one in everybody if one != seat.id]
        fine = government_lines.breach_fine(scenario, seat, strict(others))
        yield f"Undercutting the strictest programme altogether costs you {_bn(fine)} bn."
    if scenario.switches.modality and seat.modality_weight_musd:
        ideals = ", ".join(
            f"{name} {ideal:.0%}"
            for name, ideal in zip(scenario.term_names, seat.ideal_terms, strict=False)
        )
        yield (
            f"A programme far from what you hold to be right ({ideals}) costs you up to "
            f"{_bn(seat.modality_weight_musd)} bn for each of its terms."
        )


def _bank(scenario: Scenario, seat: Bank) -> Iterator[str]:
    whole = _whole(scenario.seats)
    earned = bank_lines.interest(scenario, seat, whole)
    lost = bank_lines.loss(scenario, seat, replace(whole, stability=0.0))
    left = replace(whole, withdrawn_permille=dict(whole.withdrawn_permille) | {seat.id: 1000})
    cost = bank_lines.exit_cost(scenario, seat, left)
    yield (
        f"Each billion that stays in earns you {_bn(earned)} bn if stability is full, and loses "
        f"{_bn(lost)} bn if there is none; between the two, in proportion."
    )
    yield f"Each billion that you take out costs you {_bn(cost)} bn, whatever comes."
    slope = earned - lost
    if slope:
        threshold = min(1.0, max(0.0, (cost - lost) / slope))
        yield f"So staying is the better choice from a stability of {threshold:.2f} up."
    switches = scenario.switches
    if switches.peer_pressure and seat.peer_pressure:
        more = bank_lines.peer(scenario, seat, left)
        yield f"It costs {_bn(more)} bn more while all other banks stay."
    if switches.guidance:
        led = replace(left, guidance_permille={seat.home: 1000})
        more = bank_lines.guidance(scenario, seat, led)
        yield f"It costs up to {_bn(more)} bn more if your government leans on you."
    if switches.lobbying and seat.lobby_cost_musd:
        tried = replace(whole, lobbied_permille={seat.id: 1000})
        price = bank_lines.lobbying(scenario, seat, tried)
        yield f"Lobbying with full force costs {_bn(price)} bn; half of it, a quarter."


def _imf(scenario: Scenario, seat: Imf) -> Iterator[str]:
    whole = _whole(scenario.seats)
    yield f"Full stability is worth {_bn(fund_lines.mandate(scenario, seat, whole))} bn to you."
    lent = replace(whole, tranche_musd=BILLION_MUSD)
    risk = fund_lines.resources_risk(scenario, seat, lent)
    worst = fund_lines.resources_risk(scenario, seat, replace(lent, stability=0.0))
    yield (
        f"Each billion that you lend costs you {_bn(risk)} bn if stability is full, and "
        f"{_bn(worst)} bn if there is none."
    )
    if scenario.banks and seat.private_share_stake_musd:
        gain = fund_lines.private_share(scenario, seat, whole)
        yield f"If all bank claims stay in, that is worth {_bn(gain)} bn; part of them, that part."
    if seat.catalysis_stake_musd and scenario.governments:
        first = scenario.governments[0].id
        paid = replace(lent, drawn_musd=dict(whole.drawn_musd) | {first: BILLION_MUSD})
        gain = fund_lines.catalysis(scenario, seat, paid)
        yield (
            f"If you lend, governments' own money is worth {_bn(gain)} bn to you where it covers "
            "the whole need; part of the need, that part."
        )
    if scenario.switches.terms and seat.programme_stake_musd:
        kept = replace(whole, in_programme=True, required_strictness=1.0)
        gain = fund_lines.programme(scenario, seat, kept)
        yield f"A programme of the strictest terms that is kept is worth {_bn(gain)} bn."
    if scenario.switches.moral_hazard and seat.moral_hazard_weight:
        price = fund_lines.moral_hazard(
            scenario, seat, replace(whole, hazard_growth_musd=float(BILLION_MUSD))
        )
        yield f"Each billion by which the next crisis grows costs you {_bn(price)} bn."


def _debtor(scenario: Scenario, seat: Debtor) -> Iterator[str]:
    whole = _whole(scenario.seats)
    yield f"Full stability is worth {_bn(fund_lines.relief(scenario, seat, whole))} bn to you."
    received = replace(whole, effective_musd=BILLION_MUSD)
    gain = fund_lines.finance(scenario, seat, received)
    if gain:
        yield f"Each billion that you receive is worth {_bn(gain)} bn more."
    strict = replace(whole, in_programme=True, required_strictness=1.0)
    if scenario.switches.terms:
        pain = fund_lines.pain(scenario, seat, strict)
        yield f"A programme of the strictest terms, if you keep it, costs you {_bn(pain)} bn."
    pride = fund_lines.sovereignty(scenario, seat, strict)
    yield f"Being in a programme at all costs you {_bn(pride)} bn."
    if scenario.switches.arrears:
        default = fund_lines.default_cost(scenario, seat, replace(whole, defaulted=True))
        yield f"Default costs you {_bn(default)} bn."
