"""Goals at matched error, the tables, the figure, and the record as JSON."""

from __future__ import annotations

import xml.etree.ElementTree as xml

import msgspec
import pytest

from boneloop.bench import page, results
from boneloop.bench.figure import figure
from boneloop.bench.goals import best, goals
from boneloop.bench.results import Answer, ChainRow, Floor, Machine, Rates, Results, Row


def a_row(case, tolerance, rate, worst, **more) -> Row:
    return Row(
        case=case,
        tolerance=tolerance,
        patients=64,
        cpu_s=64 / rate,
        rate=rate,
        worst=worst,
        median=worst / 9,
        judged=64,
        **more,
    )


@pytest.fixture
def found() -> Results:
    """A run with round numbers."""
    native = [
        a_row("nat", 1e-3, 30_000.0, 5e-3, taken=40.0, refused=2.0, wall_rate=50_000.0),
        a_row("nat", 1e-4, 20_000.0, 9e-5, taken=60.0, refused=2.0),
        a_row("nat", 1e-6, 6000.0, 1e-7, taken=300.0, refused=9.0),
        a_row("den", 1e-3, 4500.0, 1.5e-3, taken=1000.0, refused=0.0),
        a_row("den", 1e-5, 300.0, 2e-5),
    ]
    soda = [
        a_row("nat", 1e-3, 1200.0, 5e-2),
        a_row("nat", 1e-6, 400.0, 2e-5),
        a_row("den", 1e-4, 50.0, 1.2e-3),
        Row(case="den", tolerance=1e-6, failed="RuntimeError: lost its way"),
    ]
    jax = [a_row("nat", 1e-4, 80.0, 1e-3), a_row("den", 1e-4, 1.0, 4e-4)]
    return Results(
        schema=results.SCHEMA,
        date="2030-01-02",
        version="9.9",
        quick=False,
        machine=Machine(
            processor="A processor",
            cores=2,
            system="Some system",
            python="Some Python",
            vectors="wide ones",
            packages={"numpy": "1"},
            load_before=0.5,
            load_after=None,
        ),
        rates=[Rates(precision="float64", multiply_add=3e10, exponential=2e9)],
        floors=[Floor(case="den", precision="float64", operations=7000, calls=250, step_s=1e-7)],
        answers=[
            Answer(contestant="native-float64", title="boneloop", ours=True, rows=native, first_s=1.2, cached_s=0.3),
            Answer(contestant="numbalsoda", title="numbalsoda", rows=soda, memory_mb=280.0),
            Answer(contestant="diffrax", title="diffrax", rows=jax),
            Answer(contestant="amici", title="AMICI", missing="pip install amici"),
        ],
        chain=[
            ChainRow(contestant="chain-native", title="ours", ours=True, people=10**6, rate=4e8, shares=[0.5, 0.5]),
            ChainRow(contestant="chain-numpy", title="NumPy", people=10**6, rate=2e7, shares=[0.5005, 0.4995]),
            ChainRow(contestant="starsim", title="starsim", missing="pip install starsim"),
        ],
    )


def test_the_matched_row_is_the_fastest_that_is_exact_enough(found) -> None:
    answer, row = best(found.answers, "nat", 1e-4)
    assert (answer.title, row.tolerance) == ("boneloop", 1e-4)
    assert best(found.answers[1:], "nat", 1e-4)[1].tolerance == 1e-6
    assert best(found.answers[1:2], "den", 1e-4) is None


def test_goals_are_ratios_at_matched_error_and_misses_are_said_plainly(found) -> None:
    said = {goal.what: goal for goal in goals(found)}
    nat = said["nat, worst error at most 0.0001: against the fastest peer"]
    assert nat.reached == pytest.approx(20_000 / 400)
    assert nat.distance == "met"
    fine = said["den, worst error at most 0.0001: against the fastest peer"]
    assert (fine.reached, fine.distance, fine.how) == (None, "not judged", "no peer got there")
    coarse = said["den, worst error at most 0.002: against the fastest peer"]
    assert coarse.reached == pytest.approx(90)
    chain = said["four-state chain: against NumPy"]
    assert chain.reached == pytest.approx(20)
    assert "agree" in chain.how
    cached = said["first patient, compiled code on the disk, from the start of the process"]
    assert cached.distance == "missed by a factor of 1.50"


def test_diffrax_is_met_at_its_own_error_where_we_are_least_ahead(found) -> None:
    (goal,) = [goal for goal in goals(found) if "diffrax" in goal.what]
    assert goal.reached == pytest.approx(20_000 / 80)


def test_the_share_of_the_floor_is_that_of_the_best_row_of_den(found) -> None:
    (goal,) = [goal for goal in goals(found) if "floor" in goal.what]
    assert goal.reached == pytest.approx(100 * 1e-7 * 1000 * 4500)


def test_the_page_has_every_row_every_failure_and_what_is_not_installed(found) -> None:
    text = page.markdown(found, "figure.svg")
    for words in ("30,000", "50,000", "40+2", "9.0e-05", "RuntimeError: lost its way", "![", "(figure.svg)"):
        assert words in text
    assert text.count("not installed: pip install amici") == 2
    assert "not installed: pip install starsim" in text
    assert "missed by a factor" in text


def test_every_line_of_a_table_has_as_many_cells_as_its_head(found) -> None:
    lines = page.markdown(found, "figure.svg").splitlines()
    width = 0
    for line in lines:
        width = 0 if not line.startswith("|") else width or line.count("|")
        assert not width or line.count("|") == width


def test_the_figure_is_a_picture_with_a_dot_for_every_good_row(found) -> None:
    picture = xml.fromstring(figure(found))
    good = [row for answer in found.answers for row in answer.rows if not row.failed]
    tools = sum(any(not row.failed for row in answer.rows) for answer in found.answers)
    assert len(picture.findall(".//{*}circle")) == len(good) + tools
    assert {"nat", "den"} <= {text.text for text in picture.findall(".//{*}text")}


def test_a_run_without_any_row_still_makes_a_figure_and_a_page(found) -> None:
    bare = msgspec.structs.replace(found, answers=[], chain=[], floors=[])
    assert xml.fromstring(figure(bare)) is not None
    assert "## Machine" in page.markdown(bare, "figure.svg")


def test_a_record_is_read_back_as_it_was_and_beside_it_stand_page_and_figure(found, tmp_path) -> None:
    written = page.write(tmp_path / "bench.json", found)
    assert [path.name for path in written] == ["bench.json", "bench.md", "bench.svg"]
    assert all(path.stat().st_size for path in written)
    assert results.read(tmp_path / "bench.json") == found


def test_a_file_that_is_no_record_is_refused(tmp_path) -> None:
    (tmp_path / "bench.json").write_text('{"schema": 1}')
    with pytest.raises(msgspec.ValidationError):
        results.read(tmp_path / "bench.json")


def test_trouble_is_told_in_one_line_without_the_folders_of_this_machine() -> None:
    error = ImportError("cannot import name 'x' (/some/where/deep/file.py)\nand more")
    assert results.trouble(error) == "ImportError: cannot import name 'x' (file.py)"
    assert results.without_places(r"C:\some\where\file.py, a/b and 1/2") == "file.py, a/b and 1/2"
    assert results.trouble(ValueError()) == "ValueError: "
