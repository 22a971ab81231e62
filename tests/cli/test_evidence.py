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
