"""Matches: sessions played by bots without sockets or clocks."""

from server.tournament.match import Failure, Match, play
from server.tournament.sample import Interval, effective_over_seeds

__all__ = ["Failure", "Interval", "Match", "effective_over_seeds", "play"]
