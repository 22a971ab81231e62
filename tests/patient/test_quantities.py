"""Quantities: units, plausible ranges, codes."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.errors import RecordError
from boneloop.patient.quantities import by_loinc, measure, quantities, refused_loinc

NAMES = list(quantities())
PAIRS = [(name, unit) for name in NAMES for unit in quantities()[name].accepted]


@pytest.mark.parametrize("name", NAMES)
def test_every_quantity_is_whole(name):
    quantity = quantities()[name]
    lowest, highest = quantity.plausible
    assert lowest < highest
    assert 1 in quantity.accepted.values()
    assert all(status in ("verified", "recalled") for status in quantity.loinc.values())
    assert set(quantity.notes or {}) <= set(quantity.loinc)


def test_no_code_names_two_quantities():
    codes = [code for quantity in quantities().values() for code in quantity.loinc]
    assert len(codes) == len(set(codes))
    assert not set(refused_loinc()) & set(by_loinc())


@pytest.mark.parametrize("name", [n for n in NAMES if not quantities()[n].unit_required])
def test_a_unit_may_be_left_out_only_where_a_number_can_be_read_in_one_unit(name):
    quantity = quantities()[name]
    lowest, highest = quantity.plausible
    windows = [(lowest / quantity.accepted[u], highest / quantity.accepted[u]) for u in quantity.units]
    assert all(a[1] <= b[0] or b[1] <= a[0] for a, b in combinations(windows, 2))


@given(pair=st.sampled_from(PAIRS), share=st.floats(0, 1))
def test_a_plausible_value_survives_the_way_into_any_unit_and_back(pair, share):
    quantity = quantities()[pair[0]]
    lowest, highest = quantity.plausible
    value = lowest + share * (highest - lowest)
    inside = min(max(value, lowest + 1e-9 * abs(lowest)), highest - 1e-9 * abs(highest))
    written = inside / quantity.accepted[pair[1]]
    assert quantity.convert(written, pair[1], "here") == pytest.approx(inside, rel=1e-9, abs=1e-12)


@given(name=st.sampled_from(NAMES), value=st.floats(allow_nan=True, allow_infinity=True))
def test_a_value_is_inside_the_plausible_range_or_refused_and_never_clipped(name, value):
    quantity = quantities()[name]
    unit = quantity.units[0]
    lowest, highest = quantity.plausible
    try:
        converted = quantity.convert(value, unit, "here")
    except RecordError as refused:
        assert refused.place == "here"
        assert refused.rule
        assert not lowest <= value * quantity.accepted[unit] <= highest
    else:
        assert lowest <= converted <= highest
        assert converted == value * quantity.accepted[unit]


@pytest.mark.parametrize("spelling", ["umol/L", "µmol/L", "μmol/L", "UMOL/L", " umol / l "])
def test_a_unit_may_be_spelled_in_several_ways(spelling):
    assert quantities()["creatinine"].convert(88.4, spelling, "") == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "value", "unit", "canonical"),
    [
        ("calcium", 4.008, "mg/dL", 1.0),
        ("phosphate", 1.0, "mg/dL", 0.3229),
        ("vitamin_d_25oh", 20, "ng/mL", 49.92),
        ("pth", 50, "pg/mL", 5.3),
        ("creatinine", 88.4, "umol/L", 1.0),
        ("albumin", 4.0, "g/dL", 40),
        ("crp", 0.5, "mg/dL", 5),
        ("ctx", 0.5, "ng/mL", 500),
        ("bmd_total_hip", 850, "mg/cm2", 0.85),
    ],
)
def test_the_factors_are_those_of_the_analyte(name, value, unit, canonical):
    if name in ("calcium", "phosphate"):
        assert quantities()[name].accepted[unit] * value == pytest.approx(canonical, rel=1e-6)
    else:
        assert quantities()[name].convert(value, unit, "") == pytest.approx(canonical, rel=1e-6)


@pytest.mark.parametrize(("value", "unit", "other"), [(120, "mg/dL", "umol/L"), (1.35, "umol/L", "mg/dL")])
def test_the_factor_of_88_between_creatinine_units_is_recognized(value, unit, other):
    with pytest.raises(RecordError, match=rf"{value:g} {other} would be plausible"):
        quantities()["creatinine"].convert(value, unit, "")


def test_a_measurement_keeps_what_was_written():
    made = measure("creatinine", 120, "umol/L", None, "Observation/7", place="line 3, Observation/7")
    assert (made.source, made.original) == ("Observation/7", "120 umol/L")
    with pytest.raises(RecordError) as refused:
        measure("creatinine", 5000, "umol/L", None, "Observation/7", place="line 3, Observation/7")
    assert refused.value.place == "line 3, Observation/7"


def test_a_quantity_that_does_not_exist_is_an_error():
    with pytest.raises(RecordError, match="a quantity of"):
        measure("courage", 1, "", None, "here")


def test_the_2009_formula_is_named_as_such():
    assert "2009" in refused_loinc()["62238-1"]
