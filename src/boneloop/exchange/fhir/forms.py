"""Forms: single answers, totals and whole questionnaire responses put together to one questionnaire a sitting.

An answer may come as an observation of its own, as a component, as a member of a panel, or in a QuestionnaireResponse,
and often as several of these at once. What belongs to one sitting is found by the response it was derived from, else
by its panel, else by its time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from boneloop.errors import RecordError
from boneloop.exchange.answers import checked_answer, checked_total
from boneloop.exchange.dates import parse_day
from boneloop.exchange.fhir.codes import loinc, table
from boneloop.exchange.fhir.own import own_answers
from boneloop.exchange.fhir.resources import Item, Observation, QuestionnaireResponse
from boneloop.exchange.fhir.values import Valued, parts_of, score_in, shown, yes_or_no
from boneloop.exchange.person import Person
from boneloop.instruments.table import instrument, names
from boneloop.patient.record import Answers

TIMES = "at"
"""Marks a sitting that is known by its time only."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a code stands in an instrument: an item by its number, or "total", or "panel"."""

    instrument: str
    part: int | str


@cache
def places() -> dict[str, tuple[Place, ...]]:
    """Every LOINC code of every questionnaire with answers; the first two items of PHQ-9 are also those of PHQ-2."""
    found: dict[str, tuple[Place, ...]] = {}
    for name in names():
        form = instrument(name)
        if not form.loinc_items:
            continue
        parts: list[tuple[str, int | str]] = [(code, n) for n, code in enumerate(form.loinc_items, start=1)]
        for code, part in [*parts, (form.loinc_total, "total"), (form.loinc_panel, "panel")]:
            if code:
                found[code] = (*found.get(code, ()), Place(name, part))
    return found


@dataclass(slots=True)
class Told:
    """One answer as it came."""

    value: Valued
    place: str


@dataclass(slots=True)
class Sitting:
    """What belongs together: the answers by LOINC code, and the panels that were named."""

    when: date | None
    source: str
    told: dict[str, list[Told]] = field(default_factory=dict)
    panels: set[str] = field(default_factory=set)

    def add(self, code: str, value: Valued, place: str) -> None:
        """One more answer."""
        self.told.setdefault(code, []).append(Told(value, place))


class Forms:
    """All questionnaires of one person."""

    def __init__(self) -> None:
        self._sittings: dict[str, Sitting] = {}
        self._panel_of: dict[str, str] = {}
        self._waiting: list[tuple[Observation, date | None, str]] = []

    def take_observation(self, observation: Observation, when: date | None, place: str) -> bool:
        """Is this an answer, a total or a panel? Then keep it."""
        if not any(loinc(part.code) in places() for part in parts_of(observation)):
            return False
        for member in observation.hasMember:
            self._panel_of[_tail(member.reference or "")] = self._belongs_to(observation)
        self._waiting.append((observation, when, place))
        return True

    def take_response(self, response: QuestionnaireResponse, person: Person, place: str) -> date | None:
        """Keep a questionnaire response; gives back its day."""
        if response.status in table("skip")["form"]:
            return None
        when = parse_day(response.authored, f"{place}.authored")[0] if response.authored else None
        mine = own_answers(response, when, place)
        source = mine.source if mine is not None else f"QuestionnaireResponse/{response.id}"
        person.rough(source, "date", response.authored, when)
        if mine is not None:
            person.answers.append(mine)
            return when
        items = [(code, item) for item in _all_items(response.item) if (code := _code_of(item)) in places()]
        if items:
            sitting = self._sitting(f"QuestionnaireResponse/{response.id}", when, place)
            for code, item in items:
                for answer in item.answer:
                    sitting.add(code, answer, f"{place}, item {item.linkId}")
        return when

    def close(self, person: Person) -> None:
        """Write the questionnaires into the person; answers that cannot be used are refused one by one."""
        for observation, when, place in self._waiting:
            self._place_observation(observation, when, place)
        for sitting in self._sittings.values():
            for name in _instruments(sitting):
                answers = _assembled(name, sitting, person)
                if answers is not None:
                    person.answers.append(answers)

    def _place_observation(self, observation: Observation, when: date | None, place: str) -> None:
        sitting = self._sitting(self._belongs_to(observation), when, _key(observation))
        for part in parts_of(observation):
            code = loinc(part.code)
            known = places().get(code, ())
            if any(p.part == "panel" for p in known):
                sitting.panels.update(p.instrument for p in known)
            elif known:
                sitting.add(code, part, place)

    def _belongs_to(self, observation: Observation) -> str:
        sources = [
            r.reference for r in observation.derivedFrom if r.reference and "QuestionnaireResponse/" in r.reference
        ]
        if sources:
            return f"QuestionnaireResponse/{_tail(sources[0])}"
        key = _key(observation)
        if observation.id in self._panel_of:
            return self._panel_of[observation.id]
        if observation.component or observation.hasMember:
            return key
        return f"{TIMES} {observation.effectiveDateTime or observation.effectivePeriod or observation.issued}"

    def _sitting(self, key: str, when: date | None, source: str) -> Sitting:
        return self._sittings.setdefault(key, Sitting(when, key if not key.startswith(TIMES) else source))


