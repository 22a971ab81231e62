"""What a target file says, once read: a study, the people in it, its arms and its published results.

The form of the file stands in docs/how-to/validate.md; ``reading`` makes these from it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from boneloop.errors import TargetError
from boneloop.therapy.care_plan import CarePlan

KINDS = ("arm", "difference", "ratio", "rank")
ROLES = ("calibrate", "check")
STATUSES = ("verified", "recalled")
GROUPS: dict[str, str] = {
    "bone": "Bone density",
    "markers": "Bone turnover markers",
    "minerals": "Calcium and phosphate",
    "fracture": "Fractures",
    "falls": "Falls",
    "death": "Death",
    "pain": "Pain",
    "mood": "Depression and anxiety",
    "function": "Function",
    "wellbeing": "Quality of life",
    "stress": "Stress hormones and inflammation",
    "depression_to_bone": "Depression and bone",
    "adherence": "Staying on treatment",
}
USUAL_LEVEL = 0.95
"""Coverage of a published interval that does not say otherwise."""


@dataclass(frozen=True)
class Law:
    """How a quantity differs between the people of a study: normal, cut off at ``low`` and ``high``; sd 0 = one value.

    mean, sd  of the people as they are, after the cut
    """

    mean: float
    sd: float = 0.0
    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True)
class Groups:
    """How a quantity differs between the people of a study: shares of them between edges, evenly inside each group.

    edges  ascending, one more than shares; shares  add up to 1
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Density:
    """Bone density of the people: ``scale`` is t_score, z_score or g_per_cm2."""

    site: str
    scale: str
    law: Law | Groups


@dataclass(frozen=True)
class EarlierFractures:
    """Share of people with an earlier fracture of each site, and how long ago; None: not dated, long ago.

    vertebrae  how many vertebral fractures those have who have one
    """

    shares: Mapping[str, float]
    years_ago: Law | Groups | None = None
    vertebrae: int = 1


@dataclass(frozen=True)
class Population:
    """Who takes part; None: not told, drawn from people of that age and sex.

    age  years; female  share; country, ethnicity  shares by code
    phq9 0-27, gad7 0-21, pain 0-10, function 0-100 (100 = full), as measured with the error of the instrument
    falls  in the last 12 months; egfr  mL/min/1.73 m²; vitamin_d  nmol/L; calcium, phosphate  mmol/L
    glucocorticoid  mg of prednisolone a day; menopause_age, years_since_menopause  years
    antidepressant, beta_blocker, depression_diagnosis  shares
    """

    age: Law | Groups
    female: float
    country: Mapping[str, float]
    ethnicity: Mapping[str, float] | None = None
    bmd: Density | None = None
    prior_fracture: EarlierFractures | None = None
    phq9: Law | Groups | None = None
    gad7: Law | Groups | None = None
    pain: Law | Groups | None = None
    function: Law | Groups | None = None
    falls: Law | Groups | None = None
    egfr: Law | Groups | None = None
    vitamin_d: Law | Groups | None = None
    calcium: Law | Groups | None = None
    phosphate: Law | Groups | None = None
    glucocorticoid: Law | Groups | None = None
    menopause_age: Law | Groups | None = None
    years_since_menopause: Law | Groups | None = None
    antidepressant: float | None = None
    beta_blocker: float | None = None
    depression_diagnosis: float | None = None


@dataclass(frozen=True)
class Arm:
    """One arm.

    fracture_now  site that everybody breaks on day 0; "" none
    cut           arrows of the circle that are cut from day 0 on
    """

    name: str
    title: str
    plan: CarePlan
    population: Population
    fracture_now: str = ""
    cut: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """One published number and where to look for it in the simulation.

    against, order  the other arm of a contrast; the arms of a rank, highest first
    month           of the reading; from_month: where a change or a risk starts to be counted
    interval, level published interval and its coverage; se: standard error, where no interval is published
    tolerance       how far off still counts as agreement where neither is published, and why so (tolerance_reason)
    at_least, at_most, fallen_by  who is counted in a share: by value, or by relative fall since from_month
    newly           of those only who were not so at from_month
    seen_every      with newly: counted who is so at any visit, one every so many months; None: at ``month`` alone
    person_sd       standard deviation between people that an smd is divided by; None: the simulated one
    reason          why a known miss is a miss
    """

    id: str
    study: str
    title: str
    kind: str
    outcome: str
    measure: str
    unit: str
    month: float
    value: float
    role: str
    status: str
    group: str
    arm: str = ""
    against: str = ""
    order: tuple[str, ...] = ()
    from_month: float = 0.0
    interval: tuple[float, float] | None = None
    level: float = USUAL_LEVEL
    se: float | None = None
    tolerance: float | None = None
    tolerance_reason: str = ""
    at_least: float | None = None
    at_most: float | None = None
    fallen_by: float | None = None
    newly: bool = False
    seen_every: float | None = None
    person_sd: float | None = None
    reason: str = ""
    note: str = ""

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms that it needs."""
        return self.order or tuple(name for name in (self.arm, self.against) if name)

    @property
    def visits(self) -> tuple[float, ...]:
        """Months on which people are looked at, the last one ``month``."""
        if self.seen_every is None:
            return (self.month,)
        count = round((self.month - self.from_month) / self.seen_every)
        return tuple(self.month - later * self.seen_every for later in reversed(range(count)))

    @property
    def on_log_scale(self) -> bool:
        """Whether errors are symmetric on the logarithm: positive ratios."""
        low = self.interval[0] if self.interval else self.value
        return self.kind == "ratio" and self.unit != "%" and min(self.value, low) > 0

    @property
    def standard_error(self) -> float | None:
        """Published standard error, of the logarithm for a ratio; from the interval where only that is published."""
        if self.interval is None:
            return self.se
        low, high = (math.log(x) for x in self.interval) if self.on_log_scale else self.interval
        return (high - low) / (2 * NormalDist().inv_cdf((1 + self.level) / 2))


@dataclass(frozen=True)
class Study:
    """One target file.

    people, draws  how many it needs, where that is not the usual number; None: as asked
    refused   arms and results that cannot be run, with place, rule and value
    """

    id: str
    title: str
    citation: str
    file: str
    arms: Mapping[str, Arm]
    results: tuple[Result, ...]
    doi: str = ""
    note: str = ""
    people: int | None = None
    draws: int | None = None
    refused: tuple[TargetError, ...] = ()
