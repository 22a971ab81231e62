"""The codes written beside our own (``codes.toml``): LOINC, SNOMED CT, ATC and UCUM, where they say the same."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from boneloop.exchange.fhir import ours
from boneloop.patient.drugs import atc_code
from boneloop.patient.quantities import Quantity, quantities
from boneloop.report.fhir.elements import ATC, LOINC, SNOMED, Element, coding


@cache
def table(name: str) -> Mapping[str, Any]:
    """One table of ``codes.toml``."""
    text = (resources.files("boneloop.report.fhir") / "codes.toml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = tomllib.loads(text)[name]
    return found


def ucum(quantity: Quantity) -> str:
    """The UCUM code of the canonical unit of a quantity."""
    kinds = table("ucum_by_kind")
    kind = next((code for start, code in kinds.items() if quantity.name.startswith(start)), "")
    return str(kind or table("ucum").get(quantity.unit, quantity.unit))


def of_quantity(name: str) -> list[Element]:
    """The codings of a quantity: our own, then LOINC."""
    known = table("loinc").get(name)
    mine = coding(ours.QUANTITY, name, quantities()[name].title)
    return [mine, *([coding(LOINC, known)] if known else [])]


def body_site(name: str) -> Element:
    """The body site of a DXA quantity; empty for others."""
    if not name.startswith(("bmd_", "t_score_", "z_score_")):
        return {}
    sites = table("body_site")
    return next(({"text": words} for end, words in sites.items() if name.endswith(end)), {})


def of_condition(name: str, title: str) -> list[Element]:
    """The codings of a condition: our own, then SNOMED CT."""
    known = table("snomed")["condition"].get(name)
    return [coding(ours.CONDITION, name, title), *([coding(SNOMED, known)] if known else [])]


def of_drug(name: str) -> list[Element]:
    """The codings of a drug: our own, then ATC."""
    known = atc_code(name)
    return [coding(ours.DRUG, name), *([coding(ATC, known)] if known else [])]
