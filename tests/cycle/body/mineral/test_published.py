"""The published form against reference trajectories of an independent port of the public model.

Doses: hours of a schedule in which a month has 28 days; rows at a dose time are before the dose. The years of the
estrogen clock have 8736 hours, those of the kidney clock 8766.
"""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.cycle.body.mineral import courses
from boneloop.cycle.body.mineral.state import Inputs, State

MONTH = 672
DENSITIES = ("spine_density", "spine_density_denosumab", "neck_density")
SAME_STATES = {
    "PTH": "pth",
    "S": "gland_pool",
    "PTmax": "gland_capacity",
    "B": "calcitriol",
    "AOH": "hydroxylase",
    "P": "calcium",
    "ECCPhos": "phosphate",
    "T": "gut_calcium",
    "R": "gut_adaptation",
    "HAp": "hydroxyapatite",
    "PhosGut": "gut_phosphate",
    "IntraPO": "phosphate_in_cells",
    "OC": "osteoclast",
    "ROB1": "osteoblast_responding",
    "L": "rankl",
    "RNK": "rank",
    "O": "opg",
    "M": "rank_rankl",
    "N": "opg_rankl",
    "Q": "bone_exchangeable",
    "Qbone": "bone_slow",
    "RX2": "runx2",
    "CREB": "creb",
    "BCL2": "bcl2",
    "TGFB": "tgf_latent",
    "TGFBact": "tgf_active",
    "OBfast": "osteoblast_fast",
    "OBslow": "osteoblast_slow",
    "EST": "estrogen",
    "GFR": "filtration",
    "BMDls": "spine_density",
    "BMDlsDEN": "spine_density_denosumab",
    "BMDfn": "neck_density",
}
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


def agree(engine, expected, states, relative=1e-5, points=1e-5):
    """Every column of a reference file: relative, densities in percentage points."""
    seen = engine.columns(states)
    for name, values in expected.items():
        if name not in ("hours", "rows"):
            allowed = {"abs": points} if name in DENSITIES else {"rel": relative, "abs": 1e-6}
            assert seen[name] == pytest.approx(values, **allowed), name
    return seen


def test_the_listed_baseline_and_what_is_left_of_motion_there(engine, reference):
    listed, moved = engine.d.listed, engine.rates(engine.d.listed)
    for row in reference("pr_initial_state")["rows"]:
        if row["state"] in SAME_STATES:
            name = SAME_STATES[row["state"]]
            assert getattr(listed, name) == pytest.approx(float(row["value"]), rel=1e-12)
            still = 1e-14 * getattr(listed, name)
            assert getattr(moved, name) == pytest.approx(float(row["rhs_per_hour"]), rel=1e-3, abs=still)


def test_ten_years_without_any_input(engine, reference):
    expected = reference("pr_drift_10y")
    states = engine.live(expected["hours"])
    agree(engine, expected, states)
    end = State(*(values[-1] for values in states))
    seen = (end.calcium, end.phosphate, end.pth, end.calcitriol, end.phosphate_in_cells)
    assert seen == pytest.approx((32.90084, 16.79977, 53.88784, 1259.985, 3226.0303), rel=1e-5)


@pytest.mark.parametrize("micrograms", [20, 40])
def test_ten_days_of_teriparatide(engine, reference, micrograms):
    expected = reference(f"pr_teriparatide_{micrograms}ug_daily_10d")
    doses = engine.teriparatide(*range(0, 240, 24), micrograms=micrograms)
    agree(engine, expected, engine.live(expected["hours"], doses))


def test_peaks_and_troughs_of_the_first_and_the_tenth_day_of_teriparatide(engine):
    hours = np.array([*np.arange(241) / 10, *(216 + np.arange(241) / 10)])
    states = engine.live(hours, engine.teriparatide(*range(0, 240, 24)))
    seen = engine.columns(states)
    pth, calcium = seen["pth"], seen["calcium"]
    first, tenth = slice(0, 241), slice(241, None)
    assert (pth[first].max(), hours[pth[first].argmax()]) == pytest.approx((28.874, 0.4), rel=1e-3)
    assert (calcium[first].max(), hours[calcium[first].argmax()]) == pytest.approx((2.37860, 4.3), rel=1e-3)
    assert pth[240] == pytest.approx(3.814, rel=1e-3)
    assert (pth[tenth].max(), pth[241]) == pytest.approx((28.699, 3.675), rel=1e-3)
    assert (calcium[tenth].max(), calcium[241]) == pytest.approx((2.38436, 2.35378), rel=1e-3)


def test_one_injection_of_denosumab(engine, reference):
    expected = reference("pr_denosumab_60mg_single")
    seen = agree(engine, expected, engine.live(expected["hours"], engine.denosumab(0)))
    at = {day: np.flatnonzero(expected["hours"] == 24 * day)[0] for day in (6, 7, 28, 84, 168, 336)}

    def on(day, *names):
        return tuple(seen[name][at[day]] for name in names)

    week = on(7, "osteoclast", "calcium", "pth", "denosumab")
    assert week == pytest.approx((14.61, 2.2058, 7.152, 7481), rel=5e-3)
    assert on(28, "osteoclast", "osteoblast") == pytest.approx((11.20, 81.4), rel=5e-3)
    assert on(84, "osteoblast") == pytest.approx((54.8,), rel=5e-3)
    assert on(168, "osteoclast", "denosumab") == pytest.approx((18.96, 23.6), rel=5e-3)
    assert on(336, "osteoclast") == pytest.approx((88.9,), rel=5e-3)
    assert seen["calcium"].argmin() == seen["pth"].argmax() == at[6]
    assert on(6, "calcium", "pth") == pytest.approx((2.2050, 7.174), rel=2e-3)


