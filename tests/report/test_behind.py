"""Where the numbers of a report come from: on the page, inside it for the command, and in a table beside it."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from boneloop.compare.origins import Origin, Step
from boneloop.errors import EvidenceError, FileError
from boneloop.report.behind import away, behind_view, told_by, write_numbers_csv
from boneloop.report.page import report_html


@pytest.fixture(scope="module")
def origins(made_up: ModuleType) -> dict[str, Origin]:
    """Two outcomes; every number is one of the made-up registry."""
    ids = sorted(made_up.registry().entries)
    step = Step("pain", 1, (ids[1], ids[2]), ("mood_to_pain",))
    hip = Origin("fracture_hip", (ids[0],), (replace(step, steps=0), Step("mood", 2, (ids[3],), ())), (), (ids[4],), {})
    return {"fracture_hip": hip, "pain": Origin("pain", (), (step,), (ids[3],), (ids[4],), {})}


@pytest.fixture(scope="module")
def page(made_up: ModuleType, origins: dict[str, Origin]) -> str:
    return report_html([made_up.case()], [], {}, made_up.registry(), "Clinic", 50, 1, 0, origins=origins)


def test_the_title_of_an_outcome_leads_to_where_it_comes_from(page: str) -> None:
    assert 'href="#from-fracture_hip"' in page and 'id="from-fracture_hip"' in page
    assert 'href="#group-pain"' in page and 'id="group-pain"' in page
    assert "one arrow away" in page and "2 arrows away" in page


def test_every_number_named_there_leads_to_its_row(page: str, origins: dict[str, Origin]) -> None:
    rows = set(re.findall(r'<tr id="number-([^"]+)"', page))
    assert set(re.findall(r'href="#number-([^"]+)"', page)) <= rows
    assert {identity for origin in origins.values() for identity in origin.ids} <= rows


def test_without_origins_the_page_leads_nowhere(made_up: ModuleType) -> None:
    plain = report_html([made_up.case()], [], {}, made_up.registry(), "Clinic", 50, 1, 0)
    assert "#from-" not in plain and "data-numbers" not in plain


def test_an_outcome_counts_its_numbers_by_how_far_they_are_checked(made_up: ModuleType, origins) -> None:
    hip = behind_view(origins, made_up.registry()).outcomes[0]
    assert (hip.name, hip.total) == ("fracture_hip", 5)
    assert sum(hip.counts.values()) == 5
    assert [station.away for station in hip.stations] == ["read directly", "2 arrows away"]


def test_page_and_table_tell_the_roles_that_were_found(tmp_path: Path, made_up: ModuleType, origins, page: str) -> None:
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    write_numbers_csv(tmp_path / "numbers.csv", origins, [made_up.registry()])
    expected = {outcome: origin.roles() for outcome, origin in origins.items()}
    assert told_by(tmp_path / "report.html").roles == expected
    assert told_by(tmp_path).roles == expected
    assert told_by(tmp_path / "numbers.csv").digest == ""


def test_a_row_of_the_table_has_status_value_source_and_roles(tmp_path: Path, made_up: ModuleType, origins) -> None:
    write_numbers_csv(tmp_path / "numbers.csv", origins, [made_up.registry()])
    with (tmp_path / "numbers.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    ids = sorted(made_up.registry().entries)
    assert set(rows) == set(ids[:5])
    assert (rows[ids[1]]["fracture_hip"], rows[ids[1]]["pain"]) == ("pain:0", "pain:1")
    assert rows[ids[0]]["status"] == made_up.registry()[ids[0]].word
    assert rows[ids[0]]["pain"] == ""


def test_a_number_that_the_registry_lacks_is_refused(made_up: ModuleType, origins) -> None:
    strange = {"pain": replace(origins["pain"], read=("nowhere.known",))}
    with pytest.raises(EvidenceError, match=r"nowhere\.known"):
        behind_view(strange, made_up.registry())


@pytest.mark.parametrize("text", ["", "id,other\na,b\n"])
def test_a_table_of_other_columns_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "numbers.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match="the columns id, belief, status"):
        told_by(tmp_path)


def test_distances_are_said_in_words() -> None:
    assert [away(n) for n in range(3)] == ["read directly", "one arrow away", "2 arrows away"]
