"""Amounts as people type and read them: US$ bn and per cent. Pure.

Programs count in whole US$ millions and thousandths; this is the one place that turns one
into the other. What `bn` and `percent` show can be typed back.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

LARGEST_BN = 1_000_000
"""More than all the money there is; what is above was not meant."""


class Complaint(Exception):
    """Something typed that cannot be understood; the text says the right form."""


def amount_musd(text: str) -> int:
    """Whole US$ millions from an amount typed in US$ bn.

    Raises:
        Complaint: not a number, negative, beyond `LARGEST_BN`, or finer than a million.
    """
    seen = text or "nothing"
    try:
        amount = Decimal(text.removesuffix("bn"))
    except InvalidOperation:
        raise Complaint(f"{seen} is not an amount; type US$ bn, such as 4.2") from None
    if not amount.is_finite() or not 0 <= amount <= LARGEST_BN:
        raise Complaint(f"{seen} is not an amount of 0 to {LARGEST_BN}; type US$ bn, such as 4.2")
    if amount != round(amount, 3):
        raise Complaint(f"{seen} is finer than a million; use up to three decimals")
    return int(amount * 1000)


def permille(text: str) -> int:
    """Thousandths from a percentage such as `40%` or `12.5%`.

    Raises:
        Complaint: not a percentage of 0 to 100 with at most one decimal.
    """
    seen = text or "nothing"
    try:
        share = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        raise Complaint(f"{seen} is not a share; type per cent, such as 40%") from None
    if not share.is_finite() or not 0 <= share <= 100:
        raise Complaint(f"{seen} is not a share of 0% to 100%")
    if share != round(share, 1):
        raise Complaint(f"{seen} is too fine; use one decimal, such as 12.5%")
    return int(share * 10)


def bn(amount_musd: int) -> str:
    """An amount in US$ bn with up to three decimals."""
    return f"{amount_musd / 1000:.3f}".rstrip("0").rstrip(".")


def percent(permille: int) -> str:
    """A share of thousandths in per cent."""
    return f"{permille / 10:g}%"