HALF_YEARLY = range(0, 36 * MONTH, 6 * MONTH)


@pytest.mark.parametrize("milligrams", [10, 60, 210])
def test_six_injections_of_denosumab_and_what_follows_the_last(engine, reference, milligrams):
    expected = reference(f"pr_denosumab_{milligrams}mg_q6mo_6doses")
    doses = engine.denosumab(*HALF_YEARLY, milligrams=milligrams)
    seen = agree(engine, expected, engine.live(expected["hours"], doses))
    at = {round(hour / MONTH): index for index, hour in enumerate(expected["hours"]) if hour % MONTH == 0}
    density = seen["spine_density_denosumab"]
    gained = {10: 4.84, 60: 8.30, 210: 8.64}[milligrams]
    assert density[at[36]] == pytest.approx(gained, abs=0.05)
    if milligrams == 60:
        months = [at[month] for month in (6, 12, 24, 36)]
        assert density[months] == pytest.approx([4.00, 5.21, 6.80, 8.30], abs=0.05)
        assert seen["osteoclast"][months] == pytest.approx([19.0, 18.8, 20.0, 21.4], rel=5e-3)
        assert seen["osteoblast"][months] == pytest.approx([41.7, 38.8, 45.9, 54.7], rel=5e-3)
        assert density[at[42]] == pytest.approx(4.43, rel=1e-2)
        assert seen["osteoclast"][at[42]] == pytest.approx(190, rel=1e-2)
        assert seen["osteoblast"][at[42]] == pytest.approx(152, rel=1e-2)
        assert seen["osteoclast"].argmax() == at[45]
        assert seen["osteoclast"][at[45]] == pytest.approx(204.6, rel=1e-2)


def test_the_menopause_from_41_to_71(engine, reference):
    expected, p = reference("pr_menopause_41_71y"), engine.p.estrogen
    states = engine.live(expected["hours"], inputs=lambda hour: Inputs(estrogen=courses.published_goal(hour, p)))
    seen = agree(engine, expected, states)
    years = [5, 10, 15, 20, 30]
    assert seen["estrogen"][years] == pytest.approx([0.7675, 0.2956, 0.1805, 0.1457, 0.1021], abs=1e-4)
    assert seen["spine_density"][years] == pytest.approx([-1.60, -4.84, -5.58, -5.89, -6.33], abs=0.02)
    assert seen["neck_density"][years] == pytest.approx([-0.57, -2.06, -5.20, -7.80, -11.76], abs=0.02)
    assert seen["osteoclast"][years] == pytest.approx([117, 171, 182, 190, 205], rel=5e-3)
    assert seen["pth"][years] == pytest.approx([4.12, 4.68, 4.94, 4.99, 5.07], rel=5e-3)


def test_kidneys_that_lose_half_of_their_function_in_ten_years(engine, reference):
    expected, p = reference("pr_gfr100to50_10y"), engine.p
    half = p.filtration._replace(fall=50)
    inputs = Inputs(filtration_fall=courses.published_fall(p.baseline.filtration, half))
    seen = agree(engine, expected, engine.live(expected["hours"], inputs=inputs))
    assert seen["gfr"][np.flatnonzero(expected["hours"] == 5 * 8766)] == pytest.approx([70.71], rel=5e-3)
    end = [seen[name][-1] for name in ("pth", "calcitriol", "calcium", "osteoclast", "spine_density")]
    assert end == pytest.approx([5.272, 75.96, 2.442, 157.3, -5.48], rel=5e-3)


def test_how_fast_small_disturbances_of_the_baseline_die_out(engine, reference):
    """The mean slope of both sides where phosphate begins to act: the baseline sits on that corner."""
    listed = np.array(engine.d.listed, float)
    own = [index for index, name in enumerate(State._fields) if name in list(SAME_STATES.values())[:28]]

    def nudged(index, share):
        values = listed.copy()
        values[index] *= 1 + share
        return np.array(engine.rates(State(*values.tolist())))[own]

    slopes = np.array([(nudged(i, 1e-6) - nudged(i, -1e-6)) / (2e-6 * listed[i]) for i in own]).T
    seen = np.linalg.eigvals(slopes).tolist()
    for row in reference("pr_eigenvalues_per_hour")["rows"]:
        expected = complex(float(row["re"]), float(row["im"]))
        nearest = min(seen, key=lambda value: abs(value - expected))
        seen.remove(nearest)
        assert abs(nearest - expected) <= 0.01 * abs(expected) + 1e-12


def sensitive(engine, reference, modifier, factor):
    """The reference rows of one multiplier and our columns at the same years."""
    rows = [
        row
        for row in reference("pr_coupling_sensitivity")["rows"]
        if row["modifier"] == modifier and float(row["factor"]) == factor
    ]
    hours = [0.0, *(8766 * float(row["year"]) for row in rows)]
    return rows, engine.columns(engine.live(hours, inputs=Inputs(**{MULTIPLIERS[modifier]: factor})))


@pytest.mark.parametrize(
    ("modifier", "factor"), [("rankl", 1.05), ("carenal", 0.99), ("aoh", 0.9), ("obapop", 1.1), ("obin", 0.9)]
)
def test_one_place_that_is_changed_for_ten_years(engine, reference, modifier, factor):
    rows, seen = sensitive(engine, reference, modifier, factor)
    names = {"OC_pct": "osteoclast", "OB_pct": "osteoblast", "Ca_mM": "calcium", "PTH_pM": "pth"}
    for index, row in enumerate(rows, 1):
        for printed, name in names.items():
            assert seen[name][index] == pytest.approx(float(row[printed]), rel=1e-4), (row["year"], name)
        assert seen["neck_density"][index] == pytest.approx(float(row["BMDfn_pct"]), abs=1e-3)
