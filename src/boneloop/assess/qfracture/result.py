"""The algorithm's answer about a record: a number when all that it asks is known, else what it could be.

Where something is not recorded there is no number. The note says between which two the answer lies, and what the
published calculator, which counts everything not recorded as absent, would show. The disclaimer stands in every note.
"""

from __future__ import annotations

import math
from functools import cache

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
from boneloop.assess.qfracture.inputs import Inputs, inputs, words
from boneloop.assess.seen import Seen
from boneloop.evidence.registry import load
from boneloop.types import Known
from boneloop.units import factor

ENGINE = "qfracture_2012"
PER_CENT = factor("%", "1")
RULE = (
    "1 - S0(t) ^ exp(sum); sum = weights of age, body mass index, alcohol, smoking, ethnic group and of each factor "
    "that is present (coefficients in assess/qfracture/coefficients.toml; no bone density)"
)


def risks(seen: Seen) -> list[Risk]:
    """Ten-year risk of an osteoporotic fracture and of a hip fracture."""
    person = inputs(seen)
    years = _years()
    refusal = outside(seen.record.age, person.bmi)
    unknown = _unknown(seen, person)
    if not refusal and person.bmi is None:
        refusal = "not known: body weight and height"
    basis = (_who(seen), *person.bmi_basis, *_listed(person))
    made = []
    for outcome, title in OUTCOMES.items():
        if refusal or person.bmi is None:
            made.append(_risk(title, years, None, f"not computed: {refusal}", basis, DISCLAIMER))
            continue
        model = equation(seen.record.sex, outcome)
        low, recorded, high = _range(model, math.floor(seen.record.age), person.bmi, person, years)
        if not unknown:
            made.append(_risk(title, years, recorded, _shown(recorded), basis, DISCLAIMER))
            continue
        shown = f"not computed: {len(unknown)} of its questions are not answered"
        span = f"between {_shown(low)} and {_shown(high)}, depending on what is not known"
        counted = f"{_shown(recorded)} if nothing is present that is not recorded, as the published calculator counts"
        made.append(_risk(title, years, None, shown, basis, f"{span}; {counted}. {DISCLAIMER}"))
    return made


@cache
def _years() -> int:
    """The horizon shown, years; the same as that of the other engines, and one of the algorithm's own."""
    first, last = limits()[-1]
    horizon = int(load().number("qfracture.horizon", "year"))
    return max(first, min(horizon, last))


def _risk(title: str, years: int, p: float | None, shown: str, basis: tuple[str, ...], note: str) -> Risk:
    return Risk(ENGINE, NAME, title, years, p, shown, basis, note, RULE, DISCLAIMER)


def _shown(probability: float) -> str:
    percent = f"{probability / PER_CENT:.2g}"
    return "more than 99 %" if "e+" in percent else f"{percent} %"


def _who(seen: Seen) -> str:
    ethnicity = seen.record.ethnicity or "ethnicity not recorded"
    return f"{seen.record.sex}, {math.floor(seen.record.age)} whole years, {ethnicity}"


def _unknown(seen: Seen, person: Inputs) -> list[str]:
    """What the equations of this sex ask and nobody recorded."""
    asked = set(equation(seen.record.sex, "any").factors) | set(equation(seen.record.sex, "hip").factors)
    named = [words(name) for name, state in person.factors.items() if state is Known.UNKNOWN and name in asked]
    return [*(name for name, open_to in person.possible.items() if len(open_to) > 1), *named]


def _listed(person: Inputs) -> tuple[str, ...]:
    by_state: dict[Known, list[str]] = {Known.YES: [], Known.NO: [], Known.UNKNOWN: []}
    for name, state in person.factors.items():
        by_state[state].append(words(name))
    categories = [
        f"{name}: category {open_to[0]}" if len(open_to) == 1 else f"{name}: not known"
        for name, open_to in person.possible.items()
    ]
    heads = {Known.YES: "present", Known.NO: "absent", Known.UNKNOWN: "not recorded"}
    factors = [f"{heads[state]}: {', '.join(names)}" for state, names in by_state.items() if names]
    return (", ".join(categories), *factors)


def _range(model: Equation, age: int, bmi: float, person: Inputs, years: int) -> tuple[float, float, float]:
    """The lowest answer, the one that counts what is not recorded as absent, and the highest."""
    low = recorded = high = model.continuous(age, bmi)
    rows = {"alcohol": model.alcohol, "smoking": model.smoking, "ethnicity": (0.0, *model.ethnicity)}
    for name, open_to in person.possible.items():
        weights = [rows[name][category] for category in open_to]
        counted = max(weights) if name == "ethnicity" else weights[0]
        low, recorded, high = low + min(weights), recorded + counted, high + max(weights)
    for name, weight in model.factors.items():
        state = person.factors[name]
        if state is Known.YES:
            low, recorded, high = low + weight, recorded + weight, high + weight
        elif state is Known.UNKNOWN:
            low, high = low + min(weight, 0.0), high + max(weight, 0.0)
    return model.probability(low, years), model.probability(recorded, years), model.probability(high, years)
