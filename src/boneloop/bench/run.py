"""A run: the machine's rates, references, then every contestant in a process of its own, one after the other.

One process at a time, so that nobody waits for another's memory or cores. A contestant that is not installed, fails or
takes too long is written down as such and the run goes on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np

from boneloop.bench import floor, machine, results
from boneloop.bench.case import Case
from boneloop.bench.cases import cases
from boneloop.bench.chain import ChainRequest
from boneloop.bench.contestants import CHAINS, OURS, PEERS, Contestant
from boneloop.bench.results import Answer, ChainRow, Floor, Rates, Results
from boneloop.bench.worker import Request
from boneloop.kernel.engines import engine_for, has_native

CHAIN = "chain"
COMPARED = ("nat", "den")
"""Cases that the peers are given unless others are asked for."""

DOUBLE, SINGLE = (1e-3, 1e-4, 3e-5, 1e-5, 1e-6), (1e-3, 1e-4, 5e-5)
OTHERS = (1e-3, 1e-4, 1e-5, 1e-6)
NUMPY, JAX = (1e-4,), (1e-3, 1e-4, 1e-6)
CYCLES = 20

FIRST_CALLS, CACHE = 3, "cache"
"""First calls are timed so often, and the fastest counts; compiled code of a run stands in this folder."""


@dataclass(frozen=True)
class Size:
    """How long a run takes: patients in a reference, patients at most, seconds of a row, people in the chain."""

    judged: int
    judged_daily: int
    most: int
    seconds: float
    people: int
    tolerances: int


FULL = Size(64, 16, 8192, 3.0, 1_000_000, 9)
QUICK = Size(16, 4, 512, 0.3, 100_000, 2)


@dataclass(frozen=True)
class Asked:
    """What a run is to hold.

    only          names of cases, ``chain`` among them; empty for all
    peers         whether other tools take part
    interpreters  Pythons in which to look for the peers, each the first that has what it needs
    """

    only: tuple[str, ...] = ()
    peers: bool = False
    quick: bool = False
    interpreters: tuple[str, ...] = (sys.executable,)

    @property
    def size(self) -> Size:
        """How long it takes."""
        return QUICK if self.quick else FULL

    def cases(self) -> list[Case]:
        """The cases asked for."""
        return [case for name, case in cases().items() if not self.only or name in self.only]

    @property
    def chain(self) -> bool:
        """Whether the chain is asked for."""
        return not self.only or CHAIN in self.only


Step = tuple[str, Callable[[], None]]


@dataclass
class Run:
    """A run under way; ``steps`` are done in order."""

    asked: Asked
    folder: Path
    rates: list[Rates] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    chain: list[ChainRow] = field(default_factory=list)

    def steps(self) -> list[Step]:
        """Everything to be done, each with what it is called."""
        made: list[Step] = [("the machine's rates", self._measure_rates)] if has_native() else []
        chosen = self.asked.cases()
        made += [(f"reference of {case.name}", lambda case=case: self._refer(case)) for case in chosen]  # type: ignore[misc]
        if chosen:
            made += [(each.title, lambda each=each: self._compete(each)) for each in self._competing()]  # type: ignore[misc]
        if self.asked.chain:
            walkers = [each for each in CHAINS if each.ours or self.asked.peers or not each.needs]
            made += [(f"chain: {each.title}", lambda each=each: self._walk(each)) for each in walkers]  # type: ignore[misc]
        return [*made, *made[:1]] if has_native() else made

    def _competing(self) -> Sequence[Contestant]:
        return (*OURS, *PEERS) if self.asked.peers else OURS

    def _measure_rates(self) -> None:
        """At the begin and at the end of a run; the better counts."""
        from boneloop.bench.rates import measured

        found = measured()
        for before, now in zip(self.rates, found, strict=False):
            now.multiply_add = max(now.multiply_add, before.multiply_add)
            now.exponential = max(now.exponential, before.exponential)
        self.rates = found

    def _refer(self, case: Case) -> None:
        size = self.asked.size
        count = size.judged_daily if case.name == "teriparatide" else size.judged
        np.save(self.folder / f"{case.name}.npy", case.reference(engine_for(case.graph), count))

    def _compete(self, contestant: Contestant) -> None:
        python = self._python(contestant)
        if python is None:
            self.answers.append(_missing(contestant))
            return
        request = self._request(contestant)
        answer = msgspec.convert(self._ask(python, request, contestant), Answer)
        if contestant.all_cores:
            cold = [self._first_call(python, request, contestant, f"cold{turn}") for turn in range(FIRST_CALLS - 1)]
            warm = [self._first_call(python, request, contestant, CACHE) for _ in range(FIRST_CALLS)]
            answer.first_s, answer.cached_s = min([answer.first_s or np.inf, *cold]), min(warm)
        self.answers.append(answer)

    def _first_call(self, python: str, request: Request, contestant: Contestant, cache: str) -> float:
        """Seconds to the first patient in a fresh process, with what stands in a folder of compiled code."""
        alone = msgspec.structs.replace(request, tolerances={}, cases=request.cases[:1])
        return msgspec.convert(self._ask(python, alone, contestant, cache), Answer).first_s or np.inf

    def _request(self, contestant: Contestant) -> Request:
        size, names = self.asked.size, [case.name for case in self.asked.cases()]
        if not contestant.ours and not self.asked.only:
            names = [name for name in names if name in COMPARED]
        if contestant.name == "numpy":
            names = [name for name in names if name in ("nat", "whole")] or names[:1]
        wanted = {name: _tolerances(contestant, name, size) for name in names}
        return Request(
            contestant=contestant.name,
            answer=str(self.folder / f"{contestant.name}.json"),
            begun=0.0,
            cases=names,
            tolerances=wanted,
            seconds=size.seconds,
            most=size.most if contestant.ours else size.judged,
            reference=str(self.folder),
            cores=machine.described().cores,
        )

    def _walk(self, contestant: Contestant) -> None:
        python = self._python(contestant)
        if python is None:
            row = ChainRow(contestant=contestant.name, title=contestant.title, missing=contestant.hint)
            self.chain.append(row)
            return
        request = ChainRequest(
            contestant=contestant.name,
            answer=str(self.folder / f"{contestant.name}.json"),
            people=min(contestant.start, self.asked.size.people),
            cycles=CYCLES,
            seconds=self.asked.size.seconds,
            cores=machine.described().cores,
        )
        self.chain.append(msgspec.convert(self._ask(python, request, contestant), ChainRow))

    def _python(self, contestant: Contestant) -> str | None:
        """The first interpreter that has what a contestant needs."""
        asked = self.asked.interpreters if not contestant.ours else (sys.executable,)
        return next((python for python in asked if has(python, contestant.needs)), None)

    def _ask(
        self, python: str, request: Request | ChainRequest, contestant: Contestant, cache: str = CACHE
    ) -> dict[str, object]:
        """Start a process, hand over the request, and read what it has written when it is done or out of time."""
        place = Path(request.answer)
        place.unlink(missing_ok=True)
        told = {"contestant": contestant.name, "title": contestant.title, "ours": contestant.ours}
        said = ""
        try:
            ended = subprocess.run(
                [python, "-m", "boneloop.bench"],
                input=msgspec.json.encode(_begun(request)),
                env=self._environment(cache),
                capture_output=True,
                timeout=contestant.limit_s,
                check=False,
            )
            if ended.returncode:
                said = f"the process ended with {ended.returncode}: {_last_line(ended.stderr)}"
        except subprocess.TimeoutExpired:
            said = f"stopped after {contestant.limit_s:g} s"
        answer: dict[str, object] = msgspec.json.decode(place.read_bytes()) if place.exists() else told
        return answer | {"failed": said} if said else answer

    def _environment(self, cache: str) -> dict[str, str]:
        package = str(Path(__file__).parents[2])
        paths = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
        own = {"BONELOOP_CACHE": str(self.folder / cache), "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
        return {**os.environ, **own}

    def floors(self) -> Iterator[Floor]:
        """Of every case in every precision measured."""
        for case in self.asked.cases():
            for rates in self.rates:
                yield floor.floor(case.name, case.graph, rates)


def run(asked: Asked, told: Callable[[str, int, int], None] = lambda what, done, of: None) -> Results:
    """Measure. ``told`` hears what is being done, how many steps are done, and of how many."""
    from boneloop.report.provenance import version

    described, begun = machine.described(), datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="boneloop-bench-") as folder:
        work = Run(asked, Path(folder))
        steps = work.steps()
        for done, (what, step) in enumerate(steps):
            told(what, done, len(steps))
            step()
        told("done", len(steps), len(steps))
        described.load_after = machine.load()
        return Results(
            schema=results.SCHEMA,
            date=begun.strftime("%Y-%m-%d"),
            version=version("boneloop"),
            quick=asked.quick,
            machine=described,
            rates=work.rates,
            floors=list(work.floors()),
            answers=work.answers,
            chain=work.chain,
        )


def has(python: str, needs: Sequence[str]) -> bool:
    """Whether an interpreter can import all of these."""
    code = "import importlib.util as u, sys; sys.exit(not all(u.find_spec(n) for n in sys.argv[1:]))"
    return subprocess.run([python, "-c", code, *needs], capture_output=True, check=False).returncode == 0


def _tolerances(contestant: Contestant, case: str, size: Size) -> list[float]:
    listed = {"native-float64": DOUBLE, "native-float32": SINGLE, "numpy": NUMPY, "diffrax": JAX}
    wanted = listed.get(contestant.name, OTHERS)
    if case == "teriparatide":
        wanted = wanted[:2]
    return list(wanted[: size.tolerances])


def _begun(request: Request | ChainRequest) -> Request | ChainRequest:
    return msgspec.structs.replace(request, begun=time.time()) if isinstance(request, Request) else request


def _missing(contestant: Contestant) -> Answer:
    return Answer(contestant=contestant.name, title=contestant.title, missing=contestant.hint)


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return results.without_places(lines[-1]) if lines else ""
