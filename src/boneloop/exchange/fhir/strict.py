"""Strict checking: is a resource one that FHIR R4 allows, element by element?

The table of the standard (``r4.json``, made by ``scripts/make_r4_table.py``) says which elements a type has, of which
types, which are lists, required, or alternatives of one choice. ``r4_rules.toml`` adds what the standard's JSON Schema
does not hold: required elements of primitive types and required codes. A few of the standard's invariants are here.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

RESOURCE, EXTENDED = "Resource", "Element"
DATES = frozenset(("date", "dateTime", "instant"))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that FHIR R4 does not allow.

    path   the element, from the type of the resource on: "Observation.component[0].code"
    rule   what was expected
    value  what came, as text; "" where something is missing
    """

    path: str
    rule: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Type:
    """One type of R4: its elements (type, whether it is a list, the allowed codes), and what must or may be there."""

    elements: Mapping[str, tuple[str, bool, frozenset[str]]]
    required: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]
    required_choices: tuple[str, ...]


def faults(resource: Any, path: str = "") -> Iterator[Fault]:
    """Everything in a resource (as JSON decodes it) that R4 does not allow; nothing if it is a valid resource."""
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        yield Fault(path or "resource", "an object with resourceType", _shown(resource))
        return
    kind = resource["resourceType"]
    if kind not in _resources():
        yield Fault(f"{path or kind}.resourceType", "a resource type of R4", kind)
        return
    yield from _faults(resource, kind, path or kind)


def _faults(element: Mapping[str, Any], name: str, path: str) -> Iterator[Fault]:
    known = _type(name)
    if not element:
        yield Fault(path, "something in it: FHIR has no empty object")
    for key, value in element.items():
        of = known.elements.get(key)
        if of is not None:
            yield from _element(value, of, element.get(f"_{key}"), f"{path}.{key}")
        elif key.startswith("_") and _is_extensible(key[1:], known):
            yield from _extended(value, f"{path}.{key}")
        elif key != "resourceType" or name not in _resources():
            yield Fault(f"{path}.{key}", f"an element of {name}", _shown(value))
    for key in known.required:
        if key not in element and f"_{key}" not in element:
            yield Fault(f"{path}.{key}", "it is required")
    yield from _choices(element, known, path)
    yield from _invariants(element, name, path)


def _is_extensible(key: str, known: Type) -> bool:
    """May extensions stand beside an element: it is of a primitive type, and neither an id nor the text of a page."""
    kind = known.elements[key][0] if key in known.elements else ""
    return kind[:1].islower() and kind != "xhtml" and key != "id"


def _choices(element: Mapping[str, Any], known: Type, path: str) -> Iterator[Fault]:
    for stem, keys in known.choices.items():
        there = [key for key in keys if key in element or f"_{key}" in element]
        if len(there) > 1:
            yield Fault(f"{path}.{stem}[x]", "one of the alternatives only", ", ".join(there))
        if not there and stem in known.required_choices:
            yield Fault(f"{path}.{stem}[x]", "it is required")


def _element(value: Any, of: tuple[str, bool, frozenset[str]], beside: Any, path: str) -> Iterator[Fault]:
    kind, is_list, codes = of
    if not is_list:
        yield from _one(value, kind, codes, path)
        return
    if not isinstance(value, list) or not value:
        yield Fault(path, "a list with something in it", _shown(value))
        return
    for index, one in enumerate(value):
        if one is None and isinstance(beside, list) and index < len(beside) and beside[index] is not None:
            continue
        yield from _one(one, kind, codes, f"{path}[{index}]")


def _one(value: Any, kind: str, codes: frozenset[str], path: str) -> Iterator[Fault]:
    if kind == RESOURCE:
        yield from faults(value, path)
    elif kind[0].isupper():
        if isinstance(value, dict):
            yield from _faults(value, kind, path)
        else:
            yield Fault(path, f"an object: {kind}", _shown(value))
    elif rule := _primitive(value, kind):
        yield Fault(path, rule, _shown(value))
    elif codes and value not in codes:
        yield Fault(path, f"one of the codes {', '.join(sorted(codes))}", _shown(value))


