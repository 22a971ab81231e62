"""The columns of the clinic's table: each with its kind, its unit and its words, and how it is read off a person.

Empty is unknown; nothing is filled in. ``columns.csv`` beside the table is made of this list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple, TypeAlias

from boneloop.assess import bone_drugs, bone_health
from boneloop.assess.falls_and_fractures import falls
from boneloop.guidance.candidates import NONE
from boneloop.guidance.indicators import COMPLETENESS, Answer, indicators
from boneloop.report.clinic.person import Person, known
from boneloop.types import Known

Cell: TypeAlias = str | float | int | date | Sequence[str] | None
Of: TypeAlias = Callable[[Person], Cell]
Engine: TypeAlias = tuple[str, str, float]
KINDS = {
    "text": "VARCHAR",
    "number": "DOUBLE",
    "count": "BIGINT",
    "date": "DATE",
    "yes_no": "VARCHAR",
    "list": "VARCHAR[]",
}
DOMAINS = ("bone", "fracture_risk", "pain", "mind", "function", "wellbeing", "treatment")
SITES = ("total_hip", "femoral_neck", "lumbar_spine")
OSTEOPOROTIC = "osteoporotic fracture (hip, spine, wrist, shoulder)"
RISKS = (
    ("qfracture_osteoporotic", "qfracture_2012", OSTEOPOROTIC, 10.0, "QFracture-2012 algorithm, osteoporotic fracture"),
    ("qfracture_hip", "qfracture_2012", "hip fracture", 10.0, "QFracture-2012 algorithm, hip fracture"),
    ("garvan_any", "garvan", "any fracture", 10.0, "Garvan with bone density, any fracture"),
    ("garvan_hip", "garvan", "hip fracture", 10.0, "Garvan with bone density, hip fracture"),
    ("frax_major", "frax", "major osteoporotic fracture", 10.0, "FRAX as typed in, major osteoporotic fracture"),
    ("frax_hip", "frax", "hip fracture", 10.0, "FRAX as typed in, hip fracture"),
)  # fmt: skip
PERCENT = 100
BETWEEN = "; "
"""Between the parts of a list in CSV; JSON and Parquet have lists."""


class Column(NamedTuple):
    """One column. kind: a key of ``KINDS``; of: what its cell is for one person, None where that is not known."""

    name: str
    kind: str
    unit: str
    words: str
    of: Of


@cache
def columns() -> tuple[Column, ...]:
    """All columns in their order."""
    return tuple(
        [*_who(), *_bone(), *_risks(), *_blood(), *_mind_and_body(), *_drugs(), *_known(), *_said(), *_service()]
    )


def _who() -> Iterator[Column]:
    yield Column("patient", "text", "", "id as in the files", lambda p: p.id)
    yield Column("sex", "text", "", "female or male", lambda p: p.seen.record.sex.value)
    yield Column("age", "number", "year", "on the day of the assessment", lambda p: p.seen.record.age)
    yield Column("country", "text", "", "two letters", lambda p: p.seen.record.country or None)
    yield Column("as_of", "date", "", "day of the assessment", lambda p: p.seen.record.as_of)
    yield Column("source", "text", "", "file and place of the record", lambda p: p.seen.record.source)
    yield Column("framework", "text", "", "whose rules were read", lambda p: p.advice.framework or None)


def _bone() -> Iterator[Column]:
    for site in SITES:
        words = f"T-score, {site.replace('_', ' ')}"
        yield Column(f"t_score_{site}", "number", "SD", words, _value(f"t_score_{site}"))
    for site in SITES:
        words = f"bone mineral density, {site.replace('_', ' ')}"
        yield Column(f"bmd_{site}", "number", "g/cm2", words, _measured(f"bmd_{site}"))
    yield Column("density_date", "date", "", "newest bone density or T-score", _density_date)
    words = "normal, low bone mass, osteoporosis, severe osteoporosis; empty where only the Z-score is read"
    yield Column("who_class", "text", "", words, lambda p: p.band("who_class") or None)
    yield Column("osteoporosis", "yes_no", "", "by diagnosis, T-score or fracture", _osteoporosis)
    yield Column(
        "fractures", "count", "fractures", "on record, whatever the energy", lambda p: len(p.seen.record.fractures)
    )
    yield Column(
        "fractures_whole", "yes_no", "", "is that list whole", lambda p: known(p.seen.record.fractures_recorded)
    )
    yield Column(
        "fragility_fracture", "yes_no", "", "ever, of low energy", lambda p: known(p.seen.low_energy_fractures()[0])
    )
    yield Column(
        "sentinel_site",
        "text",
        "",
        "fracture the indicators count from",
        lambda p: p.sentinel.fracture.site if p.sentinel else None,
    )
    yield Column("sentinel_date", "date", "", "its day", lambda p: p.sentinel.day if p.sentinel else None)
    yield Column(
        "sentinel_energy",
        "text",
        "",
        "low energy, or energy not recorded",
        lambda p: p.sentinel.group.value if p.sentinel else None,
    )


def _risks() -> Iterator[Column]:
    for name, engine, outcome, years, words in RISKS:
        key = engine, outcome, years
        of = f"{words}, {years:g} years"
        yield Column(f"{name}_percent", "number", "%", of, _probability(key))
        if engine != "frax":
            for end, what in enumerate(("lowest", "highest")):
                said = f"{of}: the {what} that unknown inputs leave open, where there is no answer"
                yield Column(f"{name}_{what}_percent", "number", "%", said, _end(key, end))
    yield Column("risk_disclaimer", "text", "", "what the owners of these risks ask to be said with them", _disclaimer)


def _blood() -> Iterator[Column]:
    yield Column("egfr", "number", "mL/min/1.73 m2", "estimated GFR", _value("egfr"))
    yield Column("creatinine_clearance", "number", "mL/min", "Cockcroft-Gault", _value("cockcroft_gault"))
    yield Column("corrected_calcium", "number", "mmol/L", "for albumin", _value("corrected_calcium"))
    yield Column("vitamin_d", "number", "nmol/L", "25-hydroxyvitamin D", _value("vitamin_d"))


def _mind_and_body() -> Iterator[Column]:
    for name, unit, words in (
        ("phq9", "0-27", "PHQ-9 total"), ("gad7", "0-21", "GAD-7 total"), ("gds15", "0-15", "GDS-15 total"),
        ("pain_nrs", "0-10", "pain, numeric rating scale"), ("peg", "0-10", "PEG, mean of three items"),
    ):  # fmt: skip
        yield Column(name, "number", unit, words, _value(name))
        yield Column(f"{name}_date", "date", "", f"{words}: its day", _day(name))
    yield Column("gait_speed", "number", "m/s", "usual gait speed", _value("gait_speed"))
    yield Column("tug", "number", "s", "timed up and go", _value("tug"))
    yield Column("sppb", "number", "0-12", "short physical performance battery", _value("sppb"))
    yield Column("falls_at_least", "number", "falls", "in the last 12 months, at least", lambda p: falls(p.seen).least)
    yield Column("falls_at_most", "number", "falls", "the same, at most", lambda p: falls(p.seen).most)
    yield Column("eq5d_index", "number", "utility", "EQ-5D index as recorded", _value("eq5d_index"))


def _drugs() -> Iterator[Column]:
    yield Column("on_bone_drug", "yes_no", "", "taken now", lambda p: known(p.seen.taking(*bone_drugs.BONE_CLASSES)))
    yield Column("bone_drugs", "list", "", "bone drugs known to be taken now", _bone_drugs)
    yield Column(
        "medications_whole",
        "yes_no",
        "",
        "is the list of drugs whole",
        lambda p: known(p.seen.record.medications_recorded),
    )
    yield Column("denosumab_doses", "count", "doses", "with a day", _denosumab("doses"))
    yield Column("denosumab_last", "date", "", "last dose given", _denosumab("last"))
    yield Column("denosumab_months", "number", "month", "since the last dose", _denosumab("months"))


def _known() -> Iterator[Column]:
    for domain in DOMAINS:
        words = f"key items of the domain that are known, {domain.replace('_', ' ')}"
        yield Column(f"known_{domain}_percent", "number", "%", words, _share(domain))
    yield Column(
        "incomplete", "list", "", "why no forecast can start; scores that could not be made", lambda p: p.incomplete
    )
    yield Column(
        "values_refused", "count", "values", "refused or changed at reading", lambda p: len(p.seen.record.notes)
    )


def _said() -> Iterator[Column]:
    for severity in ("safety", "warning", "info"):
        yield Column(f"flags_{severity}", "list", "", f"codes of the flags: {severity}", _flags(severity))
    yield Column("rules_fired", "list", "", "ids of the rules that speak", lambda p: [r.id for r in p.advice.fired])
    yield Column(
        "rules_to_confirm",
        "list",
        "",
        "ids that would speak but are switched off",
        lambda p: [r.id for r in p.advice.to_confirm],
    )
    yield Column(
        "rules_answered",
        "list",
        "",
        "ids that would speak but somebody has answered",
        lambda p: [rule.id for rule, _ in p.advice.answered],
    )
    yield Column(
        "not_to_be_offered",
        "list",
        "",
        "treatments a rule speaks against",
        lambda p: [b.kind for b in p.advice.blocked],
    )
    yield Column("open_questions", "count", "questions", "that rules wait for", lambda p: len(p.advice.open_questions))
    yield Column("plans_fit", "list", "", "candidate care plans that fit", _plans(Known.YES))
    yield Column("plans_not_known", "list", "", "candidate care plans of which it is not known", _plans(Known.UNKNOWN))
    yield Column(
        "worklists", "list", "", "safety, denosumab, fracture, forms", lambda p: [e.worklist for e in p.entries]
    )


def _service() -> Iterator[Column]:
    for one in indicators():
        if one.name != COMPLETENESS:
            early = "yes (early ones are not counted yet)" if one.within else "yes"
            words = f"indicator {one.number}, {one.title}: {early}, no, not yet; empty where unknown or not asked"
            yield Column(f"indicator_{one.number}_{one.name}", "text", "", words, _answer(one.name))


def _value(name: str) -> Of:
    return lambda person: person.value(name)


def _day(name: str) -> Of:
    return lambda person: person.day(name)


def _measured(quantity: str) -> Of:
    return lambda person: person.measured(quantity)


def _density_date(person: Person) -> date | None:
    newest = (person.seen.newest(f"{what}_{site}") for site in SITES for what in ("bmd", "t_score"))
    return max((found.date for found in newest if found and found.date), default=None)


def _osteoporosis(person: Person) -> str | None:
    return known(bone_health.osteoporosis(person.seen)[0])


def _probability(key: Engine) -> Of:
    def of(person: Person) -> float | None:
        risk = person.risks.get(key)
        return None if risk is None or risk.probability is None else PERCENT * risk.probability

    return of


def _end(key: Engine, end: int) -> Of:
    def of(person: Person) -> float | None:
        risk = person.risks.get(key)
        return None if risk is None or risk.span is None else PERCENT * risk.span[end]

    return of


def _disclaimer(person: Person) -> str | None:
    given = (r for r in person.risks.values() if r.probability is not None or r.span is not None)
    return " ".join(dict.fromkeys(risk.disclaimer for risk in given if risk.disclaimer)) or None


def _denosumab(name: str) -> Of:
    def of(person: Person) -> Cell:
        given = bone_drugs.denosumab(person.seen)
        cell: Cell = getattr(given, name) if given else None
        return cell

    return of


def _bone_drugs(person: Person) -> list[str]:
    taken = (c.drug for c in bone_drugs.courses(person.seen) if c.active is Known.YES)
    return list(dict.fromkeys(taken))


def _share(domain: str) -> Of:
    def of(person: Person) -> float | None:
        share = person.assessment.completeness.get(domain)
        return None if share is None else PERCENT * share

    return of


def _flags(severity: str) -> Of:
    return lambda person: person.flags(severity)


def _plans(fits: Known) -> Of:
    return lambda person: [p.plan for p in person.advice.plans if p.fits is fits and p.plan != NONE]


def _answer(name: str) -> Of:
    def of(person: Person) -> str | None:
        answer = person.answers.get(name)
        return None if answer is None or answer is Answer.UNKNOWN else answer.value

    return of
