"""What happens to one lane: a patient comes in, meets events, is written down, goes out.

    take_up(job, work, lane)               the next patient into a lane, or nobody
    put_down(job, work, lane, status)      the answer of the lane's patient
    meet_events(job, work, lane)           what happens now, and where the next step has to stop
    write_down(job, work, lane)            what was asked for between time and later

Scalar code, and seldom run: it reads single lanes of the vectors in the workspace.
"""

from __future__ import annotations

from boneloop.kernel.native.assembly import Function, Width, number
from boneloop.kernel.native.layout import LANE_ARGUMENTS, Order, Workspace, job, told
from boneloop.kernel.problem import Status

_NEVER = number(float("inf"))


class LaneCode:
    """Writes the four functions."""

    def __init__(self, width: Width, work: Workspace) -> None:
        self.width, self.work, self.kind = width, work, width.kind

    def text(self) -> str:
        """All of them."""
        return "\n".join([self._take_up(), self._put_down(), self._meet_events(), self._write_down()])

    def _function(self, name: str, *more: str) -> Function:
        return Function(self.width, name, [*LANE_ARGUMENTS, *more])

    def _get(self, f: Function, name: str, kind: str) -> str:
        return f.load(self.work.element(f, name, "%lane", kind), kind)

    def _set(self, f: Function, name: str, value: str, kind: str) -> None:
        f.store(value, self.work.element(f, name, "%lane", kind), kind)

    def _given(self, f: Function, name: str, index: str, kind: str) -> str:
        return f.load(f.at(job(f, name), index, kind), kind)

    def _take_up(self) -> str:
        f = self._function("take_up")
        with f.forever() as out:
            self._set(f, "active", "0", "i32")
            f.leave(told(f, Order.FINISH), out)
            patient = f.write(f"atomicrmw add ptr {job(f, 'next_patient')}, i64 1 monotonic")
            nobody = f.write(f"icmp uge i64 {patient}, {job(f, 'patients', 'i64')}")
            self._set(f, "active", f.write(f"select i1 {nobody}, i32 0, i32 1"), "i32")
            f.leave(nobody, out)
            self._sit_down(f, patient)
            self._stand_still(f)
            f.do("call void @write_down(ptr %job, ptr %work, i64 %lane)")
            f.do("call void @meet_events(ptr %job, ptr %work, i64 %lane)")
            time, end = self._get(f, "time", "double"), self._get(f, "end", "double")
            f.leave(f.write(f"fcmp olt double {time}, {end}"), out)
            f.do(f"call void @put_down(ptr %job, ptr %work, i64 %lane, i32 {int(Status.ARRIVED)})")
        f.do("ret void")
        return f.text

    def _sit_down(self, f: Function, patient: str) -> None:
        """Everything of a patient into the lane."""
        self._set(f, "patient", patient, "i64")
        self._fill(f, "y", "states", patient, self.work.states)
        self._fill(f, "parameters", "parameters", patient, self.work.parameters)
        f.store("1", self.work.place(f, "stale"), "i64")
        for name, source in (("time", "start"), ("end", "end")):
            self._set(f, name, self._given(f, source, patient, "double"), "double")
        self._set(f, "step", self._given(f, "step", patient, self.kind), self.kind)
        for name, source in (("event", "event_begin"), ("event_end", "event_end"), ("output", "first_output")):
            self._set(f, name, self._given(f, source, patient, "i64"), "i64")
        for name in ("refused", "accepted", "rejected"):
            self._set(f, name, "0", "i32")

    def _fill(self, f: Function, name: str, source: str, patient: str, count: int) -> None:
        if not count:
            return
        first = f.at(job(f, source), f.write(f"mul i64 {patient}, {count}"), self.kind)
        with f.repeat(count) as row:
            value = f.load(f.at(first, row, self.kind), self.kind)
            f.store(value, self.work.element(f, name, "%lane", self.kind, row), self.kind)

    def _stand_still(self, f: Function) -> None:
        """A step that leads nowhere, so that what is due at the very start is the state itself."""
        self._set(f, "later", self._get(f, "time", "double"), "double")
        with f.repeat(self.work.states) as row:
            value = f.load(self.work.element(f, "y", "%lane", self.kind, row), self.kind)
            f.store(value, self.work.element(f, "after", "%lane", self.kind, row), self.kind)

    def _put_down(self) -> str:
        f = self._function("put_down", "i32 %status")
        patient, count = self._get(f, "patient", "i64"), self.work.states
        first = f.at(job(f, "states"), f.write(f"mul i64 {patient}, {count}"), self.kind)
        with f.repeat(count) as row:
            value = f.load(self.work.element(f, "y", "%lane", self.kind, row), self.kind)
            f.store(value, f.at(first, row, self.kind), self.kind)
        for name, kind in (("time", "double"), ("step", self.kind), ("accepted", "i32"), ("rejected", "i32")):
            f.store(self._get(f, name, kind), f.at(job(f, name), patient, kind), kind)
        f.store("%status", f.at(job(f, "status"), patient, "i32"), "i32")
        f.do("ret void")
        return f.text

    def _meet_events(self) -> str:
        f = self._function("meet_events")
        time, end = self._get(f, "time", "double"), self._get(f, "end", "double")
        stops = f.write(f"icmp ne i64 {job(f, 'stops', 'i64')}, 0")
        due = f.write(f"select i1 {stops}, double {self._get(f, 'due', 'double')}, double {_NEVER}")
        last = self._earlier(f, due, end)
        self._set(f, "stop", last, "double")
        over = f.write(f"fcmp oge double {time}, {end}")
        with f.forever() as out:
            f.leave(over, out)
            event = self._get(f, "event", "i64")
            f.leave(f.write(f"icmp sge i64 {event}, {self._get(f, 'event_end', 'i64')}"), out)
            when = self._given(f, "event_time", event, "double")
            self._set(f, "stop", self._earlier(f, when, last), "double")
            f.leave(f.write(f"fcmp ogt double {when}, {time}"), out)
            self._happen(f, event)
            self._set(f, "event", f.write(f"add i64 {event}, 1"), "i64")
            self._set(f, "stop", last, "double")
        f.do("ret void")
        return f.text

    def _earlier(self, f: Function, a: str, b: str, kind: str = "double") -> str:
        return f.write(f"select i1 {f.write(f'fcmp olt {kind} {a}, {b}')}, {kind} {a}, {kind} {b}")

    def _happen(self, f: Function, event: str) -> None:
        address = self._target(f, self._given(f, "event_place", event, "i64"))
        keep, amount = (self._given(f, name, event, self.kind) for name in ("event_keep", "event_amount"))
        kept = f.write(f"fmul {self.kind} {f.load(address, self.kind)}, {keep}")
        f.store(f.write(f"fadd {self.kind} {kept}, {amount}"), address, self.kind)
        f.store("1", self.work.place(f, "stale"), "i64")
        restart = f.scalar(job(f, "restart", "double"))
        shorter = self._earlier(f, restart, self._get(f, "step", self.kind), self.kind)
        self._set(f, "step", shorter, self.kind)
        self._set(f, "refused", "0", "i32")

    def _target(self, f: Function, place: str) -> str:
        """The address of the state or the parameter that an event changes."""
        states = self.work.states
        is_state = f.write(f"icmp ult i64 {place}, {states}")
        row = f.write(f"select i1 {is_state}, i64 {place}, i64 {f.write(f'sub i64 {place}, {states}')}")
        bases = [self.work.place(f, name) for name in ("y", "parameters")]
        base = f.write(f"select i1 {is_state}, ptr {bases[0]}, ptr {bases[1]}")
        index = f.write(f"add i64 {f.write(f'mul i64 {row}, {self.width.lanes}')}, %lane")
        return f.at(base, index, self.kind)

    def _write_down(self) -> str:
        f = self._function("write_down")
        later = self._get(f, "later", "double")
        self._set(f, "due", _NEVER, "double")
        with f.forever() as out:
            output = self._get(f, "output", "i64")
            f.leave(f.write(f"icmp sge i64 {output}, {job(f, 'time_count', 'i64')}"), out)
            due = self._given(f, "times", output, "double")
            self._set(f, "due", due, "double")
            f.leave(f.write(f"fcmp ogt double {due}, {later}"), out)
            self._record(f, output, self._share(f, due))
            self._set(f, "output", f.write(f"add i64 {output}, 1"), "i64")
            self._set(f, "due", _NEVER, "double")
        f.do("ret void")
        return f.text

    def _share(self, f: Function, due: str) -> str:
        """How far into the step a time is: 0 to 1, and exactly 1 at its end."""
        step = self._get(f, "taken", self.kind)
        if self.kind != "double":
            step = f.write(f"fpext {self.kind} {step} to double")
        gone = f.write(f"fsub double {due}, {self._get(f, 'time', 'double')}")
        at_end = f.write(f"fcmp oge double {due}, {self._get(f, 'later', 'double')}")
        share = f.write(f"fdiv double {gone}, {step}")
        return f.scalar(f.write(f"select i1 {at_end}, double {number(1)}, double {share}"))

    def _record(self, f: Function, output: str, share: str) -> None:
        count, rows = job(f, "time_count", "i64"), job(f, "row_count", "i64")
        before = f.write(f"mul i64 {self._get(f, 'patient', 'i64')}, {count}")
        line = f.write(f"mul i64 {f.write(f'add i64 {before}, {output}')}, {rows}")
        first = f.at(job(f, "recorded"), line, self.kind)
        with f.repeat(rows) as place:
            row = self._given(f, "rows", place, "i64")
            f.store(self._between(f, share, row), f.at(first, place, self.kind), self.kind)

    def _between(self, f: Function, share: str, row: str) -> str:
        """The dense output of one state (``progress.between``); where the step ends, its end."""
        before, after, d, e = (
            f.load(self.work.element(f, name, "%lane", self.kind, row), self.kind)
            for name in ("y", "after", "curve0", "curve1")
        )

        def do(operation: str, a: str, b: str) -> str:
            return f.write(f"{operation} {self.kind} {a}, {b}")

        rest = do("fsub", number(1), share)
        bent = do("fadd", after, do("fmul", rest, do("fadd", d, do("fmul", share, e))))
        inside = do("fadd", do("fmul", rest, before), do("fmul", share, bent))
        at_end = f.write(f"fcmp oeq {self.kind} {rest}, {number(0)}")
        return f.write(f"select i1 {at_end}, {self.kind} {after}, {self.kind} {inside}")
