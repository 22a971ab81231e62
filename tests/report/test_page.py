"""The page as a file: closed to the outside, safe against its own data, honest about what it leaves out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from boneloop.errors import EvidenceError
from boneloop.report.case import Case
from boneloop.report.page import report_html, write_report

REJECTS = [{"place": "a.csv, row 3", "rule": "BMD lies between 0.2 and 2.5", "value": "85"}]
PROVENANCE = {"versions": {"boneloop": "0"}, "seed": 7, "inputs": [{"name": "a.csv", "sha256": "ab"}], "wall": None}


class Page(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[str | None, str]] = []
        self._script: str | bool | None = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self._script = dict(attrs).get("type")
            self.scripts.append((dict(attrs).get("type"), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = False

    def handle_data(self, data: str) -> None:
        if self._script is not False:
            kind, text = self.scripts[-1]
            self.scripts[-1] = (kind, text + data)

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.tags if attribute in attrs]


def html(made_up: ModuleType, cases: Sequence[Case], **options: Any) -> str:
    rejects = options.get("rejects", REJECTS)
    title, most = options.get("title", "Clinic"), options.get("max_details", 50)
    counts = options.get("people_count", len(cases)), options.get("rejects_count", len(rejects))
    return report_html(cases, rejects, PROVENANCE, made_up.registry(), title, most, *counts)


@pytest.fixture(scope="module")
def page(made_up: ModuleType) -> str:
    return html(made_up, made_up.cohort(8))


def test_nothing_in_the_page_points_outside(page: str) -> None:
    parsed = Page(page)
    assert not any("src" in attrs or "srcset" in attrs for _, attrs in parsed.tags)
    assert {tag for tag, _ in parsed.tags}.isdisjoint({"iframe", "object", "embed", "base", "img", "image"})
    assert all(target.startswith("#") or target == "data:," for target in parsed.values("href"))
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style and "@import" not in style


def test_only_the_scripts_of_the_page_itself_may_run(page: str) -> None:
    parsed = Page(page)
    policy = next(a["content"] or "" for t, a in parsed.tags if t == "meta" and "http-equiv" in a)
    running = [text for kind, text in parsed.scripts if kind is None]
    sums = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in running}
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == sums and len(sums) == 3
    assert "default-src 'none'" in policy and "unsafe-eval" not in policy
    assert not [name for _, attrs in parsed.tags for name in attrs if name.startswith("on")]


def test_text_from_a_patient_file_never_becomes_a_tag(made_up: ModuleType) -> None:
    attack = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    rejects = [{"place": attack, "rule": attack, "value": attack}]
    text = html(made_up, [made_up.case(attack), made_up.case("B")], rejects=rejects, title=attack)
    parsed = Page(text)
    assert "img" not in {tag for tag, _ in parsed.tags}
    assert not any("alert(1)" in code for _, code in parsed.scripts)
    assert len([1 for kind, _ in parsed.scripts if kind is None]) == 3
    assert text.count("&lt;/script&gt;&lt;script&gt;alert(1)") >= 6


def test_a_title_in_the_data_of_the_charts_cannot_end_its_script(made_up: ModuleType) -> None:
    case = made_up.case()
    plan = replace(case.forecast.plans[0], title="</script><b>")
    case = replace(case, forecast=replace(case.forecast, plans=(plan, *case.forecast.plans[1:])))
    data = [json.loads(text) for kind, text in Page(html(made_up, [case])).scripts if kind == "application/json"]
    assert data[1]["plans"][0] == "</script><b>"


def test_the_safety_message_comes_first_and_cannot_be_folded_away(made_up: ModuleType) -> None:
    text = html(made_up, [made_up.case("quiet"), made_up.case("loud", item9=True)])
    person = text[text.index('id="patient-1"') :]
    assert "loud" in person[:2000]
    assert person.index("item 9") < person.index("At a glance") < person.index("<details")
    assert text.index("item 9") < text.index("<table")


def test_one_person_is_shown_at_once_without_a_page_of_people(made_up: ModuleType) -> None:
    text = html(made_up, [made_up.case()])
    assert 'id="people"' not in text and 'id="patient-1"' in text


def test_beyond_the_limit_people_have_no_page_but_are_in_the_table_and_the_page_says_so(made_up: ModuleType) -> None:
    text = html(made_up, made_up.cohort(8), max_details=3)
    assert 'id="patient-3"' in text and 'id="patient-4"' not in text
    assert all(f'data-id="P00{i}"' in text for i in range(1, 9))
    assert "safety and risk first; all are in the table" in text


def test_each_address_inside_the_page_leads_somewhere_and_names_are_unique(page: str) -> None:
    parsed = Page(page)
    names = parsed.values("id")
    assert len(names) == len(set(names))
    assert {target[1:] for target in parsed.values("href") if target.startswith("#")} <= set(names)
    assert set(" ".join(parsed.values("aria-labelledby")).split()) <= set(names)


def test_headings_never_skip_a_level(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Page(page).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_chart_has_its_table_and_every_simulated_cell_its_band(made_up: ModuleType) -> None:
    text = html(made_up, [made_up.case()])
    boxes = text.split('<figure class="chart-box">')[1:]
    assert len(boxes) == 12
    assert all("<table" in box for box in boxes)
    cells = [cell for box in boxes[:8] for cell in re.findall(r"<td>(.*?)</td>", box)]
    assert len(cells) == 8 * 11 * 4
    assert all(re.search(r"\(.+ to .+\)", cell) for cell in cells)


def test_the_circle_and_the_hundred_people_are_there_before_any_script_runs(made_up: ModuleType) -> None:
    text = html(made_up, [made_up.case()])
    assert '<svg class="circle"' in text and text.count('<figure class="hundred">') == 4
    assert "of 100 break a bone" in text and "will not" in text and "The simulation allows between" in text


def test_a_cycle_number_that_rests_on_the_prior_alone_says_so(made_up: ModuleType) -> None:
    assert "<strong>Prior only.</strong>" in html(made_up, [made_up.case()])


def test_what_is_not_known_is_listed_as_assumed(made_up: ModuleType) -> None:
    assert "pain: not recorded, drawn given age and sex" in html(made_up, [made_up.case(known=False)])
    assert "Nothing: every input of the forecast was recorded." in html(made_up, [made_up.case()])


def test_a_person_without_a_forecast_has_a_page_that_says_why(made_up: ModuleType) -> None:
    text = html(made_up, [made_up.case(forecast=False)])
    assert "No forecast" in text and "Age 43 is below 50" in text and 'class="chart"' not in text


def test_nobody_usable_still_makes_a_page_with_the_refusals(made_up: ModuleType) -> None:
    text = html(made_up, [])
    assert "No person in the input could be used" in text and "BMD lies between 0.2 and 2.5" in text


def test_a_refusal_names_its_file_but_not_where_it_lay(made_up: ModuleType) -> None:
    rejects = [{"file": "/home/clinic/secret/a.csv", "place": "row 3", "patient": "P7", "rule": "r", "value": "85"}]
    text = html(made_up, made_up.cohort(2), rejects=rejects)
    assert "a.csv, row 3" in text and "P7" in text and "secret" not in text


def test_refusals_beyond_the_shown_ones_are_counted(made_up: ModuleType) -> None:
    text = html(made_up, made_up.cohort(2), rejects=REJECTS * 500)
    assert "Refused: 500" in text and "rejects.ndjson" in text


def test_a_number_that_the_registry_lacks_is_an_error(made_up: ModuleType) -> None:
    case = made_up.case()
    with pytest.raises(EvidenceError, match="nowhere"):
        html(made_up, [replace(case, forecast=replace(case.forecast, numbers_used=("nowhere.known",)))])


def test_the_same_people_give_the_same_page(made_up: ModuleType, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_report(
            tmp_path / name,
            made_up.cohort(3),
            rejects=REJECTS,
            provenance=PROVENANCE,
            registry=made_up.registry(),
            title="Clinic",
        )
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert not list(tmp_path.glob("*.partial"))


def test_the_vendored_charts_are_the_ones_that_the_readme_names() -> None:
    vendor = resources.files("boneloop.report") / "vendor"
    found = hashlib.sha256((vendor / "echarts.common.min.js").read_bytes()).hexdigest()
    assert found in (vendor / "README.md").read_text(encoding="utf-8")
    assert all((vendor / name).is_file() for name in ("LICENSE", "NOTICE", "LICENSE-d3", "LICENSE-zrender"))


def test_the_page_says_that_it_is_a_simulation_and_that_nobody_cleared_it(made_up: ModuleType) -> None:
    page = html(made_up, made_up.cohort(2))
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "A forecast is a simulation. It is not what will happen to this person." in words
    assert "no regulator has cleared it" in words and "not for emergencies" in words
    titles = re.findall(r"<h[23][^>]*>(.*?)</h[23]>", page, re.DOTALL)
    of_forecasts = [
        one
        for one in titles
        if re.search(r"Plans side by side|100 people|If one arrow|Cycle number|Risk of a major", one)
    ]
    assert len(of_forecasts) >= 4 * 2
    assert all("simulation" in one for one in of_forecasts)
