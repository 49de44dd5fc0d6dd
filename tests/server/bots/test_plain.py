"""Under neutral names bots decide as ever, and say nothing of the story."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from server.bots import BOTS, make
from server.bots.plain import plainly
from server.game.actions import Say
from tests.server.bots.occasions import name_for, occasions
from tests.server.bots.tables import EVERYTHING

STORY = re.compile(
    r"Fund|IMF|bank|government|ministr|parliament|programme|crisis|lender|country|region|ally"
    r"|at home|loan|committee|Fonds|Bank|Regierung|Krise|Land",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("bot", list(BOTS))
def test_a_plain_bot_decides_alike_and_speaks_of_no_country(bot: str, language: str) -> None:
    said = set()
    for occasion in occasions(bot):
        role = EVERYTHING.seat_by_id[occasion.seat].role
        plain = plainly(language)(name_for(bot, EVERYTHING), role)
        ordinary = occasion.act()
        action = replace(occasion, bot=plain).act()
        if isinstance(ordinary, Say):
            assert isinstance(action, Say)
            said.add(action.text)
            assert replace(action, text=ordinary.text) == ordinary
        else:
            assert action == ordinary
    assert not [text for text in said if STORY.search(text)]


def test_a_plain_bot_says_its_amount_in_the_language_of_the_study() -> None:
    for language, words in (("en", "this round"), ("de", "in dieser Runde")):
        bot = plainly(language)("full-contributor", EVERYTHING.governments[0].role)
        texts = {
            action.text
            for occasion in occasions("full-contributor")
            if occasion.bot == make("full-contributor", EVERYTHING.governments[0].role)
            for action in (replace(occasion, bot=bot).act(),)
            if isinstance(action, Say)
        }
        assert any(words in text and "US$ 8 bn" in text for text in texts), texts
