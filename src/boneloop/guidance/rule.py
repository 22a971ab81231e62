"""A rule: one statement of one guideline, with its source, and the condition under which it speaks.

The files in ``rules/`` hold them, one file per guideline and year; what a file says at its top (guideline, year,
framework, source, review_by) holds for each of its rules. A rule marked R was written down from memory: it ships
switched off and is listed as "to be confirmed" until a site has checked it against the text and turns it on. No rule
may propose an antidepressant for the sake of bone, and none that holds everywhere may use a treatment threshold of one
country; the reader of the files refuses such rules.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from boneloop.assess.framework import FRAMEWORKS
from boneloop.errors import EvidenceError
from boneloop.guidance.condition import All, Condition, Facts, compiled, parse, used
from boneloop.guidance.facts import FACTS
from boneloop.types import Known

VERBS = ("CONSIDER", "VERIFY", "REVIEW", "REFER", "AVOID", "INFORM")
GOALS = ("safety", "bone", "mood", "pain", "function", "falls")
MARKS = {"V": "verified", "V2": "verified at second hand", "R": "recalled, to be confirmed", "design": "our own"}
ANTIDEPRESSANTS = frozenset(("ssri", "snri", "tca"))
TO_BE_CONFIRMED = "R"
EVERYWHERE = "all"
FAMILIES = {
    "": (EVERYWHERE,),
    "nogg_2024": (EVERYWHERE, "nogg_2024", "nogg_2021", "nice"),
    "acp_2023": (EVERYWHERE, "acp_2023", "us"),
    "aace_2020": (EVERYWHERE, "aace_2020", "us"),
    "bhof_2022": (EVERYWHERE, "bhof_2022", "us"),
    "endocrine_2020": (EVERYWHERE, "endocrine_2020", "us"),
    "china_2022": (EVERYWHERE, "china_2022"),
}
"""The rules read under each framework; "" is no framework. Rules of two guideline families are never mixed."""
OF_ONE_COUNTRY = frozenset(
    ("frax_major", "frax_hip", "osta", "frax_chart_low", "frax_chart_intermediate", "frax_chart_high",
     "frax_chart_very_high")
)  # fmt: skip
"""Facts whose thresholds are those of one country."""
_OF_FILE = ("guideline", "year", "framework", "source", "review_by")
_FIELDS = frozenset(
    (
        "id", "guideline", "year", "framework", "section", "strength", "source", "mark", "goal", "verb", "message",
        "review_by", "when",
        "scope", "against", "proposes", "only_for_plans", "today",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    guideline, year whose statement it is, for a reader
    framework       a family of ``FAMILIES``
    source, mark    a key of the sources, and how it was seen (``MARKS``)
    goal            what it is for
    when            the condition; scope: whom it is asked of at all (silent where that is no)
    against         kinds of therapy it speaks against when the condition holds
    proposes        kinds of therapy it puts forward
    only_for_plans  it speaks about a plan, not about the person as such
    today           somebody must act on it today: it stands before all others
    asks            does it speak, of the facts about a person; ``warns`` the same without the scope
    """

    id: str
    guideline: str
    year: int
    framework: str
    section: str
    strength: str
    source: str
    mark: str
    goal: str
    verb: str
    message: str
    review_by: date
    when: Condition
    scope: Condition
    against: tuple[str, ...] = ()
    proposes: tuple[str, ...] = ()
    only_for_plans: bool = False
    today: bool = False
    asks: Callable[[Facts], Known] = field(init=False, repr=False, compare=False)
    warns: Callable[[Facts], Known] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # frozen: both follow from the conditions and are asked for every person
        object.__setattr__(self, "asks", compiled(All((self.scope, self.when))))
        object.__setattr__(self, "warns", compiled(self.when))

    @property
    def needs(self) -> frozenset[str]:
        """The facts it looks at."""
        return used(self.when) | used(self.scope)

    @property
    def origin(self) -> str:
        """Where it comes from, for a reader."""
        return f"{self.id}: {self.guideline} {self.year}, {self.section}, {MARKS[self.mark]}"

    @property
    def status(self) -> str:
        """``on``, or ``to be confirmed``: then it is off until a site turns it on."""
        return "to be confirmed" if self.mark == TO_BE_CONFIRMED else "on"


