"""Pain, function and wellbeing: questionnaires as scored, and physical tests against published cut points.

Europe and Asia put the cut points of the physical tests differently; which set is used follows the framework.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from boneloop.assess import physical_battery, questionnaires
from boneloop.assess.assessment import Score
from boneloop.assess.seen import Seen, dated
from boneloop.errors import InstrumentError
from boneloop.evidence.registry import load
from boneloop.instruments.scorer import score
from boneloop.instruments.table import instrument
from boneloop.patient.record import Measurement

DOMAINS = ("pain", "function", "wellbeing")
AS_QUESTIONNAIRE = {"pain_nrs": "nrs", "sppb": "sppb"}
"""Quantities that are answers to a questionnaire of our tables."""


@dataclass(frozen=True, slots=True)
class Cut:
    """When a physical test is out of range. ``number`` is an entry of the table physical_test."""

    number: str
    unit: str
    bad: Callable[[float, float], bool]
    words: str


def _from(value: float, cut: float) -> bool:
    return value >= cut


def _above(value: float, cut: float) -> bool:
    return value > cut


def _below(value: float, cut: float) -> bool:
    return value < cut


def _at_most(value: float, cut: float) -> bool:
    return value <= cut


@cache
def _cuts(quantity: str, female: bool, asian: bool) -> tuple[Cut, ...]:
    """Cut points of one test, mildest first."""
    sex = "female" if female else "male"
    if quantity == "tug":
        return (
            Cut("tug_slow_from", "s", _from, "slow"),
            Cut("tug_fall_risk_above", "s", _above, "slow, risk of falls"),
            Cut("tug_slow_ewgsop2_from", "s", _from, "very slow"),
        )
    if asian:
        return {
            "gait_speed": (Cut("gait_slow_awgs_below", "m/s", _below, "slow"),),
            "chair_stand_5": (Cut("chair_slow_awgs_from", "s", _from, "slow"),),
            "grip_strength": (Cut(f"grip_low_awgs_{sex}_below", "kg", _below, "weak"),),
        }[quantity]
    return {
        "gait_speed": (Cut("gait_slow_at_most", "m/s", _at_most, "slow"),),
        "chair_stand_5": (Cut("chair_slow_above", "s", _above, "slow"),),
        "grip_strength": (Cut(f"grip_low_{sex}_below", "kg", _below, "weak"),),
    }[quantity]


WORDS: dict[Callable[[float, float], bool], str] = {
    _from: "from",
    _above: "above",
    _below: "below",
    _at_most: "at or below",
}
TESTS = {
    "tug": "Timed up and go",
    "gait_speed": "Usual gait speed",
    "chair_stand_5": "Five chair stands",
    "grip_strength": "Grip strength",
}
UNITS = {"tug": "s", "gait_speed": "m/s", "chair_stand_5": "s", "grip_strength": "kg"}


def scores(seen: Seen, framework: str) -> list[Score]:
    """Every scored questionnaire on pain, function and wellbeing, and the physical tests."""
    made = questionnaires.scores(seen, DOMAINS)
    for quantity, name in AS_QUESTIONNAIRE.items():
        measured = seen.newest(quantity)
        form = next((one for one in made if one.name == quantity), None)
        if measured is not None and (form is None or _newer(measured.date, form.date)):
            made = [*(one for one in made if one is not form), _as_questionnaire(quantity, name, measured)]
    made += physical_battery.scores(seen, made)
    asian = framework == "china_2022"
    return made + [_test(name, seen.female, asian, m) for name in TESTS if (m := seen.newest(name)) is not None]


def _as_questionnaire(quantity: str, name: str, measured: Measurement) -> Score:
    form = instrument(name)
    highest = form.total_range[1] if form.total_range else measured.value
    try:
        found = score(name, {}, measured.value)
    except InstrumentError as fault:
        basis, rule = (dated(measured), str(fault)), questionnaires.rule(name)
        return Score(form.domain, quantity, form.title, None, "refused", "", "incomplete", measured.date, basis, rule)
    shown = f"{measured.value:.3g} of {highest:g}"
    rule = questionnaires.rule(name)
    facts = (found.value, shown, found.band, "complete", measured.date, (dated(measured),), rule)
    return Score(form.domain, quantity, form.title, *facts)


def _newer(one: date | None, other: date | None) -> bool:
    return (one or date.min) > (other or date.min)


def _test(name: str, female: bool, asian: bool, measured: Measurement) -> Score:
    band, basis = "within the cut points", [dated(measured)]
    cuts = _cuts(name, female, asian)
    for cut in cuts:
        limit = _number(cut.number, cut.unit)
        if cut.bad(measured.value, limit):
            band = cut.words
            basis.append(f"{cut.words}: cut point {limit:g} {cut.unit}, {load()[f'physical_test.{cut.number}'].source}")
    shown = f"{measured.value:.3g} {UNITS[name]}"
    facts = (measured.value, shown, band, "complete", measured.date, tuple(basis), _rule(cuts))
    return Score("function", name, TESTS[name], *facts)


@cache
def _rule(cuts: tuple[Cut, ...]) -> str:
    """The cut points in words; which set is used follows the framework."""
    said = [f"{cut.words} {WORDS[cut.bad]} {_number(cut.number, cut.unit):g} {cut.unit}" for cut in cuts]
    return "; ".join((*said, "the cut points follow the framework"))


@cache
def _number(name: str, unit: str) -> float:
    return load().number(f"physical_test.{name}", unit)
