"""What a researcher sets for a study; the form of its settings file. Data, no programming."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Key = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
"""Names a question, an item or a treatment in the data."""
Label = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]
Prose = Annotated[str, Field(max_length=10_000)]
Line = Annotated[str, Field(min_length=1, max_length=1_000)]
Money = Annotated[Decimal, Field(ge=0, le=1_000_000, max_digits=16, decimal_places=9)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Listed(_Part):
    """Somebody who may take part."""

    label: Label
    """What the participant types to come in, and who this is in the data."""
    name: Label | None = None
    """For the researcher alone; in data only with `--names`."""


class ControlQuestion(_Part):
    """A question that must be answered right before play."""

    key: Key
    text: Line
    choices: Annotated[tuple[Line, ...], Field(min_length=2, max_length=10)]
    answer: Line
    """The right one of the choices."""
    explanation: Annotated[str, Field(max_length=1_000)] = ""
    """Shown after a wrong answer."""

    @model_validator(mode="after")
    def _answer_is_a_choice(self) -> Self:
        if self.answer not in self.choices:
            raise ValueError(f"the answer {self.answer!r} is not among the choices")
        return self


class Item(_Part):
    """A question of the closing questionnaire."""

    key: Key
    text: Line
    kind: Literal["text", "number", "choice", "likert"] = "text"
    choices: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    """Of a `choice`, or the two ends of a `likert` scale in words."""
    points: Annotated[int, Field(ge=2, le=11)] = 7
    """Of a `likert` scale, answered 1 to this."""
    least: float | None = None
    most: float | None = None
    """The range of a `number`."""
    required: bool = True

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "choice" and len(self.choices) < 2:
            raise ValueError("an item of kind choice needs two choices or more")
        if self.kind == "likert" and len(self.choices) not in (0, 2):
            raise ValueError(
                "an item of kind likert has two choices, the ends of its scale, or none"
            )
        return self


class Treatment(_Part):
    """One way to play, given to groups at random and evenly."""

    name: Key
    scenario: str | None = None
    """Another scenario with the same seats; None for the room's."""
    changes: dict[str, Any] = Field(default_factory=dict)
    """Fields of the scenario file that are different, such as `sharpness = 1`; a table, such as
    `switches`, is changed field by field."""


class Payment(_Part):
    """What a participant is paid: `fixed_fee` + `per_point` x points, at least `minimum`.

    A point is one US$ million of the own net payoff in the paid sessions, and may be lost.
    The sum is rounded once, at the end, half up.
    """

    currency: Annotated[str, Field(min_length=1, max_length=12)] = "EUR"
    per_point: Money = Decimal(0)
    """The exchange rate: money for one point."""
    fixed_fee: Money = Decimal(0)
    """For coming; paid to everybody who did not decline."""
    minimum: Money = Decimal(0)
    """Nobody who played gets less."""
    round_to: Annotated[Decimal, Field(gt=0, le=100)] = Decimal("0.01")
    """The smallest amount that is paid out."""
    paid: Literal["all", "one"] = "all"
    """All sessions, or one of them, drawn from the room's seed, the same for everybody."""


class Experiment(_Part):
    """A study: who takes part, what they go through, and what they are paid."""

    language: Literal["en", "de"] = "en"
    """Of the texts that come from the program: default questions and neutral labels."""
    participants: Annotated[tuple[Listed, ...], Field(max_length=1_000)] = ()
    """Only these may join; none: anybody, under a label of their own."""
    consent: Prose = ""
    """What participants agree to first; empty: not asked."""
    default_questions: bool = False
    """Ask control questions on the rules that hold in every scenario, beside `questions`."""
    questions: Annotated[tuple[ControlQuestion, ...], Field(max_length=40)] = ()
    practice: bool = False
    """A session before the first, not paid and marked in the data."""
    sessions: Annotated[int, Field(ge=1, le=40)] = 1
    """Played one after another, the practice not counted."""
    regrouping: Literal["partner", "stranger"] = "partner"
    """Between sessions: the same groups, or others so that nobody meets twice where possible."""
    neutral: bool = False
    """Neutral names instead of countries, and no history."""
    situation: Prose = ""
    """With `neutral`: what everybody reads; empty: a few general sentences."""
    treatments: Annotated[tuple[Treatment, ...], Field(max_length=20)] = ()
    questionnaire: Annotated[tuple[Item, ...], Field(max_length=100)] = ()
    """After the last session."""
    payment: Payment = Payment()

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        for field, given in (
            ("participants", [one.label.casefold() for one in self.participants]),
            ("questions", [one.key for one in self.questions]),
            ("questionnaire", [one.key for one in self.questionnaire]),
            ("treatments", [one.name for one in self.treatments]),
        ):
            twice = sorted({one for one in given if given.count(one) > 1})
            if twice:
                raise ValueError(f"{field}: {', '.join(twice)} is there twice")
        return self

    @property
    def periods(self) -> tuple[int, ...]:
        """The numbers of its sessions in order; 0 is the practice."""
        return tuple(range(0 if self.practice else 1, self.sessions + 1))

    @property
    def treatment_names(self) -> tuple[str, ...]:
        """At least one; a study without treatments has one without a name."""
        return tuple(one.name for one in self.treatments) or ("",)
