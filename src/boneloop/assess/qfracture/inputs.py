"""What the algorithm asks, answered from a record: which categories are possible, which factors are known.

What is not recorded is not absent: a category stays open between all that it could be, a factor stays unknown.
Ethnicity is the exception that the algorithm itself makes: white and not recorded are one category of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from boneloop.assess.body_size import body_mass_index
from boneloop.assess.qfracture.equation import table
from boneloop.assess.seen import ANTIDEPRESSANTS, Seen, any_known
from boneloop.types import Known

FRACTURE_SITES = ("hip", "vertebra", "wrist", "humerus")


class Inputs(NamedTuple):
    """One person, as far as known.

    bmi        kg/m2, and where it comes from; None where it is not known
    possible   for alcohol, smoking and ethnicity: the categories it could be, the least first
    factors    yes, no or unknown, by the names of the equations
    """

    bmi: float | None
    bmi_basis: tuple[str, ...]
    possible: Mapping[str, tuple[int, ...]]
    factors: Mapping[str, Known]


def inputs(seen: Seen) -> Inputs:
    """Everything the four equations ask of one person."""
    bmi, basis = body_mass_index(seen)
    possible = {"alcohol": _alcohol(seen), "smoking": _smoking(seen), "ethnicity": _ethnicity(seen.record.ethnicity)}
    factors = dict(_NOTHING)
    for statement in seen.statements():
        if name := BY_CONDITION.get(statement.name):
            factors[name] = statement.status
    for name, names in BY_SEVERAL.items():
        factors[name] = seen.any_condition(*names)
    for name, ask in BY_RECORD.items():
        factors[name] = ask(seen)
    return Inputs(bmi, basis, possible, factors)


def _alcohol(seen: Seen) -> tuple[int, ...]:
    units = seen.newest("alcohol_units_per_day")
    if units is None:
        return _all("alcohol")
    if not units.value > 0:
        return (0,)
    starts = table()["categories"]["alcohol_units_from"]
    over = len(starts) - 1
    reached = [n for n in range(1, over) if units.value >= starts[n]]
    return (over if units.value > starts[over] else max(reached),)


def _smoking(seen: Seen) -> tuple[int, ...]:
    smokes, daily = seen.condition("smoking"), seen.newest("cigarettes_per_day")
    light, *_ = starts = table()["categories"]["cigarettes_from"]
    if daily is not None and daily.value >= light and smokes is not Known.NO:
        return (1 + sum(daily.value >= start for start in starts),)
    if smokes is Known.YES:
        return tuple(2 + n for n in range(len(starts)))
    past = seen.condition("smoking_past")
    if smokes is Known.NO or (daily is not None and daily.value < light):
        return {Known.YES: (1,), Known.NO: (0,), Known.UNKNOWN: (0, 1)}[past]
    return _all("smoking")


def _ethnicity(recorded: str) -> tuple[int, ...]:
    return _groups().get(recorded, _groups()[""])


@cache
def _groups() -> Mapping[str, tuple[int, ...]]:
    return {name: tuple(found) for name, found in table()["ethnicity"].items()}


@cache
def _all(category: str) -> tuple[int, ...]:
    return tuple(range(len(table()["female_any"][category])))


def _falls(seen: Seen) -> Known:
    """A history of falls, ever: none in the last year does not say no."""
    counted = seen.newest("falls_12_months")
    return Known.YES if counted is not None and counted.value > 0 else seen.condition("falls")


def _fracture(seen: Seen) -> Known:
    if any(f.site in FRACTURE_SITES and f.low_energy is not Known.NO for f in seen.record.fractures):
        return Known.YES
    return Known.NO if seen.record.fractures_recorded is Known.YES else Known.UNKNOWN


def _glucocorticoid(seen: Seen) -> Known:
    dose = seen.newest("glucocorticoid_mg_per_day")
    if dose is not None:
        return Known.of(dose.value > 0)
    stated, taken = seen.condition("glucocorticoid_use"), seen.taking("glucocorticoid")
    return Known.NO if stated is Known.NO and taken is not Known.YES else any_known(stated, taken)


def _diabetes(this: str, other: str) -> Callable[[Seen], Known]:
    """One type of diabetes: no where there is none at all, or the other type."""

    def ask(seen: Seen) -> Known:
        state = seen.condition(this)
        none = seen.condition("diabetes") is Known.NO or seen.condition(other) is Known.YES
        return Known.NO if state is Known.UNKNOWN and none else state

    return ask


def _epilepsy(seen: Seen) -> Known:
    return any_known(seen.condition("epilepsy"), seen.taking("antiepileptic"))


BY_CONDITION: Mapping[str, str] = {
    "cancer": "cancer",
    "chronic_lung_disease": "asthma_or_copd",
    "care_home": "care_home",
    "dementia": "dementia",
    "liver_disease": "liver_disease",
    "malabsorption": "malabsorption",
    "parkinson": "parkinson",
    "chronic_kidney_disease": "kidney_disease",
    "parental_hip_fracture": "parent",
}
"""Conditions that are a factor each."""
BY_SEVERAL: Mapping[str, tuple[str, ...]] = {
    "cardiovascular_disease": ("cardiovascular_disease", "myocardial_infarction", "stroke"),
    "endocrine": ("hyperthyroidism", "hyperparathyroidism", "cushing"),
    "arthritis_or_lupus": ("rheumatoid_arthritis", "lupus"),
}
"""Factors that are one of several conditions."""
BY_RECORD: Mapping[str, Callable[[Seen], Known]] = {
    "antidepressant": lambda seen: seen.taking(*ANTIDEPRESSANTS),
    "glucocorticoid": _glucocorticoid,
    "epilepsy": _epilepsy,
    "falls": _falls,
    "fracture": _fracture,
    "estrogen": lambda seen: seen.taking("estrogen"),
    "diabetes_type_1": _diabetes("diabetes_type_1", "diabetes_type_2"),
    "diabetes_type_2": _diabetes("diabetes_type_2", "diabetes_type_1"),
}
FACTORS = (*BY_CONDITION.values(), *BY_SEVERAL, *BY_RECORD)
_NOTHING = dict.fromkeys(FACTORS, Known.UNKNOWN)
WORDS = {
    "antidepressant": "antidepressant now",
    "asthma_or_copd": "asthma or COPD",
    "care_home": "lives in a care home",
    "glucocorticoid": "glucocorticoid",
    "cardiovascular_disease": "heart attack, angina or stroke",
    "endocrine": "overactive thyroid or parathyroid, Cushing",
    "epilepsy": "epilepsy or a drug for it",
    "fracture": "fracture of hip, spine, wrist or shoulder",
    "estrogen": "estrogen now",
    "liver_disease": "chronic liver disease",
    "parkinson": "Parkinson's disease",
    "arthritis_or_lupus": "rheumatoid arthritis or lupus",
    "kidney_disease": "chronic kidney disease",
    "diabetes_type_1": "diabetes, type 1",
    "diabetes_type_2": "diabetes, type 2",
    "parent": "hip fracture of a parent",
}


WORDS |= {name: name for name in FACTORS if name not in WORDS}
