"""What a forecast says of one person: each care plan's outcomes with their bands, and the circle before and after.

Bands are over draws: each draw has its own parameters, start state and luck, the same under every plan. The median,
the 5th and the 95th percentile are of the draws. The chance of an event is the mean of the draws' chances.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from boneloop.patient.profile import Profile
from boneloop.types import Array


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing a forecast reports.

    kind    probability (of having happened by that year), value (while alive), total (summed up to that year),
            share (of the lives, while alive)
    better  lower or higher
    """

    name: str
    title: str
    unit: str
    kind: str
    better: str


OUTCOMES: dict[str, Outcome] = {
    o.name: o
    for o in (
        Outcome("fracture_any", "Any major fracture (hip, spine, wrist, other)", "probability", "probability", "lower"),
        Outcome("fracture_hip", "Hip fracture", "probability", "probability", "lower"),
        Outcome("fracture_vertebra", "Clinical vertebral fracture", "probability", "probability", "lower"),
        Outcome("fracture_wrist", "Wrist fracture", "probability", "probability", "lower"),
        Outcome("fracture_other", "Other major fracture", "probability", "probability", "lower"),
        Outcome("death", "Death from any cause", "probability", "probability", "lower"),
        Outcome("falls", "Falls", "falls", "total", "lower"),
        Outcome("bmd", "Bone mineral density", "g/cm2", "value", "higher"),
        Outcome("bmd_change", "Change of bone mineral density", "%", "value", "higher"),
        Outcome("ctx_change", "Resorption marker CTX, change", "%", "value", "lower"),
        Outcome("p1np_change", "Formation marker P1NP, change", "%", "value", "higher"),
        Outcome("pain", "Pain, numeric rating scale", "0-10", "value", "lower"),
        Outcome("phq9", "Depressive symptoms, PHQ-9", "0-27", "value", "lower"),
        Outcome("gad7", "Anxiety symptoms, GAD-7", "0-21", "value", "lower"),
        Outcome("function", "Physical function", "0-100", "value", "higher"),
        Outcome("utility", "Quality of life, utility", "utility", "value", "higher"),
        Outcome("qaly", "Quality-adjusted life years, discounted", "QALY", "total", "higher"),
        Outcome("on_bone_drug", "Still taking the bone drug", "probability", "share", "higher"),
        Outcome("calcium", "Calcium in blood, corrected for albumin", "mmol/L", "value", "higher"),
        Outcome("calcium_lowest", "Lowest calcium of the last three months", "mmol/L", "value", "higher"),
        Outcome(
            "hypocalcemia",
            "Severe hypocalcemia (too high: to compare, not a rate)",
            "probability",
            "probability",
            "lower",
        ),
        Outcome("phosphate", "Phosphate in blood", "mmol/L", "value", "higher"),
        Outcome("pth", "Parathyroid hormone", "pmol/L", "value", "lower"),
        Outcome("calcium_intake", "Calcium eaten and supplemented", "mg/day", "value", "higher"),
        Outcome("calcium_absorption", "Share of calcium absorbed, relative to now", "1", "value", "higher"),
    )
}


@dataclass(frozen=True, slots=True)
class Band:
    """One outcome over time; every array has one value per time.

    expected  the point to show is the mean, not the median: the chance of a person is the average of the chances over
              everything that is not known of them
    mcse, mean_error  Monte-Carlo standard errors of the median and of the mean
    """

    median: Array
    p05: Array
    p95: Array
    mcse: Array
    mean: Array
    mean_error: Array
    expected: bool = False

    @property
    def point(self) -> Array:
        """The one number to show beside the range."""
        return self.mean if self.expected else self.median


@dataclass(frozen=True, slots=True)
class PlanForecast:
    """One person under one care plan.

    steps     the plan in words: "alendronate 70 mg weekly from month 0 to month 60"
    cautions  rules of the assessment that speak against a step for this person
    years     times of the bands, years from now
    bands     by outcome name
    cycle_number  median, p05, p95 with the plan's treatments acting fully
    """

    plan: str
    title: str
    steps: tuple[str, ...]
    years: Array
    bands: dict[str, Band]
    cycle_number: tuple[float, float, float]
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """One arrow of the circle for this person, without treatment.

    name      source_to_target, a file of ``cycle/links``
    title     "pain → mood"
    sentence  the first line of that file
    share     how much of what drives its target it supplies now, 0 to 1 (median over draws)
    active    share is at least the registry's threshold
    elasticity  relative change of the cycle number per relative change of this arrow; 0 outside the fast circle
    when_cut  by outcome name: change of the value at the horizon when this arrow alone is cut (central parameters)
    """

    name: str
    source: str
    target: str
    title: str
    sentence: str
    share: float
    active: bool
    elasticity: float
    when_cut: dict[str, float]


@dataclass(frozen=True, slots=True)
class Circle:
    """Where the person stands on the circle now.

    cycle_number   median, p05, p95: the spectral radius of the gains between stress, inflammation, pain, mood, function
    informed_by    "prior only" or "n visits"
    self_feeding   share of draws in which the cycle number is 1 or more
    local_gain     the same radius at the person's own state (saturation included), median, p05, p95
    amplification  felt pain and depressive severity with the circle divided by the same without it, median
    trap           share of draws in which a second, high resting state exists below a cycle number of 1
    stations       severity 0..1 of pain, mood, function, stress, inflammation, wellbeing, bone, fracture: median now
    """

    cycle_number: tuple[float, float, float]
    informed_by: str
    self_feeding: float
    local_gain: tuple[float, float, float]
    amplification: dict[str, float]
    trap: float
    stations: dict[str, float]
    arrows: tuple[Arrow, ...]
    adjusted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanBands:
    """One person under one care plan, for a table: years, and bands by outcome name."""

    plan: str
    years: Array
    bands: dict[str, Band]


@dataclass(frozen=True, slots=True)
class Tabled:
    """One person, all plans, for a table: no circle, no words."""

    profile: Profile
    years: float
    plans: tuple[PlanBands, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """One person whose body the engine could not move on; ``reason`` names plan and month."""

    profile: Profile
    reason: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """One person, all plans.

    known, assumed  in words: what the start rests on, and what was drawn from a prior because it is not known
    numbers_used    ids of every registry entry that took part
    """

    profile: Profile
    belief: str
    draws: int
    seed: int
    years: float
    plans: tuple[PlanForecast, ...]
    circle: Circle
    known: tuple[str, ...]
    assumed: tuple[str, ...]
    numbers_used: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())

    def plan(self, name: str) -> PlanForecast:
        """The forecast under the plan of that name."""
        return next(p for p in self.plans if p.plan == name)
