"""The code that moves a model: from the cache, or made quickly first and made well meanwhile.

Code of level 0 is there after about a fifth of a second and runs about half as fast as that of level 2, which a
thread of its own makes and keeps on disk. Both give the same bits, so one may take over from the other at any patient.
"""

from __future__ import annotations

import os
import threading

from boneloop.kernel.graph import Graph
from boneloop.kernel.native import store
from boneloop.kernel.native.assembly import Width
from boneloop.kernel.native.compiler import GOOD, QUICK, Linked, compile_text, key_of
from boneloop.kernel.native.machine import Machine
from boneloop.kernel.native.store import Compiled


class Running:
    """``linked`` is the best code there is by now; ``workspace`` how many bytes a thread of it needs."""

    def __init__(self, model: Graph, width: Width, machine: Machine) -> None:
        self.machine, self._key = machine, key_of(model, width, machine, GOOD)
        found = store.fetch(self._key)
        self._making: threading.Thread | None = None
        if found is not None:
            self.linked, self.workspace = Linked(found.code, machine), found.workspace
            return
        from boneloop.kernel.native.program import program

        made = program(model, width, machine)
        self.workspace = made.workspace
        self.linked = Linked(compile_text(made.text, machine, QUICK), machine)
        self._making = threading.Thread(target=self._improve, args=(made.text,), name="boneloop compiler")
        _MAKING.add(self._making)
        self._making.start()

    def settle(self) -> None:
        """Wait until ``linked`` is as good as it gets."""
        if self._making is not None:
            self._making.join()

    def _improve(self, text: str) -> None:
        try:
            code = compile_text(text, self.machine, GOOD)
            store.keep(self._key, Compiled(code, self.workspace))
            self.linked = Linked(code, self.machine)
        finally:
            _MAKING.discard(threading.current_thread())


_MAKING: set[threading.Thread] = set()


def _wait_for_all() -> None:
    """A process that forks takes llvmlite's lock along: nobody may hold it then."""
    for thread in list(_MAKING):
        thread.join()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_wait_for_all)
