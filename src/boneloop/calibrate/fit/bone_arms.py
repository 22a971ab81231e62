"""Whose bone the fit lives and what was seen of them: arms of target files, digitized trial courses, the age reference.

An arm is the women of its trial, bone alone, menopause at 50: of the mean age, or of three ages that stand for the
spread where it is known, since bone is lost fastest by the youngest and the oldest. A reading is one published number.
Courses of the trials come from the folder of the public data (``trials``), everything else from the package.
"""

from __future__ import annotations

import csv
import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from boneloop.errors import EvidenceError
from boneloop.evidence.registry import Registry
from boneloop.kernel.problem import Event
from boneloop.simulate import bone_alone
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.course import FULL, Course, course
from boneloop.therapy.exposure import Kinetics
from boneloop.therapy.schedule import schedule
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

DENSITIES = {
    "bmd_total_hip_change": "total_hip",
    "bmd_femoral_neck_change": "femoral_neck",
    "bmd_spine_change": "lumbar_spine",
}
MARKERS = ("ctx_change", "p1np_change", "bsap_change")
TARGETS = (
    "freedom",
    "freedom_extension",
    "denosumab_stopped",
    "fit_alendronate",
    "horizon",
    "zoledronate_once",
    "data_study",
    "fpt_teriparatide",
    "active",
    "frame",
    "arch",
    "more_raloxifene",
    "swan",
    "exercise_bone",
)
"""Target files of ``calibrate/targets/files`` whose results on bone and markers the fit uses, role calibrate."""
ANTIBODY = "blosozumab"
"""A sclerostin antibody of the trial courses that no plan can name: its own dose and half-life are fitted besides."""
_SUPPLEMENT = "calcium_vitamin_d"
"""Left out here: in a forecast it moves bone for some months only, by way of parathyroid hormone."""
_KINDS = ("arm", "difference", "ratio")
_LEAST_ERROR = 8.0
"""No marker counts as known better: percent points."""
_USUAL_ERROR = {"total_hip": 0.4, "femoral_neck": 0.4, "lumbar_spine": 0.6, "marker": 8.0}
"""Of a result whose interval is not at hand: assumed, percent points."""
_COURSE_ERROR = {"total_hip": 0.5, "marker": 10.0}
_COURSE_ERROR_UNKNOWN = {"total_hip": 0.5, "marker": 12.0}
_RISE_ERROR = 0.15
"""Part of a marker's rise that counts as error."""
_POINTS_PER_COURSE = 3
"""A course counts as so many results, however often the same people were measured."""
_REFERENCE_Z = 0.035
"""Error of a decade of the age reference, in standard deviations between people; the spine's decades count less:
degenerative change lifts the mean of those who are measured."""
_SPINE_DECADES = 3
_NORMAL_95 = 1.959963984540054
_AGES = ((-math.sqrt(3), 1 / 6), (0.0, 2 / 3), (math.sqrt(3), 1 / 6))
"""Three points that stand for a normal law (Gauss-Hermite): deviations from the mean, and their weights."""


@dataclass(frozen=True)
class Arm:
    """The women of one arm.

    age       at the start, days; months of the longest reading
    ages      ages that stand for those of the arm, with their weights; empty: all are of the one age
    courses   a care plan's courses, or None with ``events`` as they are, by days since the start
    antibody  its sclerostin antibody is ``ANTIBODY``
    """

    name: str
    age: float
    months: float
    courses: tuple[Course, ...] = ()
    events: tuple[tuple[str, float, float, float], ...] = ()
    antibody: bool = False
    ages: tuple[tuple[float, float], ...] = ()

    @property
    def women(self) -> tuple[tuple[float, float], ...]:
        """Ages in days and weights of those who are lived for this arm."""
        return self.ages or ((self.age, 1.0),)

    def happening(self, kinetics: Mapping[str, Kinetics]) -> list[Event]:
        """Events by days since the start."""
        found: list[Event] = []
        if self.courses:
            plan = CarePlan(name="arm", title=self.name, courses=self.courses)
            found += bone_alone.dosed(schedule(plan, math.ceil(self.months)), kinetics)
        for channel, begin, end, dose in self.events:
            found += bone_alone.given(channel, begin, end, dose)
        return found


