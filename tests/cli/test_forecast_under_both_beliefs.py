"""`boneloop forecast --belief both`: one run, each belief's rows as if it had run alone, and both named everywhere."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app
from boneloop.exchange import demo_path

QUICK = ("--years", "1", "--draws", "10", "--jobs", "1")
TABLES = ("patients.csv", "chances.csv")


def forecast(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["forecast", *map(str, arguments), *QUICK])


def lines(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled people under each belief alone and under both."""
    folder = tmp_path_factory.mktemp("beliefs")
    for belief in ("evidence", "hypothesis", "both"):
        plans = ("--plans", "none,mind", "--limit", "3")
        done = forecast(demo_path(), "--out", folder / belief, "--belief", belief, *plans)
        assert done.exit_code == 0, done.stderr
    return folder


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("belief", ["evidence", "hypothesis"])
def test_the_rows_of_a_belief_are_those_of_that_belief_alone(runs: Path, belief: str, table: str) -> None:
    head, *rows = lines(runs / "both" / table)
    assert head[1] == "belief"
    beside = [[row[0], *row[2:]] for row in rows if row[1] == belief]
    assert [[head[0], *head[2:]], *beside] == lines(runs / belief / table)


def test_one_belief_alone_has_no_column_for_it(runs: Path) -> None:
    assert lines(runs / "evidence" / "patients.csv")[0][:3] == ["patient", "plan", "outcome"]


def test_the_people_keep_their_order_and_have_both_beliefs(runs: Path) -> None:
    seen = dict.fromkeys((row[0], row[1]) for row in lines(runs / "both" / "patients.csv")[1:])
    people = list(dict.fromkeys(who for who, _ in seen))
    assert list(seen) == [(who, belief) for who in people for belief in ("evidence", "hypothesis")]


def test_where_the_result_comes_from_lists_both(runs: Path) -> None:
    origin = json.loads((runs / "both" / "provenance.json").read_text("utf-8"))
    assert [one["belief"] for one in origin["beliefs"]] == ["evidence", "hypothesis"]
    alone = [json.loads((runs / b / "provenance.json").read_text("utf-8")) for b in ("evidence", "hypothesis")]
    assert [one["evidence_digest"] for one in origin["beliefs"]] == [one["evidence_digest"] for one in alone]
    assert origin["options"]["belief"] == "both"


def test_the_report_shows_each_person_under_both(runs: Path) -> None:
    text = (runs / "both" / "report.html").read_text("utf-8")
    assert text.count('class="beliefs"') == 3
    assert "Everything under hypothesis is assumed." in text
    assert 'class="beliefs"' not in (runs / "evidence" / "report.html").read_text("utf-8")


@pytest.mark.slow
def test_a_run_under_both_beliefs_that_was_stopped_goes_on_and_gives_the_same_bytes(tmp_path: Path) -> None:
    asked = ("--plans", "none", "--years", "1", "--limit", "3", "--draws", "2600", "--jobs", "1", "--belief", "both")
    command = [sys.executable, "-m", "boneloop", "forecast", str(demo_path()), *asked]
    assert subprocess.run([*command, "--out", str(tmp_path / "whole")], capture_output=True).returncode == 0
    stop = (
        "import boneloop.commands.unfinished as u\n"
        "keep = u.Unfinished.put\n"
        "def put(self, index, data):\n"
        "    keep(self, index, data)\n"
        "    raise KeyboardInterrupt\n"
        "u.Unfinished.put = put\n"
        "from boneloop.cli import main\n"
        "main()\n"
    )
    begun = [sys.executable, "-c", stop, *command[3:], "--out", str(tmp_path / "parts")]
    stopped = subprocess.run(begun, capture_output=True)
    assert stopped.returncode == 130, stopped.stderr.decode()
    assert len(list((tmp_path / "parts/unfinished").glob("*.part"))) == 1
    other = subprocess.run(
        [*command[:-1], "evidence", "--out", str(tmp_path / "parts"), "--resume"], capture_output=True
    )
    assert other.returncode == 2 and b"belief" in other.stderr
    again = subprocess.run([*command, "--out", str(tmp_path / "parts"), "--resume"], capture_output=True)
    assert again.returncode == 0, again.stderr.decode()
    for table in TABLES:
        assert (tmp_path / "parts" / table).read_bytes() == (tmp_path / "whole" / table).read_bytes()
    page = (tmp_path / "parts/report.html").read_text("utf-8")
    assert page.count('class="beliefs"') == 3


def test_a_plan_of_ones_own_and_a_refused_person_are_told_as_under_one_belief(table, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[plan]\nname = "own"\ntitle = "Own"\n\n[[course]]\nkind = "psychological"\n', "utf-8")
    done = forecast(table(country="FR"), "--out", tmp_path / "out", "--plans", f"none,{own}", "--belief", "both")
    assert done.exit_code == 3, done.stderr
    refused = [json.loads(line) for line in (tmp_path / "out/rejects.ndjson").read_text("utf-8").splitlines()]
    assert [one["patient"] for one in refused] == ["bert"]
    rows = lines(tmp_path / "out/patients.csv")[1:]
    assert {(row[0], row[1], row[2]) for row in rows} == {
        ("anna", belief, plan) for belief in ("evidence", "hypothesis") for plan in ("none", "own")
    }


def test_a_survey_is_forecast_under_both_beliefs(shared: Path, tmp_path: Path) -> None:
    file = shared / "data/nhanes/nhanes_bone_mood.parquet"
    asked = ("--format", "nhanes", "--where", "RIDAGEYR >= 65", "--limit", "2", "--plans", "none", "--belief", "both")
    done = forecast(file, "--out", tmp_path / "out", *asked)
    assert done.exit_code in (0, 3), done.stderr
    rows = lines(tmp_path / "out/patients.csv")[1:]
    assert {row[1] for row in rows} == {"evidence", "hypothesis"}
    assert len({row[0] for row in rows}) == 2


def test_a_list_of_numbers_has_one_belief() -> None:
    done = CliRunner().invoke(app, ["evidence", "bone", "--belief", "both"])
    assert done.exit_code == 2
