"""Units of the model's own numbers: a known conversion is exact, an unknown one is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop import units
from boneloop.errors import EvidenceError
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR, factor

KNOWN = sorted(units._FACTORS)
DIMENSION = {symbol: dimension for symbol, (dimension, _) in units._FACTORS.items()}
symbol = st.sampled_from(KNOWN)


@pytest.mark.parametrize(
    ("printed", "wanted", "expected"),
    [
        ("year", "day", 365.25),
        ("month", "day", 30.4375),
        ("week", "day", 7),
        ("hour", "day", 1 / 24),
        ("1/year", "1/day", 1 / 365.25),
        ("1/hour", "1/day", 24),
        ("%", "1", 0.01),
        ("per 1000", "1", 0.001),
        ("per 1000 person-years", "1/year", 0.001),
        ("per 100000 person-years", "1/year", 0.00001),
        ("mg/cm2", "g/cm2", 0.001),
        ("minute", "hour", 1 / 60),
        ("mg", "ng", 1e6),
        ("g", "ug", 1e6),
        ("L", "mL", 1e3),
        ("umol", "mmol", 1e-3),
        ("mg/day", "g/hour", 0.001 / 24),
        ("mL/minute", "L/hour", 0.06),
        ("1/minute", "1/hour", 60),
    ],
)
def test_a_printed_unit_becomes_the_declared_one(printed, wanted, expected):
    assert factor(printed, wanted) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("printed", "wanted"), [("mg", "mL"), ("mg/day", "mL/day"), ("mg/day", "mg"), ("mg/kg", "mg/day")]
)
def test_what_does_not_fit_is_refused_part_by_part(printed, wanted):
    with pytest.raises(EvidenceError, match="no conversion"):
        factor(printed, wanted)


def test_a_year_has_twelve_months():
    assert pytest.approx(12 * DAYS_PER_MONTH) == DAYS_PER_YEAR


@given(symbol, symbol)
def test_there_and_back_is_where_it_was(a, b):
    if DIMENSION[a] == DIMENSION[b]:
        assert factor(a, b) * factor(b, a) == pytest.approx(1)


@given(symbol, symbol)
def test_two_dimensions_never_convert(a, b):
    if DIMENSION[a] != DIMENSION[b]:
        with pytest.raises(EvidenceError, match="no conversion"):
            factor(a, b)


@given(st.text(min_size=1).filter(lambda text: text not in KNOWN))
def test_a_unit_that_is_not_in_the_table_converts_to_itself_and_to_nothing_else(unit):
    assert factor(unit, unit) == 1
    with pytest.raises(EvidenceError, match=r"not in units\.py"):
        factor(unit, "day")
