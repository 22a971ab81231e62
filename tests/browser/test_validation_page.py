"""The page of a validation is read in a real browser: on a desk, on a phone and on paper, in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from boneloop.calibrate.targets.judge import Simulated, Verdict
from boneloop.calibrate.targets.reading import parse
from boneloop.calibrate.targets.run import Findings, Found
from boneloop.errors import TargetError
from boneloop.report.validation.page import write_page

pytestmark = pytest.mark.browser

STUDY = """
[study]
id = "a-made-up-study-with-a-long-name"
title = "A made-up study"
citation = "Nobody N, Journal of Made-up Results 2020"
[population]
age = 70
female = 1
country = "US"
[arm.placebo_and_calcium_with_vitamin_d]
[arm.denosumab]
"""
RESULT = """
[[result]]
id = "X-{number}/total-hip"
kind = "{kind}"
arm = "denosumab"
{against}
outcome = "{outcome}"
measure = "{measure}"
month = {month}
value = {value}
interval = [{low}, {high}]
unit = "{unit}"
role = "{role}"
status = "verified"
group = "{group}"
"""
AGAINST = 'against = "placebo_and_calcium_with_vitamin_d"'


def results() -> str:
    change = {"kind": "arm", "against": "", "outcome": "bmd_change", "measure": "mean", "unit": "%", "group": "bone"}
    ratio = {"kind": "ratio", "against": AGAINST, "outcome": "fracture_any", "measure": "hazard", "unit": "ratio"}
    text = ""
    for number in range(6):
        told = {"month": 6 * number + 6, "value": number + 1, "low": number, "high": number + 2, "role": "calibrate"}
        text += RESULT.format(number=number, **told, **change)
    for number in range(6, 12):
        value = 0.5 + number / 20
        told = {"month": 36, "value": value, "low": value * 0.8, "high": value * 1.3, "group": "fracture"}
        text += RESULT.format(number=number, role="check" if number % 2 else "calibrate", **told, **ratio)
    return text


def found(place: int, one: Any) -> Found:
    if place == 11:
        return Found(one, None, Verdict("refused"), TargetError("a.toml, result 'X-11'", "an outcome", "height"))
    off = 1.5 if place % 3 == 1 else 1.05
    median = one.value * off
    said = Simulated(median, median * 0.9, median * 0.92, median * 1.08, median * 1.1, 0.1, 0.01)
    return Found(one, said, Verdict("miss" if off > 1.2 else "inside", off, off / 2))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    study = parse((STUDY + results()).encode(), "a.toml")
    assert not study.refused
    findings = [Findings(study, tuple(found(place, one) for place, one in enumerate(study.results)), 40, 25, 1)]
    written = tmp_path_factory.mktemp("validation") / "report.html"
    write_page(written, findings, refused=[], provenance={"seed": 1, "evidence_digest": "abc"}, belief_about="About.")
    return written


def opened(chromium: Any, path: Path, width: int, scheme: str = "light") -> tuple[Any, list[str], list[str]]:
    said, asked = list[str](), list[str]()
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    return page, said, asked


@pytest.mark.parametrize("width", [360, 820, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_asks_nothing_of_the_network(chromium: Any, path: Path, width: int, scheme: str) -> None:
    page, said, asked = opened(chromium, path, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not said
    assert all(url.startswith(("file:", "data:")) for url in asked)
    page.close()


def test_every_figure_is_drawn_inside_its_frame(chromium: Any, path: Path) -> None:
    page, _, _ = opened(chromium, path, 360)
    assert page.locator(".plots svg").count() == 3
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.plots svg')].flatMap(svg => {
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text, circle, path, line')].filter(mark => {
                const box = mark.getBoundingClientRect();
                return box.left < frame.left - 1 || box.right > frame.right + 1
                    || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
            }).map(mark => mark.outerHTML);
        })"""
    )
    assert not outside
    page.close()


def test_the_words_of_a_figure_can_be_read_on_a_phone(chromium: Any, path: Path) -> None:
    page, _, _ = opened(chromium, path, 360)
    least = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.plots text')].map(t => t.getBoundingClientRect().height))"
    )
    assert least >= 8
    page.close()


def test_the_marks_of_a_figure_change_with_the_theme(chromium: Any, path: Path) -> None:
    colors = []
    for scheme in ("light", "dark"):
        page, _, _ = opened(chromium, path, 820, scheme)
        colors.append(page.evaluate("getComputedStyle(document.querySelector('.plots .f-ink')).fill"))
        page.close()
    assert colors[0] != colors[1]


def test_a_miss_is_told_without_color_and_the_links_lead_somewhere(chromium: Any, path: Path) -> None:
    page, _, _ = opened(chromium, path, 820)
    assert page.locator(".verdict-miss").all_inner_texts() == ["✗ miss"] * page.locator(".verdict-miss").count()
    assert page.locator(".verdict-miss").count() == 4
    targets = page.evaluate("[...document.querySelectorAll('nav a')].map(a => a.getAttribute('href').slice(1))")
    assert targets and all(page.locator(f"[id='{target}']").count() == 1 for target in targets)
    page.close()


def test_on_paper_nothing_is_cut_off(chromium: Any, path: Path) -> None:
    page, _, _ = opened(chromium, path, 700)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("#headline").is_visible() and page.locator(".plots svg").first.is_visible()
    page.close()
