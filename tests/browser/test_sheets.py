"""The sheets in a real browser: so many pages on paper, nothing too wide on a phone, quiet, readable by everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from loading import loaded

from boneloop.assess.person import assess
from boneloop.exchange import demo_path, read
from boneloop.guidance.advice import advise
from boneloop.patient.record import Record
from boneloop.report.language import TAGS
from boneloop.report.sheets.page import KINDS, write_sheets

pytestmark = pytest.mark.browser

PHONE, DESK = (390, 844), (1280, 900)
PAGES = {"clinician": 1, "patient": 2}
CONTRAST = """() => {
  const part = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map((v) => part(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!c.endsWith(', 0)') && c !== 'transparent') return c; } return 'rgb(255, 255, 255)'; };
  const bad = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(e); if (style.display === 'none' || e.closest('style, script')) continue;
    const [a, b] = [light(style.color), light(behind(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) bad.push(e.className + ': ' + e.textContent.trim().slice(0, 40));
  }
  return bad; }"""


def _crowded() -> list[Record]:
    path = Path(__file__).parents[1] / "report" / "sheets" / "crowded.py"
    module = loaded(path)
    found: list[Record] = module.people()
    return found


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], Path]:
    """Sheets by person, reader and language."""
    folder, found = tmp_path_factory.mktemp("sheets"), {}
    records = [one for one in read(demo_path()) if isinstance(one, Record)]
    for record in (*records, *_crowded()):
        one = assess(record)
        for language in TAGS:
            for kind, path in zip(KINDS, write_sheets(folder, one, advise(one), KINDS, language), strict=True):
                found[record.id, kind, language] = path
    return found


@pytest.fixture
def opened(watched: Callable[..., Any], sheets: dict[tuple[str, str, str], Path]) -> Callable[..., Any]:
    """Open a sheet, watched."""

    def open_it(person: str, kind: str, language: str, size: tuple[int, int] = DESK, **options: Any) -> Any:
        return watched(sheets[person, kind, language].as_uri(), size, **options)

    return open_it


def printed_pages(page: Any, paper: str) -> int:
    """How many pages a browser prints."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format=paper, print_background=True)))


def bound(files: list[Path]) -> str:
    """Many sheets as one document, each beginning on a page of its own: fonts are then embedded once."""
    head = files[0].read_text("utf-8").partition("<body")[0]
    bodies = [file.read_text("utf-8").partition("<body")[2].replace("</body>", "</div>") for file in files]
    return f"{head}<style>.bound + .bound {{ break-before: page; }}</style><body>" + "".join(
        "<div" + body.replace('class="', 'class="bound ', 1).replace("</html>", "") for body in bodies
    )


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize("kind", KINDS)
def test_everybodys_sheet_fills_as_many_pages_as_it_promises(
    chromium: Any, sheets: dict[tuple[str, str, str], Path], kind: str, language: str, paper: str
) -> None:
    """The bundled people, those of whom too much is known, and one of whom nothing is: each sheet takes a page at
    least, so that the sum is right only where every one is."""
    files = [file for (_, k, tongue), file in sheets.items() if (k, tongue) == (kind, language)]
    page = chromium.new_page()
    page.set_content(bound(files))
    pages = printed_pages(page, paper)
    page.close()
    assert len(files) == 16 and pages == PAGES[kind] * len(files)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sheet_by_itself_fills_as_many_pages(opened: Callable[..., Any], kind: str) -> None:
    page = opened("joan", kind, "en")
    assert [printed_pages(page, paper) for paper in ("A4", "Letter")] == [PAGES[kind]] * 2


def test_pages_are_counted_and_not_assumed(opened: Callable[..., Any]) -> None:
    page = opened("anna", "clinician", "en")
    page.evaluate("for (let n = 0; n < 200; n++) document.querySelector('main').append(document.createElement('hr'))")
    assert printed_pages(page, "A4") > 1


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("person", ["rosa", "everything-GB", "W" * 64])
def test_no_sheet_is_wider_than_the_screen(
    opened: Callable[..., Any], person: str, kind: str, language: str, size: tuple[int, int]
) -> None:
    page = opened(person, kind, language, size)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize("kind", KINDS)
def test_language_title_and_headings_are_in_order(opened: Callable[..., Any], kind: str, language: str) -> None:
    page = opened("joan", kind, language)
    assert page.locator("html").get_attribute("lang") == TAGS[language]
    assert page.title().startswith("joan")
    levels = [int(tag[1]) for tag in page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(e => e.tagName)")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("person", ["rosa", "everything-GB"])
def test_text_stands_out_from_what_is_behind_it(
    opened: Callable[..., Any], person: str, kind: str, scheme: str
) -> None:
    assert opened(person, kind, "en", color_scheme=scheme).evaluate(CONTRAST) == []


def test_paper_is_white_where_the_screen_is_dark(opened: Callable[..., Any]) -> None:
    page = opened("rosa", "patient", "en", color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_what_the_paper_leaves_out_the_screen_shows(opened: Callable[..., Any]) -> None:
    page = opened("everything-GB", "clinician", "en")
    more = page.locator("li.more").first
    assert more.is_visible() and not page.locator(".on-paper").first.is_visible()
    page.emulate_media(media="print")
    assert not more.is_visible() and page.locator(".on-paper").first.is_visible()


def test_the_letters_of_the_patient_are_large(opened: Callable[..., Any]) -> None:
    page = opened("mrs-li", "patient", "en")
    page.emulate_media(media="print")
    size = float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('.card p')).fontSize)")) * 72 / 96
    assert size >= 13.5
