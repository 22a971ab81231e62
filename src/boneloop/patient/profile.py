"""The profile: the few facts that the model starts from, each with its error and its date, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from boneloop.types import Known, Sex


@dataclass(frozen=True, slots=True)
class Reading:
    """One seen state of pain, mood or function, on the model's scale.

    value       severity, 0 (none) to 1 (worst the instrument can say)
    error       standard error of one measurement on that scale
    instrument  what was used: "PHQ-9 total 14 of 27"
    days_ago    days between the measurement and the start; 0 when it has no date
    """

    value: float
    error: float
    instrument: str
    date: date | None
    days_ago: float = 0


@dataclass(frozen=True, slots=True)
class BoneReading:
    """Areal bone density at the site the forecast follows.

    site       total_hip, femoral_neck or lumbar_spine
    value      g/cm2
    error      standard error of one scan, g/cm2
    basis      "measured" or "from T-score -2.9 with reference ..."
    """

    site: str
    value: float
    error: float
    basis: str
    date: date | None


@dataclass(frozen=True, slots=True)
class PastFracture:
    """site: hip, vertebra, wrist or other; days_ago None = long ago or not dated."""

    site: str
    days_ago: float | None


@dataclass(frozen=True, slots=True)
class PastTreatment:
    """A course of a bone drug before now.

    drug        a therapy kind of ``therapy/`` (alendronate, denosumab, zoledronate, ...)
    days_ago    for pulsed drugs: one entry per dose; for daily ones: start and stop of the course
    ongoing     was it still taken at the index date
    """

    drug: str
    days_ago: tuple[float, ...]
    ongoing: bool


@dataclass(frozen=True, slots=True)
class Blood:
    """Blood values of the record; None: not known.

    calcium     total, corrected for albumin, mmol/L
    phosphate   mmol/L
    filtration  estimated GFR, CKD-EPI 2021, mL/min/1.73 m²
    vitamin_d   25-hydroxyvitamin D, nmol/L
    """

    calcium: float | None = None
    phosphate: float | None = None
    filtration: float | None = None
    vitamin_d: float | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What the model is told of one person; None or UNKNOWN means: not known, to be drawn from the stated prior.

    age            years
    country        whose fracture and death rates are used: US, GB, SE, CN (refused elsewhere)
    menopause_age  years; None for men or when not recorded
    falls          falls in the last 12 months
    vertebral_fractures  how many vertebrae were seen broken; None: as many as ``fractures`` lists
    glucocorticoid_mg_per_day  prednisolone-equivalent; 0 when known not to take any
    assumed        in words: what is not known and is drawn from a prior
    """

    id: str
    age: float
    sex: Sex
    country: str
    ethnicity: str = ""
    bone: BoneReading | None = None
    pain: Reading | None = None
    depression: Reading | None = None
    anxiety: Reading | None = None
    function_loss: Reading | None = None
    menopause_age: float | None = None
    falls: float | None = None
    fractures: tuple[PastFracture, ...] = ()
    fractures_known: Known = Known.UNKNOWN
    vertebral_fractures: float | None = None
    treatments: tuple[PastTreatment, ...] = ()
    antidepressant: Known = Known.UNKNOWN
    beta_blocker: Known = Known.UNKNOWN
    depression_diagnosis: Known = Known.UNKNOWN
    glucocorticoid_mg_per_day: float | None = None
    blood: Blood = Blood()
    assumed: tuple[str, ...] = ()
