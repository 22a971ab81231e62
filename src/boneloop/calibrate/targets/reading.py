"""From a target file to a study: every field is checked, and what cannot be run is refused by name, alone.

A fault in [study] or [population] refuses the file. A fault in an arm refuses the arm and the results that need it, a
fault in a result only that result: the others still run.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from boneloop.calibrate.targets.fields import Table
from boneloop.calibrate.targets.format import Arm, Result, Study
from boneloop.calibrate.targets.population import population
from boneloop.calibrate.targets.result import result
from boneloop.cycle.body.fracture import SITES
from boneloop.cycle.loop import ARROWS
from boneloop.errors import FileError, InputError, PlanError, TargetError
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.course import FULL, MODELED, Course, course

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_COURSE = ("kind", "start_month", "stop_month", "dose", "dose_unit", "every_months", "lasts_months", "adherence")
_MOST = {"people": 100_000, "draws": 10_000}


def own_files() -> tuple[Path, ...]:
    """The target files that come with the package."""
    folder = resources.files("boneloop.calibrate.targets") / "files"
    return tuple(sorted(Path(str(item)) for item in folder.iterdir() if item.name.endswith(".toml")))


def files_in(places: Iterable[Path]) -> tuple[Path, ...]:
    """Files as they are, folders as the .toml files in them and below, in order, each once."""
    found: dict[Path, None] = {}
    for place in places:
        inside = sorted(place.rglob("*.toml")) if place.is_dir() else [place]
        found |= dict.fromkeys(inside)
    return tuple(found)


def read_all(files: Iterable[Path]) -> tuple[list[Study], list[InputError]]:
    """All studies that can be run, at least in part, and every refusal, those of the studies among them."""
    studies: list[Study] = []
    refused: list[InputError] = []
    for file in files:
        try:
            study = read(file)
            if study.id in [other.id for other in studies]:
                raise TargetError(f"{file.name}, [study], id", "every study has an id of its own", study.id)
        except (FileError, TargetError) as error:
            refused.append(error)
            continue
        studies.append(study)
        refused += study.refused
    return studies, refused


def read(file: Path) -> Study:
    """One study from its file.

    Raises FileError or TargetError where the file as a whole cannot be used.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise FileError(str(file), f"a readable file ({error.strerror})") from None
    return parse(data, file.name)


def parse(data: bytes, file: str) -> Study:
    """One study from the bytes of its file; ``file`` is named in errors."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise FileError(file, "a target file is TOML in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise FileError(file, f"a target file is TOML: {error}") from None
    whole = Table(document, file)
    head = Table(whole.raw("study"), f"{file}, [study]")
    identity = _named(head, "id")
    said: dict[str, Any] = {name: head.text(name) for name in ("title", "citation")}
    said |= {name: head.text(name, "") for name in ("doi", "note")}
    effort: dict[str, Any] = {name: head.whole(name, 2) for name in _MOST}
    for name, asked in effort.items():
        if asked is not None and asked > _MOST[name]:
            raise head.fault(name, f"at most {_MOST[name]}")
    head.end()
    everybody = whole.raw("population")
    population(Table(everybody, f"{file}, [population]"))
    arms, refused = _arms(whole.raw("arm"), everybody, file)
    results, bad = _results(whole.raw("result"), identity, arms, refused, file)
    whole.end()
    faults = (*refused.values(), *bad)
    return Study(id=identity, file=file, arms=arms, results=results, refused=faults, **effort, **said)


def _named(table: Table, field: str) -> str:
    name = table.text(field)
    if not _NAME.fullmatch(name):
        raise table.fault(field, "letters, digits, - _ or . and no spaces")
    return name


def _arms(tables: Any, everybody: Mapping[str, Any], file: str) -> tuple[dict[str, Arm], dict[str, TargetError]]:
    """The arms that can be lived, and by name why the others cannot."""
    if not isinstance(tables, Mapping) or not tables:
        raise TargetError(f"{file}, [arm.NAME]", "at least one arm")
    arms: dict[str, Arm] = {}
    refused: dict[str, TargetError] = {}
    for name, fields in tables.items():
        try:
            arms[name] = _arm(name, Table(fields, f"{file}, [arm.{name}]"), everybody)
        except TargetError as error:
            refused[name] = error
    return arms, refused


def _arm(name: str, table: Table, everybody: Mapping[str, Any]) -> Arm:
    if not _NAME.fullmatch(name):
        raise TargetError(table.place, "letters, digits, - _ or . and no spaces", name)
    own = table.raw("population", {})
    if not isinstance(own, Mapping):
        raise table.fault("population", "a table of fields that take the place of those of [population]")
    arm = Arm(
        name=name,
        title=table.text("title", name),
        plan=CarePlan(name, name, _courses(table)),
        population=population(Table({**everybody, **own}, f"{table.place[:-1]}.population]")),
        fracture_now=table.one_of("fracture_now", SITES, ""),
        cut=table.words("cut", ARROWS),
    )
    table.end()
    return arm


def _courses(table: Table) -> tuple[Course, ...]:
    taken = table.one_of("adherence", (FULL, MODELED), FULL)
    tables = table.raw("course", [])
    if not isinstance(tables, list) and tables != ():
        raise table.fault("course", "each treatment is a table [[arm.NAME.course]]")
    return tuple(_course(one, taken, f"{table.place}, course {at}") for at, one in enumerate(tables, start=1))


def _course(fields: Any, taken: str, place: str) -> Course:
    told = Table(fields, place)
    given = {name: told.raw(name) for name in _COURSE if name in told}
    if "kind" not in told:
        raise TargetError(place, "a course names its kind")
    for unknown in sorted(set(told.fields) - set(_COURSE)):
        raise TargetError(f"{place}, {unknown}", f"no such field; there are {', '.join(_COURSE)}")
    try:
        return course(**{"adherence": taken, **given, "place": place})
    except PlanError as error:
        raise TargetError(error.place, error.rule, error.value) from None


def _results(
    tables: Any, study: str, arms: Mapping[str, Arm], refused: Mapping[str, TargetError], file: str
) -> tuple[tuple[Result, ...], list[TargetError]]:
    if not isinstance(tables, list) or not tables:
        raise TargetError(f"{file}, [[result]]", "at least one result")
    results: dict[str, Result] = {}
    bad: list[TargetError] = []
    for number, fields in enumerate(tables, start=1):
        try:
            one = result(Table(fields, f"{file}, result {number}"), study, tuple(arms), tuple(refused))
            if one.id in results:
                raise TargetError(f"{file}, result {number}, id", "every result has an id of its own", one.id)
            results[one.id] = one
        except TargetError as error:
            bad.append(error)
    return tuple(results.values()), bad
