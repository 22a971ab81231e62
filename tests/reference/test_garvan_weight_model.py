"""The weight model of Garvan: its published vectors come out of the same equation, and it is not offered.

It differs two- to six-fold from the model with density for the same women, so its numbers stand here and nowhere else.
"""

from __future__ import annotations

from datetime import date

import pytest

from boneloop.assess import fracture_risk
from boneloop.assess.fracture_risk import Garvan, absolute_risk, garvan
from boneloop.assess.person import assess
from boneloop.evidence.registry import load
from boneloop.patient.record import Measurement, Record
from boneloop.types import Known, Sex

F, M = Sex.FEMALE, Sex.MALE
WEIGHT_MODEL = {
    (F, "any"): (0.0511, -0.0099, 0.6709, 0.1985, 0.995750118, 0.990905138),
    (F, "hip"): (0.0866, -0.0444, 1.1916, 0.2946, 0.999896685, 0.999793070),
    (M, "any"): (0.09071, -0.00765, 1.00818, 0.12797, 0.999921076, 0.999848975),
    (M, "hip"): (0.138, -0.008, 0.854, 0.233, 0.999998862, 0.999997778),
}
"""b of age, weight in kg, fractures and falls; survival after 5 and 10 years (class GarvanRiskFactor of Jerboa)."""
ASKED = (("any", 5), ("any", 10), ("hip", 5), ("hip", 10))


def by_weight(sex, age, weight, fractures, falls, outcome, years):
    return absolute_risk(Garvan(*WEIGHT_MODEL[sex, outcome]), age, weight, fractures, falls, years)


@pytest.mark.parametrize(
    ("sex", "age", "weight", "fractures", "falls", "expected"),
    [
        (F, 70, 55, 1, 0, (15.8736, 30.9821, 1.2621, 2.5119)),
        (M, 78, 62, 0, 1, (6.3879, 11.8667, 4.0524, 7.7598)),
    ],
    ids=["GV6", "GV7"],
)
def test_the_equation_gives_the_vectors_of_the_weight_model(sex, age, weight, fractures, falls, expected):
    computed = [100 * by_weight(sex, age, weight, fractures, falls, outcome, years) for outcome, years in ASKED]
    assert computed == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize(
    ("sex", "outcome", "weight", "by_density", "by_weight_alone"),
    [(F, "hip", 65, (1.95, 3.22, 5.30), (0.32, 0.76, 1.80)), (M, "any", 77, (7.1, 16.3, 34.9), (3.0, 7.3, 17.1))],
)
def test_it_differs_from_the_model_with_density_by_two_to_six_times(sex, outcome, weight, by_density, by_weight_alone):
    ages, places = (65, 75, 85), 2 if outcome == "hip" else 1
    with_density = [100 * garvan(sex, age, -1.5, 0, 0, outcome, 10) for age in ages]
    without = [100 * by_weight(sex, age, weight, 0, 0, outcome, 10) for age in ages]
    assert [round(p, places) for p in with_density] == list(by_density)
    assert [round(p, places) for p in without] == list(by_weight_alone)
    assert all(1.9 < one / other < 6.2 for one, other in zip(with_density, without, strict=True))


def test_no_answer_of_the_assessment_comes_from_the_weight_model():
    day = date(2026, 8, 1)
    heavy, light = (
        assess(
            Record(
                "p", F, 70.0, date(2026, 9, 1), "row 1", fractures_recorded=Known.YES,
                measurements=(
                    Measurement("t_score_femoral_neck", -1.5, day, "a", ""), Measurement("weight", kg, day, "b", ""),
                    Measurement("falls_12_months", 0, day, "c", ""),
                ),
            )
        )
        for kg in (95.0, 45.0)
    )  # fmt: skip
    answers = [[r.probability for r in said.risks if r.engine == "garvan"] for said in (heavy, light)]
    assert answers[0] == answers[1] and None not in answers[0]
    without = assess(
        Record("p", F, 70.0, date(2026, 9, 1), "row 1", measurements=(Measurement("weight", 55, day, "b", ""),))
    )
    assert all(risk.probability is None for risk in without.risks if risk.engine == "garvan")
    shipped = {
        entry.number(entry.unit) for entry in load() if entry.id.startswith("garvan_") and ".survival" not in entry.id
    }
    assert not shipped & {number for row in WEIGHT_MODEL.values() for number in row[:4]}
    assert "weight" not in fracture_risk.Garvan._fields
