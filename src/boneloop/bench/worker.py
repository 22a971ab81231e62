"""The process of one contestant: asked in JSON on standard input, it answers into a file, row by row.

Every contestant runs alone in a fresh process, so that memory and first call are its own, and a crash is nobody
else's. What it prints is not read. The answer is written anew after every row: what was there before a time limit or a
crash is kept.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path

import msgspec
import numpy as np

from boneloop.bench import results
from boneloop.bench.case import Case, Found, Solve
from boneloop.bench.contestants import Contestant, named
from boneloop.bench.results import Answer, Row

MEGABYTE = 1 << 20
LEAST_SHARE = 1 / 3


class Request(msgspec.Struct, kw_only=True, tag=True):
    """What is asked of a contestant.

    answer      file to write
    begun       when the process was started, as ``time.time`` says it
    cases       by name; none of ``tolerances``: the first call alone
    seconds     about how long one row may take
    most        most patients in a row
    reference   folder of the references, one ``CASE.npy`` each; empty for none
    cores       for the row on all cores
    """

    contestant: str
    answer: str
    begun: float
    cases: list[str]
    tolerances: dict[str, list[float]]
    seconds: float
    most: int
    reference: str = ""
    cores: int = 1


def work(request: Request) -> Answer:
    """Do what is asked; trouble with one row is written into that row, with the contestant into the answer."""
    contestant = named(request.contestant)
    answer = Answer(contestant=contestant.name, title=contestant.title, ours=contestant.ours)
    try:
        _all_cases(request, contestant, answer)
    except Exception as error:  # another tool may fail in any way it likes: that is a result
        answer.failed = results.trouble(error)
    answer.memory_mb = memory_mb()
    results.write(Path(request.answer), answer)
    return answer


def _all_cases(request: Request, contestant: Contestant, answer: Answer) -> None:
    from boneloop.bench.cases import cases

    name, _, variant = contestant.module.partition(":")
    tool = import_module(f"boneloop.bench.{name}")
    answer.version = tool.version()
    for case in (cases()[name] for name in request.cases):
        solve = tool.ready(case, variant, 1)
        alone = case.patients(contestant.start if contestant.fixed else 1)
        solve(alone, max(request.tolerances.get(case.name, []), default=1e-3))
        if answer.first_s is None:
            answer.first_s = time.time() - request.begun
        getattr(tool, "settle", lambda: None)()
        for tolerance in request.tolerances.get(case.name, []):
            row = _row(request, contestant, case, solve, tolerance)
            if contestant.all_cores and not row.failed:
                row.wall_rate = _on_all_cores(tool.ready(case, variant, request.cores), case, row)
            answer.rows.append(row)
            answer.memory_mb = memory_mb()
            results.write(Path(request.answer), answer)


def _row(request: Request, contestant: Contestant, case: Case, solve: Solve, tolerance: float) -> Row:
    row = Row(case=case.name, tolerance=tolerance)
    try:
        row.patients, found, row.cpu_s = _timed(case, solve, tolerance, request, contestant)
    except Exception as error:  # as above
        row.failed = results.trouble(error)
        return row
    row.rate = row.patients * case.decades / max(row.cpu_s, time.get_clock_info("process_time").resolution)
    row.taken, row.refused = found.taken, found.refused
    if request.reference:
        errors = case.errors(found.recorded, np.load(Path(request.reference) / f"{case.name}.npy"))
        row.judged, row.worst, row.median = len(errors), float(errors.max()), float(np.median(errors))
        if not np.isfinite(row.worst):
            row.failed = f"{int((~np.isfinite(errors)).sum())} of {len(errors)} patients have no result"
            row.worst = row.median = None
    return row


def _timed(
    case: Case, solve: Solve, tolerance: float, request: Request, contestant: Contestant
) -> tuple[int, Found, float]:
    """Patients, result and processor seconds: more patients until a run is long enough, then the fastest run."""
    count, spent, fastest = min(contestant.start, request.most), 0.0, np.inf
    while True:
        problem = case.patients(count)
        begun = time.process_time()
        found = solve(problem, tolerance)
        seconds = time.process_time() - begun
        fastest, spent = min(fastest, seconds), spent + seconds
        enough = seconds >= LEAST_SHARE * request.seconds or count >= request.most or contestant.fixed
        if enough and spent >= request.seconds:
            return count, found, fastest
        if not enough:
            wanted = int(count * LEAST_SHARE * request.seconds / max(seconds, 1e-6)) + 1
            count, fastest = min(request.most, max(2 * count, min(wanted, 16 * count))), np.inf


def _on_all_cores(solve: Solve, case: Case, row: Row) -> float:
    """Patient-decades per second of the clock; the faster of two."""
    problem = case.patients(row.patients)
    clock = np.inf
    for _ in range(2):
        begun = time.perf_counter()
        solve(problem, row.tolerance)
        clock = min(clock, time.perf_counter() - begun)
    return row.patients * case.decades / clock


def memory_mb() -> float | None:
    """The largest memory that this process has had; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MEGABYTE if sys.platform == "darwin" else peak * 1024 / MEGABYTE
