"""What bots say: short sentences with a place for one amount.

Owns words alone. None of them tells a secret of the seat that says it.
"""

from __future__ import annotations

from random import Random

PLEDGE = (
    "We can put {amount} on the table this round.",
    "Our part will be {amount}, if others do theirs.",
    "Count on {amount} from us.",
    "We are ready to pay {amount} now.",
)
NOTHING = (
    "We see no room for a contribution of ours at this point.",
    "Others are closer to this crisis than we are.",
    "Let us first see what the others bring.",
)
LEAD = (
    "We go first: {amount}. Who joins us?",
    "Somebody has to begin. We pledge {amount} and ask everybody for a fair share.",
    "We stand by {amount}. If each of us does the same, this holds.",
)
FOLLOW = (
    "We follow: {amount} from our side.",
    "We will match what is done by those we trust: {amount}.",
)
STAY = (
    "We keep our lines open this round.",
    "Nobody gains from a run. We stay.",
    "We roll over what falls due.",
)
WAIT = (
    "We shall see what the governments bring before we decide.",
    "Show us the money, and we need not leave.",
    "Our boards are nervous. The package must be complete.",
)
FUND = (
    "The Fund will lend if governments and banks do their part.",
    "Our resources go as far as access allows; the rest is yours.",
    "A programme without your pledges will not hold.",
)


def speak(sentences: tuple[str, ...], random: Random, amount_musd: int = 0) -> str:
    """One of the sentences, with the amount in US$ bn."""
    return random.choice(sentences).format(amount=f"US$ {amount_musd / 1000:g} bn")
