"""Which module reads a number is found in the source: what nothing reads is known and small."""

from __future__ import annotations

import pytest

from boneloop.evidence.registry import load
from boneloop.evidence.uses import users

BASIS = ("pyramid", "trial")
"""Tables that no module reads: what other numbers were derived from, and what tests hold the model against."""


@pytest.mark.parametrize(
    ("identity", "reader"),
    [
        ("bone.osteoclast_death", "cycle/body/bone.py"),
        ("mood_to_fracture.falls", "cycle/links/mood_to_fracture.py"),
        ("mood_to_fracture.falls", "simulate/hazard.py"),
        ("hazard.hip_us_female", "simulate/population_rates.py"),
        ("kidney.phosphate_threshold", "cycle/body/mineral/kidney.py"),
        ("mineral.dietary_calcium", "cycle/body/mineral/__init__.py"),
        ("garvan_female_hip.age", "assess/fracture_risk.py"),
        ("ost.low_above", "assess/screening.py"),
        ("regimen.alendronate_dose", "therapy/actions.py"),
        ("fall_share.hip", "simulate/hazard.py"),
    ],
)
def test_a_number_is_read_where_it_is_read(identity, reader):
    assert reader in users(identity)


def test_a_place_of_care_is_no_number():
    """``bone.osteoclast_death`` is also where care acts: links and therapy name it and read no number."""
    assert not [place for place in users("bone.osteoclast_death") if place.startswith(("cycle/links", "therapy"))]


def test_a_number_that_is_not_there_is_read_nowhere():
    assert users("wellbeing.colour") == ()


def test_hardly_any_number_is_read_by_nothing():
    idle = [entry.id for entry in load() if not entry.id.startswith(BASIS) and not users(entry.id)]
    assert set(idle) <= {"bone.menopause_age"}