@dataclass(frozen=True)
class Reading:
    """One published number: percent change of ``outcome`` by ``month`` against ``since``, error in percent points.

    against  the other arm of a difference (points) or a ratio (percent)
    trial    name of the trial arm whose course it belongs to, "" for others
    """

    label: str
    arm: str
    outcome: str
    month: float
    value: float
    error: float
    since: float = 0.0
    kind: str = "arm"
    against: str = ""
    trial: str = ""


def target_arms(files: Sequence[str] = TARGETS) -> tuple[list[Arm], list[Reading]]:
    """Arms and calibrate results on bone and markers of the target files."""
    arms, readings = [], []
    folder = resources.files("boneloop.calibrate.targets").joinpath("files")
    for name in files:
        file = tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
        own = [
            _reading(name, row)
            for row in file["result"]
            if row["outcome"] in (*DENSITIES, *MARKERS) and row["role"] == "calibrate"
        ]
        arms += _arms(name, file, own)
        readings += own
    return arms, readings


def _reading(study: str, row: Mapping[str, Any]) -> Reading:
    if row["kind"] not in _KINDS:
        raise EvidenceError(f"{study}, {row['id']}: the fit of bone takes {_KINDS}, not {row['kind']!r}")
    other = row.get("against", "")
    return Reading(
        label=f"{row['id']} {row['outcome']} of {row['arm']}, month {row['month']:g}",
        arm=f"{study}/{row['arm']}",
        outcome=row["outcome"],
        month=float(row["month"]),
        value=float(row["value"]),
        error=_error(row),
        since=float(row.get("from_month", 0)),
        kind=row["kind"],
        against=f"{study}/{other}" if other else "",
    )


def _error(row: Mapping[str, Any]) -> float:
    site = DENSITIES.get(row["outcome"], "marker")
    if "interval" in row:
        published = float(row["interval"][1] - row["interval"][0]) / 2 / _NORMAL_95
    elif "se" in row:
        published = float(row["se"])
    else:
        published = _USUAL_ERROR[site]
    return max(published, _LEAST_ERROR) if site == "marker" else published


def _arms(study: str, file: Mapping[str, Any], readings: Iterable[Reading]) -> list[Arm]:
    age, ages = _ages(file["population"]["age"])
    last: dict[str, float] = defaultdict(float)
    for reading in readings:
        for name in (reading.arm, reading.against):
            last[name] = max(last[name], reading.month)
    found = []
    for name, arm in file["arm"].items():
        if last[f"{study}/{name}"]:
            given = [dict(row) for row in arm.get("course", ())]
            courses = tuple(course(**row, adherence=FULL) for row in given if row["kind"] != _SUPPLEMENT)
            found.append(
                Arm(
                    name=f"{study}/{name}",
                    age=age,
                    months=last[f"{study}/{name}"],
                    courses=courses,
                    ages=ages,
                )
            )
    return found


def _ages(told: Any) -> tuple[float, tuple[tuple[float, float], ...]]:
    """The mean age of a population, and three ages that stand for its spread, days."""
    if not isinstance(told, Mapping):
        return told * DAYS_PER_YEAR, ()
    mean, low, high = told["mean"], told.get("low", -math.inf), told.get("high", math.inf)
    around = ((min(max(mean + off * told.get("sd", 0.0), low), high), weight) for off, weight in _AGES)
    return mean * DAYS_PER_YEAR, tuple((age * DAYS_PER_YEAR, weight) for age, weight in around)


