"""Where things stand in memory: the job that Python hands over, and the workspace of one thread."""

from __future__ import annotations

from enum import IntEnum

from boneloop.kernel.native.assembly import Function, Width


class Order(IntEnum):
    """What threads are told: go on, finish the patients under way, or leave them where they are."""

    GO_ON = 0
    FINISH = 1
    LEAVE = 2


JOB = (
    "order",
    "next_patient",
    "patients",
    "states",
    "parameters",
    "start",
    "end",
    "step",
    "event_time",
    "event_place",
    "event_keep",
    "event_amount",
    "event_begin",
    "event_end",
    "times",
    "time_count",
    "first_output",
    "rows",
    "row_count",
    "stops",
    "recorded",
    "floor",
    "fallen",
    "absolute",
    "relative",
    "restart",
    "longest",
    "most_steps",
    "status",
    "time",
    "accepted",
    "rejected",
)
"""The job: one slot of eight bytes each, an address, a count or a double.

Per patient, one after another: states, parameters, step (working precision); start, end, time (double); event_begin,
event_end, first_output (int64); status, accepted, rejected (int32); recorded (times, rows) in working precision.
order is the address of what Python may say while threads are at work: an ``Order``, an int64. next_patient is the
address of the number of the first patient that no thread has taken yet. fallen is the floor less
the absolute tolerance.
"""


ARGUMENTS = ("ptr noalias %job", "ptr noalias %work")
"""Of every function of the solver."""

LANE_ARGUMENTS = (*ARGUMENTS, "i64 %lane")
"""Of a function that sees to one lane."""


class Workspace:
    """Offsets, in bytes, of everything one thread needs; vectors stand on multiples of their size."""

    def __init__(self, width: Width, states: int, parameters: int, shared: int, moving: int, factors: int) -> None:
        self.width, self.states, self.parameters = width, states, parameters
        self.offsets: dict[str, int] = {}
        self.bytes = 0
        for name in ("y", "argument", "after", "slope", *(f"stage{k}" for k in range(6)), "curve0", "curve1"):
            self._add(name, states)
        for name, count in (("parameters", parameters), ("shared", shared), ("drift", moving), ("factors", factors)):
            self._add(name, count)
        for name in ("stage_time", "rate", "step", "taken"):
            self._add(name, 1)
        # times are double whatever the precision, and so are counts of 64 bits: two vectors where lanes are floats
        for name in ("time", "later", "stop", "end", "due", "patient", "event", "event_end", "output"):
            self._add(name, 2)
        for name in ("refused", "active", "accepted", "rejected", "stale"):
            self._add(name, 1)

    def _add(self, name: str, vectors: int) -> None:
        self.offsets[name] = self.bytes
        self.bytes += vectors * self.width.bytes

    def place(self, function: Function, name: str) -> str:
        """The address of something, in a function with the workspace as %work."""
        return function.write(f"getelementptr i8, ptr %work, i64 {self.offsets[name]}")

    def element(self, function: Function, name: str, lane: str, kind: str, row: str | int = 0) -> str:
        """The address of one lane of a vector, or of row ``row`` of vectors."""
        base = self.place(function, name)
        index = lane
        if row != 0:
            index = function.write(f"add i64 {function.write(f'mul i64 {row}, {self.width.lanes}')}, {lane}")
        return function.at(base, index, kind)

    def call(self, function: Function, name: str, *places: str) -> None:
        """Call a function of the model on places of the workspace."""
        arguments = ", ".join(f"ptr {self.place(function, place)}" for place in places)
        function.do(f"call void @{name}({arguments})")


def told(function: Function, order: Order) -> str:
    """Whether Python said this or more, an i1; it may say so at any time."""
    now = function.write(f"load atomic i64, ptr {job(function, 'order')} monotonic, align 8")
    return function.write(f"icmp sge i64 {now}, {int(order)}")


def job(function: Function, name: str, kind: str = "ptr") -> str:
    """The content of a slot of the job, in a function with the job as %job."""
    return function.load(function.at("%job", JOB.index(name), "i64"), kind)
