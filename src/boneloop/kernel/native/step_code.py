"""One step of every lane at once: the stages of Rodas4, the states after it, and how large its error is.

attempt(job, work)   from y, time and taken (the step): leaves the stages and after, gives the size of the error
"""

from __future__ import annotations

from boneloop.kernel.coefficients import ALPHA, DENSE, GAMMA, GAMMAS, STAGES, A, C
from boneloop.kernel.native.assembly import Function, Width
from boneloop.kernel.native.layout import ARGUMENTS, Workspace, job


class StepCode:
    """Writes the function; ``moving`` are the rows whose rate changes with time by itself."""

    def __init__(self, width: Width, work: Workspace, moving: tuple[int, ...]) -> None:
        self.width, self.work, self.moving = width, work, moving

    def text(self) -> str:
        """The function."""
        f = Function(self.width, "attempt", ARGUMENTS, self.width.vector)
        inverse = f.binary("fdiv", f.splat(1), f.load(self.work.place(f, "taken")))
        f.store(f.binary("fmul", inverse, f.splat(1 / GAMMA)), self.work.place(f, "rate"))
        for stage in range(STAGES):
            if stage == 0 or ALPHA[stage] != ALPHA[stage - 1]:
                self._set_time(f, stage)
            if stage == 0:
                names = ("y", "parameters", "shared", "stage_time", "rate", "slope", "drift", "factors")
                self.work.call(f, "factor", *names)
            else:
                self._sum(f, stage, inverse)
                self.work.call(f, "rates", "argument", "parameters", "shared", "stage_time", "slope")
            self._drift(f, stage)
            self.work.call(f, "solve", "slope", "factors", f"stage{stage}", "shared")
        f.do(f"ret {self.width.vector} {self._size(f)}")
        return f.text

    def _set_time(self, f: Function, stage: int) -> None:
        clock = self.width.clock
        share = f.write(f"fmul {clock} {f.wide(f.load(self.work.place(f, 'taken')))}, {f.instant(ALPHA[stage])}")
        moved = f.write(f"fadd {clock} {f.load(self.work.place(f, 'time'), clock)}, {share}")
        f.store(f.narrow(moved), self.work.place(f, "stage_time"))

    def _sum(self, f: Function, stage: int, inverse: str) -> None:
        """argument = y + Σ a u, slope = (Σ c u)/step; an argument that only gains one stage is carried on."""
        y, argument, slope = (self.work.place(f, name) for name in ("y", "argument", "slope"))
        sources = [self.work.place(f, f"stage{k}") for k in range(stage)]
        gains_one = stage > 1 and A[stage][:-1] == A[stage - 1]
        with f.repeat(self.work.states) as row:
            stages = [f.load(f.at(source, row)) for source in sources]
            at = f.at(argument, row)
            begin = f.load(at if gains_one else f.at(y, row))
            f.store(self._mix(f, A[stage][-1:] if gains_one else A[stage], stages, begin), at)
            pull = self._mix(f, C[stage], stages)
            f.store(f.binary("fmul", pull, inverse), f.at(slope, row))

    def _mix(self, f: Function, weights: tuple[float, ...], stages: list[str], begin: str = "") -> str:
        """The weighted sum of the last stages, added to ``begin``."""
        total = begin
        for weight, stage in zip(weights, stages[-len(weights) :], strict=True):
            if not total:
                total = f.binary("fmul", stage, f.splat(weight))
            elif weight == 1:
                total = f.binary("fadd", total, stage)
            else:
                total = f.fused(stage, f.splat(weight), total)
        return total

    def _drift(self, f: Function, stage: int) -> None:
        """What the model's own change with time adds."""
        if not self.moving or GAMMAS[stage] == 0:
            return
        weight = f.binary("fmul", f.load(self.work.place(f, "taken")), f.splat(GAMMAS[stage]))
        drift, slope = self.work.place(f, "drift"), self.work.place(f, "slope")
        for place, row in enumerate(self.moving):
            address = f.at(slope, row)
            f.store(f.fused(f.load(f.at(drift, place)), weight, f.load(address)), address)

    def _size(self, f: Function) -> str:
        """Leaves ``after``; largest error by allowed error, NaN where a state has no value or fell below its floor."""
        largest, broken = f.variable(self.width.vector), f.variable(self.width.vector)
        for slot in (largest, broken):
            f.store("zeroinitializer", slot)
        relative = f.spread(f.scalar(job(f, "relative", "double")))
        tables = [job(f, name) for name in ("floor", "fallen", "absolute")]
        places = [self.work.place(f, name) for name in ("y", "argument", f"stage{STAGES - 1}")]
        after_place = self.work.place(f, "after")
        with f.repeat(self.work.states) as row:
            kind = self.width.kind
            floor, fallen, absolute = (f.spread(f.load(f.at(table, row, kind), kind)) for table in tables)
            before, argument, error = (f.load(f.at(place, row)) for place in places)
            after = f.binary("fadd", argument, error)
            allowed = f.fused(relative, self._larger(f, f.magnitude(before), f.magnitude(after)), absolute)
            ratio = f.magnitude(f.binary("fdiv", error, allowed))
            f.store(self._larger(f, f.load(largest), ratio), largest)
            # 0·ratio is 0 for a number and NaN for none: the largest alone would forget a NaN
            fell = f.pick(f.compare("olt", after, fallen), f.splat(float("nan")), f.load(broken))
            f.store(f.fused(ratio, f.splat(0), fell), broken)
            f.store(self._larger(f, floor, after), f.at(after_place, row))
        return f.binary("fadd", f.load(largest), f.load(broken))

    def _larger(self, f: Function, a: str, b: str) -> str:
        """The larger; b where one of them is no number."""
        return f.pick(f.compare("ogt", a, b), a, b)

    def curves(self, f: Function) -> None:
        """The two curves of the dense output, from the stages of the step."""
        sources = [self.work.place(f, f"stage{k}") for k in range(STAGES - 1)]
        curves = [self.work.place(f, f"curve{k}") for k in range(len(DENSE))]
        with f.repeat(self.work.states) as row:
            stages = [f.load(f.at(source, row)) for source in sources]
            for curve, weights in zip(curves, DENSE, strict=True):
                f.store(self._mix(f, weights, stages), f.at(curve, row))
