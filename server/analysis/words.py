"""The words of figures and reports: amounts, shares, and what lines of the ledger are called."""

from __future__ import annotations

from collections.abc import Mapping

MUSD_IN_BN = 1000
NBSP = "\N{NO-BREAK SPACE}"

LINE_WORDS: Mapping[str, str] = {
    "public": "stability for all",
    "home_economy": "own trade and investment",
    "home_banks": "own banks",
    "link_institutional": "partners' banks",
    "link_economic": "partners' economies",
    "private_domestic": "own return at home",
    "private_international": "own return abroad",
    "headline": "headline of a second line",
    "leader_bonus": "bonus for leading",
    "cost_bilateral": "cost of own money",
    "cost_imf_share": "share in the IMF's money",
    "cost_regional_share": "share in the region's money",
    "regional_bonus": "bonus of the region",
    "credit_loss": "own money lost",
    "discipline": "discipline of the debtor",
    "concession": "undercutting the terms",
    "breach_fine": "fine for undercutting",
    "modality": "terms far from the ideal",
    "guidance_cost": "leaning on own banks",
    "favours_paid": "favours paid",
    "pressure": "pressure of others",
    "relative_gains": "gaining less than others",
    "interest": "interest",
    "loss": "claims lost",
    "exit_cost": "cost of leaving",
    "peer": "pressure of other banks",
    "guidance": "pressure of the government",
    "lobbying": "lobbying",
    "favour": "favour received",
    "mandate": "stability, the mandate",
    "resources_risk": "risk of the money lent",
    "private_share": "bank claims that stayed",
    "catalysis": "others' money that followed",
    "programme": "programme that was kept",
    "moral_hazard": "a larger next crisis",
    "relief": "relief from the crisis",
    "finance": "money received",
    "pain": "pain of the programme",
    "sovereignty": "being in a programme",
    "default_cost": "default",
}
"""For people, in the ledger's order; `docs/glossary.md` has the formulas under the names."""
_PLACES = {line: place for place, line in enumerate(LINE_WORDS)}


def line_words(line: str) -> str:
    """What a line is called."""
    return LINE_WORDS.get(line, line.replace("_", " "))


def in_order(lines: Mapping[str, int]) -> dict[str, int]:
    """A seat's lines in the ledger's order: a stored log has them by name."""
    return dict(sorted(lines.items(), key=lambda item: _PLACES.get(item[0], len(_PLACES))))


def bn(amount_musd: float | None, *, signed: bool = False) -> str:
    """An amount in US$ bn with two decimals, three below a hundredth; a dash for none."""
    if amount_musd is None:
        return "–"
    if not round(amount_musd):
        return "0"
    size = abs(amount_musd) / MUSD_IN_BN
    plus = "+" if signed else ""
    return f"{'−' if amount_musd < 0 else plus}{size:,.{2 if size >= 0.01 else 3}f}"


def about_bn(amount_musd: float) -> str:
    """An amount for a sentence: one decimal, three below a tenth."""
    if not round(amount_musd):
        return "nothing"
    size = abs(amount_musd) / MUSD_IN_BN
    text = f"{size:,.{1 if size >= 0.1 else 3}f}".removesuffix(".0")
    return f"US${NBSP}{'−' if amount_musd < 0 else ''}{text}{NBSP}bn"


def percent(share: float | None) -> str:
    """A share as whole per cent; a dash for none."""
    return "–" if share is None else f"{round(100 * share)}{NBSP}%".replace("-", "−")


def points(value: float | None, unit: str = "") -> str:
    """A score as a whole number; a dash for none."""
    if value is None:
        return "–"
    return f"{round(value)}{NBSP if unit else ''}{unit}".replace("-", "−")


def decimal(value: float | None) -> str:
    """Two decimals; a dash for none."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")
