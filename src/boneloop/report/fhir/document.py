"""Documents: the resources of people put into a Bundle, an NDJSON of Bundles, or a folder with a file for each type.

people.json        one Bundle that holds everybody
people.ndjson      one Bundle a line for each person; .ndjson.gz is packed
people (a folder)  Patient.ndjson, Observation.ndjson ... as in a bulk export, one resource a line
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, cast

from boneloop.assess.assessment import Assessment
from boneloop.compare.forecast import Forecast, Tabled
from boneloop.errors import FileError
from boneloop.guidance.advice import Advice
from boneloop.report.fhir.advised import advised
from boneloop.report.fhir.conclusions import concluded, conclusions
from boneloop.report.fhir.elements import Element, full_url, references, without_empty
from boneloop.report.fhir.forecasts import forecasts
from boneloop.report.fhir.record import Written, written
from boneloop.report.fhir.sensitive import labeled
from boneloop.therapy.care_plan import CarePlan

SUFFIXES = (".json", ".ndjson", ".ndjson.gz")


@dataclass(frozen=True, slots=True)
class Foretold:
    """A forecast with its care plans, and the name and value of what it rests on: belief, seed, draws, evidence."""

    forecast: Forecast | Tabled
    plans: Sequence[CarePlan]
    origin: Sequence[tuple[str, str]] = field(default=())


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one person.

    advice     what guidelines say; None: nothing is written about them
    forecasts  none, one, or one for each belief
    origin     name and value of what all of it rests on: version, evidence
    """

    assessment: Assessment
    advice: Advice | None = None
    forecasts: Sequence[Foretold] = ()
    origin: Sequence[tuple[str, str]] = field(default=())


def resources_of(told: Told, recorded: datetime | None = None) -> list[Element]:
    """All resources of one person: the record, what was concluded, and where that comes from.

    recorded  when it was written down, for the Provenance; now if not given
    """
    made = written(told.assessment.record)
    found = list(conclusions(told.assessment, made))
    if told.advice is not None:
        found += advised(told.advice, made, found)
    for one in told.forecasts:
        found += forecasts(one.forecast, one.plans, made, one.origin)
    origin = [_provenance(made, found, told.origin, recorded or datetime.now(UTC))] if found else []
    return labeled([*made.resources, *found, *origin])


def _provenance(made: Written, found: Sequence[Element], origin: Sequence[tuple[str, str]], when: datetime) -> Element:
    """Who concluded what from what, with which numbers."""
    rests_on = [{"role": "source", "what": one} for one in references(made.facts or [made.patient])]
    rests_on += [{"role": "source", "what": {"display": f"{name}: {value}"}} for name, value in origin]
    version = dict(origin).get("version", "")
    return without_empty(
        {
            **concluded("Provenance", made, *(value for _, value in origin)),
            "target": references(found),
            "occurredDateTime": made.record.as_of.isoformat(),
            "recorded": when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "agent": [
                {
                    "type": {"coding": [{"system": f"{_TERMS}provenance-participant-type", "code": "assembler"}]},
                    "who": {"display": f"boneloop {version}".strip()},
                }
            ],
            "entity": rests_on,
        }
    )


_TERMS = "http://terminology.hl7.org/CodeSystem/"


def bundle(resources: Iterable[Element]) -> Element:
    """A collection of resources, each with its full address."""
    entries = [{"fullUrl": full_url(one), "resource": one} for one in resources]
    return without_empty({"resourceType": "Bundle", "type": "collection", "entry": entries})


def write(path: Path, people: Iterable[Sequence[Element]]) -> int:
    """Write the resources of people in the form that the name says; return how many people.

    Raises FileError for a name with another ending.
    """
    name = path.name.lower()
    if name.endswith((".ndjson", ".ndjson.gz")):
        return _write_lines(path, people)
    if name.endswith(".json"):
        return _write_bundle(path, people)
    if "." in name:
        raise FileError(str(path), f"FHIR is written to {', '.join(SUFFIXES)} or into a folder", path.suffix)
    return _write_folder(path, people)


def line(resource: Element) -> str:
    """A resource in one line of JSON."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def _write_lines(path: Path, people: Iterable[Sequence[Element]]) -> int:
    partial, count = path.with_name(path.name + ".partial"), 0
    with _opened(partial, path.name.lower().endswith(".gz")) as file:
        for count, resources in enumerate(people, start=1):  # noqa: B007
            file.write(line(bundle(resources)))
    os.replace(partial, path)
    return count


def _opened(path: Path, packed: bool) -> TextIO:
    if not packed:
        return path.open("w", encoding="utf-8", newline="\n")
    return cast(TextIO, gzip.open(path, "wt", encoding="utf-8", newline="\n"))


def _write_bundle(path: Path, people: Iterable[Sequence[Element]]) -> int:
    """One entry a line, so that any number of people fits into memory."""
    partial, count, first = path.with_name(path.name + ".partial"), 0, True
    with _opened(partial, False) as file:
        file.write('{"resourceType":"Bundle","type":"collection"')
        for count, resources in enumerate(people, start=1):  # noqa: B007
            for one in resources:
                file.write(',"entry":[\n' if first else ",\n")
                file.write(line({"fullUrl": full_url(one), "resource": one})[:-1])
                first = False
        file.write("}\n" if first else "\n]}\n")
    os.replace(partial, path)
    return count


def _write_folder(folder: Path, people: Iterable[Sequence[Element]]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, TextIO] = {}
    count = 0
    with ExitStack() as stack:
        for count, resources in enumerate(people, start=1):  # noqa: B007
            for one in resources:
                kind = one["resourceType"]
                if kind not in files:
                    files[kind] = stack.enter_context(_opened(folder / f"{kind}.ndjson.partial", False))
                files[kind].write(line(one))
    for kind in files:
        os.replace(folder / f"{kind}.ndjson.partial", folder / f"{kind}.ndjson")
    return count


def each(people: Iterable[Told], recorded: datetime | None = None) -> Iterator[list[Element]]:
    """The resources of each person, one after the other."""
    return (resources_of(one, recorded) for one in people)
