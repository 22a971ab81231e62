"""From text to running code, through llvmlite: in this process, without a compiler on the machine.

Every rounding is fixed in the text (``assembly``), so the level of optimization changes the speed of the code and
never its results.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite  # type: ignore[import-untyped]
import llvmlite.binding as llvm  # type: ignore[import-untyped]

from boneloop.kernel.graph import Graph
from boneloop.kernel.native.assembly import Width
from boneloop.kernel.native.machine import Machine

QUICK, GOOD = 0, 2
"""Levels of the code generator: the first compiles about four times faster and runs about half as fast."""

Advance = Callable[[int, int], None]
_names = itertools.count()


def compile_text(text: str, machine: Machine, level: int = GOOD) -> bytes:
    """Object code of a text. The text is as good as optimized: only slots are made values."""
    target = _target(machine, level)
    module = llvm.parse_assembly(text)
    module.triple = machine.triple
    builder = llvm.create_pass_builder(target, llvm.create_pipeline_tuning_options(speed_level=level))
    passes = llvm.create_new_module_pass_manager()
    passes.add_sroa_pass()
    passes.run(module, builder)
    code: bytes = target.emit_object(module)
    return code


class Linked:
    """Object code loaded into this process: the ``address`` of what ``name`` names.

    ``advance`` runs it, if it is a solver, without holding the interpreter.
    """

    def __init__(self, code: bytes, machine: Machine, name: str = "advance") -> None:
        self._linker = llvm.create_lljit_compiler(_target(machine, 0))
        library = llvm.JITLibraryBuilder().add_object_img(code).export_symbol(name)
        self._tracker: Any = library.link(self._linker, f"boneloop{next(_names)}")
        self.address: int = self._tracker[name]
        self.advance: Advance = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(self.address)


@functools.cache
def _ready() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


@functools.cache
def _everything() -> None:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()


def _target(machine: Machine, level: int) -> Any:
    _ready()
    if machine.triple.split("-")[0] != llvm.get_process_triple().split("-")[0]:
        _everything()
    target = llvm.Target.from_triple(machine.triple)
    return target.create_target_machine(cpu=machine.processor, features=machine.features, opt=level, jit=True)


def key_of(model: Graph, width: Width, machine: Machine, level: int = GOOD) -> str:
    """The name under which a program is kept: from the model's graph alone, before anything is derived or written."""
    parts = (model.digest, repr(width), repr(machine), level, _versions(), _way_of_writing())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:40]


def _versions() -> tuple[object, ...]:
    return llvmlite.__version__, llvm.llvm_version_info


@functools.cache
def _way_of_writing() -> str:
    """Digest of the modules that decide what a program's text is: a change of theirs makes old programs useless."""
    kernel = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for file in sorted(kernel.rglob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
