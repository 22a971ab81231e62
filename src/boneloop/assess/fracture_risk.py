"""Published risk engines: their answer with its inputs, or the reason why there is none.

    Garvan   1 - S0^exp(b1·age + b2·T + b3·min(3, fractures since 50) + b4·min(3, falls)), femoral neck; 60 and over
    OST      0.2 · (weight - age); the bands of white women (OST) and of Asian women (OSTA) are different
    ORAI     points for age, weight and no estrogen; women
    FRAX     only as a number that somebody typed in; its algorithm is not published and is not imitated

An input outside the range of an engine is refused, never moved to its edge. An input that is not known leaves the
engine without an answer; where it can be said, the lowest and the highest answer it could give stand in the note.
"""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from typing import Annotated, NamedTuple

from boneloop.assess.assessment import Risk
from boneloop.assess.bone_health import t_scores
from boneloop.assess.falls_and_fractures import Count, falls, fractures_from
from boneloop.assess.seen import Seen, dated
from boneloop.evidence.registry import load
from boneloop.types import Known, Scalar, Sex, Unit
from boneloop.units import factor

OUTCOMES = {"any": "any fracture", "hip": "hip fracture"}
ASIAN = ("chinese", "asian")
PER_CENT = factor("%", "1")


class Garvan(NamedTuple):
    """One equation of the Garvan model with bone density."""

    age: Annotated[Scalar, Unit("per year of age")]
    t_score: Annotated[Scalar, Unit("per SD")]
    fractures: Annotated[Scalar, Unit("1")]
    falls: Annotated[Scalar, Unit("1")]
    survival_5: Annotated[Scalar, Unit("1")]
    survival_10: Annotated[Scalar, Unit("1")]


class GarvanLimits(NamedTuple):
    """Where the Garvan model may be used."""

    youngest: Annotated[Scalar, Unit("year")]
    oldest: Annotated[Scalar, Unit("year")]
    most_fractures: Annotated[Scalar, Unit("fractures")]
    most_falls: Annotated[Scalar, Unit("falls")]
    fractures_from_age: Annotated[Scalar, Unit("year")]
    longest: Annotated[Scalar, Unit("year")]
    shown_as_more_than: Annotated[Scalar, Unit("1")]


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


class Frax(NamedTuple):
    """What a typed-in FRAX result is checked against."""

    youngest: Annotated[Scalar, Unit("year")]
    oldest: Annotated[Scalar, Unit("year")]
    stale_after: Annotated[Scalar, Unit("month")]
    horizon: Annotated[Scalar, Unit("year")]


@cache
def _garvan(sex: Sex, outcome: str) -> Garvan:
    return load().parameters(Garvan, f"garvan_{sex}_{outcome}")


@cache
def _limits() -> GarvanLimits:
    return load().parameters(GarvanLimits, "garvan")


@cache
def _orai() -> Orai:
    return load().parameters(Orai, "orai")


@cache
def _frax() -> Frax:
    return load().parameters(Frax, "frax")


def garvan(sex: Sex, age: float, t_score: float, fractures: float, fallen: float, outcome: str, years: float) -> float:
    """Probability of ``outcome`` (any or hip) over 5 or 10 ``years`` by the Garvan model with bone density.

    age in years, femoral-neck T-score, fractures since the age of 50, falls in the last 12 months.
    """
    equation, limits = _garvan(sex, outcome), _limits()
    score = (
        equation.age * age
        + equation.t_score * t_score
        + equation.fractures * min(limits.most_fractures, fractures)
        + equation.falls * min(limits.most_falls, fallen)
    )
    survival = dict(zip(_horizons(), (equation.survival_5, equation.survival_10), strict=True))[years]
    return float(1 - survival ** math.exp(score))


