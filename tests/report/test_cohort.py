"""The first page of a cohort."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from boneloop.report.case import in_reading_order
from boneloop.report.cohort import cohort_view


def test_everyone_is_in_the_table_with_or_without_a_page(made_up: ModuleType) -> None:
    cases = in_reading_order(made_up.cohort(12))
    view = cohort_view(cases, 5)
    assert {row.id for row in view.rows} == {case.id for case in cases}
    assert [row.page for row in view.rows] == [1, 2, 3, 4, 5] + [0] * 7


def test_a_safety_flag_comes_before_any_risk(made_up: ModuleType) -> None:
    ordered = in_reading_order(made_up.cohort(12))
    assert ordered[0].count("safety") == 1
    warned = [case.count("warning") for case in ordered[1:]]
    assert warned == sorted(warned, reverse=True)


def test_each_histogram_counts_everyone_once(made_up: ModuleType) -> None:
    view = cohort_view(in_reading_order(made_up.cohort(30)), 5)
    assert view.distributions
    for distribution in view.distributions:
        assert len(distribution.bins) == len(distribution.counts)
        assert sum(distribution.counts) + distribution.not_known == 30


def test_a_plan_is_compared_person_by_person_with_no_plan(made_up: ModuleType) -> None:
    cases: list[Any] = in_reading_order(made_up.cohort(6))
    effect = cohort_view(cases, 6).effects[0]
    have = [case for case in cases if case.forecast]
    bone, none = (sum(c.at_horizon(plan, "fracture_any").median for c in have) for plan in ("bone", "none"))
    mean = 100 * (bone - none) / len(have)
    title, shown, _, counted = effect.rows[0]
    assert title == "Bone drug" and counted == "5 people"
    assert float(shown.replace("−", "-").split()[0]) == pytest.approx(mean, abs=0.05)


def test_what_is_not_known_sorts_by_nothing(made_up: ModuleType) -> None:
    view = cohort_view([made_up.case("A", known=False), made_up.case("B", forecast=False)], 2)
    assert {cell.value for row in view.rows for cell in (*row.cells, *row.risks) if cell.shown.startswith("no")} == {""}


def test_a_cohort_without_any_forecast_has_a_page_too(made_up: ModuleType) -> None:
    view = cohort_view([made_up.case("A", forecast=False), made_up.case("B", forecast=False)], 2)
    assert view.forecast == 0 and view.effects == () and view.plans == ()
