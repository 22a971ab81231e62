"""Drugs by their codes and names."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from boneloop.patient.conditions import Code
from boneloop.patient.drugs import classes, drugs, named

TABLE = tomllib.loads((resources.files("boneloop.patient") / "drugs.toml").read_text("utf-8"))


def names(*codes, text=""):
    return {drug.name for drug in named([Code(*code) for code in codes], text)}


@pytest.mark.parametrize("name", TABLE["drug"])
def test_every_drug_has_a_class_and_is_found_by_its_names_and_codes(name):
    row = TABLE["drug"][name]
    assert row["class"] in classes()
    for spelling in row["names"]:
        assert name in names(text=f"{spelling.upper()} 10 MG Oral Tablet")
    for system in ("atc", "rxnorm"):
        for code, status in row.get(system, {}).items():
            assert status in ("verified", "recalled")
            assert names((system, code)) == {name}


def test_a_name_inside_another_name_is_not_that_drug():
    assert names(text="escitalopram 10 MG") == {"escitalopram"}
    assert names(text="methylprednisolone 4 MG") == {"methylprednisolone"}
    assert names(text="hydrocodone") == {"hydrocodone"}


def test_a_code_of_a_class_stands_for_a_drug_that_is_not_named():
    assert names(("atc", "C07AB03")) == {"beta_blocker"}
    assert drugs()["beta_blocker"].drug_class == "beta_blocker"


@pytest.mark.parametrize(
    "text", ["diclofenac 1 % topical gel", "timolol ophthalmic", "hydrocortisone cream", "estradiol vaginal"]
)
def test_a_local_form_names_no_drug(text):
    assert not names(text=text)


def test_a_nasal_spray_that_acts_on_bone_counts():
    assert names(text="calcitonin nasal spray") == {"calcitonin"}


def test_single_dose_drugs_say_how_long_a_dose_lasts():
    assert drugs()["denosumab"].every_months == 6
    assert drugs()["zoledronate"].every_months == 12
    assert drugs()["alendronate"].every_months is None