def ost(weight: float, age: float) -> float:
    """The self-assessment index, 0.2 x (weight in kg - age in years), not cut to a whole number."""
    return load().number("ost.per_kg_and_year") * (weight - age)


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
    """Every engine's answer or refusal."""
    return [*_garvan_risks(seen), *_ost_risks(seen), *_orai_risks(seen), *_frax_risks(seen)]


def incoherent(risks: list[Risk]) -> list[str]:
    """Engines whose hip risk is above their risk of any (or of a major) fracture over the same years."""
    found = []
    for hip in risks:
        if hip.outcome != "hip fracture" or hip.probability is None:
            continue
        for whole in risks:
            same = whole.engine == hip.engine and whole.years == hip.years and whole.outcome != hip.outcome
            if same and whole.probability is not None and hip.probability > whole.probability:
                found.append(f"{hip.title}: hip fracture {hip.shown}, {whole.outcome} {whole.shown}")
    return found


def _garvan_risks(seen: Seen) -> list[Risk]:
    limits = _limits()
    age = seen.record.age
    neck = t_scores(seen).get("femoral_neck")
    fallen, broken = falls(seen), fractures_from(seen, limits.fractures_from_age)
    refusal = ""
    if not limits.youngest <= age <= limits.oldest:
        refusal = f"age {age:.0f} is outside {limits.youngest:.0f} to {limits.oldest:.0f}"
    elif neck is None:
        refusal = "not known: T-score of the femoral neck"
    elif not (fallen.known and broken.known):
        refusal = f"not known: {' and '.join(c.missing for c in (broken, fallen) if not c.known)}"
    made = []
    for outcome, words in OUTCOMES.items():
        for years in _horizons():
            title = "Garvan, with bone density"
            basis = (f"age {age:.0f}", *(neck.basis if neck else ()), *_counted(broken, fallen))
            if refusal:
                in_range = neck is not None and limits.youngest <= age <= limits.oldest
                note = _range(seen, neck.value, broken, fallen, outcome, years) if neck and in_range else ""
                made.append(Risk("garvan", title, words, years, None, f"not computed: {refusal}", basis, note))
            elif neck is not None:
                p = garvan(seen.record.sex, age, neck.value, broken.least, fallen.least, outcome, years)
                made.append(Risk("garvan", title, words, years, p, _shown(p), basis))
    return made


@cache
def _horizons() -> tuple[float, float]:
    """The two horizons of the Garvan model, years."""
    longest = _limits().longest
    return longest / 2, longest


def _shown(probability: float) -> str:
    limit = _limits().shown_as_more_than
    if probability > limit:
        return f"more than {limit / PER_CENT:.0f} %"
    return f"{probability / PER_CENT:.2g} %"


def _counted(broken: Count, fallen: Count) -> tuple[str, ...]:
    at_least = "at least "
    return (
        f"fractures since 50: {'' if broken.known else at_least}{broken.least:.0f}",
        f"falls in the last 12 months: {'' if fallen.known else at_least}{fallen.least:.0f}",
    )


def _range(seen: Seen, t: float, broken: Count, fallen: Count, outcome: str, years: float) -> str:
    limits = _limits()
    most_broken = limits.most_fractures if broken.most is None else broken.most
    most_fallen = limits.most_falls if fallen.most is None else fallen.most
    sex, age = seen.record.sex, seen.record.age
    low = garvan(sex, age, t, broken.least, fallen.least, outcome, years)
    high = garvan(sex, age, t, most_broken, most_fallen, outcome, years)
    return f"between {_shown(low)} and {_shown(high)}, depending on what is not known"


