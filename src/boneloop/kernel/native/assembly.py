"""Writing LLVM's text form: values, memory, loops and branches of one function, for a given width of vectors.

Only plain vector arithmetic, comparisons, selects, memory and branches are used, so the same text compiles for every
machine that LLVM knows. No fast-math flags: every rounding is decided here, a fused multiply-add is written out where
one is wanted, and results do not depend on the optimizer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

_WORD = 64


@dataclass(frozen=True)
class Width:
    """How many patients ride in one vector, in which precision.

    kind   "double" or "float"
    lanes  patients per vector
    fused  the machine multiplies and adds in one rounding
    """

    kind: str
    lanes: int
    fused: bool = True

    @property
    def vector(self) -> str:
        """The vector type."""
        return f"<{self.lanes} x {self.kind}>"

    @property
    def suffix(self) -> str:
        """What intrinsics of this vector are called."""
        return f"v{self.lanes}f{64 if self.kind == 'double' else 32}"

    @property
    def bytes(self) -> int:
        """Size of a vector."""
        return self.lanes * (8 if self.kind == "double" else 4)

    @property
    def dtype(self) -> type:
        """The same precision in NumPy."""
        return np.float64 if self.kind == "double" else np.float32

    @property
    def clock(self) -> str:
        """The vector of times: always double, because years in hours outgrow a float."""
        return f"<{self.lanes} x double>"


def number(value: float, kind: str = "double") -> str:
    """A floating-point constant, exactly; a float is written as the double it equals."""
    exact = float(np.float32(value)) if kind == "float" else float(value)
    return f"0x{struct.unpack('<Q', struct.pack('<d', exact))[0]:016X}"


class Function:
    """One function being written. Values are their text; ``write`` returns the name of what an instruction makes."""

    def __init__(self, width: Width, name: str, arguments: Sequence[str], returns: str = "void", how: str = "") -> None:
        self.width, self.name = width, name
        self.arguments, self.returns, self.how = arguments, returns, how
        self.lines: list[str] = []
        self.slots: list[str] = []
        self._count = 0

    @property
    def text(self) -> str:
        """The whole function."""
        linkage = "" if self.how == "exported" else "internal "
        attributes = "#0" if self.how == "exported" else "#1"
        head = f"define {linkage}{self.returns} @{self.name}({', '.join(self.arguments)}) {attributes} {{"
        return "\n".join([head, "entry:", *self.slots, *self.lines, "}", ""])

    def name_of(self, prefix: str) -> str:
        """A name not used before."""
        self._count += 1
        return f"{prefix}{self._count}"

    def do(self, instruction: str) -> None:
        """An instruction without a result."""
        self.lines.append("  " + instruction)

    def write(self, instruction: str) -> str:
        """An instruction with a result."""
        made = self.name_of("%v")
        self.lines.append(f"  {made} = {instruction}")
        return made

    # vectors of the working precision

    def splat(self, value: float) -> str:
        """The same number in every lane."""
        return f"splat ({self.width.kind} {number(value, self.width.kind)})"

    def instant(self, value: float) -> str:
        """The same time in every lane."""
        return f"splat (double {number(value)})"

    def spread(self, scalar: str, kind: str | None = None) -> str:
        """A scalar value in every lane."""
        kind = kind or self.width.kind
        vector = f"<{self.width.lanes} x {kind}>"
        first = self.write(f"insertelement {vector} poison, {kind} {scalar}, i64 0")
        zeros = f"<{self.width.lanes} x i32> zeroinitializer"
        return self.write(f"shufflevector {vector} {first}, {vector} poison, {zeros}")

    def binary(self, operation: str, a: str, b: str) -> str:
        """fadd, fsub, fmul or fdiv."""
        return self.write(f"{operation} {self.width.vector} {a}, {b}")

    def negative(self, a: str) -> str:
        """-a"""
        return self.write(f"fneg {self.width.vector} {a}")

    def fused(self, a: str, b: str, c: str) -> str:
        """a·b + c, in one rounding where the machine can."""
        if not self.width.fused:
            return self.binary("fadd", self.binary("fmul", a, b), c)
        vector = self.width.vector
        arguments = f"{vector} {a}, {vector} {b}, {vector} {c}"
        return self.write(f"call {vector} @llvm.fma.{self.width.suffix}({arguments})")

    def call(self, function: str, a: str) -> str:
        """A function of one vector."""
        return self.write(f"call {self.width.vector} @{function}({self.width.vector} {a})")

    def root(self, a: str) -> str:
        """Square root."""
        return self.call(f"llvm.sqrt.{self.width.suffix}", a)

    def magnitude(self, a: str) -> str:
        """|a|"""
        return self.call(f"llvm.fabs.{self.width.suffix}", a)

    def wide(self, a: str) -> str:
        """The same numbers as times, which are double."""
        width = self.width
        return a if width.vector == width.clock else self.write(f"fpext {width.vector} {a} to {width.clock}")

    def narrow(self, a: str) -> str:
        """Times as numbers of the working precision."""
        width = self.width
        return a if width.vector == width.clock else self.write(f"fptrunc {width.clock} {a} to {width.vector}")

    def scalar(self, a: str) -> str:
        """One double as a number of the working precision."""
        return a if self.width.kind == "double" else self.write(f"fptrunc double {a} to {self.width.kind}")

    def compare(self, test: str, a: str, b: str, vector: str | None = None) -> str:
        """A mask: ogt, oge, olt, ole, uno and the like."""
        return self.write(f"fcmp {test} {vector or self.width.vector} {a}, {b}")

    def pick(self, mask: str, a: str, b: str, vector: str | None = None) -> str:
        """a where the mask holds, else b."""
        vector = vector or self.width.vector
        return self.write(f"select <{self.width.lanes} x i1> {mask}, {vector} {a}, {vector} {b}")

    def masks(self, operation: str, a: str, b: str) -> str:
        """and, or, xor of two masks."""
        return self.write(f"{operation} <{self.width.lanes} x i1> {a}, {b}")

    def inverted(self, mask: str) -> str:
        """Where a mask does not hold."""
        return self.masks("xor", mask, "splat (i1 true)")

    def bits(self, mask: str) -> str:
        """A mask as the last bits of an i64, the first lane last."""
        lanes = self.width.lanes
        packed = self.write(f"bitcast <{lanes} x i1> {mask} to i{lanes}")
        return packed if lanes == _WORD else self.write(f"zext i{lanes} {packed} to i64")

    def any(self, mask: str) -> str:
        """Whether a mask holds in any lane, an i1."""
        return self.write(f"icmp ne i64 {self.bits(mask)}, 0")

    # memory

    def at(self, base: str, index: int | str, kind: str | None = None) -> str:
        """The address of an element of an array of ``kind``; a vector unless said."""
        return self.write(f"getelementptr {kind or self.width.vector}, ptr {base}, i64 {index}")

    def load(self, address: str, kind: str | None = None) -> str:
        """What stands at an address."""
        kind = kind or self.width.vector
        return self.write(f"load {kind}, ptr {address}{self._aligned(kind)}")

    def store(self, value: str, address: str, kind: str | None = None) -> None:
        """Put a value at an address."""
        kind = kind or self.width.vector
        self.do(f"store {kind} {value}, ptr {address}{self._aligned(kind)}")

    def _aligned(self, kind: str) -> str:
        return f", align {self.width.bytes}" if kind.startswith("<") else ""

    def variable(self, kind: str) -> str:
        """A place for a value that changes."""
        made = self.name_of("%slot")
        self.slots.append(f"  {made} = alloca {kind}")
        return made

    # the way through

    def label(self, name: str) -> None:
        """A new block begins here."""
        self.lines.append(f"{name}:")

    def go(self, name: str) -> None:
        """Jump."""
        self.do(f"br label %{name}")

    @contextmanager
    def repeat(self, count: int | str) -> Iterator[str]:
        """The body for an index from 0 to count - 1; count is at least 1."""
        head, done = self.name_of("loop"), self.name_of("done")
        slot = self.variable("i64")
        self.do(f"store i64 0, ptr {slot}")
        self.go(head)
        self.label(head)
        index = self.write(f"load i64, ptr {slot}")
        yield index
        later = self.write(f"add i64 {index}, 1")
        self.do(f"store i64 {later}, ptr {slot}")
        more = self.write(f"icmp ult i64 {later}, {count}")
        self.do(f"br i1 {more}, label %{head}, label %{done}")
        self.label(done)

    @contextmanager
    def each(self, mask: str) -> Iterator[str]:
        """The body for the index of every lane in which a mask holds."""
        bits = self.bits(mask)
        with self.repeat(self.width.lanes) as lane:
            bit = self.write(f"and i64 {self.write(f'lshr i64 {bits}, {lane}')}, 1")
            with self.when(self.write(f"icmp ne i64 {bit}, 0")):
                yield lane

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """The body, if a condition (i1) holds."""
        yes, on = self.name_of("yes"), self.name_of("on")
        self.do(f"br i1 {condition}, label %{yes}, label %{on}")
        self.label(yes)
        yield
        self.go(on)
        self.label(on)

    @contextmanager
    def forever(self) -> Iterator[str]:
        """The body again and again; gives the label of the way out for ``leave``."""
        head, out = self.name_of("again"), self.name_of("out")
        self.go(head)
        self.label(head)
        yield out
        self.go(head)
        self.label(out)

    def leave(self, condition: str, out: str) -> None:
        """Go to ``out`` if a condition (i1) holds, else on."""
        on = self.name_of("on")
        self.do(f"br i1 {condition}, label %{out}, label %{on}")
        self.label(on)
