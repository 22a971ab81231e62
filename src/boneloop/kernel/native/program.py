"""A whole program in LLVM's text form: the model and the solver."""

from __future__ import annotations

from dataclasses import dataclass

from boneloop.kernel.derivative import jacobian
from boneloop.kernel.graph import Graph
from boneloop.kernel.native.assembly import Width
from boneloop.kernel.native.driver import Driver
from boneloop.kernel.native.layout import Workspace
from boneloop.kernel.native.machine import Machine
from boneloop.kernel.native.model_code import model_code
from boneloop.kernel.sparse_lu import factorization


@dataclass(frozen=True)
class Program:
    """The text, and how many bytes of workspace a thread needs."""

    text: str
    workspace: int


def program(model: Graph, width: Width, machine: Machine) -> Program:
    """Write the solver of a model for a machine."""
    factored = factorization(jacobian(model))
    code = model_code(model, factored, width)
    moving, factors = factored.moving, len(factored.factors)
    work = Workspace(width, model.states, model.parameters, code.shared, len(moving), factors)
    solver = Driver(width, work, moving).text()
    return Program("\n".join([preamble(width, machine), code.text, solver]), work.bytes)


def preamble(width: Width, machine: Machine) -> str:
    """What every program begins with: the intrinsics, and how functions are to be compiled."""
    vector, suffix = width.vector, width.suffix
    wide = f'"min-legal-vector-width"="{machine.bits}" "prefer-vector-width"="{machine.bits}"'
    # no-builtins: loops stay loops, nothing outside is called; no-stack-arg-probe: see Driver._touch_stack
    plain = f'nounwind {wide} "no-builtins" "no-stack-arg-probe"'
    return f"""
declare {vector} @llvm.fma.{suffix}({vector}, {vector}, {vector})
declare {vector} @llvm.sqrt.{suffix}({vector})
declare {vector} @llvm.fabs.{suffix}({vector})
attributes #0 = {{ noinline {plain} }}
attributes #1 = {{ noinline {plain} }}
"""
