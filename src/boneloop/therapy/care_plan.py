"""A care plan: a dated list of treatments, by name or from a TOML file.

    [plan]
    name = "my-plan"
    title = "Zoledronate for three years, with exercise"

    [[course]]
    kind = "zoledronate"        # a name in kinds.py; what follows is optional and as usual where left out
    start_month = 0
    stop_month = 36
    dose = 5                    # in the unit of the kind: mg, mg/day, ug/day; 0 to 1 where 1 is the usual treatment
    every_months = 12
    adherence = "modeled"       # or "full"

The plans that boneloop knows by name are files of the same form in ``therapy/plans``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from boneloop.errors import PlanError
from boneloop.therapy.course import Course, course

_PLAN_FIELDS = ("name", "title")
_COURSE_FIELDS = (
    "kind",
    "start_month",
    "stop_month",
    "dose",
    "dose_unit",
    "every_months",
    "lasts_months",
    "adherence",
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class CarePlan:
    """What is done for a person.

    name     short, as in ``--plans`` and in tables
    title    one line for a reader
    courses  in the order in which they were written
    """

    name: str
    title: str
    courses: tuple[Course, ...] = ()

    @property
    def steps(self) -> tuple[str, ...]:
        """The plan in words, one step per course; empty for the plan that does nothing."""
        return tuple(one.words for one in self.courses)


def known_plans() -> tuple[str, ...]:
    """Names of the plans that need no file."""
    folder = resources.files("boneloop.therapy") / "plans"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load_plans(names: Sequence[str]) -> tuple[CarePlan, ...]:
    """Several plans, in this order; two of one name are refused.

    Raises PlanError.
    """
    plans = tuple(load_plan(name) for name in names)
    for i, plan in enumerate(plans):
        if plan.name in [earlier.name for earlier in plans[:i]]:
            raise PlanError(f"plan {names[i]!r}", "every plan has a name of its own", plan.name)
    return plans


def load_plan(name_or_path: str | Path) -> CarePlan:
    """A plan by name, or from a TOML file.

    Raises PlanError naming the file, the course and the field, the rule and the value.
    """
    text = str(name_or_path)
    if text in known_plans():
        return parse((resources.files("boneloop.therapy") / "plans" / f"{text}.toml").read_bytes(), f"plan {text!r}")
    path = Path(name_or_path)
    if path.suffix != ".toml" and not path.is_file():
        raise PlanError("plan", f"a TOML file or one of {', '.join(known_plans())}", text)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PlanError(text, f"a readable file ({error.strerror})") from None
    return parse(data, text)


def parse(data: bytes, place: str) -> CarePlan:
    """A plan from the bytes of a TOML file; ``place`` is named in errors."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise PlanError(place, "a care plan is a TOML file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise PlanError(place, f"a care plan is a TOML file: {error}") from None
    _only(document, ("plan", "course"), place)
    plan = document.get("plan")
    if not isinstance(plan, dict):
        raise PlanError(place, "a table [plan] with name and title")
    _only(plan, _PLAN_FIELDS, f"{place}, [plan]")
    name, title = (_text(plan, field, f"{place}, [plan]") for field in _PLAN_FIELDS)
    if not _NAME.fullmatch(name):
        raise PlanError(f"{place}, [plan], name", "a letter, then letters, digits, - or _", name)
    return CarePlan(name, title, _courses(document.get("course", []), place))


def _courses(tables: Any, place: str) -> tuple[Course, ...]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise PlanError(place, "each treatment is a table [[course]]")
    return tuple(_course(table, f"{place}, course {number}") for number, table in enumerate(tables, start=1))


def _course(table: Mapping[str, Any], place: str) -> Course:
    _only(table, _COURSE_FIELDS, place)
    if "kind" not in table:
        raise PlanError(place, "a course names its kind")
    return course(**table, place=place)


def _only(table: Mapping[str, Any], fields: Sequence[str], place: str) -> None:
    for unknown in sorted(set(table) - set(fields)):
        raise PlanError(place, f"fields are {', '.join(fields)}", unknown)


def _text(table: Mapping[str, Any], field: str, place: str) -> str:
    value = table.get(field)
    if not isinstance(value, str) or not value.strip():
        raise PlanError(f"{place}, {field}", "some text", value)
    return value.strip()
