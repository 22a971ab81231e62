"""One person in a report, and the order in which a reader meets them: safety first, then warnings, then risk."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from boneloop.assess.assessment import Assessment, Flag
from boneloop.compare.contrast import REFERENCE_PLAN, Contrast
from boneloop.compare.forecast import Forecast, PlanForecast
from boneloop.report.words import Spread, at_horizon

SEVERITIES = ("safety", "warning", "info")


@dataclass(frozen=True, slots=True)
class Case:
    """What is said of one person.

    forecast  None where a forecast is not possible; the assessment says why
    advice    what the guidelines ask to verify, consider or review, in words with their source
    other     the forecast under the second belief, where both were asked for
    contrast  what the belief changes, draw by draw
    """

    assessment: Assessment
    forecast: Forecast | None = None
    advice: tuple[str, ...] = ()
    other: Forecast | None = None
    contrast: Contrast | None = None

    def under_the_other_belief(self) -> Case:
        """The same person, seen under the second belief."""
        return replace(self, forecast=self.other, other=None, contrast=None)

    @property
    def id(self) -> str:
        """The person's id as it came."""
        return self.assessment.record.id

    def flags(self) -> tuple[Flag, ...]:
        """All flags, safety first."""
        return tuple(sorted(self.assessment.flags, key=lambda f: _severity_rank(f.severity)))

    def count(self, severity: str) -> int:
        """How many flags of that severity."""
        return sum(f.severity == severity for f in self.assessment.flags)

    def risk(self, outcome: str = "fracture_any") -> float:
        """Median risk at the horizon under the reference plan; -1 without a forecast."""
        spread = at_horizon(reference(self.forecast.plans), outcome) if self.forecast and self.forecast.plans else None
        return spread.median if spread and math.isfinite(spread.median) else -1.0

    def at_horizon(self, plan: str, outcome: str) -> Spread | None:
        """The band of one outcome at the horizon of one plan, None where it was not forecast."""
        plans = self.forecast.plans if self.forecast else ()
        return next((at_horizon(p, outcome) for p in plans if p.plan == plan), None)


def reference(plans: tuple[PlanForecast, ...]) -> PlanForecast:
    """The plan that the others are compared with: "none" where there is one, else the first."""
    return next((p for p in plans if p.plan == REFERENCE_PLAN), plans[0])


def in_reading_order(cases: Iterable[Case]) -> list[Case]:
    """Safety flags first, then warnings, then the risk of any fracture, then the id."""
    return sorted(cases, key=lambda c: (-c.count("safety"), -c.count("warning"), -c.risk(), c.id))


def _severity_rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
