"""Bone beyond areal density: trabecular bone score, volumetric density of the spine, deformity of vertebrae.

    trabecular bone score   degraded, partially degraded, normal
    QCT of the spine        normal, low, osteoporosis
    Genant grade            of the worst vertebra; the index is the sum of the grades from T4 to L4

They are read and shown with their bands. They do not make or unmake osteoporosis here, and no risk is adjusted by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from boneloop.assess.assessment import Score
from boneloop.assess.seen import Seen, dated
from boneloop.evidence.registry import load

GRADES = ("no deformity", "mild", "moderate", "severe")
ASIDE = "shown beside the class, which it does not change"


def scores(seen: Seen) -> list[Score]:
    """What was measured of these, with its band."""
    return [*_tbs(seen), *_qct(seen), *_vertebra(seen)]


def _tbs(seen: Seen) -> Iterator[Score]:
    found = seen.newest("tbs")
    if found is None:
        return
    degraded, normal = _limit("tbs_degraded_below", "1"), _limit("tbs_normal_above", "1")
    band = "degraded" if found.value < degraded else "normal" if found.value > normal else "partially degraded"
    rule = f"degraded below {degraded:g}, normal above {normal:g}; {ASIDE}"
    facts = (found.value, f"{found.value:.3f}", band, "complete", found.date, (dated(found),), rule)
    yield Score("bone", "tbs", "Trabecular bone score", *facts)


def _qct(seen: Seen) -> Iterator[Score]:
    found = seen.newest("qct_spine")
    if found is None:
        return
    osteoporosis, low = _limit("qct_osteoporosis_below", "mg/cm3"), _limit("qct_low_at_most", "mg/cm3")
    band = "osteoporosis" if found.value < osteoporosis else "low" if found.value <= low else "normal"
    rule = f"osteoporosis below {osteoporosis:g}, low up to {low:g} mg/cm3; {ASIDE}"
    facts = (found.value, f"{found.value:.0f} mg/cm³", band, "complete", found.date, (dated(found),), rule)
    yield Score("bone", "qct_spine", "Volumetric density of the spine (QCT)", *facts)


def _vertebra(seen: Seen) -> Iterator[Score]:
    grade, index = seen.newest("genant_grade"), seen.newest("spinal_deformity_index")
    if grade is not None:
        whole = int(grade.value)
        band = GRADES[whole] if whole == grade.value else ""
        shown = f"grade {grade.value:g}"
        facts = (grade.value, shown, band, "complete", grade.date, (dated(grade),), _genant())
        yield Score("bone", "genant_grade", "Vertebral deformity, Genant", *facts)
    if index is not None:
        rule = "sum of the Genant grades of T4 to L4, as recorded"
        facts = (index.value, f"{index.value:g}", "", "complete", index.date, (dated(index),), rule)
        yield Score("bone", "spinal_deformity_index", "Spinal deformity index", *facts)


@cache
def _genant() -> str:
    mild, moderate, severe = (
        load().number(f"genant.{name}", "%") for name in ("mild_from", "moderate_above", "severe_above")
    )
    grades = f"height lost: mild from {mild:g} %, moderate above {moderate:g} %, severe above {severe:g} %"
    return f"grade of the worst vertebra as recorded ({grades}); {ASIDE}"


@cache
def _limit(name: str, unit: str) -> float:
    return load().number(f"bone_quality.{name}", unit)
