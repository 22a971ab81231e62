"""The whole person in one call: scores, risks, flags, gaps, and the profile a forecast starts from. No simulation."""

from __future__ import annotations

from boneloop.assess import (
    bone_health,
    flags,
    fracture_risk,
    gaps,
    kidney_and_mineral,
    laboratory,
    mind,
    pain_and_function,
    profile,
    trends,
)
from boneloop.assess.assessment import Assessment
from boneloop.assess.framework import choose
from boneloop.assess.seen import seen_of
from boneloop.patient.record import Record


def assess(record: Record, *, framework: str | None = None) -> Assessment:
    """Everything that can be said of one record without simulating.

    framework  a name of ``framework.FRAMEWORKS``; None: that of the record's country, or none at all
    Raises InputError for a framework that does not exist.
    """
    seen = seen_of(record)
    chosen = choose(framework, record.country)
    scores = [*bone_health.scores(seen), *kidney_and_mineral.scores(seen)]
    scores += [*laboratory.scores(seen), *mind.scores(seen), *pain_and_function.scores(seen, chosen)]
    risks = fracture_risk.risks(seen)
    missing, completeness = gaps.gaps(seen, scores)
    return Assessment(
        record=record,
        scores=tuple(scores),
        risks=tuple(risks),
        flags=tuple(flags.flags(seen, scores, risks)),
        gaps=missing,
        completeness=completeness,
        profile=profile.build(seen, scores),
        not_forecast=profile.not_forecast(seen),
        trends=trends.trends(seen),
    )
