"""An order of instructions in which none waits for the one before it.

A polynomial is a chain: each product waits four cycles for the last. A processor looks some hundred instructions
ahead for others to do meanwhile, which is two or three exponentials; here it is done beforehand over a longer stretch.
The instructions of a straight line are dealt out to an imagined processor that starts, in every cycle, the first
product and the first of the other operations whose operands are there, among those not far behind the oldest one
still waiting, so that not many values are alive at once. What is worked out stays the same.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Sequence

STRETCH = 320
"""How far behind the oldest waiting instruction another one may be started."""

_CYCLES = {"fmul": 4, "call": 4, "fdiv": 14, "fadd": 3, "fsub": 3, "fcmp": 4, "select": 2, "load": 7}
_PRODUCTS = ("fmul", "call", "fdiv")
_FREE = ("load", "store", "getelementptr", "bitcast")
_VALUE = re.compile(r"%\w+")


def interleaved(lines: Sequence[str]) -> list[str]:
    """The lines of one block in their new order; none of them may be a jump, and memory read is never written."""
    operations, needs = _read(lines)
    users: list[list[int]] = [[] for _ in lines]
    for index, needed in enumerate(needs):
        for earlier in needed:
            users[earlier].append(index)
    missing, soonest = [len(needed) for needed in needs], [0] * len(lines)
    coming = [(0, index) for index, count in enumerate(missing) if not count]
    ready: dict[str, list[int]] = {"free": [], "product": [], "other": []}
    order: list[int] = []
    placed, oldest, cycle = bytearray(len(lines)), 0, 0
    while len(order) < len(lines):
        started = []
        while coming and coming[0][0] <= cycle:
            heapq.heappush(ready[_unit(operations[coming[0][1]])], heapq.heappop(coming)[1])
        for unit, waiting in ready.items():
            while waiting and waiting[0] < oldest + STRETCH:
                started.append(heapq.heappop(waiting))
                if unit != "free":
                    break
        for index in started:
            placed[index] = 1
            done = cycle + _CYCLES.get(operations[index], 0 if operations[index] in _FREE else 1)
            for user in users[index]:
                missing[user] -= 1
                soonest[user] = max(soonest[user], done)
                if not missing[user]:
                    heapq.heappush(coming, (soonest[user], user))
        order.extend(started)
        while oldest < len(lines) and placed[oldest]:
            oldest += 1
        cycle += 1
    return [lines[index] for index in order]


def _unit(operation: str) -> str:
    return "free" if operation in _FREE else "product" if operation in _PRODUCTS else "other"


def _read(lines: Sequence[str]) -> tuple[list[str], list[list[int]]]:
    """The operation of each line, and the lines whose results it needs."""
    made: dict[str, int] = {}
    operations, needs = [], []
    for index, line in enumerate(lines):
        name, _, rest = line.strip().rpartition(" = ")
        operations.append(rest.split(" ", 1)[0])
        needs.append([made[value] for value in set(_VALUE.findall(rest)) if value in made])
        if name:
            made[name] = index
    return operations, needs