def _primitive(value: Any, kind: str) -> str:
    """What a value of a primitive type breaks, "" if nothing."""
    sort, pattern = _primitives()[kind]
    if sort == "boolean":
        return "" if isinstance(value, bool) else "true or false"
    if sort == "number":
        return _number(value, kind)
    if not isinstance(value, str):
        return f"a text: {kind}"
    if not value or (pattern is not None and not pattern.search(value)):
        return f"a {kind} as FHIR writes it"
    if kind in DATES and len(value) >= len("YYYY-MM-DD"):
        try:
            date.fromisoformat(value[:10])
        except ValueError:
            return "a day of the calendar"
    return ""


def _number(value: Any, kind: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "a number"
    if kind == "decimal":
        return ""
    least = {"positiveInt": 1, "unsignedInt": 0}.get(kind)
    if value != int(value):
        return "a whole number"
    return f"a whole number from {least}" if least is not None and value < least else ""


def _extended(value: Any, path: str) -> Iterator[Fault]:
    """What stands beside a primitive element: its extensions, for a list one each."""
    for index, one in enumerate(value if isinstance(value, list) else [value]):
        at = f"{path}[{index}]" if isinstance(value, list) else path
        if isinstance(one, dict):
            yield from _faults(one, EXTENDED, at)
        elif one is not None or not isinstance(value, list):
            yield Fault(at, f"an object: {EXTENDED}", _shown(one))


def _invariants(element: Mapping[str, Any], name: str, path: str) -> Iterator[Fault]:
    """Invariants of the standard, by their keys."""
    if name in ("Observation", "Observation_Component"):
        valued = any(key.startswith("value") for key in element)
        if valued and "dataAbsentReason" in element:
            yield Fault(f"{path}.dataAbsentReason", "obs-6: only where there is no value")
    elif name == "Extension":
        valued = any(key.startswith(("value", "_value")) for key in element)
        if valued == ("extension" in element):
            yield Fault(path, "ext-1: a value or extensions, and not both")
    elif name == "Period":
        start, end = element.get("start"), element.get("end")
        if isinstance(start, str) and isinstance(end, str) and start[:10] > end[: len(start[:10])] + "~":
            yield Fault(path, "per-1: a start that is not after the end", f"{start} to {end}")
    elif name == "Quantity" and "code" in element and "system" not in element:
        yield Fault(f"{path}.code", "qty-3: a code with its system", _shown(element["code"]))
    elif name == "RiskAssessment_Prediction":
        chance = element.get("probabilityDecimal")
        if isinstance(chance, int | float) and chance > _HUNDRED:
            yield Fault(f"{path}.probabilityDecimal", "ras-2: at most 100 (per cent)", _shown(chance))


_HUNDRED = 100
_SHOWN = 60


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


# ---------------------------------------------------------------- the tables


@cache
def _tables() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    folder = resources.files("boneloop.exchange.fhir")
    table = json.loads((folder / "r4.json").read_text(encoding="utf-8"))
    return table, tomllib.loads((folder / "r4_rules.toml").read_text(encoding="utf-8"))


@cache
def _resources() -> frozenset[str]:
    return frozenset(_tables()[0]["resources"])


@cache
def _primitives() -> Mapping[str, tuple[str, re.Pattern[str] | None]]:
    told = _tables()[0]["primitives"]
    return {name: (sort, _compiled(pattern) if pattern else None) for name, (sort, pattern) in told.items()}


def _compiled(pattern: str) -> re.Pattern[str]:
    """The standard's patterns are XML Schema's: white space is these four, and a no-break space is none."""
    plain = pattern.replace(r"[^\s]", r"\S").replace(r"\t\S]", r"\t\x21-\U0010ffff]")
    return re.compile(plain.replace(r"\S", r"[^ \t\r\n]").replace(r"\s", r"[ \t\r\n]"))


@cache
def _type(name: str) -> Type:
    table, rules = _tables()
    told = table["types"][name]
    elements = {}
    for key, of in told["elements"].items():
        kind, _, codes = of.removesuffix("*").partition("|")
        allowed = frozenset(codes.split("|")) if codes else frozenset(rules["codes"].get(f"{name}.{key}", ()))
        elements[key] = kind, of.endswith("*"), allowed
    return Type(
        elements,
        (*told.get("required", ()), *rules["required"].get(name, ())),
        {stem: tuple(keys) for stem, keys in told.get("choices", {}).items()},
        tuple(rules["required_choice"].get(name, ())),
    )
