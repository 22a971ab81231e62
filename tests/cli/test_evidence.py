"""`boneloop evidence` shows every number with its source, and which of them nobody has checked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app
from boneloop.commands.evidence import to_be_checked
from boneloop.errors import FileError
from boneloop.evidence.registry import load
from boneloop.report.behind import told_by


def evidence(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["evidence", *arguments])


def test_without_an_id_it_lists_the_tables_and_counts_all_numbers() -> None:
    shown = evidence()
    assert shown.exit_code == 0
    assert f"{len(load().entries)} numbers" in shown.output
    assert load().digest in shown.output
    assert "belief 'evidence'" in shown.output


def test_a_beginning_lists_the_numbers_that_begin_so() -> None:
    shown = evidence("stress_to_bone")
    assert "stress_to_bone.osteoclast_survival_norepinephrine" in shown.output
    assert "bone_to_fracture" not in shown.output


def test_one_id_shows_everything_of_it() -> None:
    shown = evidence("stress_to_bone.osteoclast_survival_norepinephrine")
    entry = load()["stress_to_bone.osteoclast_survival_norepinephrine"]
    assert entry.where in shown.output
    assert entry.population in shown.output
    assert f"{entry.value:g}" in shown.output


def test_a_pattern_finds_numbers_in_every_table() -> None:
    shown = evidence("*.time")
    assert "pain.time" in shown.output or "function.time" in shown.output


def test_unverified_lists_what_is_recalled_and_what_a_fit_left_at_a_recalled_prior() -> None:
    registry, shown = load(), evidence("--unverified")
    recalled = [entry for entry in registry if entry.word == "recalled"]
    left = [entry for entry in registry if entry.word == "fitted" and to_be_checked(registry, entry)]
    assert f"{len(recalled) + len(left)} numbers: " in shown.output
    assert f"{len(recalled)} recalled" in shown.output
    assert all(registry.fit_of(entry.id) and entry.prior.word == "recalled" for entry in left)


def test_numbers_of_one_kind_that_speak_of_something_are_found() -> None:
    shown = evidence("--status", "assumed", "--search", "hip hazard")
    found = [entry for entry in load() if entry.word == "assumed" and entry.id in shown.output]
    assert found
    assert "verified" not in shown.output


def test_a_fitted_number_shows_its_prior_its_targets_and_what_it_is_drawn_with() -> None:
    registry = load()
    fit = next(fit for fit in registry.fits.values() if fit.joint)
    entry = registry[fit.joint.names[0]]
    shown = evidence(entry.id).output
    assert f"fit  {fit.stage}" in shown and fit.command in shown
    assert f"prior  {entry.prior.value:g}" in shown
    assert fit.targets[0] in shown


def test_a_number_says_which_module_reads_it_and_in_which_file_it_stands() -> None:
    shown = evidence("death.hip_recent").output
    assert "simulate/hazard.py" in shown
    assert "numbers/life.toml" in shown


def test_json_holds_the_same_for_another_program() -> None:
    (one,) = json.loads(evidence("death.hip_recent", "--json").output)
    entry = load()["death.hip_recent"]
    assert (one["id"], one["value"], one["status"]) == (entry.id, entry.value, entry.word)
    assert one["read_by"] == ["simulate/hazard.py"]
    assert len(json.loads(evidence("stress_to_bone", "--json").output)) > 3


def test_an_outcome_is_led_back_to_its_numbers_and_says_which_of_them_move_it() -> None:
    shown = evidence("--outcome", "fracture_hip").output
    assert "bone_to_fracture.hip" in shown and "read directly" in shown and "Read by its own formula" in shown
    assert "What moves it most under 'none'" in shown
    assert "trial." not in shown


def test_an_outcome_as_json_names_the_role_of_each_number() -> None:
    told = json.loads(evidence("--outcome", "pain", "--json").output)
    roles = {one["id"]: one["role"] for one in told["outcomes"]["pain"]}
    assert roles["observe.pain_points"] == "read"
    assert told["digest"] == load().digest and told["movers"]["none"]


def test_an_unknown_outcome_ends_with_status_1_and_says_what_is_near() -> None:
    shown = evidence("--outcome", "fracture_hop")
    assert shown.exit_code == 1
    assert "fracture_hip" in shown.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quick forecast of one made-up woman."""
    where = tmp_path_factory.mktemp("forecast")
    (where / "one.csv").write_text("id,sex,age,country,date\nanna,female,70,US,2026-01-01\n", encoding="utf-8")
    quick = ("--years", "1", "--draws", "10", "--jobs", "1", "--plans", "none,bone")
    done = CliRunner().invoke(app, ["forecast", str(where / "one.csv"), "--out", str(where / "out"), *quick])
    assert done.exit_code == 0, done.stderr
    return where / "out"


