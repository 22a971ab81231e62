"""The solver made for 64-bit ARM, run under emulation, gives the bits that this machine's own code gives.

Needs the Debian packages gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user-static; skipped where they are
missing. The object of the mineral engine, doses and dense output included, is linked to a small C program that reads
the memory of a job, runs it and writes the memory back. Takes about half a minute.
"""

from __future__ import annotations

import shutil
import struct
import subprocess

import numpy as np
import pytest

from boneloop.cycle.body.mineral import parameters
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.cycle.body.mineral.state import State
from boneloop.evidence.registry import load
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.problem import Event, Events, Problem, prepare
from boneloop.simulate.mineral_alone import MineralAlone

pytest.importorskip("llvmlite")
from boneloop.kernel.native.compiler import compile_text
from boneloop.kernel.native.engine import Native, _Answer, _Job
from boneloop.kernel.native.machine import NEON, this_machine
from boneloop.kernel.native.program import program

COMPILER, EMULATOR = shutil.which("aarch64-linux-gnu-gcc"), shutil.which("qemu-aarch64-static")
pytestmark = pytest.mark.skipif(
    not (COMPILER and EMULATOR and this_machine().fused), reason="needs a C compiler for ARM, its emulator and FMA"
)
PATIENTS, HALF_YEAR = 7, 4368.0
NAMES = ("states", "recorded", "step", "time", "status", "accepted", "rejected")

MAIN = r"""
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
void advance(void *job, void *work);
int main(int count, char **names) {
  int64_t head[3];  /* slots, bytes of the arrays, bytes of workspace */
  FILE *in = fopen(names[1], "rb"), *out = fopen(names[2], "wb");
  if (!in || !out || fread(head, 8, 3, in) != 3) return 1;
  int64_t *table = malloc(16 * head[0]), *job = malloc(8 * head[0]);
  char *arrays = aligned_alloc(64, head[1]), *work = aligned_alloc(64, head[2]);
  if (fread(table, 16, head[0], in) != head[0] || fread(arrays, 1, head[1], in) != head[1]) return 2;
  for (int64_t k = 0; k < head[0]; k++) job[k] = table[2 * k + 1] + (table[2 * k] ? (int64_t)arrays : 0);
  for (int64_t k = 0; k < head[2]; k++) work[k] = 0;
  advance(job, work);
  return fwrite(arrays, 1, head[1], out) != head[1];
}
"""


class Packed:
    """A job as one block of bytes: arrays one after another, and a slot for each that says where it begins."""

    def __init__(self, job):
        self.places, self.bytes, table = {}, b"", []
        addresses = {array.ctypes.data: name for name, array in job._kept.items()}
        for slot in job.slots.tolist():
            name = addresses.get(slot)
            if name is None:
                table.append((0, slot))
                continue
            array = job._kept[name]
            self.places[name] = len(self.bytes), array.dtype, array.shape
            table.append((1, len(self.bytes)))
            self.bytes += array.tobytes() + b"\0" * (-array.nbytes % 64 + 64)
        self.table = b"".join(struct.pack("<qq", *entry) for entry in table)

    def found(self, name, content):
        """An array as it stands in the memory that came back."""
        begin, kind, shape = self.places[name]
        return np.frombuffer(content, kind, int(np.prod(shape)), begin).reshape(shape)


def emulated(model, job, kind, folder):
    """The arrays of the job after it ran on the other machine."""
    made = program(model, NEON.width(kind), NEON)
    (folder / "solver.o").write_bytes(compile_text(made.text, NEON))
    (folder / "main.c").write_text(MAIN)
    subprocess.run([COMPILER, "-O1", "-static", "main.c", "solver.o", "-o", "solver"], cwd=folder, check=True)
    packed = Packed(job)
    head = struct.pack("<qqq", len(job.slots), len(packed.bytes), -(-made.workspace // 64) * 64)
    (folder / "in").write_bytes(head + packed.table + packed.bytes)
    subprocess.run([EMULATOR, "./solver", "in", "out"], cwd=folder, check=True)
    content = (folder / "out").read_bytes()
    return {name: packed.found(name, content) for name in NAMES}


def the_case(form):
    """Two injections of denosumab in a year and a half, patients of different intake and clearance."""
    p = parameters.read(load())
    model = MineralAlone(p, ("gut.calcium_intake", "denosumab.clearance"), form=form)
    dose, depot = 60 * p.denosumab.bioavailability, State._fields.index("denosumab_depot")
    varied = model.usual()[:, None] * np.random.default_rng(1).lognormal(0, 0.2, (2, PATIENTS))
    doses = Events.shared([Event(k * HALF_YEAR, depot, dose) for k in range(2)], PATIENTS)
    states = model.scaled(parameters.listed(p), PATIENTS)
    times = np.array([0.0, 10.0, 500.0, HALF_YEAR, 2.5 * HALF_YEAR])
    return model.graph, Problem(states, varied, 0.0, 3 * HALF_YEAR, events=doses, times=times, restart=0.5, stops=False)


@pytest.mark.parametrize("form", [PUBLISHED, SMOOTH], ids=["published", "smooth"])
@pytest.mark.parametrize("kind", ["double", "float"])
def test_arm_gives_the_same_bits(kind, form, tmp_path):
    """States, records, times, steps and their counts."""
    model, problem = the_case(form)
    dtype, tolerance = (np.float64, Tolerance(1e-5, 1e-8)) if kind == "double" else (np.float32, Tolerance(1e-3, 1e-6))
    given = prepare(problem, tolerance, model, dtype)
    answer = _Answer(given)
    found = emulated(model, _Job(given, answer), kind, tmp_path)
    wanted = _Answer(given)
    job = _Job(given, wanted)
    native = Native(model, dtype)
    native.running.settle()
    native._work(native.running.linked, job.slots)
    for name in NAMES:
        assert np.array_equal(found[name], job._kept[name], equal_nan=True), name
    assert (found["status"] == 0).all() and found["accepted"].min() > 30
