"""From points to money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from server.experiment.assignment import paid_session
from server.experiment.settings import Experiment, Payment


def points(experiment: Experiment, seed: int, by_session: Mapping[int, int]) -> int:
    """A participant's points: the payoffs of the paid sessions.

    Args:
        experiment: its settings.
        seed: the room's.
        by_session: the net payoff in US$ million of every session played, by its number; the
            practice, number 0, never counts.
    """
    if experiment.payment.paid == "one":
        return by_session.get(paid_session(experiment.sessions, seed), 0)
    return sum(amount for session, amount in by_session.items() if session > 0)


def amount(payment: Payment, earned: int) -> Decimal:
    """What is paid for so many points, in the payment's currency."""
    exact = max(payment.minimum, payment.fixed_fee + payment.per_point * earned)
    steps = (exact / payment.round_to).quantize(Decimal(1), ROUND_HALF_UP)
    # Whole steps are exact; written with cents at least, as money is.
    cents = min(Decimal("0.01"), payment.round_to)
    return (steps * payment.round_to).quantize(cents)