@pytest.mark.parametrize("name", ["", "report.html", "patients.csv", "provenance.json", "numbers.csv"])
def test_a_report_and_every_file_of_a_forecast_tell_where_their_outcomes_come_from(folder: Path, name: str) -> None:
    shown = evidence("--in", str(folder / name))
    assert shown.exit_code == 0
    assert "fracture_hip" in shown.output and "recalled" in shown.output
    one = json.loads(evidence("--in", str(folder / name), "--outcome", "fracture_hip", "--json").output)
    roles = {number["id"]: number["role"] for number in one["outcomes"]["fracture_hip"]}
    assert roles["bone_to_fracture.hip"] == "read" and roles["pain.felt_time"] == "pain:0"
    assert not {identity for identity in roles if identity.startswith("psychological.")}
    assert "made with other numbers" not in shown.stderr


def test_the_page_and_the_table_of_a_forecast_tell_the_same(folder: Path) -> None:
    page, table = told_by(folder / "report.html"), told_by(folder)
    assert page.roles == table.roles
    assert page.digest == table.digest == load().digest


def test_every_number_that_a_report_prints_stands_in_the_registry_and_links_to_its_row(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    rows = set(re.findall(r'<tr id="number-([a-z0-9_.]+)"', page))
    linked = set(re.findall(r'href="#number-([a-z0-9_.]+)"', page))
    assert rows and rows <= set(load().entries)
    assert linked <= rows
    assert {identity for roles in told_by(folder).roles.values() for identity in roles} <= rows


def test_numbers_made_under_another_belief_are_said_to_be(folder: Path) -> None:
    shown = evidence("--in", str(folder), "--belief", "hypothesis")
    assert "under another belief" in shown.stderr


@pytest.mark.parametrize("name", ["nothing.html", "nothing.csv"])
def test_a_file_that_tells_nothing_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("nothing", encoding="utf-8")
    with pytest.raises(FileError, match=name):
        evidence_raising("--in", str(tmp_path / name))


def evidence_raising(*arguments: str) -> None:
    CliRunner().invoke(app, ["evidence", *arguments], catch_exceptions=False)


def test_the_other_belief_shows_its_own_values() -> None:
    changed = next(i for i in load().entries if load()[i] != load("hypothesis")[i])
    assert evidence(changed).output != evidence(changed, "--belief", "hypothesis").output


@pytest.mark.parametrize("wanted", ["no_such_number", "stress_to_bone.nothing"])
def test_an_unknown_id_ends_with_status_1_and_says_what_is_near(wanted: str) -> None:
    shown = evidence(wanted)
    assert shown.exit_code == 1
    assert wanted in shown.stderr


def test_the_code_of_a_finding_shows_it_and_the_numbers_that_rest_on_it() -> None:
    shown = evidence("bmd-18")
    assert shown.exit_code == 0
    assert "Wu Q, Osteoporos Int 2018" in shown.output and "verified" in shown.output
    assert "stress_to_bone.osteoclast_survival_norepinephrine" in shown.output
    assert evidence("DRG-30/hip").output == evidence("DRG-30").output


def test_a_subject_of_findings_lists_them() -> None:
    shown = evidence("FUN")
    assert all(f"FUN-0{n}" in shown.output for n in range(1, 5))
    assert "function.time" in evidence("fun").output


def test_a_number_names_the_findings_it_rests_on() -> None:
    shown = evidence("stress_to_bone.osteoclast_survival_norepinephrine")
    assert "Khosla S, J Clin Invest 2018" in shown.output


def test_a_fitted_number_shows_its_prior_its_fit_and_whether_the_targets_informed_it(tmp_path, monkeypatch) -> None:
    from boneloop.evidence import registry

    change = 'spread = { law = "normal", sd = 0.1 }\nstatus = "fitted"\nchecked = "not needed"\nsource = "team"'
    where = 'where = "docs/cycle/pain.md"\nnote = "from a test"'
    head = 'title = "Pain"\nabout = "a test"\ncommand = "again"\nseed = 1\ntargets = ["PAIN-01/severe"]'
    tables = "".join(
        f'[replace."pain_to_mood.{name}"]\nvalue = 0.2\n{change}\n{where}\n' for name in ("depression", "anxiety")
    )
    file = tmp_path / "pain.toml"
    file.write_text(f'[fit]\n{head}\nuninformed = ["pain_to_mood.anxiety"]\n{tables}', "utf-8")
    fitted = registry.assemble("evidence", [file])
    monkeypatch.setattr(registry, "load", lambda belief="evidence": fitted)
    informed, not_informed = evidence("pain_to_mood.depression").output, evidence("pain_to_mood.anxiety").output
    assert "pain, Pain: informed by the targets" in informed and "prior  0.1" in informed and "again" in informed
    assert "stays at its prior" in not_informed
    assert "fits  pain" in evidence("PAIN-01").output
