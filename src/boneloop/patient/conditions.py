"""Conditions: which diagnosis, habit or fracture a code names.

The tables are in ``conditions.toml``. A code that is not there names nothing: the record then says nothing about it,
which is unknown and never no. ICD-10 codes are matched by their longest listed beginning, SNOMED codes exactly.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

from boneloop.types import Known

SITES = ("hip", "vertebra", "wrist", "humerus", "pelvis", "other")
"""Where a bone broke, as the record says it."""


class Code(NamedTuple):
    """A code with its kind of system ("snomed", "icd10", "loinc") and what the source prints beside it."""

    system: str
    code: str
    display: str = ""


@cache
def _tables() -> Mapping[str, Any]:
    text = (resources.files("boneloop.patient") / "conditions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def titles() -> Mapping[str, str]:
    """Every condition by name, with its title."""
    return {name: row["title"] for name, row in _tables()["condition"].items()}


@cache
def lasting() -> frozenset[str]:
    """Conditions that stay part of a person even when the source calls them resolved."""
    return frozenset(name for name, row in _tables()["condition"].items() if row.get("lasting"))


@cache
def _index(group: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, row in _tables()[group].items():
        for system in ("snomed", "icd10"):
            for code in row[system]:
                key = (system, code.replace(".", ""))
                found[key] = (*found.get(key, ()), name)
    return found


def _look_up(index: Mapping[tuple[str, str], tuple[str, ...]], code: Code) -> tuple[str, ...]:
    if code.system == "snomed":
        return index.get(("snomed", code.code), ())
    if code.system != "icd10":
        return ()
    plain = code.code.replace(".", "").strip().upper()
    lengths = range(len(plain), 0, -1)
    return next((index[("icd10", plain[:n])] for n in lengths if ("icd10", plain[:n]) in index), ())


@lru_cache(maxsize=4096)
def _names_of(code: Code) -> tuple[str, ...]:
    return _look_up(_index("condition"), code)


def named(codes: Iterable[Code]) -> tuple[str, ...]:
    """The conditions that these codes of one statement name; none if no code is in the table."""
    return tuple(dict.fromkeys(name for code in codes for name in _names_of(code)))


def fracture_site(codes: Iterable[Code], text: str = "") -> str | None:
    """The site of a fracture that these codes name, or None if they name none.

    A condition that says "fracture" in words and has no code of ours is a fracture of the site that its words name,
    else of another; a family history, a suspicion or a risk is none.
    """
    known = tuple(codes)
    sites = [site for code in known for site in _look_up(_index("fracture"), code)]
    if sites:
        return min(sites, key=SITES.index)
    words = " | ".join([text, *(code.display for code in known)]).lower()
    rule = _tables()["fracture_words"]
    if not any(word in words for word in rule["are"]) or any(word in words for word in rule["are_not"]):
        return None
    return next((site for site in SITES if any(word in words for word in rule.get(site, ()))), "other")


def low_energy(codes: Iterable[Code], text: str = "") -> Known:
    """Yes if a code or the words state a fragility fracture; else unknown: no code says that it was not one."""
    rule = _tables()["low_energy"]
    known = tuple(codes)
    words = " | ".join([text, *(code.display for code in known)]).lower()
    stated = any(code.system == "snomed" and code.code in rule["snomed"] for code in known) or any(
        code.system == "icd10" and code.code.upper().replace(".", "").startswith(listed.replace(".", ""))
        for code in known
        for listed in rule["icd10"]
    )
    return Known.YES if stated or any(word in words for word in rule["words"]) else Known.UNKNOWN


@cache
def observed() -> Mapping[tuple[str, str], str]:
    """Observation codes that answer a condition with yes or no: (system, code) to its name."""
    rule = _tables()["observed"]
    return {(system, code): name for system in ("loinc", "snomed") for code, name in rule[system].items()}


def answered(name: str, codes: Iterable[Code]) -> Known:
    """The yes or no that an answer code gives about a condition; unknown for any other code."""
    answers = _tables()["answers"]
    for code in codes:
        for word, known in (("yes", Known.YES), ("no", Known.NO)):
            if code.code in answers[word] or code.code in answers.get(name, {}).get(word, {}):
                return known
    return Known.UNKNOWN
