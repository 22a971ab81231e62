"""The report in a real browser: drawn, quiet, self-contained, and usable on a phone and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from boneloop.compare.origins import Origin, Step
from boneloop.report.page import write_report

pytestmark = pytest.mark.browser

PHONE, DESK = (390, 844), (1280, 900)
HOSTILE = "<script>document.title='owned'</script>"


@pytest.fixture(scope="module")
def reports(made_up: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report of 30 people with 6 pages, and a report of one person."""
    folder = tmp_path_factory.mktemp("reports")
    people = [*made_up.cohort(29), made_up.case(HOSTILE, 0.99, item9=True)]
    ids = sorted(made_up.registry().entries)
    hip = Origin("fracture_hip", (ids[0],), (Step("bone", 0, tuple(ids[1:3]), ()),), (), tuple(ids[3:]), {})
    for name, cases in (("people", people), ("one", [made_up.case()])):
        write_report(
            folder / f"{name}.html",
            cases,
            rejects=[{"place": "a", "rule": "b", "value": "c"}],
            provenance={"seed": 7},
            registry=made_up.registry(),
            title=name,
            max_details=6,
            origins={"fracture_hip": hip},
        )
    return {name: folder / f"{name}.html" for name in ("people", "one")}


@pytest.fixture
def open_page(watched: Callable[..., Any], reports: dict[str, Path]) -> Callable[..., Any]:
    """Open a report, watched."""
    return lambda name, place="", size=DESK, **options: watched(reports[name].as_uri() + place, size, **options)


def shows(page: Any, view: str) -> bool:
    """Wait until that view, and no other, is shown."""
    ids = "[...document.querySelectorAll('.view.shown')].map((view) => view.id).join()"
    return bool(page.wait_for_function(f"{ids} === '{view}'", timeout=5000))


def drawn_charts(page: Any) -> int:
    selector = ".view.shown .chart svg"
    return int(
        page.evaluate(f"[...document.querySelectorAll('{selector}')].filter((svg) => svg.childElementCount).length")
    )


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("place", ["#people", "#patient-1", "#patient-6", "#numbers", "#about"])
def test_no_view_is_wider_than_the_screen(open_page: Callable[..., Any], size: tuple[int, int], place: str) -> None:
    page = open_page("people", place, size)
    assert shows(page, place[1:])
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert page.evaluate("scrollY") == 0


def test_charts_are_drawn_when_a_person_is_opened(open_page: Callable[..., Any]) -> None:
    page = open_page("people")
    assert drawn_charts(page) == 5
    assert page.locator("#patient-2 .chart svg").count() == 0
    page.locator("#people table a[href='#patient-2']").click()
    assert shows(page, "patient-2") and drawn_charts(page) == 12


def test_one_walks_from_person_to_person_and_back(open_page: Callable[..., Any]) -> None:
    page = open_page("people", "#patient-1")
    page.get_by_role("link", name="Next person").locator("visible=true").click()
    assert shows(page, "patient-2")
    page.get_by_role("link", name="Previous person").locator("visible=true").click()
    assert shows(page, "patient-1")
    page.get_by_role("link", name="← All people").locator("visible=true").click()
    assert shows(page, "people")
    page.go_back()
    assert shows(page, "patient-1")


def test_one_person_is_shown_at_once(open_page: Callable[..., Any]) -> None:
    page = open_page("one", size=PHONE)
    assert shows(page, "patient-1") and drawn_charts(page) == 12


def test_a_link_into_a_section_opens_its_person(open_page: Callable[..., Any]) -> None:
    page = open_page("people", "#patient-3-hundred")
    assert shows(page, "patient-3")
    assert page.locator("#patient-3-hundred").evaluate("(e) => Math.abs(e.getBoundingClientRect().top) < innerHeight")


def test_plans_can_be_taken_out_of_the_charts(open_page: Callable[..., Any]) -> None:
    page = open_page("one")
    count = "document.querySelectorAll('[data-fan=\"0\"] svg path').length"
    before = page.evaluate(count)
    page.get_by_role("checkbox").first.uncheck()
    assert page.evaluate(count) < before


def test_the_table_finds_filters_and_sorts(open_page: Callable[..., Any]) -> None:
    page = open_page("people")
    rows = page.locator("[data-people] tbody tr:visible")
    assert rows.count() == 25
    page.get_by_role("button", name="Show everyone").click()
    assert rows.count() == 30
    page.get_by_label("Show").select_option("safety")
    assert rows.count() == 2
    page.get_by_label("Show").select_option("")
    page.get_by_label("Find").fill("p01")
    assert rows.count() == 10
    page.get_by_label("Find").fill("")
    page.get_by_role("button", name="Age", exact=True).click()
    ages = [int(text) for text in page.locator("[data-people] td[data-label='Age']").all_inner_texts()]
    assert ages == sorted(ages, reverse=True)
    page.get_by_role("button", name="Pain", exact=True).click()
    pains = page.locator("[data-people] td[data-label='Pain']").all_inner_texts()
    assert pains == sorted(pains, key=lambda text: text == "not known")


def test_a_hostile_id_is_only_text(open_page: Callable[..., Any]) -> None:
    page = open_page("people", "#patient-1")
    assert page.locator("#patient-1 h1").inner_text() == HOSTILE
    assert page.title() == f"{HOSTILE} · people"


def test_a_script_that_is_not_the_pages_own_does_not_run(
    chromium: Any, reports: dict[str, Path], tmp_path: Path
) -> None:
    bent = tmp_path / "bent.html"
    text = reports["one"].read_text(encoding="utf-8")
    bent.write_text(text.replace("</main>", "</main><script>window.owned = 1</script>"), encoding="utf-8")
    page = chromium.new_page()
    page.goto(bent.as_uri())
    assert page.evaluate("window.owned") is None
    page.close()


def test_without_scripts_the_circle_and_the_people_are_there(chromium: Any, reports: dict[str, Path]) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["one"].as_uri())
    assert page.locator("svg.circle").is_visible()
    assert page.locator(".hundred").first.is_visible()
    context.close()


def test_dark_screens_and_paper_keep_the_charts(open_page: Callable[..., Any]) -> None:
    page = open_page("one", color_scheme="dark")
    ink = "getComputedStyle(document.documentElement).getPropertyValue('--paper')"
    dark = page.evaluate(ink)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(ink) != dark and drawn_charts(page) == 12
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(ink) == dark and drawn_charts(page) == 12


def test_the_keyboard_reaches_a_person(open_page: Callable[..., Any]) -> None:
    page = open_page("people")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.locator("#people table a").first.focus()
    page.keyboard.press("Enter")
    assert shows(page, "patient-1")
    assert page.evaluate("document.activeElement.id") == "patient-1-name"


def test_the_title_of_an_outcome_opens_where_it_comes_from(open_page: Callable[..., Any]) -> None:
    page = open_page("one")
    page.locator("a[href='#from-fracture_hip']").first.click()
    behind = page.locator("#from-fracture_hip")
    behind.locator("ul").first.wait_for(state="visible")
    assert behind.evaluate("element => element.open")
    behind.locator("a[href^='#number-']").first.click()
    assert page.evaluate("document.getElementById(location.hash.slice(1)).tagName") == "TR"
