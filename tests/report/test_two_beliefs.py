"""The two beliefs on a page: both named everywhere, the second said to be assumed, each value with its band."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType

import pytest

from boneloop.report.basis import number_rows
from boneloop.report.cohort import cohort_view
from boneloop.report.page import report_html
from boneloop.report.provenance import provenance
from boneloop.report.two_beliefs import beliefs_view


@pytest.fixture(scope="module")
def page(made_up: ModuleType) -> str:
    cases = [made_up.sided(made_up.case(name)) for name in ("A", "B")]
    return report_html(cases, [], {}, made_up.registry(), "Clinic", 50, 2, 0, made_up.other_registry())


def shown(text: str) -> str:
    """What a reader sees of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL))


def test_one_belief_alone_has_no_section_of_two(made_up: ModuleType) -> None:
    assert beliefs_view(made_up.case()) is None
    text = report_html([made_up.case()], [], {}, made_up.registry(), "Clinic", 50, 1, 0)
    assert 'class="beliefs"' not in text and "hypothesis, assumed" not in text


def test_every_simulated_part_names_its_belief(page: str) -> None:
    tags = set(re.findall(r'<span class="tag">(.*?)</span>', page))
    assert tags == {"simulation, evidence", "simulation, both beliefs"}
    assert "Both beliefs: <strong>evidence and hypothesis</strong>, the second assumed throughout." in page


def test_each_outcome_stands_under_both_beliefs_with_bands_and_the_difference(page: str) -> None:
    section = page[page.index('id="patient-1-beliefs"') :]
    tables = section[: section.index("Active arrows under each belief")].split("<tbody>")[1:]
    assert len(tables) == 4
    for table in tables:
        rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in table.split("</tbody>")[0].split("<tr>")[1:]]
        assert len(rows) == 10
        assert all(re.search(r"\(.+ to .+\)", cell) for row in rows for cell in row[:3])


def test_the_right_hand_column_is_said_to_be_assumed_in_every_table(page: str) -> None:
    section = page[page.index('id="patient-1-beliefs"') : page.index('id="patient-1-known"')]
    assert section.count("assumed throughout</span>") == 4
    cells = re.findall(r'<td data-label="([^"]*)" class="assumed">', section)
    assert cells and all("assumed" in label for label in cells)
    assert "Everything under hypothesis is assumed." in section


def test_the_sentences_say_what_the_belief_changes_for_this_person(made_up: ModuleType) -> None:
    said = beliefs_view(made_up.sided(made_up.case())).sentences
    cut = next(s for s in said if s.startswith("Care for the mind against"))
    assert "−1.2\u00a0% (−3.0 to +0.4; Monte-Carlo error 0.1) under evidence" in cut
    assert "−12.0\u00a0% (−30.0 to −2.0; Monte-Carlo error 1.0) under hypothesis (assumed)" in cut
    assert any("PHQ-9 −1.5 (−3.0 to +0.1) under evidence" in s for s in said)
    assert any(s.endswith("stress → bone under hypothesis only.") for s in said)
    assert any("0.43 (0.17 to 0.99) under evidence and 0.90 (0.50 to 1.10) under hypothesis" in s for s in said)


def test_beliefs_that_agree_on_the_arrows_are_said_to_agree(made_up: ModuleType) -> None:
    case = made_up.sided(made_up.case())
    same = replace(case, other=replace(case.other, circle=case.forecast.circle))
    assert any("none under one of them alone" in s for s in beliefs_view(same).sentences)


def test_the_first_page_shows_each_plan_under_both_beliefs(made_up: ModuleType) -> None:
    view = cohort_view([made_up.sided(made_up.case(name)) for name in ("A", "B")], 2)
    labels = [row[0] for row in view.effects[0].rows]
    assert labels[:2] == ["Bone drug, evidence", "Bone drug, hypothesis"]
    assert len(labels) == 6


def test_a_number_that_a_belief_replaces_is_listed_with_both_values(made_up: ModuleType, page: str) -> None:
    rows = {r.id: r for r in number_rows(made_up.registry(), made_up.registry().entries, made_up.other_registry())}
    assert rows["links.pain_to_mood"].other == "0.4, assumed, fixed"
    assert not any(row.other for name, row in rows.items() if name != "links.pain_to_mood")
    assert "hypothesis: 0.4, assumed, fixed" in page
    assert "The two differ in 1 numbers" in shown(page)


def test_where_a_result_comes_from_names_both_beliefs_with_their_digests(made_up: ModuleType) -> None:
    both = provenance(
        made_up.registry(), made_up.other_registry(), seed=1, draws=9, inputs=(), options={}, wall_seconds=1.0
    )
    assert both["belief"] == "evidence and hypothesis"
    assert [one["evidence_digest"] for one in both["beliefs"]] == ["0123456789abcdef", "fed"]
    one = provenance(made_up.registry(), seed=1, draws=9, inputs=(), options={}, wall_seconds=1.0)
    assert one["belief"] == "evidence" and "beliefs" not in one
