"""A validation in a few numbers: how many results are inside, by role and group, and the mean error by outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boneloop.calibrate.targets.format import GROUPS, ROLES
from boneloop.calibrate.targets.judge import INSIDE, MISS, NOT_JUDGED, REFUSED
from boneloop.calibrate.targets.run import Findings, Found

ERRORS: dict[str, tuple[str, float]] = {
    "bmd_total_hip_change": ("Total hip BMD", 1.0),
    "bmd_spine_change": ("Lumbar spine BMD", 2.0),
    "bmd_femoral_neck_change": ("Femoral neck BMD", 2.0),
    "ctx_change": ("CTX", 20.0),
    "p1np_change": ("P1NP", 20.0),
}
"""Outcomes whose mean absolute error is reported, percent points, each with its goal."""


@dataclass(frozen=True)
class Tally:
    """How many results came out how; ``explained``: misses whose file gives a reason."""

    inside: int = 0
    miss: int = 0
    explained: int = 0
    not_judged: int = 0
    refused: int = 0

    @property
    def judged(self) -> int:
        """Inside or not."""
        return self.inside + self.miss

    @property
    def share(self) -> float:
        """Share of the judged that is inside; 1 where nothing was judged."""
        return self.inside / self.judged if self.judged else 1.0


@dataclass(frozen=True)
class MeanError:
    """Mean absolute error of an outcome: of each arm over its results first, then over the arms."""

    outcome: str
    title: str
    error: float
    goal: float
    arms: int
    results: int


def tally(found: Iterable[Found]) -> Tally:
    """Count."""
    kept = list(found)
    verdicts = [one.verdict.verdict for one in kept]
    explained = sum(one.verdict.verdict == MISS and bool(one.result.reason) for one in kept)
    inside, miss, silent, refused = (verdicts.count(name) for name in (INSIDE, MISS, NOT_JUDGED, REFUSED))
    return Tally(inside, miss, explained, silent, refused)


def by_role_and_group(findings: Sequence[Findings]) -> dict[tuple[str, str], list[Found]]:
    """The results of each role and group that has any, calibration targets first."""
    everything = [one for study in findings for one in study.found]
    cells = {
        (role, group): [one for one in everything if (one.result.role, one.result.group) == (role, group)]
        for role in ROLES
        for group in GROUPS
    }
    return {cell: found for cell, found in cells.items() if found}


def of_role(findings: Sequence[Findings], role: str) -> list[Found]:
    """All results of a role."""
    return [one for study in findings for one in study.found if one.result.role == role]


def mean_errors(findings: Sequence[Findings]) -> list[MeanError]:
    """The mean absolute error of each outcome of ``ERRORS`` that was simulated, over arms and differences of arms."""
    said = []
    for outcome, (title, goal) in ERRORS.items():
        arms: dict[tuple[str, ...], list[float]] = {}
        for study in findings:
            for one in study.found:
                result = one.result
                counts = result.kind in ("arm", "difference") and result.measure == "mean"
                if result.outcome == outcome and counts and one.simulated:
                    off = abs(one.simulated.median - result.value)
                    arms.setdefault((study.study.id, *result.arms), []).append(off)
        if arms:
            error = sum(sum(offs) / len(offs) for offs in arms.values()) / len(arms)
            said.append(MeanError(outcome, title, error, goal, len(arms), sum(map(len, arms.values()))))
    return said
