"""NHANES extracts: one row of the survey, one person; which variable is what stands in ``nhanes.toml``.

Refused, don't know and not asked are unknown. The survey gives ages, not dates: the index date is the middle of the
survey cycle, and a fracture is dated to about a year by the age at which it happened.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from boneloop.errors import InputError, RecordError
from boneloop.exchange.answers import checked_answer
from boneloop.exchange.dates import ABOUT_A_YEAR, HIGHEST_AGE, Birth, check_age, years_before
from boneloop.exchange.person import Person
from boneloop.exchange.refusal import Refusal
from boneloop.exchange.tables import selected
from boneloop.patient.drugs import drugs
from boneloop.patient.quantities import measure
from boneloop.patient.record import Answers, Condition, Fracture, Medication
from boneloop.types import Known, Sex
from boneloop.units import DAYS_PER_YEAR

Cells = Mapping[str, float | str | None]
KEY = "SEQN"
COUNTRY = "US"


@cache
def variables() -> Mapping[str, Any]:
    """The table of variables."""
    return tomllib.loads((resources.files("boneloop.exchange") / "nhanes.toml").read_text(encoding="utf-8"))


def is_nhanes(header: list[str]) -> bool:
    """Does a table look like an NHANES extract?"""
    return {KEY, "RIAGENDR", "RIDAGEYR"} <= set(header)


def people(path: Path, kind: str, where: str | None, limit: int | None) -> Iterator[Person | Refusal]:
    """The people of an extract in the order of their numbers; where is a condition in SQL on its variables."""
    file = str(path)
    for cells in selected(path, kind, _wanted(), where, KEY, limit):
        try:
            yield person_of(cells, file)
        except RecordError as error:
            yield Refusal.of(error, file, "patient", _name(cells))


def ids(path: Path, kind: str, where: str | None, limit: int | None) -> Iterator[str]:
    """The ids of an extract."""
    for cells in selected(path, kind, [KEY], where, KEY, limit):
        yield _name(cells)


def person_of(cells: Cells, file: str) -> Person:
    """The person of one row.

    Raises RecordError if sex, age or cycle is not usable; a value that is not is refused by itself.
    """
    name = _name(cells)
    place = f"SEQN {_shown(cells.get(KEY))}"
    rule = variables()["people"]
    day = _index_date(cells.get(rule["cycle"]), f"{place}, {rule['cycle']}")
    age = check_age(_required(cells, rule["age"], place), f"{place}, {rule['age']}")
    sexes = {rule["sex"]["male"]: Sex.MALE, rule["sex"]["female"]: Sex.FEMALE}
    sex = _required(cells, rule["sex"]["column"], place)
    if sex not in sexes:
        raise RecordError(f"{place}, {rule['sex']['column']}", "1 (male) or 2 (female)", sex)
    person = Person(
        name, sexes[sex], Birth.from_age(age, day), file, place, (age, day), COUNTRY, _ethnicity(cells), newest=day
    )
    if age in rule["top_ages"]:
        person.notes.append(f"age is top-coded in the survey: {age:g} or older")
    for fill in (_measure, _answer, _diagnose, _add_fractures, _medicate):
        fill(person, cells, day)
    return person


def _wanted() -> list[str]:
    """Every variable that is read."""
    found: dict[str, None] = {KEY: None}

    def walk(node: Any) -> None:
        if isinstance(node, str):
            found[node] = None
        elif isinstance(node, Mapping):
            for key, value in node.items():
                found[key] = None
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(variables())
    return list(found)


def _name(cells: Cells) -> str:
    return f"nhanes-{_shown(cells.get(KEY))}"


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) and value < 1e6 else str(value)


def _index_date(cycle: object, place: str) -> date:
    years = str(cycle or "").split("-")
    if len(years) != 2 or not years[1].isdigit():
        raise RecordError(place, "a survey cycle, such as 2009-2010", cycle)
    return date(int(years[1]), 1, 1)


def _number(cells: Cells, column: str) -> float | None:
    value = cells.get(column)
    return value if isinstance(value, float) and value == value else None


def _required(cells: Cells, column: str, place: str) -> float:
    value = _number(cells, column)
    if value is None:
        raise RecordError(f"{place}, {column}", "a value")
    return value


def _ethnicity(cells: Cells) -> str:
    for column, meanings in variables()["ethnicity"].items():
        value = _number(cells, column)
        if value is not None:
            return str(meanings.get(f"{value:g}", ""))
    return ""


def _measure(person: Person, cells: Cells, day: date) -> None:
    told = [
        (name, next((c for c in rule["columns"] if _number(cells, c) is not None), ""), rule)
        for name, rule in variables()["measurements"].items()
    ]
    for name, column, rule in [*told, *_menopause(cells), *_frax(cells)]:
        value = _number(cells, column)
        if value is None or value in rule.get("unknown", ()):
            continue
        try:
            place = f"{person.place}, {column}"
            person.measurements.append(measure(name, value, rule["unit"], day, column, place=place))
        except InputError as error:
            person.refuse(error)


def _menopause(cells: Cells) -> list[tuple[str, str, dict[str, Any]]]:
    rule = variables()["menopause"]
    stopped = _number(cells, rule["regular"]["column"]) == rule["regular"]["no"]
    if stopped and any(_number(cells, column) in reasons for column, reasons in rule["reasons"].items()):
        return [("menopause_age", rule["age"], {"unit": "year", "unknown": rule["unknown"]})]
    return []


def _frax(cells: Cells) -> list[tuple[str, str, dict[str, Any]]]:
    rule = variables()["frax"]
    answer = {1: "yes", 2: "no"}.get(int(_number(cells, rule["fractured"]) or 0))
    return [(name, column, {"unit": "%"}) for name, column in rule[answer].items()] if answer else []


def _answer(person: Person, cells: Cells, day: date) -> None:
    for name, rule in variables()["answers"].items():
        items: dict[int, float] = {}
        for item, column in enumerate(rule["columns"], start=1):
            value = _number(cells, column)
            if value is None or value in rule["unknown"]:
                continue
            try:
                items[item] = checked_answer(name, item, value, f"{person.place}, {column}")
            except InputError as error:
                person.refuse(error)
        if items:
            source = f"{rule['columns'][0]} to {rule['columns'][-1]}"
            person.answers.append(Answers(name, items, None, day, source))


def _diagnose(person: Person, cells: Cells, day: date) -> None:
    """Yes if any question says yes; no only if all that were asked say no.

    A question without a code of yes only opens the way to the next one: its other answers say nothing.
    """
    for name, questions in variables()["conditions"].items():
        answers = {q["column"]: _known(_number(cells, q["column"]), q) for q in questions if q["column"] in cells}
        gates = {q["column"] for q in questions if not q["yes"]}
        asked = {
            column: known
            for column, known in answers.items()
            if _number(cells, column) is not None and not (column in gates and known is Known.UNKNOWN)
        }
        status = Known.UNKNOWN
        if Known.YES in asked.values():
            status = Known.YES
        elif asked and set(asked.values()) == {Known.NO}:
            status = Known.NO
        if status is not Known.UNKNOWN:
            person.conditions.append(Condition(name, status, day, ", ".join(asked)))


def _known(value: float | None, question: Mapping[str, Any]) -> Known:
    if value in question["yes"]:
        return Known.YES
    return Known.NO if value in question["no"] else Known.UNKNOWN


def _add_fractures(person: Person, cells: Cells, day: date) -> None:
    told = []
    for site, rule in variables()["fractures"].items():
        ever = _known(_number(cells, rule["ever"]), {"yes": [1], "no": [2]})
        told.append(ever)
        if ever is Known.YES:
            person.fractures += _breaks(person, cells, day, site, rule)
    if told and Known.UNKNOWN not in told:
        person.fractures_recorded = Known.YES
    seen = variables()["vertebral_assessment"]
    if _number(cells, seen["column"]) == seen["fractured"] and not any(f.site == "vertebra" for f in person.fractures):
        person.fractures.append(Fracture("vertebra", None, seen["column"]))


def _breaks(person: Person, cells: Cells, day: date, site: str, rule: Mapping[str, Any]) -> list[Fracture]:
    """The fractures of one site, each dated by the age at which it happened; undated if that is not known."""
    found = [Fracture(site, None, column, Known.NO) for column in rule.get("severe", ()) if _number(cells, column) == 1]
    for n, column in enumerate(rule["ages"]):
        age = _number(cells, column)
        if age is None or age > HIGHEST_AGE:
            continue
        if person.stated is not None and age > person.stated[0]:
            person.refuse(RecordError(f"{person.place}, {column}", f"an age up to {person.stated[0]:g}", age))
            continue
        cause = _number(cells, rule["causes"][n]) if rule["causes"] else None
        found.append(Fracture(site, _at_age(person, age, day), f"{column} {ABOUT_A_YEAR}", _energy(cause)))
    return found or [Fracture(site, None, rule["ever"])]


def _at_age(person: Person, age: float, day: date) -> date:
    assert person.stated is not None
    years = int(person.stated[0] - age)
    return years_before(day, years) if years else day - timedelta(days=DAYS_PER_YEAR / 2)


def _energy(cause: float | None) -> Known:
    rule = variables()["fracture_cause"]
    if cause in rule["low_energy"]:
        return Known.YES
    return Known.NO if cause in rule["high_energy"] else Known.UNKNOWN


def _medicate(person: Person, cells: Cells, day: date) -> None:
    table = dict(variables()["medications"])
    if _number(cells, table.pop("answered")) != 1:
        return
    person.medications_recorded = Known.YES
    for name, column in table.items():
        if _number(cells, column) == 1:
            drug = drugs()[name]
            person.medications.append(Medication(drug.name, drug.drug_class, None, None, Known.YES, column))
