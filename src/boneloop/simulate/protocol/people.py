"""People: one [patient], several [[people]], or a [population] drawn from a spread.

    [population]
    count = 200
    seed = 7
    [population.typical]               # as in [patient]
    gfr = "60 mL/min"
    [population.spread]                # lognormal keeps the median, as pharmacometricians write it
    gfr = { cv = 0.3 }                 # or { sd = "8 mL/min" }, normal; or { low = "30 mL/min", high = "90 mL/min" }

What a virtual person is drawn as depends on the seed, on their own number and on the name of what is drawn, and on
nothing else: the first ten of a thousand are the ten of ten.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from boneloop.evidence.entry import Spread
from boneloop.simulate.chance import key_of, uniform
from boneloop.simulate.protocol import quantity
from boneloop.simulate.protocol.lines import Path
from boneloop.simulate.protocol.numbers import Number, named, told
from boneloop.simulate.protocol.page import Page
from boneloop.simulate.protocol.quantity import QuantityError
from boneloop.simulate.protocol.section import Section, each, one

MOST_PEOPLE, MOST_SEED = 1_000_000, 2**63 - 1
WAYS = ("patient", "people", "population")
_LAWS = {frozenset(("cv",)), frozenset(("sd",)), frozenset(("low", "high"))}


@dataclass(frozen=True)
class Person:
    """Somebody, by the numbers in which they differ from the printed healthy adult.

    values  by place in the model, in the model's units
    """

    id: str
    values: Mapping[str, float] = field(default_factory=dict)


def people(page: Page, known: Mapping[str, Number]) -> tuple[Person, ...]:
    """Who the protocol is about; what is wrong is written on the page."""
    ways = [way for way in WAYS if way in page.document]
    if not ways:
        page.fault((), "somebody to simulate: [patient], [[people]] or [population]")
    for second in ways[1:]:
        page.fault(_header(page, second), f"two kinds of patients: the other stands in line {_line(page, ways[0])}")
    found = [person for way in ways for person in _READERS[way](page, known)]
    return tuple(found) if len(ways) == 1 else ()


def _header(page: Page, way: str) -> Path:
    return (way, 0) if isinstance(page.document[way], list) else (way,)


def _line(page: Page, way: str) -> int:
    return page.line(_header(page, way))


def _single(page: Page, known: Mapping[str, Number]) -> tuple[Person, ...]:
    section = one(page, "patient")
    return (_person(section, known, "patient"),) if section else ()


def _person(section: Section, known: Mapping[str, Number], default: str) -> Person:
    return Person(section.text("id") or default, told(section, known, also=("id",)))


def _several(page: Page, known: Mapping[str, Number]) -> tuple[Person, ...]:
    first: dict[str, Path] = {}
    found = []
    for section in each(page, "people"):
        if "id" not in section:
            section.fault("each of several people has an id")
        person = _person(section, known, "")
        if person.id in first:
            section.fault(f"two patients of one id: the other stands in line {page.line(first[person.id])}", person.id)
        first.setdefault(person.id, section.path)
        found.append(person)
    if not found and page.document["people"] == []:
        page.fault(("people",), "at least one patient")
    return tuple(found)


def _population(page: Page, known: Mapping[str, Number]) -> tuple[Person, ...]:
    section = one(page, "population")
    if section is None:
        return ()
    section.only(("count", "seed", "prefix", "typical", "spread"))
    if "count" not in section:
        section.fault("how many virtual patients: count = 100")
    count, seed = section.whole("count", most=MOST_PEOPLE) or 0, section.whole("seed", least=0, most=MOST_SEED) or 0
    typical = told(_inner(section, "typical"), known)
    spreads = _spreads(_inner(section, "spread"), known, typical)
    prefix = section.text("prefix") or "v"
    ids = [f"{prefix}{number}" for number in range(1, count + 1)]
    keys = np.array([key_of(id) for id in ids], dtype=np.uint64)
    drawn = {}
    for path, number, spread, middle in spreads:
        values = spread.quantile(middle, uniform(seed, keys, f"protocol/{number.name}", 0, 0))
        _check_drawn(section, path, number, ids, values)
        drawn[number.place] = values
    return tuple(
        Person(id, {**typical, **{place: float(values[index]) for place, values in drawn.items()}})
        for index, id in enumerate(ids)
    )


def _inner(section: Section, name: str) -> Section:
    table = section.table.get(name, {})
    if not isinstance(table, dict):
        section.fault(f"a table: [population.{name}]", table, name)
        table = {}
    return Section(section.page, (*section.path, name), table)


def _spreads(
    section: Section, known: Mapping[str, Number], typical: Mapping[str, float]
) -> list[tuple[Path, Number, Spread, float]]:
    found = []
    for path, name, law in named(section):
        number = known.get(name)
        if number is None:
            section.page.unknown(path, name, [key for key in known if ("." in key) == ("." in name)])
            continue
        middle = typical.get(number.place, number.usual)
        try:
            found.append((path, number, _spread(law, number, middle), middle))
        except QuantityError as rule:
            section.page.fault(path, str(rule), law)
    return found


def _spread(law: Any, number: Number, middle: float) -> Spread:
    """A law in the model's unit.

    Raises QuantityError.
    """
    if not isinstance(law, dict) or frozenset(law) not in _LAWS:
        raise QuantityError('a spread: { cv = 0.3 }, { sd = "8 mL/min" } or { low = "30 mL/min", high = "90 mL/min" }')
    if "low" in law:
        low, high = number.read(law["low"]), number.read(law["high"])
        if not low < high:
            raise QuantityError("a high that is above the low")
        return Spread("uniform", low=low, high=high)
    if math.isnan(middle):
        raise QuantityError(f"a middle to spread around: {number.name} in [population.typical]")
    if "sd" in law:
        return Spread("normal", sd=_positive(number.read(law["sd"])))
    if middle <= 0:
        raise QuantityError("a middle above 0, to be spread by a coefficient of variation")
    return Spread("lognormal", sd_log=math.sqrt(math.log1p(_positive(quantity.amount(law["cv"], "1", "0.3")) ** 2)))


def _positive(value: float) -> float:
    if value > 0:
        return value
    raise QuantityError("a spread above 0")


def _check_drawn(section: Section, path: Path, number: Number, ids: list[str], values: Any) -> None:
    """Nothing that is drawn is clipped: a spread that reaches what cannot be is refused, with the first it reaches."""
    for id, value in zip(ids, values.tolist(), strict=True):
        try:
            number.checked(value)
        except QuantityError as rule:
            said = number.spoken(value)
            section.page.fault(
                path, f"this spread gives patient {id} {said}, but it must be {rule}; narrow it, or use cv"
            )
            return


_READERS = {"patient": _single, "people": _several, "population": _population}
