"""Elements: the small parts of which FHIR resources are made, without anything that is empty.

Ids follow from what a resource says and of whom, so the same record gives the same ids, on any machine.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from boneloop.exchange.fhir import ours

Element = dict[str, Any]
"""A FHIR element or resource as JSON has it."""

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ATC = "http://www.whocc.no/atc"
UCUM = "http://unitsofmeasure.org"
TERMS = "http://terminology.hl7.org/CodeSystem/"
HOME = "http://boneloop.invalid/fhir"
"""The server that our full addresses name. The name is reserved and leads nowhere: the resources are on no server."""

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, ours.BASE)


def valid_id(text: str) -> str:
    """The text itself where FHIR allows it as an id, else a name that follows from it."""
    return text if _ID.fullmatch(text) else str(uuid.uuid5(_SPACE, text))


def made_id(*parts: str) -> str:
    """An id that follows from these parts and from nothing else."""
    return str(uuid.uuid5(_SPACE, "\x1f".join(parts)))


def full_url(resource: Element) -> str:
    """The full address of a resource in a Bundle."""
    return f"{HOME}/{resource['resourceType']}/{resource['id']}"


def without_empty(element: Mapping[str, Any]) -> Element:
    """The element without what is empty: FHIR has no empty text, list or object."""
    return {name: value for name, value in element.items() if value is not None and value not in ("", [], {}, ())}


def coding(system: str, code: str, display: str = "") -> Element:
    """A code of a system."""
    return without_empty({"system": system, "code": code, "display": display})


_CONTROL = {n: "\ufffd" for n in range(32) if chr(n) not in "\t\r\n"}


def text_of(words: str) -> str:
    """A text as FHIR allows it: without control characters."""
    return words.translate(_CONTROL)


def concept(text: str, *codings: Element) -> Element:
    """What is meant, in codes and in words."""
    return without_empty({"coding": list(codings), "text": text_of(text)})


def term(system: str, code: str) -> Element:
    """A concept of one of the standard's own code systems."""
    return {"coding": [coding(TERMS + system, code)]}


def reference(resource: Element) -> Element:
    """A reference to a resource."""
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


def references(resources: Iterable[Element]) -> list[Element]:
    """References to resources, each once."""
    return [{"reference": to} for to in dict.fromkeys(f"{r['resourceType']}/{r['id']}" for r in resources)]


def quantity(value: float, unit: str, code: str = "") -> Element:
    """A number with its printed unit and its UCUM code."""
    coded = {"system": UCUM, "code": code} if code else {}
    return without_empty({"value": number(value), "unit": unit, **coded})


def number(value: float) -> float | int:
    """A number as JSON writes it shortest: 68, not 68.0."""
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def extension(url: str, kind: str, value: Any) -> Element:
    """An extension with a value: ``extension(url, "String", "...")``."""
    return {"url": url, f"value{kind}": value}


def words(url: str, text: str) -> list[Element]:
    """An extension that holds a text; none for an empty one."""
    return [extension(url, "String", text_of(text))] if text.strip() else []


def tagged(tag: str) -> Element:
    """The meta element of a resource with a tag of ours."""
    return {"tag": [coding(ours.ORIGIN, tag)]}


def note(*lines: str) -> list[Element]:
    """Annotations, one for each line that says something."""
    return [{"text": text_of(line)} for line in dict.fromkeys(lines) if line.strip()]