def _ost_risks(seen: Seen) -> list[Risk]:
    ethnicity, weight = seen.record.ethnicity, seen.newest("weight")
    engine = "osta" if ethnicity in ASIAN else "ost"
    title = "OSTA (Asian women)" if engine == "osta" else "OST (white women)"
    outcome = "low bone density"
    if not seen.female:
        return [_refused("ost", "OST", outcome, "its bands are for women")]
    if weight is None:
        return [_refused(engine, title, outcome, "not known: body weight")]
    index = ost(weight.value, seen.record.age)
    basis = (f"age {seen.record.age:.0f}", dated(weight), "index x (weight - age), not cut to a whole number")
    if ethnicity not in (*ASIAN, "white"):
        why = "not recorded" if not ethnicity else f"{ethnicity}, for whom no band is published here"
        note = f"the index has a band for white and for Asian women; ethnicity: {why}"
        return [Risk("ost", "OST", outcome, None, None, f"{index:.1f}", basis, note)]
    registry = load()
    low, high = (registry.number(f"{engine}.{end}") for end in ("low_above", "high_below"))
    band = "high" if index < high else "low" if index > low else "medium"
    return [Risk(engine, title, outcome, None, None, f"{index:.1f} ({band})", basis)]


def _orai_risks(seen: Seen) -> list[Risk]:
    title, outcome = "ORAI (women)", "low bone density"
    points, weight, age = _orai(), seen.newest("weight"), seen.record.age
    if not seen.female:
        return [_refused("orai", title, outcome, "it is for women")]
    if age < points.youngest:
        return [_refused("orai", title, outcome, f"age {age:.0f} is under {points.youngest:.0f}")]
    if weight is None:
        return [_refused("orai", title, outcome, "not known: body weight")]
    estrogen = seen.taking("estrogen")
    basis = (f"age {age:.0f}", dated(weight), f"estrogen now: {estrogen}")
    low, high = orai(age, weight.value, True), orai(age, weight.value, False)
    if estrogen is Known.UNKNOWN:
        same = (low >= points.density_test_from) == (high >= points.density_test_from)
        shown = f"not computed: not known: estrogen now{f'; {_orai_words(high)} either way' if same else ''}"
        return [Risk("orai", title, outcome, None, None, shown, basis, f"{low:.0f} with estrogen, {high:.0f} without")]
    total = low if estrogen is Known.YES else high
    return [Risk("orai", title, outcome, None, None, f"{total:.0f} points: {_orai_words(total)}", basis)]


def _orai_words(total: float) -> str:
    return "density test advised" if total >= _orai().density_test_from else "no density test advised by this score"


def _frax_risks(seen: Seen) -> list[Risk]:
    major, hip = seen.newest("frax_mof"), seen.newest("frax_hip")
    if major is None and hip is None:
        return []
    limits, age = _frax(), seen.record.age
    refusal = ""
    if not limits.youngest <= age <= limits.oldest:
        refusal = f"age {age:.0f} is outside {limits.youngest:.0f} to {limits.oldest:.0f}"
    elif hip is not None and major is not None and hip.value > major.value:
        refusal = f"hip {hip.value:g} % is above major osteoporotic {major.value:g} %: one of them is wrong"
    elif any(one is not None and not one.value > 0 for one in (major, hip)):
        refusal = "a risk above 0 % is expected"
    made = []
    for typed, outcome in ((major, "major osteoporotic fracture"), (hip, "hip fracture")):
        if typed is None:
            continue
        p = None if refusal else typed.value * PER_CENT
        shown = f"not used: {refusal}" if refusal else f"{typed.value:g} %"
        note = _stale(seen, typed.date)
        made.append(Risk("frax", "FRAX, typed in", outcome, limits.horizon, p, shown, (dated(typed),), note))
    return made


def _stale(seen: Seen, typed: date | None) -> str:
    ago = seen.months_ago(typed)
    if typed is None or ago is None:
        return "the date of the calculation is not recorded"
    if any(f.date is not None and f.date > typed for f in seen.record.fractures):
        return "a fracture has happened since: calculate again"
    limit = _frax().stale_after
    return f"older than {limit:.0f} months: calculate again" if ago > limit else ""


def _refused(engine: str, title: str, outcome: str, why: str) -> Risk:
    return Risk(engine, title, outcome, None, None, f"not computed: {why}", ())
