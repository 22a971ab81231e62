"""The columns of a table, and their documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from boneloop.exchange.columns import as_markdown, codes_as_markdown, columns
from boneloop.patient.quantities import quantities

PAGE = Path(__file__).parents[2] / "docs/how-to/input.md"


def test_every_quantity_has_a_column():
    assert {c.about for c in columns().values() if c.kind == "quantity"} == set(quantities())


@pytest.mark.parametrize("stem", ["creatinine", "calcium", "vitamin_d_25oh", "pth"])
def test_a_column_that_could_mean_two_units_has_a_unit_column_and_one_for_each_unit(stem):
    units = [c.part for c in columns().values() if c.kind == "quantity" and c.about == stem and c.part]
    assert len(units) >= 2
    assert f"{stem}_unit" in columns()


def test_units_stand_in_the_names():
    expected = {"creatinine_umol_per_l", "pth_pmol_per_l", "bmd_total_hip_g_per_cm2", "gait_speed_m_per_s", "tug_s"}
    assert expected <= set(columns())


def test_no_two_columns_share_a_name_with_different_meanings():
    assert columns()["calcium"].kind == "quantity"
    assert columns()["drug_calcium"].kind == "drug"


def test_the_documentation_names_every_column_or_its_range():
    page = as_markdown()
    for column in columns().values():
        if column.kind == "answer":
            assert f"`{column.about}_1 … " in page
        else:
            assert f"`{column.name}`" in page


def test_the_page_about_input_holds_the_documentation_as_it_is():
    page = PAGE.read_text(encoding="utf-8")
    assert as_markdown() in page, "run: python -m boneloop.exchange.columns"
    assert codes_as_markdown() in page, "run: python -m boneloop.exchange.columns"
