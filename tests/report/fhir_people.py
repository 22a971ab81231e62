"""Any record at all, for the tests of FHIR: what reading could have left, over every field."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from boneloop.exchange.dates import Birth, rough_note
from boneloop.exchange.person import Person, close
from boneloop.instruments.table import instrument, names
from boneloop.patient.conditions import SITES, titles
from boneloop.patient.drugs import drugs
from boneloop.patient.quantities import quantities
from boneloop.patient.record import Answers, Condition, Fracture, Measurement, Medication, Record
from boneloop.types import Known, Sex

TODAY = date(2026, 9, 15)
known = st.sampled_from(list(Known))
words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12).filter(str.strip)
ids = words | st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True)
days = st.dates(TODAY - timedelta(days=9000), TODAY) | st.none()


@st.composite
def sources(draw) -> str:
    """Where something was read: no two alike."""
    kind = draw(st.sampled_from(["Observation/{}", "row {}, column creatinine", "patients.csv, row {}"]))
    return kind.format(draw(st.uuids()))


@st.composite
def measurements(draw) -> Measurement:
    of = quantities()[draw(st.sampled_from(sorted(quantities())))]
    value = draw(st.floats(*of.plausible))
    reference = draw(words) if "_score_" in of.name and draw(st.booleans()) else ""
    return Measurement(of.name, value, draw(days), draw(sources()), draw(words), reference)


@st.composite
def answers(draw) -> Answers:
    form = instrument(draw(st.sampled_from(names())))
    items = {}
    if form.items:
        asked = draw(st.sets(st.integers(1, form.items)))
        for n in sorted(asked):
            low, high = form.allowed(n)
            number = st.integers(int(low), int(high)) if form.whole else st.floats(low, high)
            items[n] = float(draw(number | st.sampled_from(form.not_applicable or (low,))))
    total = None
    if form.total_range is not None and (not items or draw(st.booleans())):
        total = draw(st.floats(*form.total_range))
    elif not items and form.items:
        items[1] = float(form.allowed(1)[0])
    return Answers(form.name, items, total, draw(days), draw(sources()))


@st.composite
def medications(draw) -> Medication:
    drug = drugs()[draw(st.sampled_from(sorted(drugs())))]
    start = draw(days)
    stop = draw(st.dates(start, TODAY) | st.none()) if start else draw(days)
    given = draw(st.lists(st.dates(start or date(2010, 1, 1), TODAY), max_size=4, unique=True)) if start else []
    dose = draw(st.none() | st.floats(0.01, 5000))
    return Medication(drug.name, drug.drug_class, start, stop, draw(known), draw(sources()), tuple(sorted(given)), dose)


fractures = st.builds(Fracture, st.sampled_from(SITES), days, sources(), known)
conditions = st.builds(Condition, st.sampled_from(sorted(titles())), known, days, sources())


@st.composite
def records(draw) -> Record:
    """A record as reading leaves it."""
    age = draw(st.integers(18, 110) | st.floats(18, 110).map(lambda years: round(years, 2)))
    person = Person(
        id=draw(ids),
        sex=draw(st.sampled_from(list(Sex))),
        born=Birth.from_age(age, TODAY),
        file="somewhere.ndjson",
        place="line 1",
        stated=(age, TODAY),
        country=draw(st.sampled_from(["", "US", "GB", "CN", "DE"])),
        ethnicity=draw(st.sampled_from(["", "white", "black", "hispanic", "chinese", "asian", "other"])),
        newest=TODAY,
        fractures_recorded=draw(known),
        medications_recorded=draw(known),
        measurements=draw(st.lists(measurements(), max_size=4)),
        answers=draw(st.lists(answers(), max_size=3)),
        fractures=draw(st.lists(fractures, max_size=3)),
        conditions=draw(st.lists(conditions, max_size=3)),
        medications=draw(st.lists(medications(), max_size=3)),
        notes=draw(st.lists(words, max_size=2)),
    )
    if draw(st.booleans()):
        _blur(person, draw(st.booleans()))
    return close(person)


def _blur(person: Person, month: bool) -> None:
    """The first measurement and the first course are known to their month or year only, and the notes say so."""
    for index, fact in enumerate(person.measurements[:1]):
        if fact.date is not None:
            day, text = _rough(fact.date, month)
            if day > TODAY:
                continue
            person.measurements[index] = Measurement(
                fact.quantity, fact.value, day, fact.source, fact.original, fact.reference
            )
            person.notes.append(rough_note(fact.source, "date", text, day))


def _rough(day: date, month: bool) -> tuple[date, str]:
    return (day.replace(day=15), f"{day:%Y-%m}") if month else (date(day.year, 7, 1), f"{day.year}")
