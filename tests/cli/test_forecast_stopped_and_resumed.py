"""A forecast that is stopped goes on where it was, and gives what it would have given."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from boneloop.commands.unfinished import Part, Unfinished, decoded, encoded
from boneloop.errors import InputError
from boneloop.exchange import demo_path

ASKED = ("--plans", "none,denosumab", "--years", "1", "--limit", "3", "--draws", "2600", "--jobs", "1")
PATIENCE = 300


def command(out, *more):
    return [sys.executable, "-m", "boneloop", "forecast", str(demo_path()), "--out", str(out), *ASKED, *more]


def started_and_stopped(out, how):
    """A run that is stopped as soon as its first group is kept; its exit status."""
    process = subprocess.Popen(command(out), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    begun = time.monotonic()
    while not list((out / "unfinished").glob("*.part")):
        assert process.poll() is None, process.stderr.read().decode()
        assert time.monotonic() - begun < PATIENCE
        time.sleep(0.01)
    process.send_signal(how)
    said = process.communicate(timeout=PATIENCE)[1].decode()
    return process.returncode, said


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The same forecast without interruption."""
    out = tmp_path_factory.mktemp("whole")
    assert subprocess.run(command(out), capture_output=True).returncode == 0
    return out


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=lambda how: how.name)
def test_a_stopped_forecast_goes_on_and_gives_the_same_bytes(whole, tmp_path, how):
    out = tmp_path / "out"
    status, said = started_and_stopped(out, how)
    if how is signal.SIGINT:
        assert status in (130, -signal.SIGINT)  # a shell says 130 to both: Python ends as if killed if exec was running
        assert "--resume" in said
    assert not (out / "patients.csv").exists()
    kept = {part: part.stat().st_mtime_ns for part in (out / "unfinished").glob("*.part")}

    refused = subprocess.run(command(out), capture_output=True)
    assert refused.returncode == 2
    assert b"--resume" in refused.stderr
    assert {part: part.stat().st_mtime_ns for part in kept} == kept

    other = subprocess.run(command(out, "--seed", "2", "--resume"), capture_output=True)
    assert other.returncode == 2
    assert b"seed" in other.stderr

    assert subprocess.run(command(out, "--resume"), capture_output=True).returncode == 0
    for name in ("patients.csv", "chances.csv", "rejects.ndjson"):
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    assert (out / "report.html").exists()
    assert not (out / "unfinished").exists()


def test_a_part_comes_back_as_it_was():
    part = Part(2, "a,b\n", "c\n", [], [])
    assert decoded(encoded(part)) == part


def test_groups_keep_their_size_when_a_run_goes_on(tmp_path):
    first = Unfinished.open(tmp_path, {"seed": 1}, resume=False)
    assert first.size(7) == 7
    assert Unfinished.open(tmp_path, {"seed": 1}, resume=True).size(3) == 7


def test_another_question_is_not_gone_on_with(tmp_path):
    Unfinished.open(tmp_path, {"seed": 1}, resume=False)
    with pytest.raises(InputError, match="seed: 1 then, 2 now"):
        Unfinished.open(tmp_path, {"seed": 2}, resume=True)
    with pytest.raises(InputError, match="--resume"):
        Unfinished.open(tmp_path, {"seed": 1}, resume=False)
