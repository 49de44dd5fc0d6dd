"""Matches: sessions played by bots without sockets or clocks."""

from server.tournament.match import Failure, Match, play

__all__ = ["Failure", "Match", "play"]
