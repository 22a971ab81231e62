"""A chain as vector code: a block of persons, cycle after cycle, without leaving the registers.

walk(job, work)          takes blocks of persons from the common counter until none is left
block(job, work, first)  one block: ``chain_block``
"""

from __future__ import annotations

from dataclasses import dataclass

from boneloop.kernel.chain_plan import Plan
from boneloop.kernel.native.assembly import Function, Width
from boneloop.kernel.native.machine import Machine
from boneloop.kernel.native.philox_code import KEPT
from boneloop.kernel.native.program import preamble
from boneloop.kernel.philox import WORDS

JOB = (
    "next_block",
    "blocks",
    "covariates",
    "start",
    "stay",
    "keys",
    "parameters",
    "shared",
    "table",
    "cycles",
    "persons",
    "round_keys",
    "offender",
    "too_wide",
    "last",
    "entered",
)
"""The job: slots of eight bytes each, an address or a count.

Per person: covariates, start (codes) and stay in working precision, keys i64 (at address 0 a person's number is the
key), last and entered i32; covariates and entered are columns of ``persons`` rows, a multiple of a block. table has a
row per cycle; parameters and shared are single rows; round_keys two i64 per round. offender and too_wide are addresses
of an i64: the first person with chances that are none, and the first whose separated exponent is out of range.
"""

VECTORS = 2
"""Vectors of persons that walk side by side, so that one's waiting is another's work."""

_TAKE = 16
_PAGE, _PAGES = 4096, 16


@dataclass(frozen=True)
class ChainProgram:
    """The text; persons in a block; bytes of workspace before the changes.

    After those come, per thread, ``changes``: (cycles + 1, states) i64, in row c and column k by how many more persons
    are in a state of a code above k after c cycles than after one less.
    """

    text: str
    persons: int
    workspace: int


class ChainLayout:
    """What a block keeps in memory: vectors, for each vector of persons."""

    def __init__(self, plan: Plan, width: Width, follow: bool, vectors: int) -> None:
        self.plan, self.width, self.follow, self.vectors = plan, width, follow, vectors
        self.states = len(plan.chain.states)
        sizes = {
            "philox": KEPT,
            "luck": WORDS,
            "settled": len(plan.settled),
            "hoisted": len(plan.hoisted),
            "entered": self.states if follow else 0,
        }
        self.offsets: dict[str, int] = {}
        size = 0
        for name, count in sizes.items():
            self.offsets[name] = size
            size += count
        self._size = size
        self.workspace = -(-vectors * size * width.bytes // 64) * 64

    def place(self, f: Function, name: str, vector: int, row: int = 0) -> str:
        """The address of a vector in the workspace."""
        at = vector * self._size + self.offsets[name] + row
        return f.write(f"getelementptr i8, ptr %work, i64 {at * self.width.bytes}")


def job(f: Function, name: str, kind: str = "ptr") -> str:
    """The content of a slot of the job."""
    return f.load(f.at("%job", JOB.index(name), "i64"), kind)


def chain_program(plan: Plan, width: Width, machine: Machine, follow: bool, vectors: int = VECTORS) -> ChainProgram:
    """The whole program; ``follow`` writes down where each person ends and when they first enter a state."""
    from boneloop.kernel.native.chain_block import Block

    layout = ChainLayout(plan, width, follow, vectors)
    more = "declare i64 @llvm.ctpop.i64(i64)\ndeclare i64 @llvm.cttz.i64(i64, i1)\n"
    parts = [preamble(width, machine), more, Block(layout).text(), _walk(layout)]
    return ChainProgram("\n".join(parts), vectors * width.lanes, layout.workspace)


def _walk(layout: ChainLayout) -> str:
    f = Function(layout.width, "walk", ["ptr noalias %job", "ptr noalias %work"], "void", "exported")
    pages = f.variable(f"[{_PAGE * _PAGES} x i8]")
    for page in reversed(range(_PAGES)):
        # Windows commits a stack page by page: a long frame must not jump over one
        f.do(f"store volatile i8 0, ptr {f.write(f'getelementptr i8, ptr {pages}, i64 {page * _PAGE}')}")
    blocks = job(f, "blocks", "i64")
    with f.forever() as out:
        begin = f.write(f"atomicrmw add ptr {job(f, 'next_block')}, i64 {_TAKE} monotonic")
        f.leave(f.write(f"icmp sge i64 {begin}, {blocks}"), out)
        left = f.write(f"sub i64 {blocks}, {begin}")
        count = f.write(f"select i1 {f.write(f'icmp slt i64 {left}, {_TAKE}')}, i64 {left}, i64 {_TAKE}")
        with f.repeat(count) as index:
            block = f.write(f"add i64 {begin}, {index}")
            first = f.write(f"mul i64 {block}, {layout.vectors * layout.width.lanes}")
            f.do(f"call void @block(ptr %job, ptr %work, i64 {first})")
    f.do("ret void")
    return f.text
