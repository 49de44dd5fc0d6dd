"""A bot that pays its fair share, scaled by what the others paid of theirs last round."""

from random import Random

from server.bots.ballots import vote
from server.bots.bot import ready
from server.bots.reading import fair_share_musd, others_effort, whole_steps
from server.game.actions import Action, Ballot, Pledge
from server.game.cards import View


def matching(view: View, random: Random) -> Action | None:
    me = view.own
    if "pledge" in me.may and not me.final:
        effort = others_effort(view)
        trust = 1.0 if effort is None else effort
        return Pledge(whole_steps(view, trust * fair_share_musd(view, me.seat)))
    return vote(view, lambda *_: Ballot.YES) or ready(view)