def trial_courses(folder: Path) -> tuple[list[Arm], list[Reading]]:
    """Arms and points of the digitized trial courses, as ``trials/README.md`` of the public data describes them."""
    rows = [row for row in _rows(folder / "trial_bmd_btm_long.csv") if row["segment"] == "trial"]
    doses = defaultdict(list)
    for row in _rows(folder / "trial_dosing.csv"):
        if float(row["dose"]) > 0:
            doses[row["study"], row["arm"]].append(row)
    by_arm = defaultdict(list)
    for row in rows:
        by_arm[row["study"], row["arm"]].append(row)
    arms, readings = [], []
    for key, points in by_arm.items():
        begin = min(float(point["age_days"]) for point in points)
        name = "/".join(key)
        own = [_point(name, point, points) for point in points if float(point["days_from_start"]) > 0]
        arms.append(_trial_arm(name, begin, doses[key], max(reading.month for reading in own)))
        readings += own
    return arms, _spread_out(readings)


def _rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _trial_arm(name: str, begin: float, doses: Iterable[Mapping[str, str]], months: float) -> Arm:
    given = []
    channel = {"alendronate": "oral_bisphosphonate", ANTIBODY: "romosozumab"}
    drugs = set()
    for row in doses:
        start = float(row["age_days_start"]) - begin
        end = float(row["age_days_end"]) - begin if row["age_days_end"] else start
        drugs.add(row["drug"])
        given.append((channel.get(row["drug"], row["drug"]), start, end, float(row["dose"])))
    return Arm(name, begin, months, events=tuple(given), antibody=ANTIBODY in drugs)


_COLUMNS = {"bmd_total_hip": "bmd_total_hip_change", **{name[: -len("_change")]: name for name in MARKERS}}


def _point(name: str, row: Mapping[str, str], points: Iterable[Mapping[str, str]]) -> Reading:
    """One digitized point; the bars of the figures are taken as 95 % for density, as quartiles for markers."""
    outcome = _COLUMNS[row["variable"]]
    value = float(row["pct_change_from_baseline"])
    sort = DENSITIES.get(outcome, "marker")
    bars = row["err_low"] and row["err_high"]
    first = next(float(p["value"]) for p in points if p["variable"] == row["variable"])
    if not bars:
        error = _COURSE_ERROR_UNKNOWN[sort]
    else:
        width = 100 * (float(row["err_high"]) - float(row["err_low"])) / first / 2
        error = max(width / (_NORMAL_95 if sort != "marker" else 1.5), _COURSE_ERROR[sort])
    if sort == "marker" and value > 0:
        error = max(error, _RISE_ERROR * value + _COURSE_ERROR[sort])
    month = float(row["days_from_start"]) / DAYS_PER_MONTH
    return Reading(f"{name} {outcome}, month {month:.1f}", name, outcome, month, value, error, trial=name)


def _spread_out(readings: Sequence[Reading]) -> list[Reading]:
    """Errors so that a course of many points counts as few."""
    points = Counter((reading.arm, reading.outcome) for reading in readings)
    return [
        replace(r, error=r.error * math.sqrt(max(1.0, points[r.arm, r.outcome] / _POINTS_PER_COURSE))) for r in readings
    ]


def reference_arms(registry: Registry) -> tuple[list[Arm], list[Reading]]:
    """Ten years of a woman of each age of the reference, and what the reference says of them."""
    arms, readings = {}, []
    for outcome, site in DENSITIES.items():
        ages, means = registry[f"bmd_reference.{site}_female_mean"].curve("g/cm2")
        sds = registry[f"bmd_reference.{site}_female_sd"].curve("g/cm2")[1]
        for i in range(len(ages) - 1):
            if site == "lumbar_spine" and not np.all(np.diff(means[i : i + 2]) < 0) and ages[i] > ages[len(ages) // 2]:
                continue
            months = (ages[i + 1] - ages[i]) * DAYS_PER_YEAR / DAYS_PER_MONTH
            name = f"reference/{ages[i]:g}"
            arms[name] = Arm(name, ages[i] * DAYS_PER_YEAR, months)
            error = 100 * _REFERENCE_Z * sds[i] / means[i] * (_SPINE_DECADES if site == "lumbar_spine" else 1)
            change = 100 * (means[i + 1] / means[i] - 1)
            label = f"age reference {outcome}, {ages[i]:g} to {ages[i + 1]:g} years"
            readings.append(Reading(label, name, outcome, months, float(change), float(error)))
    return list(arms.values()), readings
