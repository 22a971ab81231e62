"""Compiled code under test, kept in a folder of the test run."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import numpy as np
import pytest

llvmlite = pytest.importorskip("llvmlite", reason="llvmlite has no build here: the NumPy engine takes over")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Nothing of the user's own cache is read or written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BONELOOP_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def machine():
    """The machine at hand."""
    from boneloop.kernel.native.machine import this_machine

    return this_machine()


@pytest.fixture(scope="session")
def machines(machine):
    """The machine at hand, and lesser ones whose code it can run too; the last two do not fuse."""
    from boneloop.kernel.native.machine import AVX2, AVX512, PLAIN

    if not machine.triple.startswith("x86_64"):
        return [machine]
    without_fma = replace(PLAIN, processor="sandybridge", bits=256)
    return [machine, *(other for other in (AVX512, AVX2, without_fma, PLAIN) if other.bits <= machine.bits)]


class Block:
    """Rows of vectors in aligned memory, filled from and read as (rows, lanes)."""

    def __init__(self, width, rows, values=None):
        size = rows * width.lanes
        self._memory = np.zeros(size * 8 + 64, dtype=np.uint8)
        offset = -self._memory.ctypes.data % 64
        room = self._memory[offset : offset + size * np.dtype(width.dtype).itemsize]
        self.rows = room.view(width.dtype).reshape(rows, width.lanes)
        if values is not None:
            self.rows[:] = values

    @property
    def address(self):
        return ctypes.c_void_p(self.rows.ctypes.data)


@pytest.fixture(scope="session")
def block():
    return Block
