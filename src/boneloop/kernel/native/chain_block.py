"""One block of persons of a chain: in, through the cycles, out.

In a cycle of a vector of persons the sum of their chances is compared with their luck; only where somebody may move
are the single chances looked at, and only then are settled numbers and counts brought up to date. A block in which
nobody can move any more is done. Chances that are none raise a mark for the person; the engine then finds out where.
"""

from __future__ import annotations

import numpy as np

from boneloop.kernel.chain import SLACK, Law
from boneloop.kernel.chain_plan import LARGEST_EXPONENT
from boneloop.kernel.expression import Op
from boneloop.kernel.native.assembly import Function
from boneloop.kernel.native.chain_code import ChainLayout, job
from boneloop.kernel.native.chain_values import Values
from boneloop.kernel.native.philox_code import PhiloxCode
from boneloop.kernel.native.share_left import share_left
from boneloop.kernel.native.straight_line import StraightLine
from boneloop.kernel.philox import BITS, LARGEST, WORDS

_DEAR = frozenset({Op.EXP, Op.LOG, Op.TANH, Op.SQRT, Op.RECIPROCAL})


class Block:
    """Writes the function ``block``."""

    def __init__(self, layout: ChainLayout) -> None:
        self.layout, self.plan, self.width = layout, layout.plan, layout.width
        self.f = Function(layout.width, "block", ["ptr noalias %job", "ptr noalias %work", "i64 %first"])
        self.values = Values(layout, self.f)
        lanes, f = layout.width.lanes, self.f
        self.whole, self.mask = f"<{lanes} x i32>", f"<{lanes} x i1>"
        self.vectors = range(layout.vectors)
        self.state, self.stay = ([f.variable(self.width.vector) for _ in self.vectors] for _ in range(2))
        self.bad, self.moving = ([f.variable(self.mask) for _ in self.vectors] for _ in range(2))
        self.above = [[f.variable("i64") for _ in range(layout.states - 1)] for _ in self.vectors]

    def text(self) -> str:
        """The function."""
        f = self.f
        self.cycles = job(f, "cycles", "i64")
        for vector in self.vectors:
            self._begin(vector)
        if self.plan.targets:
            cycle = f.variable("i64")
            f.do(f"store i64 0, ptr {cycle}")
            with f.forever() as out:
                self._four_cycles(cycle, out)
        for vector in self.vectors:
            self._end(vector)
        f.do("ret void")
        return f.text

    # persons in and out

    def _begin(self, vector: int) -> None:
        f, kind = self.f, self.width.kind
        PhiloxCode(f, job(f, "round_keys")).prepare(self._keys(vector), self.layout.place(f, "philox", vector))
        state = f.load(self.values.given("start", vector, kind))
        f.store(state, self.state[vector])
        if self.plan.counts_stay:
            f.store(f.load(self.values.given("stay", vector, kind)), self.stay[vector])
        f.do(f"store {self.mask} zeroinitializer, ptr {self.bad[vector]}")
        self._hoist(vector)
        self._settle(vector)
        for slot in self.above[vector]:
            f.do(f"store i64 0, ptr {slot}")
        self._count(vector, "0")
        if self.layout.follow:
            for number, code in enumerate(self.plan.codes):
                here = f.compare("oeq", state, f.splat(code))
                first = self._pick_whole(here, "zeroinitializer", "splat (i32 -1)")
                f.do(f"store {self.whole} {first}, ptr {self.layout.place(f, 'entered', vector, number)}")

    def _keys(self, vector: int) -> str:
        """The keys of the persons of a vector: their numbers where no keys were given."""
        f, keys = self.f, f"<{self.width.lanes} x i64>"
        steps = ", ".join(f"i64 {lane}" for lane in range(self.width.lanes))
        slot = f.variable(keys)
        first = f.spread(self.values.person(vector), "i64")
        f.do(f"store {keys} {f.write(f'add {keys} {first}, <{steps}>')}, ptr {slot}")
        with f.when(f.write(f"icmp ne ptr {job(f, 'keys')}, null")):
            own = f.write(f"load {keys}, ptr {self.values.given('keys', vector, 'i64')}, align 8")
            f.do(f"store {keys} {own}, ptr {slot}")
        return f.write(f"load {keys}, ptr {slot}")

    def _hoist(self, vector: int) -> None:
        """What hangs on the person alone; and whether separated exponents stay in range."""
        f, line = self.f, self.values.hoisted(vector)
        for place, node in enumerate(self.plan.hoisted):
            f.store(line.value(node), self.layout.place(f, "hoisted", vector, place))
        for node, _ in self.plan.apart:
            wide = f.inverted(f.compare("ole", f.magnitude(line.value(node)), f.splat(LARGEST_EXPONENT)))
            self._mark(f.masks("and", wide, self._can_move(vector)), "too_wide", vector)

    def _mark(self, mask: str, name: str, vector: int) -> None:
        """Note the first person of a mask, if there is any."""
        f = self.f
        bits = f.bits(mask)
        with f.when(f.write(f"icmp ne i64 {bits}, 0")):
            lane = f.write(f"call i64 @llvm.cttz.i64(i64 {bits}, i1 true)")
            person = f.write(f"add i64 {self.values.person(vector)}, {lane}")
            f.write(f"atomicrmw umin ptr {job(f, name)}, i64 {person} monotonic")

    def _end(self, vector: int) -> None:
        f = self.f
        self._mark(self._mask(self.bad[vector]), "offender", vector)
        if not self.layout.follow:
            return
        last = f.write(f"fptosi {self.width.vector} {f.load(self.state[vector])} to {self.whole}")
        f.do(f"store {self.whole} {last}, ptr {self.values.given('last', vector, 'i32')}, align 4")
        for number in range(self.layout.states):
            entered = f.write(f"load {self.whole}, ptr {self.layout.place(f, 'entered', vector, number)}")
            f.do(f"store {self.whole} {entered}, ptr {self.values.given('entered', vector, 'i32', number)}, align 4")

    def _mask(self, slot: str) -> str:
        return self.f.write(f"load {self.mask}, ptr {slot}")

    def _pick_whole(self, mask: str, a: str, b: str) -> str:
        return self.f.write(f"select {self.mask} {mask}, {self.whole} {a}, {self.whole} {b}")

    def _can_move(self, vector: int) -> str:
        """Who is in a state that can be left."""
        return self.f.compare("olt", self.f.load(self.state[vector]), self.f.splat(self.plan.living - 0.5))

    # what a move changes

    def _settle(self, vector: int) -> None:
        """What hangs on the person and the state."""
        f, plan = self.f, self.plan
        moving = self._can_move(vector)
        f.do(f"store {self.mask} {moving}, ptr {self.moving[vector]}")
        line = self.values.settled(vector, self.state[vector])
        for place, node in enumerate(plan.settled):
            f.store(line.value(node), self.layout.place(f, "settled", vector, place))
        if plan.positive is not None:
            self._refuse_negative([line.value(plan.settled[place]) for place in sorted(plan.positive[0])], vector)

    def _refuse_negative(self, chances: list[str], vector: int) -> None:
        f, good = self.f, ""
        for chance in chances:
            not_below = f.compare("oge", chance, f.splat(0))
            good = f.masks("and", good, not_below) if good else not_below
        if good:
            self._refuse(good, vector)

    def _refuse(self, good: str, vector: int) -> None:
        """Mark those who can move and whose chances are not good."""
        f = self.f
        bad = f.masks("and", f.inverted(good), self._mask(self.moving[vector]))
        f.do(f"store {self.mask} {f.masks('or', self._mask(self.bad[vector]), bad)}, ptr {self.bad[vector]}")

    def _count(self, vector: int, cycle: str) -> None:
        """By how many more are above each code than when they were last counted."""
        f = self.f
        first = f.write(f"getelementptr i8, ptr %work, i64 {self.layout.workspace}")
        row = f.at(first, f.write(f"mul i64 {cycle}, {self.layout.states}"), "i64")
        for code, slot in enumerate(self.above[vector]):
            bits = f.bits(f.compare("ogt", f.load(self.state[vector]), f.splat(code + 0.5)))
            now = f.write(f"call i64 @llvm.ctpop.i64(i64 {bits})")
            more = f.write(f"sub i64 {now}, {f.load(slot, 'i64')}")
            f.store(now, slot, "i64")
            address = f.at(row, code, "i64")
            f.store(f.write(f"add i64 {f.load(address, 'i64')}, {more}"), address, "i64")

    # cycles

    def _four_cycles(self, slot: str, out: str) -> None:
        """As many cycles as one call of the generator gives luck for."""
        f = self.f
        cycle = f.load(slot, "i64")
        left = f.write(f"sub i64 {self.cycles}, {cycle}")
        f.leave(f.write(f"icmp sle i64 {left}, 0"), out)
        moving = self._mask(self.moving[0])
        for vector in self.vectors[1:]:
            moving = f.masks("or", moving, self._mask(self.moving[vector]))
        f.leave(f.write(f"xor i1 {f.any(moving)}, true"), out)
        philox, quarter = PhiloxCode(f, job(f, "round_keys")), f.write(f"lshr i64 {cycle}, 2")
        for vector in self.vectors:
            for place, word in enumerate(philox.words(quarter, self.layout.place(f, "philox", vector))):
                f.store(self._fraction(word), self.layout.place(f, "luck", vector, place))
        fewer = f.write(f"icmp slt i64 {left}, {WORDS}")
        count = f.write(f"select i1 {fewer}, i64 {left}, i64 {WORDS}")
        with f.repeat(count) as part:
            self._cycle(f.write(f"add i64 {cycle}, {part}"), part)
        f.store(f.write(f"add i64 {cycle}, {WORDS}"), slot, "i64")

    def _fraction(self, word: str) -> str:
        """``philox.fractions``"""
        f, vector = self.f, self.width.vector
        upper = f.write(f"lshr {self.whole} {word}, splat (i32 {32 - BITS})")
        number = f.write(f"sitofp {self.whole} {upper} to {vector}")
        if self.width.kind == "float":
            largest = f.splat(LARGEST[np.dtype(np.float32)])
            number = f.pick(f.compare("olt", number, largest), number, largest)
        return f.fused(number, f.splat(2.0**-BITS), f.splat(2.0 ** -(BITS + 1)))

    def _cycle(self, cycle: str, part: str) -> None:
        f = self.f
        row = f.at(job(f, "table"), f.write(f"mul i64 {cycle}, {len(self.plan.tabulated)}"), self.width.kind)
        for vector in self.vectors:
            luck = f.load(f.at(self.layout.place(f, "luck", vector), part))
            self._step(vector, row, luck, cycle)

    def _step(self, vector: int, row: str, luck: str, cycle: str) -> None:
        f, step, moves = self.f, self.plan.step, len(self.plan.targets)
        look = self.plan.positive is None
        together = look or any(step.sheet.ops[node] in _DEAR for node in step.order)
        first = step.results if together else step.results[moves:]
        chances = self.values.chances(first, vector, row, self.stay[vector])
        if look:
            self._refuse_negative([chances.value(node) for node in step.results[:moves]], vector)
        total = chances.value(step.results[moves])
        self._refuse_total(total, chances, vector)
        hit = f.masks("and", f.compare("olt", luck, total), self._mask(self.moving[vector]))
        with f.when(f.any(hit)):
            if not together:
                chances = self.values.chances(step.results[:moves], vector, row, self.stay[vector])
            self._move(vector, [chances.value(node) for node in step.results[:moves]], luck, hit)
            later = f.write(f"add i64 {cycle}, 1")
            if self.layout.follow:
                self._enter(vector, later)
            self._settle(vector)
            self._count(vector, later)
        if self.plan.counts_stay:
            f.store(f.binary("fadd", f.load(self.stay[vector]), f.splat(1)), self.stay[vector])

    def _refuse_total(self, total: str, chances: StraightLine, vector: int) -> None:
        f, plan = self.f, self.plan
        if plan.chain.law is Law.HAZARDS:
            self._refuse(f.compare("olt", total, f.splat(float("inf"))), vector)
            return
        slack = SLACK[np.dtype(self.width.dtype)]
        good = f.compare("ole", total, f.splat(1 + slack))
        if plan.staying:
            stays = chances.value(plan.step.results[-1])
            rest = f.binary("fsub", f.binary("fadd", total, stays), f.splat(1))
            good = f.masks("and", good, f.compare("oge", stays, f.splat(-slack)))
            good = f.masks("and", good, f.compare("ole", f.magnitude(rest), f.splat(slack)))
        self._refuse(good, vector)

    def _move(self, vector: int, chances: list[str], luck: str, hit: str) -> None:
        f, codes = self.f, [self.plan.codes[target] for target in self.plan.targets]
        limits = chances[:1]
        for chance in chances[1:]:
            limits.append(f.binary("fadd", limits[-1], chance))
        if self.plan.chain.law is Law.HAZARDS:
            per_hazard = share_left(f, limits[-1])
            limits = [f.binary("fmul", per_hazard, limit) for limit in limits]
        target = f.splat(codes[-1])
        for limit, code in reversed(list(zip(limits[:-1], codes[:-1], strict=True))):
            target = f.pick(f.compare("olt", luck, limit), f.splat(code), target)
        leaves = f.masks("and", f.compare("olt", luck, limits[-1]), hit)
        f.store(f.pick(leaves, target, f.load(self.state[vector])), self.state[vector])
        if self.plan.counts_stay:
            f.store(f.pick(leaves, f.splat(-1), f.load(self.stay[vector])), self.stay[vector])

    def _enter(self, vector: int, later: str) -> None:
        f, state = self.f, self.f.load(self.state[vector])
        now = f.spread(f.write(f"trunc i64 {later} to i32"), "i32")
        for number in self.plan.targets:
            address = self.layout.place(f, "entered", vector, number)
            entered = f.write(f"load {self.whole}, ptr {address}")
            new = f.write(f"icmp slt {self.whole} {entered}, zeroinitializer")
            new = f.masks("and", new, f.compare("oeq", state, f.splat(self.plan.codes[number])))
            f.do(f"store {self.whole} {self._pick_whole(new, now, entered)}, ptr {address}")
