"""The codes that only FHIR uses (``codes.toml``): code systems, body sites of DXA, answers, race, statuses."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from boneloop.exchange.fhir.resources import Coding, Concept
from boneloop.patient.conditions import Code


@cache
def table(name: str) -> Mapping[str, Any]:
    """One table of ``codes.toml``."""
    text = (resources.files("boneloop.exchange.fhir") / "codes.toml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = tomllib.loads(text)[name]
    return found


@lru_cache(maxsize=256)
def system_name(address: str | None) -> str:
    """The short name of a code system: loinc, snomed, icd10, rxnorm, atc, race; "" for any other."""
    plain = (address or "").rstrip("/").removeprefix("https://")
    plain = plain if plain.startswith(("http://", "urn:")) else f"http://{plain}"
    known: str = table("systems").get(plain, "")
    return known or ("icd10" if "icd-10" in plain.lower() else "")


Parts = tuple[tuple[tuple[str | None, str | None, str | None], ...], str | None]
"""A concept as it can be remembered: its codings (system, code, display) and its text."""


def parts_of(concept: Concept | None) -> Parts:
    """A concept as it can be remembered."""
    if concept is None:
        return (), None
    return tuple([(c.system, c.code, c.display) for c in concept.coding]), concept.text


def concept_of(parts: Parts) -> Concept:
    """The concept that was remembered."""
    return Concept(tuple(Coding(*coding) for coding in parts[0]), parts[1])


def codes_of(concept: Concept | None) -> tuple[Code, ...]:
    """The codes of a concept with the short names of their systems."""
    if concept is None:
        return ()
    return tuple(Code(system_name(c.system), c.code, c.display or "") for c in concept.coding if c.code)


def words_of(*concepts: Concept | None) -> str:
    """What concepts say in words."""
    told: list[str] = []
    for concept in concepts:
        if concept is not None:
            told += [concept.text or "", *(c.display or "" for c in concept.coding)]
    return " | ".join(dict.fromkeys(word for word in told if word))


def loinc(concept: Concept | None) -> str:
    """The first LOINC code of a concept, or ""."""
    if concept is None:
        return ""
    return next((c.code for c in concept.coding if c.code and system_name(c.system) == "loinc"), "")


def first_code(concept: Concept | None) -> str:
    """The first code of a concept, whatever its system, or ""."""
    if concept is not None:
        for coding in concept.coding:
            if coding.code:
                return coding.code
    return ""


def body_site(concepts: Iterable[Concept | None]) -> str:
    """The DXA site that codes or words of a body site name, or ""."""
    known = tuple(concepts)
    codes = {code.code for concept in known for code in codes_of(concept)}
    words = words_of(*known).lower()
    sites = table("body_site")
    for name, row in sites.items():
        if codes & row["snomed"].keys() or any(word in words for word in row["words"]):
            return str(name)
    return ""


def score_of(coding: Coding) -> float | None:
    """The score of an answer: its LOINC answer code, or the extension that carries it."""
    known = table("answer").get(coding.code or "")
    if known is not None:
        return float(known)
    urls = table("scores")["urls"]
    return next((e.valueDecimal for e in coding.extension if e.url in urls and e.valueDecimal is not None), None)
