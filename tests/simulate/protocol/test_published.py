"""Protocols in the published form, against reference trajectories of an independent port of the public model.

A row at the time of a dose is before the dose. Densities are in percent of baseline here, and as change there.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).parents[2] / "reference/data"
COLUMNS = {
    "PTH_pM": "pth",
    "Ca_mM": "calcium",
    "Phos_mM": "phosphate",
    "calcitriol_pM": "calcitriol",
    "OC_pct": "osteoclast",
    "OB_pct": "osteoblast",
    "RANKL": "rankl",
    "OPG": "opg",
    "TGFb_act": "tgf_active",
    "BCL2": "bcl2",
    "RUNX2": "runx2",
    "CREB": "creb",
    "BMDls_pct": "spine_density",
    "BMDlsDEN_pct": "spine_density_denosumab",
    "BMDfn_pct": "neck_density",
    "DENCP_ng_mL": "denosumab",
    "EST": "estrogen",
    "GFR_mL_min": "gfr",
}
DENSITIES = ("spine_density", "spine_density_denosumab", "neck_density")
TOP = 'form = "published"\nduration = "{}"\ntolerance = {}\n[patient]\n'
RECORD = '\n[record]\nwhat = ["readings", "rankl", "opg", "tgf_active", "bcl2", "runx2", "creb", "estrogen"]\n'
MONTH = 672


def printed(name):
    """The hours and the columns of a reference file, by our words."""
    with open(DATA / f"{name}.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    hours = np.array([float(row["time_h"]) for row in rows])
    return hours, {COLUMNS[key]: np.array([float(row[key]) for row in rows]) for key in rows[0] if key in COLUMNS}


def reproduced(live, name, duration, rows, tolerance=1e-8, relative=1e-5, points=1e-4):
    """Live a protocol at the hours of the file and compare every column; the protocol, lived."""
    hours, expected = printed(name)
    times = ", ".join(f'"{hour!r} hours"' for hour in hours.tolist())
    lived = live(TOP.format(duration, tolerance) + rows + RECORD + f"times = [{times}]\n")
    assert lived.kept.all()
    np.testing.assert_allclose(lived.hours, hours, rtol=1e-12)
    for word, values in expected.items():
        if word in DENSITIES:
            assert lived[word][:, 0] - 100 == pytest.approx(values, abs=points), word
        else:
            assert lived[word][:, 0] == pytest.approx(values, rel=relative, abs=1e-6), word
    return lived


def at(lived, hour):
    """The row of an hour."""
    return int(np.flatnonzero(np.isclose(lived.hours, hour))[0])


def test_ten_years_without_any_input(live):
    reproduced(live, "pr_drift_10y", "87660 hours", "")


def test_one_injection_of_denosumab(live):
    row = '[[give]]\ndrug = "denosumab"\namount = "60 mg"\n'
    lived = reproduced(live, "pr_denosumab_60mg_single", "1 year", row)
    week = [lived[word][at(lived, 168), 0] for word in ("osteoclast", "calcium", "pth", "denosumab")]
    assert week == pytest.approx([14.61, 2.2058, 7.152, 7481], rel=5e-3)
    assert lived["calcium"][:, 0].argmin() == lived["pth"][:, 0].argmax() == at(lived, 6 * 24)
    assert lived["calcium"].min() == pytest.approx(2.2050, rel=2e-3)


@pytest.mark.parametrize(("amount", "gained"), [("10 mg", 4.84), ("60 mg", 8.30), ("0.21 g", 8.64)])
def test_six_injections_of_denosumab_24_weeks_apart(live, amount, gained):
    row = f'[[give]]\ndrug = "denosumab"\namount = "{amount}"\nevery = "24 weeks"\ncount = 6\n'
    milligrams = {"10 mg": 10, "60 mg": 60, "0.21 g": 210}[amount]
    lived = reproduced(live, f"pr_denosumab_{milligrams}mg_q6mo_6doses", "5 years", row)
    density = lived["spine_density_denosumab"][:, 0] - 100
    assert density[at(lived, 36 * MONTH)] == pytest.approx(gained, abs=0.05)
    if milligrams == 60:
        months = [at(lived, month * MONTH) for month in (6, 12, 24, 36)]
        assert density[months] == pytest.approx([4.00, 5.21, 6.80, 8.30], abs=0.05)
        assert lived["osteoclast"][months, 0] == pytest.approx([19.0, 18.8, 20.0, 21.4], rel=5e-3)
        assert lived["osteoclast"][at(lived, 45 * MONTH), 0] == pytest.approx(204.6, rel=1e-2)


@pytest.mark.parametrize("micrograms", [20, 40])
def test_ten_days_of_teriparatide(live, micrograms):
    row = f'[[give]]\ndrug = "teriparatide"\namount = "{micrograms} µg"\nevery = "1 day"\n'
    reproduced(live, f"pr_teriparatide_{micrograms}ug_daily_10d", "10 days", row)


def test_two_printed_years_of_teriparatide(live):
    row = '[[give]]\ndrug = "teriparatide"\namount = "20 ug"\nevery = "1 day"\n'
    name, duration = "pr_teriparatide_20ug_daily_24mo28d", "24 months"
    lived = reproduced(live, name, duration, row, tolerance=1e-6, relative=5e-4, points=5e-3)
    months = [at(lived, month * MONTH) for month in (6, 12, 24)]
    assert lived["osteoclast"][months, 0] == pytest.approx([158.2, 169.2, 142.4], rel=5e-3)
    assert lived["osteoblast"][months, 0] == pytest.approx([139.0, 148.8, 131.0], rel=5e-3)


def test_the_menopause_from_41_to_71(live):
    lived = reproduced(live, "pr_menopause_41_71y", "30 years", "age = 41\nmenopause_age = 51\n")
    years = [at(lived, year * 8736) for year in (5, 10, 15, 20, 30)]
    assert lived["estrogen"][years, 0] == pytest.approx([0.7675, 0.2956, 0.1805, 0.1457, 0.1021], abs=1e-4)
    assert lived["neck_density"][years, 0] - 100 == pytest.approx([-0.57, -2.06, -5.20, -7.80, -11.76], abs=0.02)


def test_the_printed_course_of_estrogen_is_the_usual_one(live):
    reproduced(live, "pr_menopause_41_71y", "30 years", '[estrogen]\ncourse = "menopause"\n')


def test_kidneys_that_lose_half_of_their_function_in_ten_years(live):
    """The clock of the kidney has years of 8766 hours, in the published form too."""
    row = '[gfr]\nfall = "50 mL/min"\nover = "10 years"\n'
    lived = reproduced(live, "pr_gfr100to50_10y", "87660 hours", row)
    assert lived["gfr"][at(lived, 5 * 8766), 0] == pytest.approx(70.71, rel=5e-3)
    end = [lived[word][-1, 0] for word in ("pth", "calcitriol", "calcium", "osteoclast", "spine_density")]
    assert end == pytest.approx([5.272, 75.96, 2.442, 157.3, 100 - 5.48], rel=5e-3)


def test_places_that_are_changed_for_ten_years(live):
    """Four people at once, each with one number that differs."""
    changed = {"rankl": ("rankl_production", 1.05), "carenal": ("renal_reabsorption", 0.99)}
    changed |= {"aoh": ("hydroxylase", 0.9), "obapop": ("osteoblast_apoptosis", 1.1)}
    people = "".join(f'[[people]]\nid = "{id}"\n{name} = {factor}\n' for id, (name, factor) in changed.items())
    times = 'times = ["8766 hours", "43830 hours", "87660 hours"]\n'
    record = '[record]\nwhat = ["osteoclast", "osteoblast", "calcium", "pth"]\n' + times
    lived = live('form = "published"\nduration = "87660 hours"\ntolerance = 1e-8\n' + people + record)
    with open(DATA / "pr_coupling_sensitivity.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for person, (id, (_, factor)) in enumerate(changed.items()):
        own = [row for row in rows if row["modifier"] == id and float(row["factor"]) == factor]
        assert len(own) == 3
        for word, column in (("osteoclast", "OC_pct"), ("calcium", "Ca_mM"), ("pth", "PTH_pM")):
            assert lived[word][:, person] == pytest.approx([float(row[column]) for row in own], rel=1e-4), (id, word)
