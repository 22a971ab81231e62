"""All public FHIR sets, and 24,431 people of NHANES, become one folder each: nobody is lost, and memory stays small.

Prints how many were read, used, refused and incomplete, the seconds, and the most memory. Some minutes.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PEOPLE = 24431
MEGABYTE = 1 << 20
LIST_OF_IDS = 16 * MEGABYTE
"""What the reader may hold of the ids of so many people, to find two records of one person."""
RUN = """
import resource, sys, time
from boneloop.cli import app
begun = time.process_time()
try:
    app(sys.argv[1:])
except SystemExit as end:
    status = end.code
told = resource.getrusage(resource.RUSAGE_SELF)
print("measured", status, round(time.process_time() - begun, 1), told.ru_maxrss * 1024)
"""


@pytest.fixture(scope="module")
def sets() -> Path:
    """The folder of the public sets."""
    folder = Path(os.environ.get("BONELOOP_SHARED", "") or Path(__file__).parents[2] / "shared") / "data"
    if not folder.is_dir():
        pytest.skip("the public sets are not here: set BONELOOP_SHARED")
    return folder


def assessed(out: Path, *arguments: str | Path) -> tuple[dict[str, int], int]:
    """What the summary of a run says, and the most memory it held, bytes."""
    line = ["assess", *map(str, arguments), "--out", str(out)]
    done = subprocess.run([sys.executable, "-c", RUN, *line], capture_output=True, text=True, check=True)
    _, status, seconds, memory = done.stdout.splitlines()[-1].split()
    told = json.loads((out / "summary.json").read_text("utf-8"))
    said = {name: told[name] for name in ("read", "used", "lost", "refused", "incomplete", "worklists")}
    print(f"\n{arguments[0]}: {said}; {seconds} s, {int(memory) // MEGABYTE} MB")
    assert status in ("0", "3"), done.stderr[-2000:]
    assert told["read"] == told["used"] + told["lost"]
    with (out / "patients.csv").open(encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.DictReader(file)) == told["used"]
    return told, int(memory)


def test_all_fhir_sets_are_one_cohort(sets: Path, tmp_path: Path) -> None:
    """No crash on any of them."""
    told, _ = assessed(tmp_path / "fhir", sets / "fhir")
    assert told["used"] > 0


def test_a_survey_of_24431_people_takes_little_more_memory_than_one_of_2000(sets: Path, tmp_path: Path) -> None:
    """The table grows on disk, the page holds the most urgent."""
    survey = sets / "nhanes" / "nhanes_bone_mood.parquet"
    if not survey.exists():
        pytest.skip("NHANES is not here")
    _, few = assessed(tmp_path / "few", survey, "--format", "nhanes", "--limit", "2000")
    told, many = assessed(tmp_path / "many", survey, "--format", "nhanes")
    assert told["read"] == told["used"] == PEOPLE
    page = (tmp_path / "many" / "cohort.html").stat().st_size
    assert page < 2 * MEGABYTE, "the page holds the most urgent people alone"
    assert many - few < LIST_OF_IDS + 100 * MEGABYTE, (few, many)
