"""The two beliefs in a real browser: on a phone and a desk, quiet, reached by a link, and kept on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from boneloop.report.page import write_report

pytestmark = pytest.mark.browser

PHONE, DESK = (390, 844), (1280, 900)


@pytest.fixture(scope="module")
def report(made_up: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people under both beliefs."""
    file = tmp_path_factory.mktemp("beliefs") / "both.html"
    cases = [made_up.sided(made_up.case(name, severity)) for name, severity in (("A", 0.9), ("B", 0.2))]
    registries = {"registry": made_up.registry(), "other": made_up.other_registry()}
    write_report(file, cases, rejects=[], provenance={"seed": 7}, title="Both", **registries)
    return file


@pytest.fixture
def open_page(watched: Callable[..., Any], report: Path) -> Callable[..., Any]:
    """Open the report, watched."""
    return lambda place="", size=DESK, **options: watched(report.as_uri() + place, size, **options)


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("place", ["#people", "#patient-1", "#patient-1-beliefs", "#numbers", "#about"])
def test_no_view_is_wider_than_the_screen(open_page: Callable[..., Any], size: tuple[int, int], place: str) -> None:
    page = open_page(place, size)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_a_link_on_the_page_of_a_person_leads_to_the_two_beliefs(open_page: Callable[..., Any]) -> None:
    page = open_page("#patient-1")
    page.locator("#patient-1").get_by_role("link", name="Two beliefs").click()
    page.wait_for_function("location.hash === '#patient-1-beliefs'")
    assert page.get_by_role("heading", name="The two beliefs side by side").first.is_visible()


def test_the_hypothesis_is_drawn_otherwise_than_the_evidence(open_page: Callable[..., Any]) -> None:
    page = open_page("#patient-1-beliefs")
    bands = page.locator("#patient-1-beliefs .sided-ranges .effect").first.locator(".range-band")
    looks = [bands.nth(i).evaluate("(e) => getComputedStyle(e).backgroundImage") for i in range(4)]
    assert ["gradient" in look for look in looks] == [False, True, False, True]


def test_each_plan_can_be_opened_and_names_both_beliefs_on_a_phone(open_page: Callable[..., Any]) -> None:
    page = open_page("#patient-1-beliefs", PHONE)
    plans = page.locator("#patient-1-beliefs > details")
    assert plans.count() == 4
    plans.nth(2).locator("summary").click()
    cell = plans.nth(2).locator("td.assumed").first
    assert cell.is_visible()
    assert "assumed" in cell.evaluate("(e) => getComputedStyle(e, '::before').content")


def test_without_scripts_both_columns_are_there(chromium: Any, report: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("#patient-1-beliefs td.assumed").first.is_visible()
    context.close()
