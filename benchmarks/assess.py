#!/usr/bin/env python3
"""How many patients are assessed in a second, on one core: made-up patients, survey rows and FHIR, by processor time.

python benchmarks/assess.py                                   the made-up patients
python benchmarks/assess.py --nhanes FILE [--limit 2000]      rows of a survey too (read beforehand, not counted)
python benchmarks/assess.py --fhir FILE                       Bundles too
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from boneloop.assess.person import assess
from boneloop.exchange import Refusal, demo_path, read
from boneloop.guidance.advice import advise
from boneloop.patient.record import Record

REPEATS = 15
LEAST_PEOPLE = 400


def records(paths: Sequence[Path], **options: Any) -> list[Record]:
    """Everybody in these files who can be used, at least ``LEAST_PEOPLE`` of them."""
    found = [one for one in read(paths, **options) if not isinstance(one, Refusal)]
    if not found:
        raise SystemExit(f"nobody in {', '.join(map(str, paths))} can be used")
    return found * (LEAST_PEOPLE // len(found) + 1) if len(found) < LEAST_PEOPLE else found


def per_second(people: Sequence[Any], work: Callable[[Any], Any]) -> float:
    """People a second, the best of several runs: other work on the machine only makes it slower."""
    seconds = []
    for _ in range(REPEATS):
        begun = time.process_time()
        for person in people:
            work(person)
        seconds.append(time.process_time() - begun)
    return len(people) / min(seconds)


def report(name: str, people: Sequence[Record]) -> None:
    """One line for a set of records."""
    assessed = [assess(person) for person in people]
    rates = (
        per_second(people, assess),
        per_second(assessed, advise),
        per_second(people, lambda one: advise(assess(one))),
    )
    alone = f"assess {rates[0]:.0f} a second, guidance {rates[1]:.0f} a second"
    print(f"{name}: {len(people)} people; {alone}, one after the other {rates[2]:.0f} a second")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nhanes", type=Path, help="a survey extract")
    parser.add_argument("--limit", type=int, default=2000)
    parser.add_argument("--fhir", type=Path, help="a file of Bundles")
    chosen = parser.parse_args()
    report("made-up patients", records([demo_path()]))
    if chosen.nhanes:
        report("survey rows", records([chosen.nhanes], format="nhanes", limit=chosen.limit))
    if chosen.fhir:
        report("Bundles", records([chosen.fhir]))


if __name__ == "__main__":
    main()