def _key(observation: Observation) -> str:
    return f"Observation/{observation.id}"


def _tail(reference: str) -> str:
    """The id in a reference: what follows the last slash or colon."""
    return reference.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def _all_items(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _all_items(item.item)


def _code_of(item: Item) -> str:
    """The LOINC code of an item: its linkId, or the last part of it."""
    return item.linkId.rstrip("/").rsplit("/", 1)[-1].rsplit("|", 1)[-1]


def _instruments(sitting: Sitting) -> list[str]:
    """Which questionnaires a sitting holds.

    The items that PHQ-2 and PHQ-9 share are PHQ-9's as soon as anything else of PHQ-9 is there, and PHQ-2's else.
    """
    own = {p.instrument for code in sitting.told for p in places()[code] if len(places()[code]) == 1} | sitting.panels
    shared = [places()[code] for code in sitting.told if len(places()[code]) > 1]
    if shared and not any(p.instrument in own for group in shared for p in group):
        fewest = min((p.instrument for group in shared for p in group), key=lambda name: instrument(name).items)
        own.add(fewest)
    return [name for name in names() if name in own]


def _assembled(name: str, sitting: Sitting, person: Person) -> Answers | None:
    """One questionnaire of a sitting, or None if nothing of it can be used."""
    items: dict[int, float] = {}
    total: float | None = None
    for code, told in sitting.told.items():
        part = next((p.part for p in places()[code] if p.instrument == name), None)
        if part is None or (isinstance(part, int) and _is_of_a_larger_form(name, code, sitting)):
            continue
        try:
            value = _agreed(name, part, told, person)
        except RecordError as error:
            person.refuse(error)
            continue
        if part == "total":
            total = value
        elif isinstance(part, int):
            items[part] = value
    if not items and total is None:
        return None
    return Answers(name, dict(sorted(items.items())), total, sitting.when, sitting.source)


def _is_of_a_larger_form(name: str, code: str, sitting: Sitting) -> bool:
    """An item that two questionnaires of this sitting share belongs to the longer one."""
    present = _instruments(sitting)
    sharing = [p.instrument for p in places()[code] if p.instrument in present]
    return name != max(sharing, key=lambda other: instrument(other).items)


def _agreed(name: str, part: int | str, told: list[Told], person: Person) -> float:
    """The one value that everything told about an item says.

    Two answers that differ are refused, but for an item that needs a person at once: there the higher one is kept and
    the disagreement is written down, since losing it would be the greater harm.
    """
    form = instrument(name)
    values = [_checked(name, part, one) for one in told]
    if len(set(values)) == 1:
        return values[0]
    rule = f"{form.title}, {_label(part)}: one answer a sitting"
    came = " and ".join(f"{value:g}" for value in values)
    if part in form.alert:
        person.notes.append(f"{told[0].place}: {rule} (came: {came}); the higher one is kept")
        return max(values)
    raise RecordError(" and ".join(dict.fromkeys(one.place for one in told)), rule, came)


def _checked(name: str, part: int | str, one: Told) -> float:
    form = instrument(name)
    if isinstance(part, str):
        number = score_in(one.value)
        if number is not None:
            return checked_total(name, number, one.place)
        raise RecordError(one.place, f"{form.title}: a total", shown(one.value))
    words = form.answers == (0, 1)
    number = yes_or_no(one.value) if words else score_in(one.value)
    if number is None:
        rule = "yes or no" if words else "an answer with a score"
        raise RecordError(one.place, f"{form.title}, item {part}: {rule}", shown(one.value))
    return checked_answer(name, part, number, one.place)


def _label(part: int | str) -> str:
    return f"item {part}" if isinstance(part, int) else part
