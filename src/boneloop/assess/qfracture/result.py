"""The algorithm's answer about a record: a number when all that it asks is known, else what it could be.

Where something is not recorded there is no number. The note says between which two the answer lies, and what the
published calculator, which counts everything not recorded as absent, would show. The disclaimer stands in every note.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple, TypeAlias

from boneloop.assess.assessment import Risk
from boneloop.assess.qfracture.equation import (
    DISCLAIMER,
    NAME,
    OUTCOMES,
    Equation,
    equation,
    limits,
    outside,
)
from boneloop.assess.qfracture.inputs import WORDS, Inputs, inputs
from boneloop.assess.seen import Seen
from boneloop.evidence.registry import load
from boneloop.types import Known, Sex
from boneloop.units import factor

ENGINE = "qfracture_2012"
YES, UNKNOWN = Known.YES, Known.UNKNOWN
Pair: TypeAlias = tuple[float, float]
PER_CENT = factor("%", "1")
RULE = (
    "1 - S0(t) ^ exp(sum); sum = weights of age, body mass index, alcohol, smoking, ethnic group and of each factor "
    "that is present (coefficients in assess/qfracture/coefficients.toml; no bone density)"
)


def risks(seen: Seen) -> list[Risk]:
    """Ten-year risk of an osteoporotic fracture and of a hip fracture."""
    person, sex, age = inputs(seen), seen.record.sex, seen.record.age
    refusal = outside(age, person.bmi)
    if not refusal and person.bmi is None:
        refusal = "not known: body weight and height"
    answers = _answers(person, sex)
    basis = (_who(seen), *person.bmi_basis, *answers.basis)
    if refusal or person.bmi is None:
        return [_risk(title, None, f"not computed: {refusal}", basis, DISCLAIMER) for title in OUTCOMES.values()]
    return [
        _answer(title, equation(sex, outcome), (math.floor(age), person.bmi), answers, answers.sums[outcome], basis)
        for outcome, title in OUTCOMES.items()
    ]


def _answer(
    title: str, model: Equation, size: tuple[int, float], answers: Answers, total: Sum, basis: tuple[str, ...]
) -> Risk:
    years = _years()
    surely = model.continuous(*size) + total.surely
    recorded = model.probability(surely + total.counted, years)
    if not answers.open:
        return _risk(title, recorded, _shown(recorded), basis, DISCLAIMER)
    low, high = model.probability(surely + total.low, years), model.probability(surely + total.high, years)
    shown = f"not computed: {answers.open} of its questions are not answered"
    span = f"between {_shown(low)} and {_shown(high)}, depending on what is not known"
    counted = f"{_shown(recorded)} if nothing is present that is not recorded, as the published calculator counts"
    return _risk(title, None, shown, basis, f"{span}; {counted}. {DISCLAIMER}", (low, high))


@cache
def _years() -> int:
    """The horizon shown, years; the same as that of the other engines, and one of the algorithm's own."""
    first, last = limits()[-1]
    horizon = int(load().number("qfracture.horizon", "year"))
    return max(first, min(horizon, last))


def _risk(
    title: str, p: float | None, shown: str, basis: tuple[str, ...], note: str, span: tuple[float, float] | None = None
) -> Risk:
    return Risk(ENGINE, NAME, title, _years(), p, shown, basis, note, RULE, DISCLAIMER, span)


def _shown(probability: float) -> str:
    percent = f"{probability / PER_CENT:.2g}"
    return "more than 99 %" if "e+" in percent else f"{percent} %"


def _who(seen: Seen) -> str:
    ethnicity = seen.record.ethnicity or "ethnicity not recorded"
    return f"{seen.record.sex}, {math.floor(seen.record.age)} whole years, {ethnicity}"


class Sum(NamedTuple):
    """The weights of one equation: of what is known, and the least and the most that what is not known could add.

    counted  what the published calculator would add, which counts everything not recorded as absent
    """

    surely: float = 0.0
    low: float = 0.0
    high: float = 0.0
    counted: float = 0.0


class Answers(NamedTuple):
    """The questions of both equations of one sex, answered as far as known, and the sums they make.

    open   how many are not answered
    basis  all answers in words
    """

    open: int
    sums: dict[str, Sum]
    basis: tuple[str, ...]


def _answers(person: Inputs, sex: Sex) -> Answers:
    categories = [_category(sex, name, possible) for name, possible in person.possible.items()]
    present: list[str] = []
    absent: list[str] = []
    unknown: list[str] = []
    surely_any = surely_hip = low_any = high_any = low_hip = high_hip = 0.0
    for name, said, (in_any, in_hip), least, most in _factors(sex):
        state = person.factors[name]
        if state is UNKNOWN:
            unknown.append(said)
            low_any, low_hip = low_any + least[0], low_hip + least[1]
            high_any, high_hip = high_any + most[0], high_hip + most[1]
        elif state is YES:
            present.append(said)
            surely_any, surely_hip = surely_any + in_any, surely_hip + in_hip
        else:
            absent.append(said)
    of_any = _added(Sum(surely_any, low_any, high_any), [category.of_any for category in categories])
    of_hip = _added(Sum(surely_hip, low_hip, high_hip), [category.of_hip for category in categories])
    lists = (("present", present), ("absent", absent), ("not recorded", unknown))
    listed = [f"{head}: {', '.join(names)}" for head, names in lists if names]
    basis = (", ".join([category.words for category in categories]), *listed)
    not_answered = len(unknown) + sum([category.open for category in categories])
    return Answers(not_answered, {"any": of_any, "hip": of_hip}, basis)


def _added(total: Sum, more: list[Sum]) -> Sum:
    return Sum(*map(sum, zip(total, *more, strict=True)))


class Category(NamedTuple):
    """What one question with several answers adds to the two equations, and its answer in words."""

    of_any: Sum
    of_hip: Sum
    open: bool
    words: str


@cache
def _category(sex: Sex, name: str, possible: tuple[int, ...]) -> Category:
    known = len(possible) == 1
    words = f"{name}: category {possible[0]}" if known else f"{name}: not known"
    sums = []
    for outcome in OUTCOMES:
        model = equation(sex, outcome)
        row = {"alcohol": model.alcohol, "smoking": model.smoking, "ethnicity": (0.0, *model.ethnicity)}[name]
        weights = [row[category] for category in possible]
        counted = max(weights) if name == "ethnicity" else weights[0]
        sums.append(Sum(surely=weights[0]) if known else Sum(0.0, min(weights), max(weights), counted))
    return Category(sums[0], sums[1], not known, words)


@cache
def _factors(sex: Sex) -> tuple[tuple[str, str, Pair, Pair, Pair], ...]:
    """Each factor with its words, its weight in the two equations of one sex, and the least and the most it can add."""
    of_any, of_hip = equation(sex, "any").factors, equation(sex, "hip").factors
    rows = []
    for name in {**of_any, **of_hip}:
        in_any, in_hip = of_any.get(name, 0.0), of_hip.get(name, 0.0)
        least, most = (min(in_any, 0.0), min(in_hip, 0.0)), (max(in_any, 0.0), max(in_hip, 0.0))
        rows.append((name, WORDS[name], (in_any, in_hip), least, most))
    return tuple(rows)
