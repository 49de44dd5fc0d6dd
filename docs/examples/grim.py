"""A bot with a memory: pays its fair share until somebody paid less than half of theirs."""

from random import Random

from server.bots.ballots import vote
from server.bots.bot import ready
from server.bots.reading import fair_share_musd, others_effort, whole_steps
from server.game.actions import Action, Ballot, Pledge
from server.game.cards import View


class Grim:
    def __init__(self) -> None:
        self.betrayed = False

    def act(self, view: View, random: Random) -> Action | None:
        if "pledge" not in view.own.may or view.own.final:
            return vote(view, lambda *_: Ballot.YES) or ready(view)
        effort = others_effort(view)
        self.betrayed = self.betrayed or (effort is not None and effort < 0.5)
        fair = fair_share_musd(view, view.own.seat)
        return Pledge(0 if self.betrayed else whole_steps(view, fair))
