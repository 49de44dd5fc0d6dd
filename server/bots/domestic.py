"""Governments that answer to somebody at home: a parliament, a bureaucracy, banks."""

from __future__ import annotations

from random import Random

from server.bots import laboratory, reading, worth
from server.bots.reading import own
from server.game.cards import PackageCard, View


def ratifiable(view: View, random: Random) -> int:
    """Two-level: what it would pay abroad, as far as it can be carried at home.

    Home ratifies what leaves the country no worse off than paying nothing (Putnam 1988: the
    win-set); capacity is what events at home have made of it.
    """
    return ceiling_musd(view, laboratory.in_kind(view, random))


def ceiling_musd(view: View, wanted_musd: float) -> int:
    """The most of an amount that home would ratify, if the others did their shares."""
    fair_musd = round(reading.others_fair_musd(view))
    return worth.most_without_loss_musd(view, worth.prospect(view, fair_musd), wanted_musd)


def within_the_win_set(view: View, package: PackageCard, said_musd: int) -> bool:
    """Signs what is its share at most, and what home would ratify."""
    asked_musd = package.pledges_musd.get(own(view).seat, 0)
    fair = max(said_musd, reading.own_share_musd(view))
    return asked_musd <= fair and ceiling_musd(view, asked_musd) == asked_musd