@cache
def rules() -> tuple[Rule, ...]:
    """All rules of all frameworks.

    Raises EvidenceError naming the file, the rule and the fault.
    """
    folder = resources.files("boneloop.guidance") / "rules"
    found: list[Rule] = []
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        found += read(tomllib.loads(file.read_text("utf-8")), f"guidance/rules/{file.name}")
    twice = {rule.id for rule in found if [r.id for r in found].count(rule.id) > 1}
    if twice:
        raise EvidenceError(f"guidance/rules: ids that stand twice: {', '.join(sorted(twice))}")
    return tuple(found)


def read(table: Mapping[str, Any], file: str) -> list[Rule]:
    """The rules of one file, each with what the top of the file says of all of them.

    Raises EvidenceError naming the file, the rule and the fault.
    """
    missing = [name for name in (*_OF_FILE, "rule") if name not in table]
    if missing:
        raise EvidenceError(f"{file}: missing {missing}")
    if not Path(file).stem.endswith(f"_{table['year']}"):
        raise EvidenceError(f"{file}: the name ends in the year of the guideline, {table['year']}")
    of_file = {name: table[name] for name in _OF_FILE}
    return [make({**of_file, **one}, file) for one in table["rule"]]


@cache
@cache
def past_review(day: date) -> tuple[Rule, ...]:
    """The rules that should have been read again before ``day``: their guideline may have been replaced."""
    return tuple(rule for rule in rules() if rule.review_by < day)


@cache
def under(framework: str) -> tuple[Rule, ...]:
    """The rules read under one framework ("" for none)."""
    return tuple(rule for rule in rules() if rule.framework in FAMILIES[framework])


def make(table: Mapping[str, Any], file: str) -> Rule:
    """Check one table of a rules file and make a rule of it.

    Raises EvidenceError naming the file, the rule and the fault.
    """
    place = f"{file}, rule {table.get('id', '?')}"
    unknown = sorted(set(table) - _FIELDS)
    missing = sorted(_FIELDS - set(table) - {"scope", "against", "proposes", "only_for_plans", "today"})
    if unknown or missing:
        raise EvidenceError(f"{place}: unknown fields {unknown}, missing fields {missing}")
    fields = dict(table)
    fields |= {name: parse(table.get(name, {"always": True}), place) for name in ("when", "scope")}
    fields |= {name: tuple(table.get(name, ())) for name in ("against", "proposes")}
    rule = Rule(**fields)
    _check(rule, place)
    return rule


def _check(rule: Rule, place: str) -> None:
    families = {name for family in FAMILIES.values() for name in family}
    faults = {
        f"framework is one of {sorted(families)}": rule.framework in families,
        f"verb is one of {VERBS}": rule.verb in VERBS,
        f"goal is one of {GOALS}": rule.goal in GOALS,
        f"mark is one of {sorted(MARKS)}": rule.mark in MARKS,
        "review_by is a date": isinstance(rule.review_by, date),
        f"facts that exist, not {sorted(rule.needs - set(FACTS))}": rule.needs <= set(FACTS),
        "an antidepressant is never proposed for bone": rule.goal != "bone" or not ANTIDEPRESSANTS & set(rule.proposes),
        "no threshold of one country in a rule that holds everywhere": rule.framework != EVERYWHERE
        or not OF_ONE_COUNTRY & rule.needs,
        "every framework a user can choose is a family": set(FRAMEWORKS) | {""} == set(FAMILIES),
    }
    broken = [fault for fault, holds in faults.items() if not holds]
    if broken:
        raise EvidenceError(f"{place}: {'; '.join(broken)}")
