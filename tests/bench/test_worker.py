"""The process of a contestant: asked in JSON, it answers in JSON, and trouble is a result."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest

from boneloop.bench import chain, run, worker
from boneloop.bench.case import Found
from boneloop.bench.cases import cases
from boneloop.bench.contestants import CHAINS, OURS, PEERS, named
from boneloop.bench.results import Answer, ChainRow
from boneloop.bench.worker import Request
from boneloop.errors import SimulationError
from boneloop.kernel.engines import engine_for


def a_request(folder: Path, **more: object) -> Request:
    asked = {
        "contestant": "numpy", "answer": str(folder / "answer.json"), "begun": time.time(), "cases": ["nat"],
        "tolerances": {"nat": [1e-3]}, "seconds": 0.0, "most": 3, "reference": str(folder),
    }  # fmt: skip
    return msgspec.convert(asked | more, Request)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder, case = tmp_path_factory.mktemp("reference"), cases()["nat"]
    np.save(folder / "nat.npy", engine_for(case.graph).solve(case.patients(2), worker_tolerance()).recorded)
    return folder


def worker_tolerance():
    from boneloop.bench.case import tolerance

    return tolerance(1e-7)


def test_a_process_answers_into_its_file(reference) -> None:
    request = a_request(reference)
    said = msgspec.json.encode(request)
    ended = subprocess.run([sys.executable, "-m", "boneloop.bench"], input=said, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    answer = msgspec.json.decode(Path(request.answer).read_bytes(), type=Answer)
    (row,) = answer.rows
    assert (row.case, row.patients, row.judged, row.failed) == ("nat", 3, 2, "")
    assert row.worst is not None
    assert 0 < row.median <= row.worst < 1e-1
    assert row.rate > 0
    assert answer.first_s is not None


def test_trouble_with_one_row_is_written_into_the_row(reference, monkeypatch) -> None:
    from boneloop.bench import ours

    def ready(case, variant, threads):
        def solve(problem, relative):
            if relative < 1e-3:
                raise RuntimeError("lost its way\nand more")
            return Found(np.ones((len(problem.times), len(problem.states), problem.patients)))

        return solve

    monkeypatch.setattr(ours, "ready", ready)
    answer = worker.work(a_request(reference, tolerances={"nat": [1e-3, 1e-4]}))
    good, bad = answer.rows
    assert (good.failed, good.taken) == ("", None)
    assert bad.failed == "RuntimeError: lost its way"
    assert answer.failed == ""


def test_a_contestant_that_does_not_start_says_so(tmp_path, monkeypatch) -> None:
    from boneloop.bench import ours

    def broken(*_: object) -> None:
        raise ImportError("no such library")

    monkeypatch.setattr(ours, "ready", broken)
    assert worker.work(a_request(tmp_path)).failed == "ImportError: no such library"


def test_a_patient_without_a_result_fails_the_row(reference, monkeypatch) -> None:
    from boneloop.bench import ours

    def ready(case, variant, threads):
        return lambda problem, relative: Found(
            np.full((len(problem.times), len(problem.states), problem.patients), np.nan)
        )

    monkeypatch.setattr(ours, "ready", ready)
    (row,) = worker.work(a_request(reference)).rows
    assert row.failed == "2 of 2 patients have no result"
    assert row.worst is None


def test_without_tolerances_only_the_first_call_is_made(tmp_path) -> None:
    answer = worker.work(a_request(tmp_path, tolerances={}))
    assert answer.rows == []
    assert answer.first_s is not None


def test_the_chain_of_ours_and_of_numpy_agree_within_sampling_noise(tmp_path) -> None:
    rows = []
    for name in ("chain-numpy", "chain-numpy-tuned", "chain-native"):
        rows.append(
            chain.work(
                chain.ChainRequest(
                    contestant=name, answer=str(tmp_path / "a.json"), people=20_000, cycles=10, seconds=0.0001
                )
            )
        )
    assert [row.failed for row in rows] == ["", "", ""]
    assert all(sum(row.shares) == pytest.approx(1) for row in rows)
    assert all(chain.disagreement(rows[0], row) < chain.NOISE for row in rows[1:])


def test_shares_that_differ_by_more_than_chance_are_seen() -> None:
    one = ChainRow(contestant="a", title="a", people=10_000, shares=[0.5, 0.5, 0.0, 0.0])
    other = ChainRow(contestant="b", title="b", people=10_000, shares=[0.55, 0.45, 0.0, 0.0])
    assert chain.disagreement(one, one) == 0
    assert chain.disagreement(one, other) > chain.NOISE


def test_what_is_not_installed_is_named_with_how_to_get_it(monkeypatch) -> None:
    monkeypatch.setattr(run, "has", lambda python, needs: False)
    work = run.Run(run.Asked(peers=True), Path("nowhere"))
    for contestant in PEERS:
        work._compete(contestant)
    for contestant in CHAINS:
        work._walk(contestant)
    assert [answer.missing for answer in work.answers] == [contestant.hint for contestant in PEERS]
    assert [row.contestant for row in work.chain] == [contestant.name for contestant in CHAINS]
    assert all(contestant.hint for contestant in (*PEERS, *CHAINS) if contestant.needs)


def test_a_process_that_dies_is_reported_with_its_last_words(tmp_path) -> None:
    work = run.Run(run.Asked(), tmp_path)
    request = a_request(tmp_path, contestant="nobody")
    told = work._ask(sys.executable, request, OURS[0])
    assert "nobody" in str(told["failed"])


def test_the_peers_get_nat_and_den_unless_others_are_asked_for(tmp_path) -> None:
    peer = next(each for each in PEERS if each.name == "scipy")
    assert run.Run(run.Asked(), tmp_path)._request(peer).cases == ["nat", "den"]
    assert run.Run(run.Asked(only=("den",)), tmp_path)._request(peer).cases == ["den"]


def test_nobody_is_called_nobody() -> None:
    with pytest.raises(SimulationError, match="nobody"):
        named("nobody")
