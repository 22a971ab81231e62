"""One person of a clinic with everything that a row of the table is made of, looked up once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from boneloop.assess.assessment import Assessment, Risk, Score
from boneloop.assess.seen import Seen
from boneloop.guidance.advice import Advice
from boneloop.guidance.indicators import Answer
from boneloop.guidance.liaison import Sentinel
from boneloop.guidance.worklists import Entry
from boneloop.types import Known


@dataclass(slots=True)
class Person:
    """One person as assessed and advised, with the answers to the indicators and the lists.

    sentinel  the fracture that the indicators count from; None without one
    answers   to the indicators by name; empty without a sentinel fracture
    """

    assessment: Assessment
    seen: Seen
    advice: Advice
    sentinel: Sentinel | None
    answers: dict[str, Answer]
    entries: tuple[Entry, ...]
    scores: dict[str, Score] = field(init=False)
    risks: dict[tuple[str, str, float | None], Risk] = field(init=False)

    def __post_init__(self) -> None:
        self.scores = {score.name: score for score in self.assessment.scores}
        self.risks = {(risk.engine, risk.outcome, risk.years): risk for risk in self.assessment.risks}

    @property
    def id(self) -> str:
        """The id in the patients' files."""
        return self.assessment.record.id

    def value(self, *names: str) -> float | None:
        """The value of the first of these scores that has one."""
        return next((s.value for name in names if (s := self.scores.get(name)) and s.value is not None), None)

    def day(self, *names: str) -> date | None:
        """The day of the first of these scores that has a value."""
        return next((s.date for name in names if (s := self.scores.get(name)) and s.value is not None), None)

    def measured(self, quantity: str) -> float | None:
        """The newest measurement of one quantity."""
        found = self.seen.newest(quantity)
        return found.value if found else None

    def band(self, name: str) -> str:
        """The band of a score; empty without one."""
        return self.scores[name].band if name in self.scores else ""

    def flags(self, severity: str) -> list[str]:
        """Codes of the flags of one severity."""
        return [flag.code for flag in self.assessment.flags if flag.severity == severity]

    @property
    def incomplete(self) -> tuple[str, ...]:
        """What is incomplete: no forecast can start, or a score could not be made; empty where neither is so."""
        unfinished = (f"{s.title}: not enough is known" for s in self.assessment.scores if s.status == "incomplete")
        start = (f"no forecast: {_reason(self.assessment.not_forecast)}",) if self.assessment.not_forecast else ()
        return (*start, *dict.fromkeys(unfinished))


def known(state: Known) -> str | None:
    """Yes or no; None where it is not known."""
    return None if state is Known.UNKNOWN else state.value


def _reason(why: str) -> str:
    """Why no forecast can start, without the value of this one person, so that people can be counted."""
    return "age outside those the model has rates for" if why.startswith("age ") else why.partition(";")[0]
