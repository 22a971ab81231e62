"""`boneloop evidence` shows every number with its source, and which of them nobody has checked."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app
from boneloop.evidence.registry import load


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


def test_unverified_lists_the_recalled_and_only_those() -> None:
    shown = evidence("--unverified")
    recalled = [entry for entry in load() if entry.word == "recalled"]
    assert f"{len(recalled)} numbers: {len(recalled)} recalled" in shown.output


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
