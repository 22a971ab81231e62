"""What an assessment says: scores, risks, flags, gaps, each with its basis.

Nothing here is changed once it is made. Scores and risks are not declared frozen all the same: there are thirty of them
and more for each person, and making frozen ones takes a third of the time of an assessment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from boneloop.patient.profile import Profile
from boneloop.patient.record import Record


@dataclass(slots=True, unsafe_hash=True)
class Score:
    """One score or class of one domain.

    domain   bone, fracture_risk, pain, mind, function, wellbeing
    name     phq9, t_score_femoral_neck, who_class, egfr, cockcroft_gault ...
    value    None when the rule of completeness is not met
    shown    value as a clinician reads it: "14 of 27", "-2.9", "32.5 mL/min"
    band     "moderate", "osteoporosis" ... or ""
    status   complete, prorated, incomplete
    basis    inputs with dates and sources, and what is to be said of them
    rule     the formula or rule that made it
    """

    domain: str
    name: str
    title: str
    value: float | None
    shown: str
    band: str
    status: str
    date: date | None
    basis: tuple[str, ...]
    rule: str = ""


@dataclass(slots=True, unsafe_hash=True)
class Risk:
    """A published risk engine's answer, or the reason why it gives none.

    engine       qfracture_2012, garvan, ost, osta, orai, frax (typed in)
    outcome      any fracture, hip fracture, major osteoporotic fracture, low bone density
    probability  0 to 1 over ``years``; None if refused or if the engine gives an index, not a probability
    shown        "31 %", "-4.8 (high)", "not computed: age 52 is outside 60 to 90"
    note         what must stand beside the answer; it ends with the disclaimer
    disclaimer   what the owner of the engine asks to be shown beside every score; "" for none
    span         the lowest and the highest probability that the unknown inputs leave open, where there is no answer
    """

    engine: str
    title: str
    outcome: str
    years: float | None
    probability: float | None
    shown: str
    basis: tuple[str, ...]
    note: str = ""
    rule: str = ""
    disclaimer: str = ""
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person must look at. severity: safety (first, cannot be hidden), warning, info."""

    code: str
    severity: str
    message: str
    basis: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not known and would change the picture: what to measure next and why."""

    domain: str
    item: str
    why: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Two dated readings of one thing, and whether the change between them is more than error or chance.

    domain, name, title  as in Score
    before, after        the earlier and the newest reading, in ``unit``, with their days
    least                the smallest change that counts, in ``unit``; None where none is published
    verdict              better, worse, no real change, or "not judged: ..." with the reason
    """

    domain: str
    name: str
    title: str
    unit: str
    before: float
    before_date: date
    after: float
    after_date: date
    least: float | None
    verdict: str
    rule: str = ""
    basis: tuple[str, ...] = ()

    @property
    def change(self) -> float:
        """Newest minus earlier."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything said about one record without simulating; ``profile`` is what a forecast would start from.

    profile       None when a forecast is not possible; ``not_forecast`` then says why
    completeness  share of the domain's key items that are known, 0 to 1, by domain
    """

    record: Record
    scores: tuple[Score, ...]
    risks: tuple[Risk, ...]
    flags: tuple[Flag, ...]
    gaps: tuple[Gap, ...]
    completeness: dict[str, float]
    profile: Profile | None
    not_forecast: str = ""
    trends: tuple[Trend, ...] = ()

    def score(self, name: str) -> Score | None:
        """The score of that name, if it was made."""
        return next((s for s in self.scores if s.name == name), None)
