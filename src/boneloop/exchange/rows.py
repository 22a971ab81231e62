"""Rows: one row of a table, one person on one day. A row with a cell that breaks a rule is refused as a whole.

Unknown stays unknown: an empty cell says nothing. Rows of one id are joined to one person afterwards.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from boneloop.errors import FileError, InputError, RecordError
from boneloop.exchange.answers import checked_answer, checked_total
from boneloop.exchange.columns import ETHNICITIES, Column, columns
from boneloop.exchange.dates import Birth, check_age, parse_day
from boneloop.exchange.person import Person
from boneloop.exchange.refusal import Refusal
from boneloop.exchange.tables import header_of, rows_of
from boneloop.instruments.table import instrument
from boneloop.patient.conditions import SITES
from boneloop.patient.drugs import drugs
from boneloop.patient.quantities import measure, quantities
from boneloop.patient.record import Answers, Condition, Fracture, Measurement, Medication
from boneloop.types import Known, Sex

YES = frozenset({"yes", "y", "true", "1", "1.0"})
NO = frozenset({"no", "n", "false", "0", "0.0"})
UNKNOWN = frozenset({"", "unknown", "?"})
SEXES = {"female": Sex.FEMALE, "f": Sex.FEMALE, "male": Sex.MALE, "m": Sex.MALE}
REQUIRED = ("id", "date", "sex")

T = TypeVar("T")


def people(path: Path, kind: str, where: str | None) -> Iterator[Person | Refusal]:
    """A person for every good row of a table, a refusal for every bad one and for every column that is not ours."""
    name = str(path)
    yield from _strange_columns(header_of(path, kind), name)
    for row in rows_of(path, kind, where):
        if isinstance(row, InputError):
            yield Refusal.of(row, name, "row")
            continue
        reader = RowReader(name, *row)
        person = reader.person()
        if person is not None and not reader.errors:
            yield person
        else:
            yield from (Refusal.of(error, name, "row", reader.id) for error in (*reader.alarms(), *reader.errors))


def ids(path: Path, kind: str, where: str | None) -> Iterator[str]:
    """The id of every row."""
    for row in rows_of(path, kind, where):
        if not isinstance(row, InputError) and row[1].get("id"):
            yield row[1]["id"]


def _strange_columns(header: list[str], file: str) -> Iterator[Refusal]:
    """A refusal for every column that is not documented; an error if the table lacks what every table has."""
    if not set(REQUIRED) <= set(header) or not {"age", "birth_date"} & set(header):
        raise FileError("row 1", "columns id, date, sex, and birth_date or age", ", ".join(header[:8]))
    for name in header:
        if name not in columns():
            near = difflib.get_close_matches(name, columns(), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield Refusal(
                file, f"column {name}", "", f"a documented column (this one is not read{hint})", name, "value"
            )


def yes_no(text: str, place: str) -> Known:
    """Yes, no or unknown.

    Raises RecordError for anything else.
    """
    word = text.lower()
    if word in UNKNOWN:
        return Known.UNKNOWN
    if word not in YES | NO:
        raise RecordError(place, "yes, no or empty", text)
    return Known.YES if word in YES else Known.NO


def number(text: str, place: str) -> float:
    """A number with a decimal point.

    Raises RecordError for anything else.
    """
    try:
        return float(text)
    except ValueError:
        raise RecordError(place, "a number with a decimal point", text) from None


class RowReader:
    """Reads one row, gathering every error in it."""

    def __init__(self, file: str, row: int, cells: Mapping[str, str]) -> None:
        self.file, self.row, self.cells = file, row, cells
        self.errors: list[InputError] = []
        self.id = cells.get("id", "")

    def at(self, column: str) -> str:
        """Where a cell stands."""
        return f"row {self.row}, column {column}"

    def person(self) -> Person | None:
        """The person of the row, or None if it cannot even be said who and when; ``errors`` says why."""
        if not self.id:
            self.errors.append(RecordError(self.at("id"), "an id"))
        day = self._try(partial(_day, self.cells["date"], self.at("date")))
        sex = self._try(partial(_sex, self.cells["sex"], self.at("sex")))
        born = self._try(partial(self._birth, day)) if day is not None else None
        if not self.id or day is None or sex is None or born is None:
            return None
        person = Person(self.id, sex, born[0], self.file, f"row {self.row}", stated=born[1], newest=day)
        self._add_background(person)
        self._add_measurements(person, day)
        self._add_answers(person, day)
        self._add_conditions(person, day)
        self._add_fractures(person)
        self._add_drugs(person, day)
        return person

    def alarms(self) -> Iterator[InputError]:
        """Answers that need a person at once; a row that is refused for something else must not hide them."""
        for column, text in self._filled("answer"):
            form, item = instrument(column.about), int(column.part)
            try:
                alarming = item in form.alert and float(text) >= form.alert[item]
            except ValueError:
                continue
            if alarming:
                rule = f"{form.title}, item {item} ({form.names[item - 1]}) is above 0: a person needs to look today"
                yield RecordError(self.at(column.name), f"{rule}; the row itself is refused", text)

    def _try(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except InputError as error:
            self.errors.append(error)
            return None

    def _filled(self, kind: str) -> Iterator[tuple[Column, str]]:
        """The cells of one kind of column that are not empty."""
        for name, text in self.cells.items():
            column = columns().get(name)
            if text and column is not None and column.kind == kind:
                yield column, text

    def _birth(self, day: date) -> tuple[Birth, tuple[float, date] | None]:
        born, age = self.cells.get("birth_date", ""), self.cells.get("age", "")
        stated = check_age(number(age, self.at("age")), self.at("age")) if age else None
        if not born and stated is None:
            raise RecordError(self.at("age"), "an age or a birth date")
        from_age = Birth.from_age(stated, day) if stated is not None else None
        if not born:
            assert from_age is not None and stated is not None
            return from_age, (stated, day)
        from_date = Birth.from_text(born, self.at("birth_date"))
        check_age(from_date.age_on(day), self.at("birth_date"))
        if from_age is not None and not from_age.agrees(from_date):
            raise RecordError(self.at("age"), f"the age that birth_date {born} gives on {day.isoformat()}", age)
        return from_date, None

    def _add_background(self, person: Person) -> None:
        country, ethnicity = self.cells.get("country", ""), self.cells.get("ethnicity", "").lower()
        if country and not (len(country) == 2 and country.isalpha()):
            self.errors.append(RecordError(self.at("country"), "a country of two letters (US, GB, CN)", country))
        if ethnicity and ethnicity not in ETHNICITIES:
            self.errors.append(RecordError(self.at("ethnicity"), f"one of {', '.join(ETHNICITIES)}", ethnicity))
        person.country, person.ethnicity = country.upper(), ethnicity
        for name in ("fractures_recorded", "medications_recorded"):
            known = self._try(partial(yes_no, self.cells.get(name, ""), self.at(name)))
            setattr(person, name, known or Known.UNKNOWN)

    def _add_measurements(self, person: Person, day: date) -> None:
        told = {"t_score": self.cells.get("t_score_reference", ""), "frax": self._frax()}
        for column, text in self._filled("quantity"):
            quantity = quantities()[column.about]
            unit = column.part or self.cells.get(f"{quantity.column}_unit", "")
            named = next((words for kind, words in told.items() if column.about.startswith(kind)), "")
            made = self._try(partial(_measured, column, text, unit, day, self.at(column.name), named))
            if made is not None:
                person.measurements.append(made)

    def _frax(self) -> str:
        """How FRAX was asked: country, version, what was entered, by whom; "" where the row says nothing of it."""
        country = self.cells.get("frax_country", "")
        if country and not (len(country) == 2 and country.isalpha()):
            self.errors.append(RecordError(self.at("frax_country"), "a country of two letters (US, GB, CN)", country))
        version, adjusted, entered = (
            self.cells.get(f"frax_{n}", "") for n in ("version", "adjusted_for", "entered_by")
        )
        parts = [country.upper(), f"version {version}" if version else ""]
        for name, words in (("with_bmd", "bone density"), ("with_tbs", "trabecular bone score")):
            known = self._try(partial(yes_no, self.cells.get(f"frax_{name}", ""), self.at(f"frax_{name}")))
            with_or_without = {Known.YES: "with", Known.NO: "without"}.get(known or Known.UNKNOWN, "")
            parts.append(f"{with_or_without} {words}" if with_or_without else "")
        parts += [f"adjusted for {adjusted}" if adjusted else "", f"entered by {entered}" if entered else ""]
        return ", ".join(part for part in parts if part)

    def _add_answers(self, person: Person, day: date) -> None:
        items: dict[str, dict[int, float]] = {}
        for column, text in self._filled("answer"):
            value = self._try(partial(_answer, column, text, self.at(column.name)))
            if value is not None:
                items.setdefault(column.about, {})[int(column.part)] = value
        totals: dict[str, float] = {}
        for column, text in self._filled("total"):
            total = self._try(partial(_total, column, text, self.at(column.name)))
            if total is not None:
                totals[column.about] = total
        for name in dict.fromkeys([*items, *totals]):
            person.answers.append(Answers(name, items.get(name, {}), totals.get(name), day, f"row {self.row}"))

    def _add_conditions(self, person: Person, day: date) -> None:
        for column, text in self._filled("condition"):
            place = self.at(column.name)
            known = self._try(partial(yes_no, text, place))
            if known is not None and known is not Known.UNKNOWN:
                person.conditions.append(Condition(column.about, known, day, place))

    def _add_fractures(self, person: Person) -> None:
        told: dict[str, Known] = {}
        for site in SITES:
            found = self._try(partial(self._fracture, site))
            if found is not None:
                told[site] = found[0]
                if found[1] is not None:
                    person.fractures.append(found[1])
        if all(told.get(site, Known.UNKNOWN) is not Known.UNKNOWN for site in SITES):
            person.fractures_recorded = Known.YES
        denied = [site for site, known in told.items() if known is Known.NO]
        if denied and person.fractures_recorded is not Known.YES:
            person.notes.append(f"stated as never broken: {', '.join(denied)}")

    def _fracture(self, site: str) -> tuple[Known, Fracture | None]:
        name = f"fracture_{site}"
        known = yes_no(self.cells.get(name, ""), self.at(name))
        when = self.cells.get(f"{name}_date", "")
        day = parse_day(when, self.at(f"{name}_date"))[0] if when else None
        low = yes_no(self.cells.get(f"{name}_low_energy", ""), self.at(f"{name}_low_energy"))
        if known is Known.NO and (day is not None or low is Known.YES):
            raise RecordError(self.at(name), "yes, since the row tells more about this fracture", "no")
        if known is not Known.YES and day is None:
            return known, None
        return Known.YES, Fracture(site, day, self.at(name), low)

    def _add_drugs(self, person: Person, day: date) -> None:
        named = dict.fromkeys(column.about for column, _ in self._filled("drug"))
        for drug in named:
            made = self._try(partial(self._medication, drug))
            if made is None:
                continue
            stated, medication = made
            if stated is not Known.UNKNOWN:
                person.stated_drugs[drug] = (day, stated)
            if medication is not None:
                person.medications.append(medication)
            elif person.medications_recorded is not Known.YES:
                person.notes.append(f"stated as not taken: {drug}")

    def _medication(self, drug: str) -> tuple[Known, Medication | None]:
        """What the row says of a drug: taken now, not now, or before; "no" alone makes no course."""
        stem = f"drug_{drug}" if drug in quantities() else drug
        cell = self.cells.get(stem, "")
        past = cell.lower() == "past"
        stated = Known.NO if past else yes_no(cell, self.at(stem))
        days = {part: self._course_day(f"{stem}_{part}") for part in ("start", "stop")}
        given = self._given(f"{stem}_given")
        dose = self.cells.get(f"{stem}_dose_mg", "")
        amount = number(dose, self.at(f"{stem}_dose_mg")) if dose else None
        if amount is not None and amount <= 0:
            raise RecordError(self.at(f"{stem}_dose_mg"), "a dose above 0 mg", dose)
        start, stop = days["start"], days["stop"]
        if start is not None and stop is not None and stop < start:
            raise RecordError(
                self.at(f"{stem}_stop"), f"a day on or after the start, {start.isoformat()}", stop.isoformat()
            )
        if stated is Known.YES or past or start or stop or given:
            sort = drugs()[drug].drug_class
            return stated, Medication(drug, sort, start, stop, stated, self.at(stem), given, amount)
        return stated, None

    def _course_day(self, name: str) -> date | None:
        text = self.cells.get(name, "")
        return parse_day(text, self.at(name))[0] if text else None

    def _given(self, name: str) -> tuple[date, ...]:
        days = [text.strip() for text in self.cells.get(name, "").split(";") if text.strip()]
        return tuple(sorted(parse_day(day, self.at(name))[0] for day in days))


def _day(text: str, place: str) -> date:
    day, exact = parse_day(text, place)
    if not exact:
        raise RecordError(place, "a date to the day, YYYY-MM-DD", text)
    return day


def _sex(text: str, place: str) -> Sex:
    if text.lower() not in SEXES:
        raise RecordError(place, "female or male", text)
    return SEXES[text.lower()]


def _measured(column: Column, text: str, unit: str, day: date, place: str, reference: str) -> Measurement:
    return measure(column.about, number(text, place), unit, day, place, reference=reference)


def _answer(column: Column, text: str, place: str) -> float:
    word = text.lower()
    told = 1.0 if word in YES else 0.0 if word in NO else number(text, place)
    return checked_answer(column.about, int(column.part), told, place)


def _total(column: Column, text: str, place: str) -> float:
    return checked_total(column.about, number(text, place), place)
