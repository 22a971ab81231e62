"""The page and the files of a validation say what came out, a miss as a miss."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as xml
from dataclasses import replace
from pathlib import Path

import pytest
from loading import loaded

from boneloop.calibrate.targets.judge import Simulated, Verdict
from boneloop.calibrate.targets.reading import parse
from boneloop.calibrate.targets.run import Findings, Found
from boneloop.errors import TargetError
from boneloop.report.validation import shown
from boneloop.report.validation.courses import split
from boneloop.report.validation.files import COLUMNS, write_figures, write_results
from boneloop.report.validation.page import headline, write_page
from boneloop.report.validation.scale import logarithmic, plain

STUDY = """
[study]
id = "made-up"
title = "A <made-up> study"
citation = "nobody"
[population]
age = 70
female = 1
country = "US"
[arm.nothing]
[arm.drug]
"""
RESULT = """
[[result]]
id = "{id}"
kind = "{kind}"
arm = "drug"
outcome = "{outcome}"
month = {month}
value = {value}
unit = "{unit}"
role = "{role}"
status = "recalled"
group = "{group}"
{more}
"""


def result(identity, value, role="calibrate", month=12, **told):
    fields = {"kind": "arm", "outcome": "bmd_change", "unit": "%", "group": "bone", "more": "interval = [0.5, 90]"}
    return RESULT.format(**fields | told, id=identity, value=value, role=role, month=month)


def findings(*results):
    study = parse((STUDY + "".join(results)).encode(), "made_up.toml")
    assert not study.refused

    def found(one):
        verdict = {"A": "inside", "M": "miss", "N": "not judged"}.get(one.id[0], "refused")
        if verdict == "refused":
            return Found(one, None, Verdict(verdict), TargetError("made_up.toml", "something", 3))
        median = one.value * 1.1
        return Found(
            one, Simulated(median, 0.9 * median, median, median, 1.2 * median, 0.1, 0.012), Verdict(verdict, 1.0, 0.5)
        )

    return [Findings(study, tuple(found(one) for one in study.results), 8, 5, 0)]


@pytest.fixture
def everything():
    ratio = {"kind": "ratio", "outcome": "falls", "unit": "ratio", "group": "falls"}
    return findings(
        result("A1", 2.0),
        result("M1", 30, kind="difference", more='against = "nothing"\n' + 'interval = [20, 40]\nreason = "too <old>"'),
        result("N1", 3, more=""),
        result("R1", 3),
        result("M-other", 0.8, "check", **ratio, more='against = "nothing"\ninterval = [0.7, 0.9]'),
        *(result(f"A-{month}", month, month=month) for month in (3, 6, 9, 24)),
    )


def test_the_table_has_a_row_for_each_result_and_the_same_bytes_again(everything, tmp_path):
    write_results(tmp_path, everything, [TargetError("x.toml", "rule", 1)], {"seed": 1})
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 9 and tuple(rows[0]) == COLUMNS
    by_id = {row["id"]: row for row in rows}
    assert (by_id["M1"]["verdict"], by_id["M1"]["reason"]) == ("miss", "too <old>")
    assert (by_id["R1"]["simulated"], by_id["R1"]["verdict"]) == ("", "refused")
    told = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert told["summary"]["calibrate"] | {"share_inside": 0} == {
        "inside": 5, "miss": 1, "explained": 1, "not_judged": 1, "refused": 1, "judged": 6, "share_inside": 0
    }  # fmt: skip
    assert told["refused"] == [{"place": "x.toml", "rule": "rule", "value": "1"}]
    before = (tmp_path / "results.csv").read_bytes()
    write_results(tmp_path, everything, [], {"seed": 1})
    assert (tmp_path / "results.csv").read_bytes() == before


def test_each_group_has_its_figures_and_checks_have_their_own(everything, tmp_path):
    write_figures(tmp_path, everything)
    assert {file.name for file in tmp_path.iterdir()} == {"bone.svg", "bone_over_time.svg", "falls_checks.svg"}
    for file in tmp_path.iterdir():
        root = xml.parse(file).getroot()
        assert root.tag.endswith("svg") and root.get("role") == "img" and root.get("aria-label")
    told = (tmp_path / "bone.svg").read_text("utf-8")
    assert told.count("f-published f-tolerance") == 1  # in the key alone: a tolerance is no published interval
    assert "M1" in told and "R1" not in told


def test_an_arm_looked_at_often_is_drawn_over_time_and_only_there(everything):
    courses, others = split(everything[0].found)
    ((name, found),) = courses
    assert "drug" in name and [one.result.month for one in found] == sorted(one.result.month for one in found)
    assert not {one.result.id for one in found} & {one.result.id for one in others}


def test_the_page_shows_counts_misses_reasons_and_checks_apart(everything, tmp_path):
    path = tmp_path / "report.html"
    refused = [TargetError("x.toml", "rule", 1)]
    write_page(path, everything, refused=refused, provenance={"seed": 1}, belief_about="About.")
    html = path.read_text("utf-8")
    assert (
        "5 of 6 calibration targets inside (83\u00a0%); 1 of the 1 misses with a reason; 1 not judged; 1 refused"
        in html
    )
    assert "too &lt;old&gt;" in html and "too <old>" not in html
    assert html.index('id="calibrate"') < html.index('id="check"') < html.index('id="method"')
    assert html.index("M-other", html.index('id="check"')) > 0 and "M-other" not in html[: html.index('id="check"')]
    assert "x.toml: rule (came: 1)" in html
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")


def test_a_headline_of_nothing_says_so():
    from boneloop.calibrate.targets.summary import Tally

    assert headline(Tally()) == "0 of 0 calibration targets inside"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.0, "", "0.00"), (1.2345, "ratio", "1.23"), (-86.04, "%", "−86.0"), (0.0123, "", "0.0123"), (1234.5, "", "1234"),
     (-0.04, "%", "−0.0400"), (3.25, "%", "3.2"), (float("nan"), "", "not defined")],
)  # fmt: skip
def test_numbers_have_as_many_digits_as_they_deserve(value, unit, text):
    assert shown.number(value, unit) == text


def test_what_was_published_is_said_in_words():
    (study,) = findings(result("A1", 2.0))
    one = study.found[0].result
    assert shown.published_interval(one) == "0.5 to 90.0"
    assert shown.published_interval(replace(one, level=0.9)) == "0.5 to 90.0, 90 % interval"
    assert shown.published_interval(replace(one, interval=None, se=0.25)) == "standard error 0.250"
    assert shown.published_interval(replace(one, interval=None)) == "no interval published"


@pytest.mark.parametrize("values", [(0.0, 0.0), (-1.4, 6.4), (1e-6, 2e-6), (-90, 120), (5, 5), (1000, 1001)])
def test_a_scale_holds_its_values_between_round_ticks(values):
    scale = plain(values, 0, 100)
    assert scale.low <= min(values) and scale.high >= max(values) and 2 <= len(scale.ticks) <= 9
    assert all(0 <= scale.at(value) <= 100 for value in values)


@pytest.mark.parametrize("values", [(0.3, 0.95), (1.0, 1.0), (0.5, 8.0), (1e-4, 2e3)])
def test_a_logarithmic_scale_is_even_in_ratios(values):
    scale = logarithmic(values, 0, 100)
    assert len(scale.ticks) >= 2 and scale.at(scale.low) == 0 and scale.at(scale.high) == 100
    middle = (scale.low * scale.high) ** 0.5
    assert scale.at(middle) == pytest.approx(50, abs=0.2)


@pytest.fixture(scope="module")
def script():
    path = Path(__file__).parents[2] / "scripts" / "make_validation_docs.py"
    return loaded(path)


def test_the_pages_of_the_documents_are_made_from_the_results(everything, script, tmp_path):
    origin = {"belief": "evidence", "draws": 5, "seed": 1, "evidence_digest": "abc"}
    found, out = tmp_path / "found", tmp_path / "docs"
    found.mkdir()
    write_results(found, everything, [], origin)
    write_figures(found, everything)
    script.main([str(found), "--courses", str(found), "--out", str(out)])
    assert {file.name for file in out.iterdir()} == {
        "index.md", "bone.md", "falls.md", "bone.svg", "bone_over_time.svg", "falls_checks.svg"
    }  # fmt: skip
    index, bone, falls = ((out / name).read_text("utf-8") for name in ("index.md", "bone.md", "falls.md"))
    assert "**5 of 6 calibration targets inside (83 %).**" in index
    assert "| `M1` Bone density at the measured site, change, drug against nothing, month 12 | 30.0 %" in index
    assert "too &lt;old> |" in index and "(bone_over_time.svg)" in bone
    assert "## Checks" in falls and "## Calibration targets" not in falls and "✗ **miss**" in falls
    courses = index[index.index("## Time courses of trials") :]
    assert "| made-up | drug | bmd_change |" in courses


def test_old_pages_do_not_stay(everything, script, tmp_path):
    found, out = tmp_path / "found", tmp_path / "docs"
    found.mkdir()
    out.mkdir()
    (out / "gone.md").write_text("old")
    write_results(found, everything, [], {"belief": "evidence", "draws": 5, "seed": 1, "evidence_digest": "abc"})
    script.main([str(found), "--out", str(out)])
    assert not (out / "gone.md").exists()
