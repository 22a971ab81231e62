"""`boneloop bench`: what it refuses, what it prints, what it writes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from boneloop.bench import results, run
from boneloop.bench.machine import described
from boneloop.bench.results import Answer, Results, Row
from boneloop.cli import app


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[run.Asked]:
    """Nothing is measured; what would have been asked is kept."""
    kept: list[run.Asked] = []

    def measured(wanted: run.Asked, told: object) -> Results:
        kept.append(wanted)
        row = Row(case="nat", tolerance=1e-3, rate=3.0, worst=1e-3, median=1e-4, patients=1, judged=1)
        ours = Answer(contestant="native-float64", title="boneloop, native, float64", ours=True, rows=[row])
        return Results(
            schema=1,
            date="2030-01-02",
            version="9.9",
            quick=wanted.quick,
            machine=described(),
            rates=[],
            floors=[],
            answers=[] if "whole" in wanted.only else [ours],
            chain=[],
        )

    monkeypatch.setattr(run, "run", measured)
    return kept


def test_the_page_goes_to_standard_output_and_everything_beside_the_record(asked, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["bench", "--quick", "--out", str(tmp_path / "b.json")])
    assert done.exit_code == 0, done.output
    assert "# Benchmarks" in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.json", "b.md", "b.svg"]
    assert msgspec.json.decode((tmp_path / "b.json").read_bytes())["date"] == "2030-01-02"
    assert results.read(tmp_path / "b.json").quick
    assert (asked[0].quick, asked[0].peers, asked[0].only) == (True, False, ())


def test_a_python_for_the_peers_asks_for_the_peers(asked, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.touch()
    CliRunner().invoke(app, ["bench", "--peers-python", str(python)])
    assert asked[0].peers
    assert asked[0].interpreters[0] == str(python)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only", "nobody"], "there is no case 'nobody'; there are nat, den"),
        (["--out", "bench.txt"], "ends with .json"),
        (["--out", "not/there/bench.json"], "there is no folder"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_measured(asked, options, said) -> None:
    done = CliRunner().invoke(app, ["bench", *options], env={"COLUMNS": "200", "TERM": "dumb"})
    assert done.exit_code == 2
    assert said in " ".join(done.output.replace("│", " ").split())
    assert not asked


def test_a_run_without_any_result_ends_with_1(asked) -> None:
    assert CliRunner().invoke(app, ["bench", "--only", "whole"]).exit_code == 1
