"""Time courses of bone density and turnover in eight trials, written as target files from digitized points.

    python -m boneloop.calibrate.targets.trial_courses ../shared/data/trials --out FOLDER
    boneloop validate FOLDER --out DIR

The folder holds ``trial_bmd_btm_long.csv`` (points) and ``trial_dosing.csv`` (doses). The points were digitized by the
authors of Jörg et al., eLife 2022;11:e76228, from the publications of the trials; they are not ours to hand on, so the
files are made where the data are and stay there. Arms with a drug that the model does not have, and markers that it
does not have, are left out and named.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from boneloop.errors import BoneloopError, FileError
from boneloop.therapy.kinds import INJECTION, KINDS
from boneloop.units import DAYS_PER_MONTH

POINTS, DOSES = "trial_bmd_btm_long.csv", "trial_dosing.csv"
OUTCOMES = {
    "bmd_total_hip": ("bmd_total_hip_change", "bone", 1.0),
    "ctx": ("ctx_change", "markers", 20.0),
    "p1np": ("p1np_change", "markers", 20.0),
}
"""Variable of the data: outcome, group, and the tolerance where no error bar was digitized, percent points."""
_DAYS_PER_YEAR = 365
"""As the data count age."""
CITATIONS = {
    "black2006": "Black DM, JAMA 2006 (FLEX)",
    "bone2011": "Bone HG, J Clin Endocrinol Metab 2011",
    "cosman2016": "Cosman F, N Engl J Med 2016 (FRAME)",
    "leder2014": "Leder BZ, J Clin Endocrinol Metab 2014 (DATA)",
    "lewiecki2018": "Lewiecki EM, J Bone Miner Res 2018 (FRAME)",
    "mcclung2006": "McClung MR, N Engl J Med 2006",
    "mcclung2017": "McClung MR, Osteoporos Int 2017",
    "recknor2015": "Recknor CP, J Bone Miner Res 2015",
}
_NOTE = (
    "Points digitized by the authors of Jörg et al., eLife 2022;11:e76228. What the error bars stand for is not told "
    "with the points: they are read as 95 % intervals, which is strict where they are standard errors and lenient "
    "where they are quartiles of people. The data give one age for each arm, no density and no other trait; the "
    "journal of the citation is recalled."
)


@dataclass(frozen=True)
class Point:
    """One digitized point, percent change from the start; ``low`` and ``high`` are None without an error bar."""

    variable: str
    day: float
    change: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Dose:
    """One dose, or a stretch of daily doses until ``end``; days from the start of the trial."""

    drug: str
    day: float
    end: float | None
    dose: float


@dataclass(frozen=True)
class Course:
    """One arm of one trial; ``age`` in days at its start."""

    study: str
    arm: str
    age: float
    points: tuple[Point, ...]
    doses: tuple[Dose, ...]


def read(folder: Path) -> list[Course]:
    """Every arm of the data.

    Raises FileError.
    """
    points, doses = _rows(folder / POINTS), _rows(folder / DOSES)
    trial = [row for row in points if row["segment"] == "trial"]
    arms = dict.fromkeys((row["study"], row["arm"]) for row in trial)
    return [_course(study, arm, trial, doses) for study, arm in arms]


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise FileError(str(path), f"a readable file ({error.strerror})") from None


def _course(study: str, arm: str, points: Sequence[dict[str, str]], doses: Sequence[dict[str, str]]) -> Course:
    own = [row for row in points if (row["study"], row["arm"]) == (study, arm)]
    age = min(float(row["age_days"]) - float(row["days_from_start"]) for row in own)
    begun = {row["variable"]: float(row["value"]) for row in own if float(row["days_from_start"]) == 0}
    given = [
        Dose(
            row["drug"],
            float(row["age_days_start"]) - age,
            float(row["age_days_end"]) - age if row["age_days_end"] else None,
            float(row["dose"]),
        )
        for row in doses
        if (row["study"], row["arm"]) == (study, arm) and float(row["dose"]) > 0
    ]
    kept = tuple(_point(row, begun.get(row["variable"], 1.0)) for row in own if float(row["days_from_start"]) > 0)
    return Course(study, arm, age, kept, tuple(given))


def _point(row: dict[str, str], begun: float) -> Point:
    value, low, high = (_change(row[name], begun) for name in ("value", "err_low", "err_high"))
    assert value is not None
    barred = low is not None and high is not None and low < high and low <= value <= high
    return Point(row["variable"], float(row["days_from_start"]), value, *((low, high) if barred else (None, None)))


def _change(value: str, begun: float) -> float | None:
    return 100 * (float(value) / begun - 1) if value else None


def written(courses: Sequence[Course]) -> tuple[dict[str, str], list[str]]:
    """The text of a target file for each trial, by its name, and what was left out, in words."""
    files: dict[str, str] = {}
    left_out: list[str] = []
    for study in dict.fromkeys(course.study for course in courses):
        own = [course for course in courses if course.study == study]
        usable = []
        for course in own:
            unknown = sorted({dose.drug for dose in course.doses} - set(KINDS))
            if unknown:
                left_out.append(f"{study}, {course.arm}: the model has no {', '.join(unknown)}")
            else:
                usable.append(course)
        markers = sorted({p.variable for course in usable for p in course.points} - set(OUTCOMES))
        left_out += [f"{study}: the model has no {marker}" for marker in markers]
        if usable:
            files[f"course_{study}.toml"] = "\n".join(_file(study, usable)) + "\n"
    return files, left_out


def _file(study: str, courses: Sequence[Course]) -> Iterator[str]:
    yield from ("[study]", f'id = "course-{study}"', f"title = {_text(f'Time course of {study}')}")
    yield from (f"citation = {_text(CITATIONS.get(study, study))}", f"note = {_text(_NOTE)}", "")
    yield from ("[population]", f"age = {_number(courses[0].age / _DAYS_PER_YEAR)}", "female = 1", 'country = "US"')
    for course in courses:
        yield from ("", f"[arm.{course.arm}]", f"title = {_text(course.arm.replace('_', ' '))}")
        if course.age != courses[0].age:
            yield f"population = {{ age = {_number(course.age / _DAYS_PER_YEAR)} }}"
        for given in _regimens(course.doses):
            yield f"[[arm.{course.arm}.course]]"
            yield from (f"{name} = {value}" for name, value in given.items())
    for course in courses:
        for point in course.points:
            if point.variable in OUTCOMES:
                yield from _result(course, point)


def _result(course: Course, point: Point) -> Iterator[str]:
    outcome, group, tolerance = OUTCOMES[point.variable]
    yield from ("", "[[result]]", f'id = "{course.study}/{course.arm}/{point.variable}/{point.day:g}"')
    yield from ('kind = "arm"', f'arm = "{course.arm}"', f'outcome = "{outcome}"')
    yield from (f"month = {_number(point.day / DAYS_PER_MONTH)}", f"value = {_number(point.change)}")
    if point.low is not None and point.high is not None:
        yield f"interval = [{_number(point.low)}, {_number(point.high)}]"
    else:
        yield f"tolerance = {tolerance}"
        yield 'tolerance_reason = "no error bar was digitized; the size that the mean error is to stay below"'
    yield from ('unit = "%"', 'role = "calibrate"', 'status = "verified"', f'group = "{group}"')


def _regimens(doses: Sequence[Dose]) -> Iterator[dict[str, str]]:
    """Doses as courses: injections at an even pace are one course."""
    for drug in dict.fromkeys(dose.drug for dose in doses):
        own = sorted((dose for dose in doses if dose.drug == drug), key=lambda dose: dose.day)
        if KINDS[drug].form != INJECTION:
            yield from (_daily(dose) for dose in own)
            continue
        months = [round(dose.day / DAYS_PER_MONTH) for dose in own]
        place = 0
        while place < len(own):
            last = _even(own, months, place)
            yield _injections(own[place], months[place : last + 1])
            place = last + 1


def _daily(dose: Dose) -> dict[str, str]:
    assert dose.end is not None, "a drug that is taken daily has an end"
    begin, end = (str(round(day / DAYS_PER_MONTH)) for day in (max(0.0, dose.day), dose.end))
    return {"kind": _text(dose.drug), "start_month": begin, "stop_month": end, "dose": _number(dose.dose)}


def _even(doses: Sequence[Dose], months: Sequence[int], first: int) -> int:
    """The last dose of the run of equal doses at equal distances that starts at ``first``."""
    last = first
    while last + 1 < len(doses) and doses[last + 1].dose == doses[first].dose:
        if last > first and months[last + 1] - months[last] != months[first + 1] - months[first]:
            break
        last += 1
    return last


def _injections(dose: Dose, months: Sequence[int]) -> dict[str, str]:
    every = months[1] - months[0] if len(months) > 1 else 1
    found = {"kind": _text(dose.drug), "start_month": str(max(0, months[0])), "stop_month": str(months[-1] + 1)}
    return found | {"dose": _number(dose.dose), "every_months": str(every)}


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _number(value: float) -> str:
    return f"{round(value, 3):g}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the folder, write the files, say what was left out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help=f"the folder that holds {POINTS} and {DOSES}")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write the target files to")
    asked = parser.parse_args(arguments)
    try:
        files, left_out = written(read(asked.data))
        asked.out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (asked.out / name).write_text(text, encoding="utf-8", newline="\n")
    except (BoneloopError, OSError) as problem:
        parser.error(str(problem))
    print(f"{len(files)} files in {asked.out}")
    for line in left_out:
        print(f"left out: {line}")


if __name__ == "__main__":
    main()
