"""The mineral engine in its long runs: 672 daily injections of teriparatide, and every place changed for ten years.

Takes about three minutes. Shorter runs against the same reference stand in the everyday tests, whose SciPy engine and
readings this file borrows.
"""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from boneloop.cycle.body.mineral import parameters
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.cycle.body.mineral.state import Inputs
from boneloop.evidence.registry import load

TESTS = Path(__file__).parents[1] / "tests"
DATA = TESTS / "reference/data"
MULTIPLIERS = {
    "none": "rankl_production",
    "rankl": "rankl_production",
    "opg": "opg_production",
    "obapop": "osteoblast_apoptosis",
    "robdiff": "osteoblast_influx",
    "obin": "osteoblast_maturation",
    "ocapop": "osteoclast_death",
    "caabs": "gut_uptake",
    "carenal": "renal_reabsorption",
    "aoh": "hydroxylase",
    "pth": "pth_secretion",
}


def _borrowed():
    place = importlib.util.spec_from_file_location("mineral_engine", TESTS / "cycle/body/mineral/conftest.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


BORROWED = _borrowed()
DENSITIES = {name for name in BORROWED.COLUMNS.values() if name.endswith("density") or name.startswith("spine")}


def read(name):
    """Rows of a reference file, as numbers where they are numbers."""
    with open(DATA / f"{name}.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


CHANGES = sorted({(row["modifier"], float(row["factor"])) for row in read("pr_coupling_sensitivity")})


@pytest.fixture(scope="module")
def engine():
    """The engine with its printed numbers."""
    p = parameters.read(load())
    return BORROWED.Engine(p, parameters.derive(p))


@pytest.fixture(scope="module")
def two_years(engine):
    """24 months of 28 days, 20 µg daily: the rows of the reference file, and our columns in either form."""
    rows = read("pr_teriparatide_20ug_daily_24mo28d")
    hours, doses = [float(row["time_h"]) for row in rows], engine.teriparatide(*range(0, 24 * 672, 24))
    lived = {form: engine.columns(engine.live(hours, doses, form=form, tolerance=1e-6)) for form in (PUBLISHED, SMOOTH)}
    return rows, lived[PUBLISHED], lived[SMOOTH]


def test_two_years_of_daily_teriparatide_meet_the_reference(two_years):
    """Troughs, before the dose. This link to density loses spine under teriparatide: a known fault of the model."""
    rows, seen, _ = two_years
    for printed, name in BORROWED.COLUMNS.items():
        if printed in rows[0]:
            allowed = {"abs": 1e-4} if name in DENSITIES else {"rel": 1e-4}
            assert seen[name] == pytest.approx([float(row[printed]) for row in rows], **allowed), name
    months = [6, 12, 24]
    assert seen["osteoclast"][months] == pytest.approx([158.2, 169.2, 142.4], rel=5e-3)
    assert seen["osteoblast"][months] == pytest.approx([139.0, 148.8, 131.0], rel=5e-3)
    ends = [seen[name][24] for name in ("spine_density", "spine_density_denosumab", "neck_density")]
    assert ends == pytest.approx([-3.18, -0.32, -1.00], abs=0.005)


def test_two_years_of_daily_teriparatide_differ_little_in_the_smooth_form(two_years):
    """Osteoclasts by less than 0.4 points, calcium by less than 0.001 mM, densities by less than 0.04 points."""
    _, printed, smooth = two_years
    assert np.abs(smooth["osteoclast"] - printed["osteoclast"]).max() < 0.4
    assert np.abs(smooth["calcium"] - printed["calcium"]).max() < 0.001
    assert max(np.abs(smooth[name] - printed[name]).max() for name in DENSITIES) < 0.04


@pytest.mark.parametrize(("modifier", "factor"), CHANGES)
def test_every_place_that_is_changed_for_ten_years_meets_the_reference(engine, modifier, factor):
    """Years 1, 5 and 10, to the digits that the reference prints."""
    rows = [
        row for row in read("pr_coupling_sensitivity") if (row["modifier"], float(row["factor"])) == (modifier, factor)
    ]
    hours = [0.0, *(8766 * float(row["year"]) for row in rows)]
    seen = engine.columns(engine.live(hours, inputs=Inputs(**{MULTIPLIERS[modifier]: factor})))
    for index, row in enumerate(rows, 1):
        for printed, name in BORROWED.COLUMNS.items():
            if printed in row:
                allowed = {"abs": 1e-4} if name in DENSITIES else {"rel": 1e-4}
                assert seen[name][index] == pytest.approx(float(row[printed]), **allowed), (row["year"], name)
