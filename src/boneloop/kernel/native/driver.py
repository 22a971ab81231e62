"""The solver as vector code: Rodas4 with a step, an error control and a calendar of events for every lane.

Each lane carries one patient at their own pace. A lane whose patient has arrived, or cannot go on, writes the answer
down and takes the next patient from the common counter, so that no lane waits for another and no result depends on
who rides beside whom, or on how many threads there are. Step for step it does what ``rodas4`` does.

    advance(job, work)   until no patient is left, or Python says otherwise (``Order``)
"""

from __future__ import annotations

from boneloop.kernel.native.assembly import Function, Width
from boneloop.kernel.native.lane_code import LaneCode
from boneloop.kernel.native.layout import ARGUMENTS, Order, Workspace, job, told
from boneloop.kernel.native.step_code import StepCode
from boneloop.kernel.problem import Status
from boneloop.kernel.rodas4 import GROW, NEARLY_THERE, SAFETY, SHRINK

_PAGE, _PAGES = 4096, 48


class Driver:
    """Writes the solver; ``moving`` are the rows whose rate changes with time by itself."""

    def __init__(self, width: Width, work: Workspace, moving: tuple[int, ...]) -> None:
        self.width, self.work = width, work
        self.lanes, self.step = LaneCode(width, work), StepCode(width, work, moving)
        self.whole = f"<{width.lanes} x i32>"

    def text(self) -> str:
        """All functions of the solver."""
        return "\n".join([self.lanes.text(), self.step.text(), self._touch_stack(), self._advance()])

    def _get(self, f: Function, name: str, kind: str | None = None) -> str:
        return f.load(self.work.place(f, name), kind)

    def _set(self, f: Function, name: str, value: str, kind: str | None = None) -> None:
        f.store(value, self.work.place(f, name), kind)

    def _mask(self, f: Function, name: str) -> str:
        return f.write(f"icmp ne {self.whole} {self._get(f, name, self.whole)}, zeroinitializer")

    def _advance(self) -> str:
        f = Function(self.width, "advance", ARGUMENTS, "void", "exported")
        f.do("call void @touch_stack()")
        with f.repeat(self.width.lanes) as lane:
            f.do(f"call void @take_up(ptr %job, ptr %work, i64 {lane})")
        with f.forever() as out:
            active = self._mask(f, "active")
            f.leave(f.write(f"xor i1 {f.any(active)}, true"), out)
            f.leave(told(f, Order.LEAVE), out)
            with f.when(f.write(f"icmp ne i64 {self._get(f, 'stale', 'i64')}, 0")):
                self.work.call(f, "share", "parameters", "shared")
                self._set(f, "stale", "0", "i64")
            self._go_on(f, active)
        f.do("ret void")
        return f.text

    def _touch_stack(self) -> str:
        """Windows commits a stack page by page, from the top: the long frames to come must not jump over one."""
        f = Function(self.width, "touch_stack", ())
        pages = f.variable(f"[{_PAGE * _PAGES} x i8]")
        for page in reversed(range(_PAGES)):
            f.do(f"store volatile i8 0, ptr {f.write(f'getelementptr i8, ptr {pages}, i64 {page * _PAGE}')}")
        f.do("ret void")
        return f.text

    def _go_on(self, f: Function, active: str) -> None:
        """One step of every lane, and what follows from it."""
        clock = self.width.clock
        time, stop = self._get(f, "time", clock), self._get(f, "stop", clock)
        left = f.narrow(f.write(f"fsub {clock} {stop}, {time}"))
        wanted = self._at_most_longest(f, self._get(f, "step"))
        reaches = f.compare("oge", f.binary("fmul", wanted, f.splat(NEARLY_THERE)), left)
        taken = f.pick(reaches, left, wanted)
        moved = f.write(f"fadd {clock} {time}, {f.wide(taken)}")
        self._set(f, "taken", taken)
        self._set(f, "later", f.pick(reaches, stop, moved, clock), clock)
        size = f.write(f"call {self.width.vector} @attempt(ptr %job, ptr %work)")
        accepted = f.masks("and", f.compare("ole", size, f.splat(1)), active)
        reached = f.masks("and", accepted, reaches)
        self._next_step(f, wanted, f.binary("fmul", taken, self._factor(f, size)), reached)
        self._count(f, accepted, active)
        self._write_due(f, accepted)
        self._accept(f, accepted)
        moves = f.masks("or", reaches, f.compare("ogt", moved, time, clock))
        self._see_to_lanes(f, active, reached, f.inverted(moves))

    def _at_most_longest(self, f: Function, step: str) -> str:
        longest = f.spread(f.scalar(job(f, "longest", "double")))
        return f.pick(f.compare("olt", longest, step), longest, step)

    def _factor(self, f: Function, size: str) -> str:
        """By how much the next step changes; NaN shrinks it most, and after a refused step it does not grow."""
        factor = f.binary("fdiv", f.splat(SAFETY), f.root(f.root(size)))
        least, most, one = f.splat(SHRINK), f.splat(GROW), f.splat(1)
        factor = f.pick(f.compare("ogt", factor, most), most, factor)
        factor = f.pick(f.compare("oge", factor, least), factor, least)
        held = f.masks("and", self._mask(f, "refused"), f.compare("ogt", factor, one))
        return f.pick(held, one, factor)

    def _next_step(self, f: Function, wanted: str, proposed: str, reached: str) -> None:
        """A step that a stop cut short says little about the next one: the longer of the two is kept."""
        longer = f.pick(f.compare("ogt", wanted, proposed), wanted, proposed)
        self._set(f, "step", f.pick(reached, longer, proposed))

    def _count(self, f: Function, accepted: str, active: str) -> None:
        refused = f.masks("and", f.inverted(accepted), active)
        for name, mask in (("accepted", accepted), ("rejected", refused)):
            one = f.write(f"zext <{self.width.lanes} x i1> {mask} to {self.whole}")
            self._set(f, name, f.write(f"add {self.whole} {self._get(f, name, self.whole)}, {one}"), self.whole)
        self._set(f, "refused", f.write(f"zext <{self.width.lanes} x i1> {refused} to {self.whole}"), self.whole)

    def _write_due(self, f: Function, accepted: str) -> None:
        clock = self.width.clock
        when, later = self._get(f, "due", clock), self._get(f, "later", clock)
        due = f.masks("and", f.compare("ole", when, later, clock), accepted)
        with f.when(f.any(due)):
            # at the very end of a step the curves have no weight
            with f.when(f.any(f.masks("and", due, f.compare("olt", when, later, clock)))):
                self.step.curves(f)
            with f.each(due) as lane:
                f.do(f"call void @write_down(ptr %job, ptr %work, i64 {lane})")

    def _accept(self, f: Function, accepted: str) -> None:
        clock = self.width.clock
        y, after = self.work.place(f, "y"), self.work.place(f, "after")
        with f.repeat(self.work.states) as row:
            f.store(f.pick(accepted, f.load(f.at(after, row)), f.load(f.at(y, row))), f.at(y, row))
        time = f.pick(accepted, self._get(f, "later", clock), self._get(f, "time", clock), clock)
        self._set(f, "time", time, clock)

    def _see_to_lanes(self, f: Function, active: str, reached: str, stuck: str) -> None:
        """Events where a lane came to a stop; the next patient where a lane is done."""
        clock, whole = self.width.clock, self.whole
        tries = f.write(f"add {whole} {self._get(f, 'accepted', whole)}, {self._get(f, 'rejected', whole)}")
        most = f.spread(f.write(f"trunc i64 {job(f, 'most_steps', 'i64')} to i32"), "i32")
        tired = f.write(f"icmp sge {whole} {tries}, {most}")
        home = f.compare("oge", self._get(f, "time", clock), self._get(f, "end", clock), clock)
        done = f.masks("and", active, f.masks("or", f.masks("or", stuck, tired), home))
        with f.when(f.any(f.masks("or", reached, done))):
            with f.each(reached) as lane:
                f.do(f"call void @meet_events(ptr %job, ptr %work, i64 {lane})")
            status = f.pick(tired, _all(Status.TOO_MANY_STEPS), _all(Status.ARRIVED), whole)
            status = f.pick(stuck, _all(Status.NO_STEP_SHORT_ENOUGH), status, whole)
            self._exchange(f, done, f.pick(home, _all(Status.ARRIVED), status, whole))

    def _exchange(self, f: Function, done: str, status: str) -> None:
        slot = f.variable(self.whole)
        f.do(f"store {self.whole} {status}, ptr {slot}")
        with f.each(done) as lane:
            own = f.write(f"load i32, ptr {f.at(slot, lane, 'i32')}")
            f.do(f"call void @put_down(ptr %job, ptr %work, i64 {lane}, i32 {own})")
            f.do(f"call void @take_up(ptr %job, ptr %work, i64 {lane})")


def _all(status: Status) -> str:
    return f"splat (i32 {int(status)})"
