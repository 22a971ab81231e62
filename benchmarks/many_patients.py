"""A forecast of very many made-up patients: how fast, in how much memory, and the same when killed halfway.

    python benchmarks/many_patients.py --patients 100000 --draws 10 --years 2 --folder /somewhere/with/room

Writes a CSV of patients with made-up values, forecasts them under four plans, once in one go and, with ``--kill``, once
killed when half of the groups are done and resumed; says the seconds, the largest memory of all processes together and
of the first one, and whether the tables are the same. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

HEADER = "id,date,sex,age,country,bmd_total_hip,phq9_total,pain_nrs,vitamin_d_25oh_nmol_per_l\n"
PLANS = "none,bone,mind,integrated"
PAGE = os.sysconf("SC_PAGE_SIZE")


def patients(file: Path, count: int) -> None:
    """Made-up people; a third of the measurements is missing."""
    chance = random.Random(1)
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER)
        for number in range(count):
            cells = [
                f"{chance.gauss(0.75, 0.1):.3f}",
                str(min(27, int(chance.expovariate(0.2)))),
                str(min(10, int(chance.expovariate(0.3)))),
                f"{chance.lognormvariate(4.1, 0.4):.0f}",
            ]
            known = [cell if chance.random() > 1 / 3 else "" for cell in cells]
            sex = "male" if chance.random() < 0.25 else "female"
            who = [f"made-up-{number:06d}", "2026-06-30", sex, f"{chance.uniform(55, 88):.1f}", "US"]
            out.write(",".join(who + known) + "\n")


def resident(process: int) -> list[int]:
    """Bytes in memory of a process and of those it started."""
    found = [process]
    for one in found:
        children = Path(f"/proc/{one}/task/{one}/children")
        if children.exists():
            found += [int(child) for child in children.read_text().split()]
    sizes = []
    for one in found:
        try:
            sizes.append(int(Path(f"/proc/{one}/statm").read_text().split()[1]) * PAGE)
        except (OSError, IndexError):
            continue
    return sizes


def forecast(
    file: Path, out: Path, draws: int, years: int, resume: bool = False, kill_at: int = 0
) -> tuple[float, int, int]:
    """Seconds, largest memory of all processes together, and of the first; killed at so many groups where asked."""
    asked = ["forecast", str(file), "--out", str(out), "--plans", PLANS, "--draws", str(draws), "--years", str(years)]
    command = [sys.executable, "-m", "boneloop", *asked, *(["--resume"] if resume else [])]
    begun, most, first = time.monotonic(), 0, 0
    process = subprocess.Popen(command, start_new_session=True)
    while process.poll() is None:
        sizes = resident(process.pid)
        most, first = max(most, sum(sizes)), max([first, *sizes[:1]])
        if kill_at and len(list((out / "unfinished").glob("*.part"))) >= kill_at:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        time.sleep(0.5)
    return time.monotonic() - begun, most, first


def digest(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def main() -> None:
    """Read the options, run, say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--kill", type=int, default=0, metavar="GROUPS", help="kill a second run at so many groups")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    file = given.folder / "patients.csv"
    patients(file, given.patients)
    seconds, most, first = forecast(file, given.folder / "whole", given.draws, given.years)
    lives = given.patients * given.draws * len(PLANS.split(","))
    asked = f"{given.patients} patients, {given.draws} draws, four plans, {given.years} years"
    print(f"{asked}: {seconds:.0f} s, {lives / seconds:.0f} lives/s")
    print(f"memory: {most / 2**20:.0f} MiB in all, {first / 2**20:.0f} MiB in the first process")
    if given.kill:
        forecast(file, given.folder / "killed", given.draws, given.years, kill_at=given.kill)
        more, *_ = forecast(file, given.folder / "killed", given.draws, given.years, resume=True)
        same = all(
            digest(given.folder / "whole" / name) == digest(given.folder / "killed" / name)
            for name in ("patients.csv", "chances.csv", "rejects.ndjson")
        )
        print(f"killed at {given.kill} groups, resumed in {more:.0f} s: {'the same' if same else 'NOT THE SAME'}")


if __name__ == "__main__":
    main()
