"""Control questions on the rules that hold in every scenario, as docs/teaching.md asks them."""

from __future__ import annotations

from server.experiment.settings import ControlQuestion, Experiment
from server.game.scenario import Scenario


def questions_of(experiment: Experiment, scenario: Scenario) -> tuple[ControlQuestion, ...]:
    """What participants must answer right: the default ones, if wanted, and the researcher's."""
    defaults = _defaults(experiment.language, scenario) if experiment.default_questions else ()
    return (*defaults, *experiment.questions)


def _defaults(language: str, scenario: Scenario) -> tuple[ControlQuestion, ...]:
    switches = scenario.switches
    promises = switches.packages and not switches.binding_packages
    asked = _GERMAN if language == "de" else _ENGLISH
    return tuple(one for one in asked if promises or one.key != "default-package")


_ENGLISH = (
    ControlQuestion(
        key="default-stability",
        text="Somebody else pays a billion more. Do you gain from it?",
        choices=("Yes", "No"),
        answer="Yes",
        explanation="Stability is the same for all, whoever paid for it.",
    ),
    ControlQuestion(
        key="default-surplus",
        text="You pledge 4 bn, and all pledges together are more than is needed. Do you pay 4 bn?",
        choices=("Yes, 4 bn", "No, less, in proportion", "No, nothing"),
        answer="No, less, in proportion",
        explanation="Nothing beyond the need is drawn; each pays the same part of its pledge.",
    ),
    ControlQuestion(
        key="default-package",
        text="You accept a package and it stands. Must you then pay what it says?",
        choices=("Yes", "No, but all will see that I did not"),
        answer="No, but all will see that I did not",
        explanation="A package is a promise. What counts is the sealed decision.",
    ),
    ControlQuestion(
        key="default-nothing",
        text="A member decides nothing until the time is over. What does it pay?",
        choices=("Nothing", "As much as in the round before", "Its fair share"),
        answer="Nothing",
        explanation="Without a decision the pledge is zero.",
    ),
)
_GERMAN = (
    ControlQuestion(
        key="default-stability",
        text="Ein anderes Mitglied zahlt eine Milliarde mehr. Gewinnen Sie dadurch?",
        choices=("Ja", "Nein"),
        answer="Ja",
        explanation="Die Stabilität ist für alle dieselbe, wer auch immer sie bezahlt hat.",
    ),
    ControlQuestion(
        key="default-surplus",
        text="Sie sagen 4 Mrd. zu, und alle zusammen sagen mehr zu als nötig. Zahlen Sie 4 Mrd.?",
        choices=("Ja, 4 Mrd.", "Nein, anteilig weniger", "Nein, nichts"),
        answer="Nein, anteilig weniger",
        explanation="Mehr als nötig wird nicht abgerufen; alle zahlen denselben Teil der Zusage.",
    ),
    ControlQuestion(
        key="default-package",
        text="Sie nehmen ein Paket an, und es steht. Müssen Sie zahlen, was darin steht?",
        choices=("Ja", "Nein, aber alle sehen, dass ich es nicht tat"),
        answer="Nein, aber alle sehen, dass ich es nicht tat",
        explanation="Ein Paket ist ein Versprechen. Es zählt die geheime Entscheidung.",
    ),
    ControlQuestion(
        key="default-nothing",
        text="Ein Mitglied entscheidet bis zum Ende der Zeit nichts. Was zahlt es?",
        choices=("Nichts", "So viel wie in der Runde davor", "Seinen gerechten Anteil"),
        answer="Nichts",
        explanation="Ohne Entscheidung ist die Zusage null.",
    ),
)
