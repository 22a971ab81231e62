"""The clinic's page in a browser: lists sort, links lead to rows, one list prints alone, and a phone shows all."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from boneloop.cli import app
from boneloop.exchange import demo_clinic_path

pytestmark = pytest.mark.browser

PHONE, DESK, PAPER = (390, 844), (1280, 900), (700, 1000)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    """The page of the made-up clinic."""
    out = tmp_path_factory.mktemp("clinic") / "out"
    CliRunner().invoke(app, ["assess", str(demo_clinic_path()), "--as-of", "2026-11-23", "--out", str(out)])
    return (out / "cohort.html").as_uri()


def opened(chromium: Any, address: str, size: tuple[int, int]) -> tuple[Any, list[str]]:
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda request: faults.append(request.url) if not request.url.startswith(("file:", "data:")) else None,
    )
    page.goto(address)
    return page, faults


def ids(page: Any, within: str) -> list[str]:
    return page.eval_on_selector_all(f"{within} tbody th", "heads => heads.map((head) => head.textContent)")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desktop"])
def test_the_page_fits_and_says_nothing_wrong(chromium, address, size) -> None:
    page, faults = opened(chromium, address, size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults == []


def test_a_list_sorts_by_its_columns_and_the_unknown_stay_last(chromium, address) -> None:
    page, _ = opened(chromium, address, DESK)
    table = "#list-denosumab"
    assert ids(page, table) == ["cora", "dora", "edna"]
    head = page.locator(f"{table} thead button", has_text="Age")
    head.click()
    assert ids(page, table) == ["edna", "cora", "dora"]
    assert page.locator(f"{table} [aria-sort]").get_attribute("aria-sort") == "descending"
    head.click()
    assert ids(page, table) == ["dora", "cora", "edna"]
    day = page.locator(f"{table} thead button", has_text="Last dose")
    day.click()
    assert ids(page, table)[-1] == "edna"
    day.click()
    assert ids(page, table) == ["dora", "cora", "edna"]


def test_a_link_leads_to_the_row_of_the_person_whatever_is_being_looked_for(chromium, address) -> None:
    page, _ = opened(chromium, address, DESK)
    page.fill("[data-finds] input", "cora")
    assert page.locator(".persons tbody tr:visible").count() == 1
    page.locator("#list-safety a", has_text="bea").click()
    page.wait_for_timeout(200)
    row = page.locator(".persons tr:target")
    assert row.is_visible() and "bea" in row.text_content()


def test_of_very_many_people_the_first_are_shown_and_whoever_a_link_leads_to(chromium, tmp_path) -> None:
    rows = "".join(f"p{n},2026-05-01,female,70,yes,2026-04-{1 + n % 28:02d},yes\n" for n in range(90))
    clinic = tmp_path / "clinic.csv"
    clinic.write_text(f"id,date,sex,age,fracture_hip,fracture_hip_date,fracture_hip_low_energy\n{rows}", "utf-8")
    CliRunner().invoke(app, ["assess", str(clinic), "--out", str(tmp_path / "out")])
    page, faults = opened(chromium, (tmp_path / "out" / "cohort.html").as_uri(), PHONE)
    shown = page.locator(".persons tbody tr:visible")
    assert shown.count() == 40
    page.evaluate("location.hash = '#row-90'")
    page.wait_for_timeout(200)
    assert shown.count() == 41 and page.locator("#row-90").is_visible()
    page.fill("[data-finds] input", "p7")
    assert shown.count() == 11 + 1
    page.fill("[data-finds] input", "")
    page.click("[data-more]")
    assert shown.count() == 90 and not page.locator("[data-more]").is_visible()
    assert faults == []


def test_one_list_prints_alone(chromium, address) -> None:
    page, _ = opened(chromium, address, PAPER)
    page.evaluate("window.print = () => {}")
    page.click("#list-fracture [data-print]")
    page.emulate_media(media="print")
    assert page.locator("#list-fracture").is_visible()
    for other in ("#list-safety", "#indicators", "#people", "#read"):
        assert not page.locator(other).is_visible(), other
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#list-safety").is_visible() and page.locator("#people").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER[0]
