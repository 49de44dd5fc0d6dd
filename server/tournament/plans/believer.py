"""A bot for the voluntary contribution mechanism: gives in answer to what it expects.

Belief-driven, after Fischbacher and Gächter (2010): it expects the others to give about what
they gave, moves that belief half-way with every round, and matches it imperfectly. Three
numbers are set by hand so that groups of four give about what the model's illustrative bots
give (model, section 7); they are no fit to data. That a higher return makes it expect and give
more is put in; what follows from it over ten rounds, and in groups of ten, is not.
"""

from random import Random

from server.bots.bot import ready
from server.bots.reading import others_effort, own, whole_steps
from server.game.actions import Action, Pledge
from server.game.cards import View

HOPE, HOPE_BY_RETURN = 0.20, 0.57
"""What it expects at first, as a part of all: the first, and the second times the MPCR."""
MATCH, MATCH_BY_RETURN = 0.62, 0.46
"""Which part of what it expects it gives itself."""
SPREAD = 0.15
"""Standard deviation of what it gives around that."""


class Believer:
    """Remembers its belief from round to round."""

    def __init__(self) -> None:
        self.belief: float | None = None
        self.round = 0

    def act(self, view: View, random: Random) -> Action | None:
        """A pledge once a round."""
        me = own(view)
        if "pledge" not in me.may or me.final:
            return ready(view)
        mpcr = marginal_return(view)
        seen = others_effort(view)
        if self.belief is None:
            self.belief = HOPE + HOPE_BY_RETURN * mpcr
        elif view.clock.round != self.round and seen is not None:
            self.belief += (seen - self.belief) / 2
        self.round = view.clock.round
        part = (MATCH + MATCH_BY_RETURN * mpcr) * self.belief + random.gauss(0, SPREAD)
        pledge_musd = min(1.0, max(0.0, part)) * me.largest_pledge_musd
        # To the nearest step: rounding down every time would be a decay of its own.
        return Pledge(whole_steps(view, pledge_musd + view.scenario.pledge_step_musd / 2))


def marginal_return(view: View) -> float:
    """The MPCR: what a dollar in the project returns to this seat."""
    return own(view).parameters["public_stake_musd"] / view.gap.scheduled_need_musd
