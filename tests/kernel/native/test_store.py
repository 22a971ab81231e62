"""Compiled programs on disk: found again, whole or not at all, and safe when several processes come at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from boneloop.kernel.native import compiler, program, running, store
from boneloop.kernel.native.running import Running
from boneloop.kernel.native.store import Compiled
from boneloop.kernel.recorder import record

PROGRAM = Compiled(b"not really code", 4096)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BONELOOP_CACHE", str(tmp_path))
    return tmp_path / "kernel"


def test_what_was_kept_is_found(cache):
    assert store.fetch("a") is None
    store.keep("a", PROGRAM)
    assert store.fetch("a") == PROGRAM
    assert [file.name for file in cache.iterdir()] == ["a.o"]


@pytest.mark.parametrize("harm", [lambda c: c[:-3], lambda c: c[:-1] + b"?", lambda c: b"", lambda c: b"x" + c])
def test_a_damaged_file_is_not_used_and_is_replaced(cache, harm):
    store.keep("a", PROGRAM)
    file = cache / "a.o"
    file.write_bytes(harm(file.read_bytes()))
    assert store.fetch("a") is None
    store.keep("a", PROGRAM)
    assert store.fetch("a") == PROGRAM


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_folder_into_which_others_can_write_is_not_used(cache):
    store.keep("a", PROGRAM)
    os.chmod(cache, 0o777)
    assert store.fetch("a") is None
    os.chmod(cache, 0o700)
    assert store.fetch("a") == PROGRAM


def test_an_empty_name_means_no_cache(monkeypatch):
    monkeypatch.setenv("BONELOOP_CACHE", "")
    assert store.folder() is None
    store.keep("a", PROGRAM)
    assert store.fetch("a") is None


def test_a_disk_that_will_not_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "kernel").write_text("a file where the folder should be")
    monkeypatch.setenv("BONELOOP_CACHE", str(tmp_path))
    store.keep("a", PROGRAM)
    assert store.fetch("a") is None


def test_the_second_engine_of_a_model_is_not_compiled(cache, machine, monkeypatch):
    graph = record(lambda y, p, time: (-y[0] * p[0],), 1, 1)
    width = machine.width("double")
    Running(graph, width, machine).settle()
    monkeypatch.setattr(running, "compile_text", lambda *_: pytest.fail("compiled again"))
    monkeypatch.setattr(program, "program", lambda *_: pytest.fail("written again"))
    Running(graph, width, machine).settle()


def test_quickly_made_code_is_there_first_and_the_good_code_is_kept(cache, machine, monkeypatch):
    graph, seen = record(lambda y, p, time: (-y[0] * p[0],), 1, 1), threading.Event()
    make = running.compile_text
    monkeypatch.setattr(running, "compile_text", lambda *how: (how[-1] == running.GOOD and seen.wait(), make(*how))[1])
    begun = Running(graph, machine.width("double"), machine)
    quick = begun.linked
    seen.set()
    begun.settle()
    assert begun.linked is not quick
    assert [file.name for file in cache.iterdir()] == [f"{compiler.key_of(graph, machine.width('double'), machine)}.o"]


def test_another_model_width_machine_or_way_of_writing_has_another_key(cache, machine, machines, monkeypatch):
    def key(rate=1.0, kind="double", machine=machine, level=2):
        graph = record(lambda y, p, time: (-y[0] * rate,), 1)
        return compiler.key_of(graph, machine.width(kind), machine, level)

    keys = [key(), key(rate=2.0), key(kind="float"), key(level=0), *(key(machine=m) for m in machines[1:])]
    monkeypatch.setattr(compiler, "_way_of_writing", lambda: "other")
    keys.append(key())
    assert len(set(keys)) == len(keys)


SCRIPT = """
import numpy as np
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.native.engine import Native
from boneloop.kernel.problem import Problem
from boneloop.kernel.recorder import record

graph = record(lambda y, p, time: (-y[0] ** 1.3 * p[0],), 1, 1)
found = Native(graph).solve(Problem(np.ones((1, 3)), np.ones((1, 3)), 0.0, 2.0), Tolerance(1e-6, 1e-9))
print(found.states.tobytes().hex())
"""


def test_processes_that_start_at_once_all_find_or_make_the_program(cache):
    running = [
        subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = [process.communicate() for process in running]
    assert all(process.returncode == 0 for process in running), answers
    assert len({out for out, _ in answers}) == 1
    assert [file.suffix for file in cache.iterdir()] == [".o"]
