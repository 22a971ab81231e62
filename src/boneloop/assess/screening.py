"""Screening indexes for women: does a density test make sense, where nobody has measured one.

    OST   0.2 · (weight - age); the bands of white women (OST) and of Asian women (OSTA) are different
    ORAI  points for age, weight and no estrogen

The index of a woman whose group has no published band is given without one.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, NamedTuple

from boneloop.assess.assessment import Risk
from boneloop.assess.seen import Seen, dated
from boneloop.evidence.registry import load
from boneloop.types import Known, Scalar, Unit

ASIAN = ("chinese", "asian")
ENDS = ("low_above", "high_below")


class Orai(NamedTuple):
    """Points of the ORAI score."""

    age_oldest_from: Annotated[Scalar, Unit("year")]
    age_older_from: Annotated[Scalar, Unit("year")]
    age_middle_from: Annotated[Scalar, Unit("year")]
    points_oldest: Annotated[Scalar, Unit("points")]
    points_older: Annotated[Scalar, Unit("points")]
    points_middle: Annotated[Scalar, Unit("points")]
    weight_light_below: Annotated[Scalar, Unit("kg")]
    weight_middle_below: Annotated[Scalar, Unit("kg")]
    points_light: Annotated[Scalar, Unit("points")]
    points_middle_weight: Annotated[Scalar, Unit("points")]
    points_no_estrogen: Annotated[Scalar, Unit("points")]
    density_test_from: Annotated[Scalar, Unit("points")]
    youngest: Annotated[Scalar, Unit("year")]


@cache
def _orai() -> Orai:
    return load().parameters(Orai, "orai")


@cache
def _number(name: str) -> float:
    return load().number(name)


@cache
def _ends(engine: str) -> tuple[float, float]:
    """Above which an index is low risk, and below which it is high."""
    low, high = (_number(f"{engine}.{end}") for end in ENDS)
    return low, high


@cache
def rules() -> dict[str, str]:
    """The indexes in words, with their numbers."""
    points, registry = _orai(), load()
    ages = (
        (points.age_oldest_from, points.points_oldest),
        (points.age_older_from, points.points_older),
        (points.age_middle_from, points.points_middle),
    )
    by_age = ", ".join(f"{age:g}: {worth:g}" for age, worth in ages)
    index = f"{registry.number('ost.per_kg_and_year'):g} x (weight in kg - age), not cut to a whole number"
    bands = {
        name: " ".join(f"{end.split('_')[0]} {end.split('_')[1]} {registry.number(f'{name}.{end}'):g}" for end in ENDS)
        for name in ("ost", "osta")
    }
    return {
        "ost": f"{index}; white women: {bands['ost']}",
        "osta": f"{index}; Asian women: {bands['osta']}",
        "orai": (
            f"points by age from {by_age}; under {points.weight_light_below:g} kg {points.points_light:g}, under "
            f"{points.weight_middle_below:g} kg {points.points_middle_weight:g}; no estrogen now "
            f"{points.points_no_estrogen:g}; density test from {points.density_test_from:g}"
        ),
    }


def ost(weight: float, age: float) -> float:
    """The self-assessment index, 0.2 x (weight in kg - age in years), not cut to a whole number."""
    return _number("ost.per_kg_and_year") * (weight - age)


def orai(age: float, weight: float, estrogen: bool) -> float:
    """ORAI points of a woman; weight in kg."""
    points = _orai()
    total = 0.0 if estrogen else points.points_no_estrogen
    for from_age, worth in (
        (points.age_oldest_from, points.points_oldest),
        (points.age_older_from, points.points_older),
        (points.age_middle_from, points.points_middle),
    ):
        if age >= from_age:
            total += worth
            break
    if weight < points.weight_light_below:
        return float(total + points.points_light)
    return float(total + (points.points_middle_weight if weight < points.weight_middle_below else 0))


def risks(seen: Seen) -> list[Risk]:
    """OST or OSTA, and ORAI."""
    return [*_ost_risks(seen), *_orai_risks(seen)]


def _ost_risks(seen: Seen) -> list[Risk]:
    ethnicity, weight = seen.record.ethnicity, seen.newest("weight")
    engine = "osta" if ethnicity in ASIAN else "ost"
    title = "OSTA (Asian women)" if engine == "osta" else "OST (white women)"
    outcome = "low bone density"
    if not seen.female:
        return [refused("ost", "OST", outcome, "its bands are for women")]
    if weight is None:
        return [refused(engine, title, outcome, "not known: body weight")]
    index = ost(weight.value, seen.record.age)
    basis = (f"age {seen.record.age:.0f}", dated(weight))
    if ethnicity not in (*ASIAN, "white"):
        why = "not recorded" if not ethnicity else f"{ethnicity}, for whom no band is published here"
        note = f"the index has a band for white and for Asian women; ethnicity: {why}"
        return [Risk("ost", "OST", outcome, None, None, f"{index:.1f}", basis, note, rules()["ost"])]
    low, high = _ends(engine)
    band = "high" if index < high else "low" if index > low else "medium"
    return [Risk(engine, title, outcome, None, None, f"{index:.1f} ({band})", basis, "", rules()[engine])]


def _orai_risks(seen: Seen) -> list[Risk]:
    title, outcome = "ORAI (women)", "low bone density"
    points, weight, age = _orai(), seen.newest("weight"), seen.record.age
    if not seen.female:
        return [refused("orai", title, outcome, "it is for women")]
    if age < points.youngest:
        return [refused("orai", title, outcome, f"age {age:.0f} is under {points.youngest:.0f}")]
    if weight is None:
        return [refused("orai", title, outcome, "not known: body weight")]
    estrogen = seen.taking("estrogen")
    basis = (f"age {age:.0f}", dated(weight), f"estrogen now: {estrogen}")
    low, high = orai(age, weight.value, True), orai(age, weight.value, False)
    if estrogen is Known.UNKNOWN:
        same = (low >= points.density_test_from) == (high >= points.density_test_from)
        shown = f"not computed: not known: estrogen now{f'; {_orai_words(high)} either way' if same else ''}"
        note = f"{low:.0f} with estrogen, {high:.0f} without"
        return [Risk("orai", title, outcome, None, None, shown, basis, note, rules()["orai"])]
    total = low if estrogen is Known.YES else high
    shown = f"{total:.0f} points: {_orai_words(total)}"
    return [Risk("orai", title, outcome, None, None, shown, basis, "", rules()["orai"])]


def _orai_words(total: float) -> str:
    return "density test advised" if total >= _orai().density_test_from else "no density test advised by this score"


def refused(engine: str, title: str, outcome: str, why: str) -> Risk:
    """An engine that gives no answer, with the reason."""
    return Risk(engine, title, outcome, None, None, f"not computed: {why}", (), "", rules().get(engine, ""))
