"""Payments, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from server.experiment.assignment import paid_session
from server.experiment.payments import amount, points
from server.experiment.settings import Experiment, Payment

PLAYED = {0: 9_000, 1: 12_345, 2: -2_300}


def terms(**given: object) -> Payment:
    """Terms of payment."""
    return Payment.model_validate(given)


@pytest.mark.parametrize(
    ("given", "earned", "paid"),
    [
        # 5 + 0.0002 x 10,045 = 7.009
        ({"fixed_fee": 5, "per_point": 0.0002}, 10_045, "7.01"),
        # 5 + 0.001 x 5 = 5.005: half a cent goes up
        ({"fixed_fee": 5, "per_point": 0.001}, 5, "5.01"),
        ({"fixed_fee": 5, "per_point": 0.001}, 4, "5.00"),
        # 3 - 0.001 x 2,300 = 0.7, less than the minimum
        ({"fixed_fee": 3, "per_point": 0.001, "minimum": 4}, -2_300, "4.00"),
        # 2 + 0.0125 x 10 = 2.125 in steps of 0.25: 8.5 steps, so 9
        ({"fixed_fee": 2, "per_point": 0.0125, "round_to": 0.25}, 10, "2.25"),
        # 2.5 in whole coins
        ({"fixed_fee": 2.5, "round_to": 1}, 700, "3"),
        ({}, 700, "0.00"),
    ],
)
def test_a_payment_is_the_fee_and_the_points_rounded_once_half_up(
    given: dict[str, object], earned: int, paid: str
) -> None:
    assert amount(terms(**given), earned) == Decimal(paid)


def test_the_practice_is_never_paid() -> None:
    assert points(Experiment(sessions=2, practice=True), 1, PLAYED) == 12_345 - 2_300


def test_where_one_session_is_paid_it_is_the_drawn_one() -> None:
    study = Experiment(sessions=2, payment=terms(paid="one"))
    for seed in range(8):
        assert points(study, seed, PLAYED) == PLAYED[paid_session(2, seed)]
