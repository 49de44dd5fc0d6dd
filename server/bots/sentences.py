"""What bots say: short sentences with places for the amount said and the round's need.

Owns words alone. Both amounts are public: no sentence can tell a secret of the seat.
"""

from __future__ import annotations

from random import Random

PLEDGE = (
    "We can put {amount} on the table this round.",
    "Our part will be {amount}, if others do theirs.",
    "Count on {amount} from us.",
    "We are ready to pay {amount} now.",
    "We can put {amount} on the table if the package reaches {need}.",
    "{need} must be found. {amount} of it can be ours.",
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
    "{need} is not too much for all of us together. Here is {amount} of it.",
)
FOLLOW = (
    "We follow: {amount} from our side.",
    "We will match what is done by those we trust: {amount}.",
    "As they go, so do we. For now that is {amount}.",
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
    "Without {need} on the table our loans are not safe.",
)
FUND = (
    "The Fund will lend if governments and banks do their part.",
    "Our resources go as far as access allows; the rest is yours.",
    "A programme without your pledges will not hold.",
    "{need} is needed this round. The Fund cannot be alone in it.",
)
DEBTOR = (
    "We need {need}. Without it we cannot pay anybody.",
    "Our people have borne much. Ask no more of them than you must.",
    "We shall take help from those who offer it first.",
)


def speak(
    sentences: tuple[str, ...], random: Random, *, need_musd: int, amount_musd: int = 0
) -> str:
    """One of the sentences, with its amounts in US$ bn, the need to one decimal."""
    return random.choice(sentences).format(
        amount=f"US$ {amount_musd / 1000:g} bn", need=f"US$ {need_musd / 1000:.1f} bn"
    )
