"""`boneloop simulate` turns a protocol into a table, says all that is wrong at once, and loses nobody in silence."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app

PROTOCOL = """title = "Two people"
duration = "3 days"
[[people]]
id = "anna"
[[people]]
id = "bert"
vitamin_d = {bert}
[[give]]
drug = "denosumab"
amount = "60 mg"
[record]
what = ["calcium", "pth"]
every = "1 day"
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """Nothing of the user's own cache of compiled models is read or written."""
    monkeypatch.setenv("BONELOOP_CACHE", str(tmp_path_factory.getbasetemp() / "models"))


@pytest.fixture
def protocol(tmp_path: Path):
    """Writes a protocol of two people; the second one's vitamin D is given."""

    def write(bert: object = 0.9, **changed: str) -> Path:
        text = PROTOCOL.format(bert=bert)
        for old, new in changed.items():
            text = text.replace(old, new)
        file = tmp_path / "protocol.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def simulate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_protocol_leaves_a_table_its_people_and_where_it_comes_from(protocol, tmp_path: Path) -> None:
    done = simulate(protocol(), "--out", tmp_path / "t.csv")
    assert done.exit_code == 0, done.stderr
    found = rows(tmp_path / "t.csv")
    assert list(found[0]) == ["patient", "time_d", "calcium_mmol_per_l", "pth_pmol_per_l"]
    assert [(row["patient"], row["time_d"]) for row in found] == [
        (who, day) for who in ("anna", "bert") for day in "0123"
    ]
    assert {file.name for file in tmp_path.iterdir()} == {"protocol.toml", "t.csv", "t.people.csv", "t.provenance.json"}
    origin = json.loads((tmp_path / "t.provenance.json").read_text("utf-8"))
    assert origin["evidence_digest"]
    assert origin["precision"] == "float64"
    assert origin["inputs"][0]["name"] == "protocol.toml"
    assert "Two people: 2 patients, 4 times" in done.stderr
    assert not done.stdout


def test_a_table_that_is_there_is_written_over_only_if_asked(protocol, tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    out.write_text("mine", encoding="utf-8")
    refused = simulate(protocol(), "--out", out)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert out.read_text("utf-8") == "mine"
    assert simulate(protocol(), "--out", out, "--force").exit_code == 0
    assert rows(out)


def test_everything_that_is_wrong_is_said_with_its_line_and_nothing_is_run(protocol, tmp_path: Path) -> None:
    file = protocol(denosumab="denosumb", calcium="calcuim")
    done = simulate(file, "--out", tmp_path / "t.csv")
    assert done.exit_code == 1
    assert "protocol.toml, line 9, [[give]] 1, drug: unknown drug" in done.stderr.replace("\n", "")
    assert "protocol.toml, line 12, [record], what: unknown word" in done.stderr.replace("\n", "")
    assert "2 things are wrong" in done.stderr
    assert not (tmp_path / "t.csv").exists()


def test_who_stops_is_named_and_written_down_and_the_others_arrive(protocol, tmp_path: Path) -> None:
    done = simulate(protocol(bert=0), "--out", tmp_path / "t.csv")
    assert done.exit_code == 3
    assert "bert, at hour 0: comes to no rest" in done.stderr
    assert {row["patient"] for row in rows(tmp_path / "t.csv")} == {"anna"}
    (stopped,) = rows(tmp_path / "t.stopped.csv")
    assert stopped["patient"] == "bert"
    assert simulate(protocol(), "--out", tmp_path / "t.csv", "--force").exit_code == 0
    assert not (tmp_path / "t.stopped.csv").exists()


def test_where_nobody_can_be_simulated_the_status_is_1(protocol, tmp_path: Path) -> None:
    file = protocol(bert=0, **{'id = "anna"': 'id = "anna"\nvitamin_d = 0'})
    assert simulate(file, "--out", tmp_path / "t.csv").exit_code == 1


def test_a_protocol_is_told_in_words_without_being_run(protocol, tmp_path: Path) -> None:
    done = simulate(protocol(), "--check")
    assert done.exit_code == 0
    assert "denosumab 60 mg, once: day 0" in done.stdout
    assert "patient bert" in done.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["protocol.toml"]
    assert simulate(protocol(denosumab="x"), "--check").exit_code == 1


def test_the_protocols_that_come_along_are_listed_shown_and_run(tmp_path: Path) -> None:
    assert "hypocalcemia" in simulate("--list").stdout
    shown = simulate("denosumab-60mg", "--show").stdout
    (tmp_path / "mine.toml").write_text(shown, encoding="utf-8")
    assert simulate(tmp_path / "mine.toml", "--out", tmp_path / "mine.parquet").exit_code == 0
    assert simulate("denosumab-60mg", "--out", tmp_path / "theirs.csv").exit_code == 0
    assert len(rows(tmp_path / "theirs.csv")) == 366


def test_curves_are_drawn_on_one_page_that_asks_nothing_of_the_network(protocol, tmp_path: Path) -> None:
    page = tmp_path / "t.html"
    done = simulate(protocol(bert=0), "--out", tmp_path / "t.csv", "--plot", page)
    assert done.exit_code == 3, done.stderr
    text = page.read_text("utf-8")
    assert "default-src &#39;none&#39;" in text
    assert "Two people" in text
    data = json.loads(text.split('id="data">')[1].split("</script>")[0])
    assert data["lines"] == ["anna", "bert"]
    assert data["marks"] == [[0, "denosumab"]]
    assert [chart["unit"] for chart in data["charts"]] == ["mmol/L", "pmol/L"]
    told = [float(row["calcium_mmol_per_l"]) for row in rows(tmp_path / "t.csv")]
    assert data["charts"][0]["values"][0] == pytest.approx(told, rel=1e-5)
    assert data["charts"][0]["values"][1] == [None] * 4
    assert simulate(protocol(), "--out", tmp_path / "u.csv", "--plot", page).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [[], ["a.toml"], ["a.toml", "--out", "x.xlsx"], ["a.toml", "--out", "no/such/x.csv"], ["a.toml", "--threads", "0"]],
)
def test_wrong_usage_ends_with_status_2(arguments: list[str]) -> None:
    assert simulate(*arguments).exit_code == 2


def test_a_protocol_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = simulate(tmp_path / "nothing.toml", "--out", tmp_path / "x.csv")
    assert done.exit_code == 1
    assert "nothing.toml" in done.stderr
