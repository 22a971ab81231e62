"""Conditions and fractures by their codes."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from boneloop.patient.conditions import (
    SITES,
    Code,
    answered,
    fracture_site,
    lasting,
    low_energy,
    named,
    observed,
    titles,
)
from boneloop.types import Known

TABLE = tomllib.loads((resources.files("boneloop.patient") / "conditions.toml").read_text("utf-8"))


@pytest.mark.parametrize("group", ["condition", "fracture"])
def test_every_code_says_how_far_it_is_checked(group):
    for row in TABLE[group].values():
        assert all(status in ("verified", "recalled") for s in ("snomed", "icd10") for status in row[s].values())


def test_the_sites_of_fractures_are_those_of_the_record():
    assert set(TABLE["fracture"]) == set(SITES)


def test_what_observations_answer_are_conditions():
    assert set(observed().values()) <= set(titles())
    assert lasting() <= set(titles())


@pytest.mark.parametrize("code", ["F32", "F32.1", "F321", "f32.9"])
def test_icd_codes_stand_for_everything_below_them(code):
    assert named([Code("icd10", code)]) == ("depression",)


def test_the_longest_beginning_of_a_code_wins():
    assert fracture_site([Code("icd10", "S72.0")]) == "hip"
    assert fracture_site([Code("icd10", "S72.4")]) == "other"
    assert fracture_site([Code("icd10", "S32.05")]) == "vertebra"


def test_snomed_codes_are_matched_exactly_and_systems_are_not_mixed():
    assert named([Code("snomed", "64859006")]) == ("osteoporosis",)
    assert named([Code("snomed", "648590061")]) == ()
    assert named([Code("snomed", "F32")]) == ()
    assert named([Code("loinc", "64859006")]) == ()


def test_an_osteoporotic_fracture_is_osteoporosis_and_a_low_energy_fracture():
    code = [Code("icd10", "M80.08XA")]
    assert named(code) == ("osteoporosis",)
    assert (fracture_site(code), low_energy(code)) == ("vertebra", Known.YES)


def test_the_most_telling_site_of_several_codes_holds():
    assert fracture_site([Code("snomed", "443165006"), Code("icd10", "S52.5")]) == "wrist"


def test_no_code_says_that_a_fracture_was_not_a_low_energy_one():
    assert low_energy([Code("icd10", "S72.0")]) is Known.UNKNOWN


def test_an_answer_that_is_neither_yes_nor_no_is_unknown():
    assert answered("falls", [Code("snomed", "373066001")]) is Known.YES
    assert answered("falls", [Code("snomed", "99")]) is Known.UNKNOWN
    assert answered("falls", [Code("snomed", "449868002")]) is Known.UNKNOWN
    assert answered("smoking", [Code("snomed", "449868002")]) is Known.YES
