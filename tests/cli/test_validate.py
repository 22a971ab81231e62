"""The command validate: what is asked is run, what cannot be run is named, and the exit status says which."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from boneloop.cli import app

STUDY = """
[study]
id = "{id}"
title = "A tiny study"
citation = "nobody"
[population]
age = 72
female = 1
country = "US"
[arm.nothing]
[[result]]
id = "{id}/ctx"
kind = "arm"
arm = "nothing"
outcome = "ctx_change"
month = 3
value = {value}
interval = [{low}, {high}]
unit = "%"
role = "{role}"
status = "recalled"
group = "markers"
[[result]]
id = "{id}/bmd"
kind = "arm"
arm = "nothing"
outcome = "bmd_change"
month = 3
value = 0
unit = "%"
role = "check"
status = "recalled"
group = "bone"
"""
FEW = ["--draws", "3", "--people", "3", "--jobs", "1"]


@pytest.fixture
def write(tmp_path):
    def written(name="a.toml", identity="a", value=0.0, low=-50.0, high=50.0, role="calibrate") -> Path:
        file = tmp_path / "files" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(STUDY.format(id=identity, value=value, low=low, high=high, role=role), encoding="utf-8")
        return file

    return written


def run(*arguments):
    return CliRunner().invoke(app, ["validate", *map(str, arguments)])


def results(out):
    return json.loads((out / "results.json").read_text("utf-8"))


def test_a_file_becomes_a_report_a_table_and_figures(write, tmp_path):
    out = tmp_path / "out"
    done = run(write(), "--out", out, *FEW)
    assert done.exit_code == 0, done.output
    assert {file.name for file in out.iterdir()} == {
        "report.html", "results.csv", "results.json", "markers.svg", "bone_checks.svg"
    }  # fmt: skip
    assert "1 of 1 calibration targets inside (100\u00a0%)" in done.output
    origin = results(out)["provenance"]
    assert (origin["seed"], origin["draws"], origin["belief"]) == (1, 3, "evidence")
    assert [one["name"] for one in origin["inputs"]] == ["a.toml"]


def test_a_bad_file_is_named_and_the_good_one_runs_with_status_3(write, tmp_path):
    write()
    (tmp_path / "files" / "bad.toml").write_text("[study]\n")
    done = run(tmp_path / "files", "--out", tmp_path / "out", *FEW)
    assert done.exit_code == 3
    assert "bad.toml, [study], id: this field must be there" in done.output
    assert len(results(tmp_path / "out")["results"]) == 2


def test_nothing_usable_is_status_1(tmp_path):
    done = run(tmp_path / "absent.toml", "--out", tmp_path / "out", *FEW)
    assert done.exit_code == 1 and "nothing to run" in done.output


@pytest.mark.parametrize("arguments", [[], ["--out", "x", "--group", "hope"], ["--out", "x", "--require", "2"]])
def test_wrong_usage_is_status_2(write, arguments):
    assert run(write(), *arguments).exit_code == 2


def test_too_few_inside_is_status_4_only_where_it_is_required(write, tmp_path):
    file = write(value=90, low=80, high=95)
    assert run(file, "--out", tmp_path / "out", *FEW).exit_code == 0
    done = run(file, "--out", tmp_path / "out", "--require", "0.9", *FEW)
    assert done.exit_code == 4 and "--require 0.9: 0.000 of the calibration targets" in done.output


def test_checks_do_not_count_for_what_is_required(write, tmp_path):
    done = run(write(value=90, low=80, high=95, role="check"), "--out", tmp_path / "out", "--require", "0.9", *FEW)
    assert done.exit_code == 0


@pytest.mark.parametrize(("arguments", "kept"), [(["--role", "check"], "a/bmd"), (["--group", "markers"], "a/ctx")])
def test_role_and_group_choose_results(write, tmp_path, arguments, kept):
    out = tmp_path / "out"
    assert run(write(), "--out", out, *arguments, *FEW).exit_code == 0
    assert [row["id"] for row in results(out)["results"]] == [kept]


def test_the_list_names_studies_and_runs_nothing(write, tmp_path):
    done = run(write(), "--list")
    assert done.exit_code == 0 and "A tiny study" in done.output
    assert not (tmp_path / "out").exists()


def test_without_files_the_own_studies_are_listed():
    done = run("--list")
    assert done.exit_code == 0 and "freedom" in done.output


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_stops_at_once_and_writes_nothing(write, tmp_path, jobs):
    files = [write(f"{name}.toml", name) for name in "ab"]
    arguments = [*map(str, files), "--out", str(tmp_path / "out"), "--people", "4000", "--draws", "100", "--jobs", jobs]
    run = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "boneloop", "validate", *arguments],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert run.stderr is not None
    for line in run.stderr:  # the last room that is imported before the people are made up
        if "boneloop.report.validation.page" in line:
            break
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=120)
    assert run.returncode == 130
    assert "Traceback" not in said
    assert not (tmp_path / "out" / "results.csv").exists()
