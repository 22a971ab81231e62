"""Published risk engines: their answer with its inputs, or the reason why there is none.

    QFracture-2012 algorithm   in a folder of its own, under a license of its own: ``qfracture``
    Garvan   1 - S0^exp(b1·age + b2·T + b3·min(3, fractures since 50) + b4·min(3, falls)), femoral neck; 60 and over
    OST, OSTA, ORAI   indexes of low bone density for women: ``screening``
    FRAX     only as a number that somebody typed in; its algorithm is not published and is not imitated

An input outside the range of an engine is refused, never moved to its edge. An input that is not known leaves the
engine without an answer; where it can be said, the lowest and the highest answer it could give stand in the note.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Annotated, NamedTuple

from boneloop.assess import screening
from boneloop.assess.assessment import Risk
from boneloop.assess.bone_health import t_scores
from boneloop.assess.falls_and_fractures import Count, falls, fractures_from
from boneloop.assess.screening import refused
from boneloop.assess.seen import Seen, dated
from boneloop.evidence.registry import load
from boneloop.types import Scalar, Sex, Unit
from boneloop.units import factor

OUTCOMES = {"any": "any fracture", "hip": "hip fracture"}
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
def _frax() -> Frax:
    return load().parameters(Frax, "frax")


def garvan(sex: Sex, age: float, t_score: float, fractures: float, fallen: float, outcome: str, years: float) -> float:
    """Probability of ``outcome`` (any or hip) over 5 or 10 ``years`` by the Garvan model with bone density.

    age in years, femoral-neck T-score, fractures since the age of 50, falls in the last 12 months.
    """
    return absolute_risk(_garvan(sex, outcome), age, t_score, fractures, fallen, years)


def absolute_risk(equation: Garvan, age: float, t_score: float, fractures: float, fallen: float, years: float) -> float:
    """Probability over 5 or 10 ``years`` by one equation of the model; arguments as for ``garvan``."""
    limits = _limits()
    score = (
        equation.age * age
        + equation.t_score * t_score
        + equation.fractures * min(limits.most_fractures, fractures)
        + equation.falls * min(limits.most_falls, fallen)
    )
    survival = dict(zip(_horizons(), (equation.survival_5, equation.survival_10), strict=True))[years]
    return float(1 - survival ** math.exp(score))


def risks(seen: Seen) -> list[Risk]:
    """Every engine's answer or refusal."""
    return [*_qfracture_risks(seen), *_garvan_risks(seen), *screening.risks(seen), *_frax_risks(seen)]


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


@cache
def _garvan_rule() -> str:
    limits = _limits()
    return (
        f"1 - S0 ^ exp(b1 x age + b2 x T + b3 x min({limits.most_fractures:g}, fractures since "
        f"{limits.fractures_from_age:g}) + b4 x min({limits.most_falls:g}, falls in 12 months)); T of the femoral "
        f"neck; for ages {limits.youngest:g} to {limits.oldest:g}"
    )


@cache
def _frax_rule() -> str:
    limits = _frax()
    return (
        f"as typed in; checked: ages {limits.youngest:g} to {limits.oldest:g}, above 0 %, hip not above major, stale "
        f"after {limits.stale_after:g} months or a new fracture. The algorithm is not published and not imitated"
    )


def _qfracture_risks(seen: Seen) -> list[Risk]:
    """The optional folder's answer; where a distribution leaves the folder out, that is said."""
    ask = _qfracture()
    if ask is None:
        return [refused("qfracture_2012", "QFracture-2012 algorithm", "hip fracture", "it is not installed")]
    return ask(seen)


@cache
def _qfracture() -> Callable[[Seen], list[Risk]] | None:
    try:
        from boneloop.assess.qfracture import result
    except ModuleNotFoundError:
        return None
    return result.risks


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
    made, title, said = [], "Garvan, with bone density", _garvan_rule()
    basis = (f"age {age:.0f}", *(neck.basis if neck else ()), *_counted(broken, fallen))
    for outcome, words in OUTCOMES.items():
        for years in _horizons():
            if refusal:
                in_range = neck is not None and limits.youngest <= age <= limits.oldest
                span = _span(seen, neck.value, broken, fallen, outcome, years) if neck and in_range else None
                shown, note = f"not computed: {refusal}", _between(span) if span else ""
                made.append(Risk("garvan", title, words, years, None, shown, basis, note, said, span=span))
            elif neck is not None:
                p = garvan(seen.record.sex, age, neck.value, broken.least, fallen.least, outcome, years)
                made.append(Risk("garvan", title, words, years, p, _shown(p), basis, "", said))
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


def _between(span: tuple[float, float]) -> str:
    low, high = span
    return f"between {_shown(low)} and {_shown(high)}, depending on what is not known"


def _span(seen: Seen, t: float, broken: Count, fallen: Count, outcome: str, years: float) -> tuple[float, float]:
    limits = _limits()
    most_broken = limits.most_fractures if broken.most is None else broken.most
    most_fallen = limits.most_falls if fallen.most is None else fallen.most
    sex, age = seen.record.sex, seen.record.age
    low = garvan(sex, age, t, broken.least, fallen.least, outcome, years)
    high = garvan(sex, age, t, most_broken, most_fallen, outcome, years)
    return low, high


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
        note = "; ".join(said for said in (stale(seen, typed.date), _elsewhere(seen, typed.reference)) if said)
        basis = (dated(typed), f"country, version, what was entered: {typed.reference or 'not recorded'}")
        made.append(Risk("frax", "FRAX, typed in", outcome, limits.horizon, p, shown, basis, note, _frax_rule()))
    return made


def frax_country(asked: str) -> str:
    """The country that FRAX was asked for, of what was recorded with its numbers; "" where that is not said."""
    first = asked.partition(",")[0].strip()
    return first if len(first) == 2 and first.isalpha() and first.isupper() else ""


def _elsewhere(seen: Seen, asked: str) -> str:
    """Was FRAX asked for another country than that of the person."""
    of, here = frax_country(asked), seen.record.country
    return f"calculated for {of}, the person lives in {here}" if of and here and of != here else ""


def stale(seen: Seen, typed: date | None) -> str:
    """Why a FRAX calculation of that day is out of date; "" where it is not."""
    ago = seen.months_ago(typed)
    if typed is None or ago is None:
        return "the date of the calculation is not recorded"
    if any(f.date is not None and f.date > typed for f in seen.record.fractures):
        return "a fracture has happened since: calculate again"
    limit = _frax().stale_after
    return f"older than {limit:.0f} months: calculate again" if ago > limit else ""
