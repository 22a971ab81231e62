"""An instrument is a table: how many items, which answers, how they add up, and when a total may be given.

The files in ``tables/`` carry every number of a questionnaire with its source; this module reads them once and checks
that they are whole. Wording of licensed questionnaires is not in them: those tables take a total only.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from boneloop.errors import InstrumentError

SCORINGS = ("sum", "mean", "scales", "profile", "total only")
DIRECTIONS = ("higher is worse", "higher is better")
CHECKS = ("verified", "recalled", "assumed")


@dataclass(frozen=True, slots=True)
class Missing:
    """When a total may be given although items are missing.

    allowed        most items that may be missing; the total is then the mean answer times the number of items
    never          items without which there is no total, whatever the rule says
    round_up       a prorated total is rounded up to a whole number
    least_answered for scales: the share of its items that must be answered
    """

    allowed: int = 0
    never: tuple[int, ...] = ()
    round_up: bool = False
    least_answered: float = 1.0


@dataclass(frozen=True, slots=True)
class Recode:
    """Items of one scale that share a key: the answer ``lowest + k`` is worth ``values[k]``."""

    items: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Syndrome:
    """A published algorithm that names a syndrome by how many items count, beside the total.

    anchors      one of these items has to count
    counts_from  an answer counts from here; ``sooner`` for some items from another number
    names        of the outcomes, mildest first, and ``least`` how many items each needs
    """

    anchors: tuple[int, ...]
    counts_from: float
    sooner: Mapping[int, float]
    names: tuple[str, ...]
    least: tuple[int, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """One questionnaire.

    answers        lowest and highest answer to one item
    whole          only whole numbers are answers
    not_applicable answers that count as missing ("does not do this activity")
    reversed       items whose answer is turned around (highest + lowest - answer)
    unscored       items that come with the form and are never counted
    alert          items that need a person at once when the answer reaches the number, whatever the total
    total_range    lowest and highest total
    bands          name of a band and its lowest value, ascending
    cut_points     published cut points by name; ``direction`` says on which side they are positive
    recall_days    the period that the questions are about; None where it is "now" or not a questionnaire
    real_change    smallest change that matters to patients (MCID), in points of the total
    counted        numbers of the items that make the total
    known          lowest and highest answer by item, the unscored ones with them
    ordinary       whole answers that every item allows
    syndrome       the algorithm beside the total, where one is published
    checked        for scoring, bands, missing, change: verified (seen in the source), recalled, or assumed
    """

    name: str
    title: str
    domain: str
    scoring: str
    direction: str
    licence: str
    source: str
    checked: Mapping[str, str]
    items: int = 0
    names: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    answers: tuple[float, float] = (0, 0)
    whole: bool = True
    not_applicable: tuple[float, ...] = ()
    reversed: frozenset[int] = frozenset()
    unscored: tuple[int, ...] = ()
    alert: Mapping[int, float] = field(default_factory=dict)
    total_range: tuple[float, float] | None = None
    bands: tuple[tuple[str, float], ...] = ()
    cut_points: Mapping[str, float] = field(default_factory=dict)
    recall_days: int | None = None
    real_change: float | None = None
    missing: Missing = field(default_factory=Missing)
    recode: tuple[Recode, ...] = ()
    scales: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    scale_domains: Mapping[str, str] = field(default_factory=dict)
    loinc_panel: str = ""
    loinc_items: tuple[str, ...] = ()
    loinc_total: str = ""
    about: str = ""
    syndrome: Syndrome | None = None
    counted: tuple[int, ...] = field(init=False)
    known: Mapping[int, tuple[float, float]] = field(init=False)
    ordinary: frozenset[float] = field(init=False)

    def __post_init__(self) -> None:
        # frozen: these follow from the others and are asked for with every form
        object.__setattr__(self, "counted", tuple(n for n in range(1, self.items + 1) if n not in self.unscored))
        numbers = (*range(1, self.items + 1), *self.unscored)
        object.__setattr__(self, "known", {n: self._allowed(n) for n in numbers})
        lowest = max((low for low, _ in self.known.values()), default=0)
        highest = min((high for _, high in self.known.values()), default=0)
        object.__setattr__(self, "ordinary", frozenset(float(n) for n in range(math.ceil(lowest), int(highest) + 1)))

    def band(self, value: float) -> str:
        """The band that holds ``value``; empty where the instrument has none."""
        name = ""
        for band, lowest in self.bands:
            if value >= lowest:
                name = band
        return name

    def allowed(self, item: int) -> tuple[float, float]:
        """Lowest and highest answer to one item."""
        return self.known.get(item, self.answers)

    def _allowed(self, item: int) -> tuple[float, float]:
        for key in self.recode:
            if item in key.items:
                lowest = self.answers[0]
                return lowest, lowest + len(key.values) - 1
        return self.answers


def names() -> tuple[str, ...]:
    """All instruments, by name."""
    return tuple(_tables())


def instrument(name: str) -> Instrument:
    """One instrument.

    Raises InstrumentError naming what exists.
    """
    try:
        return _tables()[name]
    except KeyError:
        raise InstrumentError(f"no instrument {name!r}; there are: {', '.join(_tables())}") from None


@cache
def _tables() -> dict[str, Instrument]:
    folder = resources.files("boneloop.instruments") / "tables"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {f.name[:-5]: parse(f.name[:-5], tomllib.loads(f.read_text("utf-8"))) for f in files}


def parse(name: str, table: Mapping[str, Any]) -> Instrument:
    """Check one table and make an instrument of it.

    Raises InstrumentError naming the table and the field at fault.
    """
    fields = dict(table)
    loinc = fields.pop("loinc", {})
    missing = fields.pop("missing", {})
    syndrome = fields.pop("syndrome", None)
    try:
        made = Instrument(
            name=name,
            answers=_pair(fields.pop("answers", (0, 0))),
            total_range=_pair(fields.pop("total_range")) if "total_range" in fields else None,
            bands=tuple(sorted(fields.pop("bands", {}).items(), key=lambda band: band[1])),
            alert={int(item): least for item, least in fields.pop("alert", {}).items()},
            reversed=frozenset(fields.pop("reversed", ())),
            missing=Missing(**_tuples(missing)),
            syndrome=_syndrome(syndrome) if syndrome else None,
            recode=tuple(Recode(tuple(r["items"]), tuple(r["values"])) for r in fields.pop("recode", ())),
            scales={scale: tuple(items) for scale, items in fields.pop("scales", {}).items()},
            loinc_panel=loinc.get("panel", ""),
            loinc_items=tuple(loinc.get("items", ())),
            loinc_total=loinc.get("total", ""),
            **_tuples(fields),
        )
    except (TypeError, ValueError, KeyError) as fault:
        raise InstrumentError(f"instruments/tables/{name}.toml: {fault}") from None
    _check(made)
    return made


def _syndrome(table: Mapping[str, Any]) -> Syndrome:
    sooner = {int(item): least for item, least in table["sooner"].items()}
    return Syndrome(
        tuple(table["anchors"]),
        table["counts_from"],
        sooner,
        tuple(table["names"]),
        tuple(table["from"]),
        table["source"],
    )


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _pair(values: Any) -> tuple[float, float]:
    lowest, highest = values
    return lowest, highest


def _check(made: Instrument) -> None:
    faults = {
        f"scoring is one of {SCORINGS}": made.scoring in SCORINGS,
        f"direction is one of {DIRECTIONS}": made.direction in DIRECTIONS,
        f"checked says one of {CHECKS}": set(made.checked.values()) <= set(CHECKS) and "scoring" in made.checked,
        "a table without items takes a total only": (made.items == 0) == (made.scoring == "total only"),
        "a table has a licence": bool(made.licence),
        "names, one per item": len(made.names) in (0, made.items),
        "LOINC codes, one per item": len(made.loinc_items) in (0, made.items),
        "a syndrome has as many names as limits, which rise": made.syndrome is None
        or (
            len(made.syndrome.names) == len(made.syndrome.least)
            and list(made.syndrome.least) == sorted(set(made.syndrome.least))
        ),
        "scales have a domain each": set(made.scales) == set(made.scale_domains),
        "a total has a range": made.total_range is not None or made.scoring == "scales",
    }
    broken = [rule for rule, holds in faults.items() if not holds]
    if broken:
        raise InstrumentError(f"instruments/tables/{made.name}.toml: {'; '.join(broken)}")
