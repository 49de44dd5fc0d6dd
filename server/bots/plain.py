"""Bots under neutral names: the same decisions, and sentences without the words of the story.

Owns those sentences. Knows no study and no room.
"""

from __future__ import annotations

from dataclasses import replace

from server.bots.banks import BankBot
from server.bots.bot import Bot, MakeBot
from server.bots.debtors import DebtorBot
from server.bots.fund import FundBot
from server.bots.governments import GovernmentBot
from server.bots.register import make
from server.game.scenario import Role

_PAYS = {
    "en": ("My part of this round is {amount}.", "{need} is needed. {amount} of it is mine."),
    "de": (
        "Mein Teil in dieser Runde ist {amount}.",
        "Gebraucht: {need}. Davon von mir: {amount}.",
    ),
}
_PAYS_NOTHING = {
    "en": ("I give nothing this round.", "Let me first see what the others bring."),
    "de": ("Ich gebe in dieser Runde nichts.", "Erst möchte ich sehen, was die anderen bringen."),
}
_HEARD = {
    "en": ("{need} is needed this round.", "Let us see what the members bring."),
    "de": ("Gebraucht in dieser Runde: {need}.", "Sehen wir, was die Mitglieder bringen."),
}
"""Of those who do not pledge."""


def plainly(language: str) -> MakeBot:
    """What makes bots that say nothing of countries, banks or the Fund, as `register.make` does.

    Args:
        language: ``en`` or ``de``.
    """

    def made(name: str, role: Role) -> Bot:
        match make(name, role):
            case GovernmentBot() as bot:
                return replace(bot, words=_PAYS[language], refusals=_PAYS_NOTHING[language])
            case BankBot() | FundBot() | DebtorBot() as bot:
                return replace(bot, words=_HEARD[language])
            case bot:
                return bot

    return made
