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
BENEVOLENT = (
    "If nobody else does it, we shall. {amount} from us.",
    "Somebody has to stand behind this, and it is us: {amount}.",
    "{need} is needed. {amount} is ours, and more if it must be.",
)
PREDATORY = (
    "You know our votes. {amount} from us, and the rest from those who want them.",
    "We expect every one of you to pay. Ours is {amount}.",
    "There will be no programme unless you bring your part of {need}.",
)
GROUP = (
    "{amount} from us, if the others together do their part; else nothing.",
    "We need no more than enough of us. We are in with {amount}.",
    "Who is in? With {amount} from us the group can reach {need}.",
)
REGION = (
    "This is our neighbourhood. We bring {amount}.",
    "We look after our own region: {amount} from us.",
    "Our region will do its part of {need}. Ours is {amount}.",
)
REACTIVE = (
    "In close consultation with our ally we consider {amount}.",
    "We shall not stand apart. {amount}, as is asked of us.",
    "Our part follows that of our ally: {amount}.",
)
REALIST = (
    "{amount}, so long as nobody gains more by it than we do.",
    "We shall not pay for the advantage of others. {amount}.",
    "Equal burdens or none: {amount} from us.",
)
HOME = (
    "Our parliament will carry {amount}, and not a dollar more.",
    "We could agree to much here. At home we can defend {amount}.",
    "Before we sign we must ask at home. They will bear {amount}.",
)
STATE = (
    "The ministry has decided on {amount}, and our banks will be told to stay.",
    "We speak for our banks as well: they stay, and we pay {amount}.",
    "{amount} from us. What our banks do is our affair.",
)
INTERESTS = (
    "Those at home who lent this money want {amount} from us.",
    "We cannot command our banks. We can pay {amount}.",
    "{amount}, if our banks see that it is worth their while.",
)
COMMITTEE = (
    "The committee stays together, or it leaves together.",
    "Nobody in the committee wants to be the last one out.",
    "Ask the same of every bank, and we can talk.",
)
LOBBY = (
    "Our government knows what a loss of ours would mean for it.",
    "We shall stay if our own government pays its part.",
    "What is bad for us is bad for our country.",
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
ASSURANCES = (
    "Bring us your assurances first, and the Fund will lend.",
    "Our money is the last part of {need}, not the first.",
    "We lend if the others have put theirs in writing.",
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
