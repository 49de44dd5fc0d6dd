"""What something would change in the own lines, in words. Pure.

The server does the sums (`Connection.what_if`) and says what it takes for granted of others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client_cli.amounts import bn, percent
from client_cli.render import in_reading_order

if TYPE_CHECKING:
    from client_cli.connection import Expected


def effect(now: Expected, then: Expected) -> str:
    """The change by line from one expectation to another, and what it comes to in all."""
    changes = {
        line: then.lines_musd.get(line, 0) - now.lines_musd.get(line, 0)
        for line in in_reading_order({**now.lines_musd, **then.lines_musd})
    }
    by_line = [f"{line} {_signed(change)}" for line, change in changes.items() if change]
    if not by_line:
        return "For you: no change."
    total = f"in all {_signed(then.total_musd - now.total_musd)}"
    return f"For you: {', '.join([*by_line, total])} (US$ bn)."


def assumed(then: Expected) -> str:
    """What it would come to, and what is taken for granted of the others."""
    pledges = [f"{seat} {bn(amount)}" for seat, amount in then.pledges_musd.items()]
    leave = [f"{seat} {percent(share)} out" for seat, share in then.withdrawn_permille.items()]
    lent = [f"the Fund lends {bn(then.tranche_musd)}"] if then.tranche_musd else []
    unknown = f" Not known before: {', '.join(then.left_out)}." if then.left_out else ""
    return (
        f"Stability would be {100 * then.stability:.1f} %, if all do as they promised: "
        f"{', '.join([*pledges, *leave, *lent])}.{unknown}"
    )


def _signed(amount_musd: int) -> str:
    sign = "+" if amount_musd > 0 else "-" if amount_musd < 0 else ""
    return sign + bn(abs(amount_musd))
