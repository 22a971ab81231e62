"""One person as a line of the page: the few things by which a clinician knows whom to call first."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from boneloop.assess.assessment import Risk
from boneloop.assess.bone_drugs import BONE_CLASSES, courses
from boneloop.assess.bone_health import SITES, decimals
from boneloop.guidance.worklists import Entry
from boneloop.report.clinic.columns import DOMAINS, PERCENT, RISKS
from boneloop.report.clinic.person import Person
from boneloop.types import Known

NOT_KNOWN = "not known"
ENGINES = {"frax": "FRAX", "garvan": "Garvan", "qfracture_2012": "QFracture"}
CHOICE = ("frax_major", "garvan_any", "qfracture_osteoporotic")
"""Which risk is shown where several are there: the first that has a number, else the first that has a range."""


class Value(NamedTuple):
    """What is shown, and the value to sort by (empty: not known, always last)."""

    shown: str
    value: str = ""


class Shown(NamedTuple):
    """One person of the page.

    row         of the table, counted from 1 without the header
    disclaimer  what the owner of the risk that is shown asks to be said with it
    """

    row: int
    id: str
    age: Value
    sex: str
    bone: Value
    risk: Value
    phq9: Value
    pain: Value
    drug: str
    flags: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    plans: str
    known: Value
    disclaimer: str


class Listed(NamedTuple):
    """One person on one list."""

    person: Shown
    entry: Entry


def shown(person: Person, row: int) -> Shown:
    """What the page tells of one person."""
    record, risk = person.seen.record, _chosen(person)
    return Shown(
        row=row,
        id=person.id,
        age=Value(f"{record.age:.0f}", f"{record.age:g}"),
        sex=record.sex.value,
        bone=_bone(person),
        risk=_risk(risk) if risk else Value(NOT_KNOWN),
        phq9=_number(person.value("phq9"), 0),
        pain=_number(person.value("pain_nrs", "peg"), 1),
        drug=_drug(person),
        flags=tuple((flag.severity, flag.message) for flag in person.assessment.flags if flag.severity != "info"),
        rules=tuple(f"{rule.id} {rule.verb.lower()}" for rule in person.advice.fired),
        plans=_plans(person),
        known=_known(person),
        disclaimer=risk.disclaimer if risk else "",
    )


def _number(value: float | None, decimals: int) -> Value:
    return Value(NOT_KNOWN) if value is None else Value(f"{value:.{decimals}f}", f"{value:g}")


def _bone(person: Person) -> Value:
    found = [(value, words) for site, words in SITES.items() if (value := person.value(f"t_score_{site}")) is not None]
    if not found:
        return Value(NOT_KNOWN)
    value, site = min(found)
    return Value(f"{decimals(value)}, {site}".replace("-", "\u2212"), f"{value:g}")


def _chosen(person: Person) -> Risk | None:
    """The risk that is shown: the first that has a number, else the first that has a range."""
    keys = {name: (engine, outcome, years) for name, engine, outcome, years, _ in RISKS}
    found = [risk for name in CHOICE if (risk := person.risks.get(keys[name]))]
    with_number = [risk for risk in found if risk.probability is not None]
    with_range = [risk for risk in found if risk.span is not None]
    return next(iter((*with_number, *with_range)), None)


def _risk(risk: Risk) -> Value:
    engine = ENGINES[risk.engine]
    if risk.probability is not None:
        return Value(f"{risk.shown} ({engine})", f"{risk.probability:.6f}")
    low, high = risk.span or (0.0, 0.0)
    return Value(f"between {PERCENT * low:.2g} and {PERCENT * high:.0f} % ({engine})")


def _drug(person: Person) -> str:
    taken = dict.fromkeys(course.drug for course in courses(person.seen) if course.active is Known.YES)
    if taken:
        return ", ".join(name.replace("_", " ") for name in taken)
    return "none" if person.seen.taking(*BONE_CLASSES) is Known.NO else NOT_KNOWN


def _plans(person: Person) -> str:
    fits = [plan.plan for plan in person.advice.plans if plan.fits is Known.YES and plan.plan != "none"]
    asks = [f"{plan.plan}: not known" for plan in person.advice.plans if plan.fits is Known.UNKNOWN]
    return "; ".join([*fits, *asks]) or "none"


def _known(person: Person) -> Value:
    shares = [person.assessment.completeness[domain] for domain in DOMAINS if domain in person.assessment.completeness]
    share = PERCENT * sum(shares) / len(shares)
    return Value(f"{share:.0f} %", f"{share:.3f}")


def day(since: date | None) -> Value:
    """A day, sortable."""
    return Value("") if since is None else Value(since.isoformat(), since.isoformat())
