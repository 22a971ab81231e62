"""What the command line costs on this machine: start, one assessment, the demo, the forecast of a cohort.

    python benchmarks/figures.py [--patients 40] [--draws 100] [--out figures.json]

Wall time, processor time and peak memory are the operating system's own accounting of each finished process; every
command runs once unmeasured and then ``--repeat`` times, and the median is printed. Nothing here is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

MEGABYTE = 1024


@dataclass(frozen=True)
class Figure:
    """One command: median wall and processor seconds, and the largest process's peak memory in MB."""

    what: str
    wall_s: float
    cpu_s: float
    peak_mb: float


def measured(what: str, command: list[str], repeat: int) -> Figure:
    """Run a command once for warmth and ``repeat`` times for the record."""
    walls, cpus, peak = [], [], 0
    for turn in range(repeat + 1):
        begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        peak = max(peak, after.ru_maxrss)
        if turn:
            walls.append(time.perf_counter() - begun)
            cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return Figure(what, round(statistics.median(walls), 3), round(statistics.median(cpus), 3), round(peak / MEGABYTE))


def throughput(patients: int, draws: int) -> dict[str, float]:
    """Lives (patients x plans x draws) of ten years per second, all processors, engine start included."""
    from boneloop.compare.run import forecast
    from boneloop.exchange import demo_path
    from boneloop.therapy.care_plan import load_plans

    plans = load_plans(["none", "bone", "mind", "integrated"])
    people = _profiles([demo_path()])
    crowd = [replace(people[i % len(people)], id=f"copy {i}") for i in range(patients)]
    begun = time.perf_counter()
    done = sum(1 for _ in forecast(crowd, plans, draws=draws))
    wall = time.perf_counter() - begun
    lives = done * len(plans) * draws
    cores = os.cpu_count() or 1
    return {"lives": lives, "wall_s": round(wall, 2), "lives_per_s": round(lives / wall, 1), "cores": cores}


def _profiles(paths: list[Path]) -> list:
    from boneloop.commands.people import gather

    return [a.profile for a in gather(paths).assessments if a.profile]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=40)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    from boneloop.exchange import demo_path

    boneloop = [sys.executable, "-m", "boneloop"]
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "one.json"
        bundle.write_text(Path(demo_path()).read_text("utf-8").splitlines()[0], "utf-8")
        figures = [
            measured("--help", [*boneloop, "--help"], asked.repeat),
            measured("assess, one bundle", [*boneloop, "assess", str(bundle)], asked.repeat),
            measured("demo", [*boneloop, "demo", "--out", f"{folder}/demo"], max(1, asked.repeat // 2)),
        ]
    result = {"commands": [asdict(f) for f in figures], "forecast": throughput(asked.patients, asked.draws)}
    print(json.dumps(result, indent=2))
    if asked.out:
        asked.out.write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
