"""Bots: strategies for every role, by name. View in, action out, the same door as people.

The contract is in `bot`, the list in `register`, one family of strategies in each of the
other files.
"""

from server.bots.bot import Bot, MakeBot
from server.bots.chance import decision_random, decisions_of, seats_of
from server.bots.register import BOTS, BotSpec, Traits, bots_for, default_bot, make

__all__ = [
    "BOTS",
    "Bot",
    "BotSpec",
    "MakeBot",
    "Traits",
    "bots_for",
    "decision_random",
    "decisions_of",
    "default_bot",
    "make",
    "seats_of",
]
