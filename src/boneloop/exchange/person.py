"""A person while being read: what the files say of one id so far, until the record is closed.

Every reader fills a person; two that carry one id are joined here if they agree on sex and birth, and both are refused
if they do not. Closing a person gives the record at one date, with everything that was left out written into its notes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from operator import attrgetter
from typing import Any, TypeVar

from boneloop.errors import InputError, RecordError
from boneloop.exchange.courses import courses_on
from boneloop.exchange.dates import LOWEST_AGE, Birth, check_age, rough_note, years_before
from boneloop.exchange.refusal import Refusal
from boneloop.patient.record import Answers, Condition, Fracture, Measurement, Medication, Record
from boneloop.types import Known, Sex
from boneloop.units import DAYS_PER_YEAR

Fact = TypeVar("Fact", Measurement, Answers, Fracture, Condition, Medication)


@dataclass(frozen=True, slots=True)
class Whole:
    """What a record of ours said of itself as a whole, for a person who is read from it again.

    as_of  its index date; age in years on that day
    """

    as_of: date
    age: float
    fractures_recorded: Known
    medications_recorded: Known
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Person:
    """What has been read of one person.

    file, place  where the person stands; ``places`` grows when records are joined
    born         when the person was born, as narrowly as known
    stated       an age as stated and the day it was stated for, where there is no birth date
    died         the day of death, or True where only the fact is known
    newest       the latest day on which anything happened
    childhood    measurements from before adult age, which are not kept: the plausible ranges are those of adults
    fractures_recorded, medications_recorded  does the source keep such a list
    whole        where it is a record of ours that is read again
    settled      courses as they stood on the day of that record; settled_fractures are put together already
    supplied     by the source of a medication: until when what was handed over lasts
    stated_drugs by drug: the newest statement of a table that it is or is not taken
    """

    id: str
    sex: Sex
    born: Birth
    file: str
    place: str
    stated: tuple[float, date] | None = None
    country: str = ""
    ethnicity: str = ""
    died: date | bool = False
    newest: date | None = None
    childhood: int = 0
    adult: date | None = None
    fractures_recorded: Known = Known.UNKNOWN
    medications_recorded: Known = Known.UNKNOWN
    measurements: list[Measurement] = field(default_factory=list)
    answers: list[Answers] = field(default_factory=list)
    fractures: list[Fracture] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    medications: list[Medication] = field(default_factory=list)
    whole: Whole | None = None
    settled: list[Medication] = field(default_factory=list)
    settled_fractures: list[Fracture] = field(default_factory=list)
    supplied: dict[str, date] = field(default_factory=dict)
    stated_drugs: dict[str, tuple[date, Known]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    def saw(self, day: date | None) -> None:
        """Something happened that day: it may be the latest."""
        if day is not None and (self.newest is None or day > self.newest):
            self.newest = day

    def refuse(self, error: InputError, level: str = "value") -> None:
        """Leave one item out: it is reported, and the record will say so."""
        self.refusals.append(Refusal.of(error, self.file, level, self.id))
        self.notes.append(f"refused: {error}")

    def rough(self, source: str, part: str, written: str | None, day: date | None) -> None:
        """A date that is known to its month or year only is noted, since a day of our choice stands for it."""
        if written and day is not None and len(written.strip()) < len("YYYY-MM-DD"):
            self.notes.append(rough_note(source, part, written, day))

    def settle(self) -> None:
        """Everything of a record of ours has been read: what it said of itself as a whole holds."""
        if self.whole is not None:
            self.fractures_recorded = self.whole.fractures_recorded
            self.medications_recorded = self.whole.medications_recorded
            self.saw(self.whole.as_of)

    def adult_from(self) -> date:
        """The first day on which this person may have been adult."""
        if self.adult is None:
            self.adult = years_before(self.born.earliest, -LOWEST_AGE)
        return self.adult

    def where(self) -> str:
        """File and places, for a message about more than one of them."""
        return " and ".join(dict.fromkeys([f"{self.file}, {self.place}", *self.places]))


_LISTS = (
    *("measurements", "answers", "fractures", "conditions", "medications", "settled", "settled_fractures"),
    *("notes", "refusals"),
)


def disagreement(people: list[Person]) -> tuple[str, str] | None:
    """The rule that records of one id break together, and what each says; None if they can be one person."""
    first = people[0]
    for other in people[1:]:
        if other.sex is not first.sex:
            return f"two records of {first.id!r} disagree on sex", _both(first, first.sex, other, other.sex)
        if not first.born.agrees(other.born):
            rule = f"two records of {first.id!r} disagree on the date of birth"
            return rule, _both(first, first.born, other, other.born)
    return None


def _both(first: Person, one: object, other: Person, another: object) -> str:
    return f"{one} in {first.where()}; {another} in {other.where()}"


def joined(people: list[Person]) -> Person:
    """One person from several records of one id that do not disagree."""
    first, *others = people
    for other in others:
        first = _join(first, other)
    return first


def _join(first: Person, other: Person) -> Person:
    first.born = first.born.narrowed(other.born)
    if other.stated and (first.stated is None or other.stated[1] > first.stated[1]):
        first.stated = other.stated
    first.country = first.country or other.country
    first.ethnicity = first.ethnicity or other.ethnicity
    first.died = first.died or other.died
    first.saw(other.newest)
    first.childhood += other.childhood
    if first.whole is None or other.whole is None or first.whole.as_of != other.whole.as_of:
        _unsettle(first)
        _unsettle(other)
    first.fractures_recorded = _either(first.fractures_recorded, other.fractures_recorded)
    first.medications_recorded = _either(first.medications_recorded, other.medications_recorded)
    first.supplied.update(other.supplied)
    for drug, stated in other.stated_drugs.items():
        first.stated_drugs[drug] = max(first.stated_drugs.get(drug, stated), stated, key=lambda told: told[0])
    first.places.append(f"{other.file}, {other.place}")
    for name in _LISTS:
        getattr(first, name).extend(getattr(other, name))
    return first


def _unsettle(person: Person) -> None:
    """Records of different days: their courses are looked at anew."""
    person.medications += person.settled
    person.settled = []


def _either(one: Known, other: Known) -> Known:
    """Two statements about a list: yes wins, then no, then unknown."""
    return max(one, other, key=(Known.UNKNOWN, Known.NO, Known.YES).index)


def close(person: Person, as_of: date | None = None, country: str = "") -> Record:
    """The record of a person.

    as_of    the index date; the person's latest date if not given. What is dated later is left out and counted
    country  where the source names none
    Raises RecordError for a person who cannot be used: no date at all, dead, too young, too old.
    """
    day = as_of or person.newest
    if day is None:
        raise RecordError(person.place, "a date: nothing about this person is dated and no index date was given")
    if person.died is True or (isinstance(person.died, date) and (as_of is None or person.died <= as_of)):
        when = "" if person.died is True else person.died.isoformat()
        raise RecordError(person.place, "a living person: this one is recorded as deceased", when)
    age = check_age(_age(person, day), person.place)
    notes = list(person.notes)
    if person.childhood:
        notes.append(f"left out: {person.childhood} measurement(s) from before the age of {LOWEST_AGE}")
    return Record(
        id=person.id,
        sex=person.sex,
        age=age,
        as_of=day,
        source=person.where(),
        country=person.country or country,
        ethnicity=person.ethnicity,
        measurements=_until(day, _once(person.measurements), notes),
        answers=_until(day, _once(person.answers), notes),
        fractures=_until(day, _once([*person.settled_fractures, *_one_break_each(person.fractures)]), notes),
        fractures_recorded=person.fractures_recorded,
        conditions=_until(day, _once(person.conditions), notes),
        medications=_courses(person, day, notes),
        medications_recorded=person.medications_recorded,
        notes=tuple(dict.fromkeys(notes)),
    )


def _courses(person: Person, day: date, notes: list[str]) -> tuple[Medication, ...]:
    """The drugs on the index date; the newest statement of a table outdates what older rows say of the same drug."""
    settled: Sequence[Medication] = _once(person.settled)
    if person.whole is None or person.whole.as_of != day:
        _unsettle(person)
        settled = []
    told = person.medications
    if person.stated_drugs:
        newest = {drug: known for drug, (when, known) in person.stated_drugs.items() if when <= day}
        told = [replace(m, active=newest[m.drug]) if m.drug in newest else m for m in told]
    return (*settled, *courses_on(day, _until(day, _once(told), notes), person.supplied))


def _age(person: Person, day: date) -> float:
    if person.born.earliest != person.born.latest and person.stated is not None:
        age, when = person.stated
        return age if when == day else round(age + (day - when).days / DAYS_PER_YEAR, 2)
    if day < person.born.earliest:
        raise RecordError(person.place, f"a birth before the index date {day.isoformat()}", person.born)
    return person.born.age_on(day)


def _until(day: date, facts: Sequence[Fact], notes: list[str]) -> tuple[Fact, ...]:
    """What happened up to the index date, in the order of reading; the rest is counted in a note."""
    if not facts:
        return ()
    when: Callable[[Fact], date | None] = attrgetter("start" if isinstance(facts[0], Medication) else "date")
    kept = tuple([fact for fact in facts if (when(fact) or day) <= day])
    if len(kept) < len(facts):
        kind = type(facts[0]).__name__.lower()
        notes.append(f"left out: {len(facts) - len(kept)} {kind} item(s) dated after {day.isoformat()}")
    return kept


def _once(facts: Sequence[Fact]) -> Sequence[Fact]:
    """Each fact once, the first: two records may state the same thing in two places."""
    if not facts:
        return facts
    said = [*map(_said[type(facts[0])], facts)]
    if len(set(said)) == len(facts):
        return facts
    seen: dict[object, Fact] = {}
    for key, fact in zip(said, facts, strict=True):
        seen.setdefault(key, fact)
    return list(seen.values())


def _parts_of(kind: type[Any]) -> Callable[[Any], object]:
    """What a fact says, apart from where and how it was written."""
    return attrgetter(*(f.name for f in fields(kind) if f.name not in ("source", "original")))


def _answered(fact: Answers) -> object:
    return fact.instrument, tuple(sorted(fact.items.items())), fact.total, fact.date


_said: dict[type, Callable[[Any], object]] = {
    **{kind: _parts_of(kind) for kind in (Measurement, Fracture, Condition, Medication)},
    Answers: _answered,
}


def _one_break_each(fractures: list[Fracture]) -> list[Fracture]:
    """A code that says how a bone broke and not where joins the fracture of the same day that says where."""
    how = [f for f in fractures if f.site == "other" and f.low_energy is Known.YES and f.date is not None]
    where = [f for f in fractures if f not in how]
    named = {f.date for f in where}
    told = {f.date for f in how}
    marked = [replace(f, low_energy=Known.YES) if f.date in told else f for f in where]
    return marked + [f for f in how if f.date not in named]
