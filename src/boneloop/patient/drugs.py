"""Drugs: which drug a code or the text of a prescription names, and its class.

The table is ``drugs.toml``. Codes come first (RxNorm, ATC); then the generic names in the text, since RxNorm has a code
for every strength and form. Forms that do not act on the whole body (creams, drops, inhalers) name no drug here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from boneloop.patient.conditions import Code


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug of the table.

    drug_class    its class, a name of ``classes()``
    every_months  months that one dose covers, for drugs given as single doses; None for drugs taken daily or weekly
    any_form      a nasal spray or a cream of it acts on the whole body
    """

    name: str
    drug_class: str
    names: tuple[str, ...]
    every_months: float | None = None
    any_form: bool = False


@cache
def _tables() -> Mapping[str, Any]:
    text = (resources.files("boneloop.patient") / "drugs.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def classes() -> Mapping[str, str]:
    """Every drug class with its title. Where a source names only the class, the class name stands for the drug."""
    return {name: row["title"] for name, row in _tables()["class"].items()}


@cache
def drugs() -> Mapping[str, Drug]:
    """Every drug by name, and every class that can stand for an unnamed drug of it."""
    found = {
        name: Drug(name, row["class"], tuple(row["names"]), row.get("every_months"), row.get("any_form", False))
        for name, row in _tables()["drug"].items()
    }
    return {**{name: Drug(name, name, ()) for name in classes()}, **found}


@cache
def _by_code() -> Mapping[tuple[str, str], str]:
    return {
        (system, code): name
        for name, row in _tables()["drug"].items()
        for system in ("atc", "rxnorm")
        for code in row.get(system, {})
    }


@cache
def _class_by_atc() -> Mapping[str, str]:
    return {start: name for name, row in _tables()["class"].items() for start in row["atc"]}


@cache
def _pattern() -> tuple[re.Pattern[str], Mapping[str, str]]:
    by_name = {spelling: name for name, row in _tables()["drug"].items() for spelling in row["names"]}
    longest_first = sorted(by_name, key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(re.escape(name) for name in longest_first) + r")\b"), by_name


@lru_cache(maxsize=8192)
def _in_text(text: str) -> tuple[str, ...]:
    pattern, by_name = _pattern()
    return tuple(dict.fromkeys(by_name[spelling] for spelling in pattern.findall(text.lower())))


@lru_cache(maxsize=8192)
def _is_local(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _tables()["forms"]["local"])


def named(codes: Iterable[Code], text: str = "") -> tuple[Drug, ...]:
    """The drugs that one prescription names: a combination names several, an unknown or a local form none.

    codes  of systems "rxnorm" and "atc", with their displays; text is what else was written
    """
    known = tuple(codes)
    words = " | ".join(dict.fromkeys([*(code.display for code in known), text]))
    found = [_by_code()[code.system, code.code] for code in known if (code.system, code.code) in _by_code()]
    found += _in_text(words)
    if not found:
        found = [name for code in known if code.system == "atc" and (name := _atc_class(code.code))]
    local = _is_local(words)
    return tuple(drugs()[name] for name in dict.fromkeys(found) if not local or drugs()[name].any_form)


def _atc_class(code: str) -> str | None:
    plain = code.strip().upper()
    return next((name for n in range(len(plain), 2, -1) if (name := _class_by_atc().get(plain[:n]))), None)


def atc_code(name: str) -> str:
    """The first verified ATC code of a drug; "" where there is none."""
    codes = _tables()["drug"].get(name, {}).get("atc", {})
    return next((code for code, checked in codes.items() if checked == "verified"), "")
