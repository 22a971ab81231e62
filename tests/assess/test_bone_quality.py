"""Bone beyond density is shown with its bands and decides nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.person import assess

MEASURED = ("tbs", "qct_spine", "genant_grade", "spinal_deformity_index")


@pytest.mark.parametrize(
    ("tbs", "band"),
    [
        (1.05, "degraded"),
        (1.229, "degraded"),
        (1.23, "partially degraded"),
        (1.31, "partially degraded"),
        (1.32, "normal"),
    ],
)
def test_a_trabecular_bone_score_has_three_bands(person, tbs, band):
    found = assess(person({"tbs": tbs})).score("tbs")
    assert (found.value, found.band, found.shown) == (tbs, band, f"{tbs:.3f}")


@pytest.mark.parametrize(("qct", "band"), [(79, "osteoporosis"), (80, "low"), (120, "low"), (121, "normal")])
def test_a_volumetric_density_has_the_published_limits(person, qct, band):
    assert assess(person({"qct_spine": qct})).score("qct_spine").band == band


@pytest.mark.parametrize(
    ("grade", "band"), [(0, "no deformity"), (1, "mild"), (2, "moderate"), (3, "severe"), (1.5, "")]
)
def test_a_genant_grade_is_told_in_words(person, grade, band):
    assert assess(person({"genant_grade": grade})).score("genant_grade").band == band


@given(st.floats(0.5, 2), st.floats(0, 400), st.integers(0, 3), st.integers(0, 39), st.floats(-5, 2))
def test_none_of_them_changes_the_class_the_risks_or_whether_osteoporosis_is_present(person, tbs, qct, grade, index, t):
    more = dict(zip(MEASURED, (tbs, qct, grade, index), strict=True))
    before, after = assess(person({"t_score_total_hip": t})), assess(person({"t_score_total_hip": t, **more}))
    for name in ("who_class", "osteoporosis"):
        assert before.score(name) == after.score(name)
    assert before.risks == after.risks
    assert {score.name for score in after.scores} - {score.name for score in before.scores} == set(MEASURED)
