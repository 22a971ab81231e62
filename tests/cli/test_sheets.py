"""`boneloop assess --sheets` writes pages to print, for whom and in which language one asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app
from boneloop.exchange import demo_path


def assess(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["assess", *map(str, arguments)])


def test_both_sheets_of_everybody_in_english(tmp_path: Path) -> None:
    done = assess(demo_path(), "--sheets", tmp_path / "out", "--sheet", "both")
    assert done.exit_code == 0, done.stderr
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(files) == 20 and files[:2] == ["anna-clinician-en.html", "anna-patient-en.html"]
    assert "20 sheets" in done.stderr and "Read a patient's sheet before you hand it over" in done.stderr


def test_a_patients_sheet_is_only_written_where_it_was_asked_for(tmp_path: Path) -> None:
    done = assess(demo_path(), "--sheets", tmp_path)
    assert done.exit_code == 0 and "before you hand it over" not in done.stderr
    assert {path.name.partition("-")[2] for path in tmp_path.glob("anna*")} == {"clinician-en.html"}


def test_one_sheet_of_one_person_in_chinese(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    asked = ("--sheets", folder, "--sheet", "patient", "--language", "zh")
    done = assess(demo_path(), "--patient", "mrs-li", *asked)
    assert done.exit_code == 0, done.stderr
    (file,) = folder.iterdir()
    assert file.name == "mrs-li-patient-zh.html" and '<html lang="zh-Hans">' in file.read_text("utf-8")


def test_the_clinic_is_printed_as_given(tmp_path: Path) -> None:
    assess(
        demo_path(), "--patient", "anna", "--sheets", tmp_path, "--sheet", "both", "--contact", "Bone clinic, 555 0100"
    )
    assert "Bone clinic, 555 0100" in (tmp_path / "anna-patient-en.html").read_text("utf-8")
    assert "Bone clinic, 555 0100" not in (tmp_path / "anna-clinician-en.html").read_text("utf-8")


@pytest.mark.parametrize("wrong", [("--language", "fr"), ("--sheet", "doctor")])
def test_a_language_or_a_reader_that_there_is_not_is_wrong_usage(tmp_path: Path, wrong: tuple[str, str]) -> None:
    assert assess(demo_path(), "--sheets", tmp_path, *wrong).exit_code == 2


def test_a_file_in_the_place_of_the_folder_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    done = assess(demo_path(), "--sheets", tmp_path / "taken")
    assert done.exit_code == 2 and "--sheets" in done.stderr


def test_table_and_sheets_come_from_one_reading(tmp_path: Path) -> None:
    done = assess(demo_path(), "--out", tmp_path / "scores.csv", "--sheets", tmp_path / "sheets")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "scores.csv").is_file() and len(list((tmp_path / "sheets").iterdir())) == 10


@pytest.mark.parametrize(("options", "absent"), [((), "jinja2"), (("--sheets", "out"), "boneloop.kernel")])
def test_a_table_loads_no_page_and_a_sheet_no_engine(tmp_path: Path, options: tuple[str, ...], absent: str) -> None:
    arguments = ["assess", str(demo_path()), *options]
    code = f"import sys\nfrom boneloop.cli import app\ntry:\n    app({arguments!r})\nexcept SystemExit:\n    pass\n"
    code += f"print(any(name.startswith({absent!r}) for name in sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stderr.split()[-1] == "False"


@pytest.mark.parametrize("option", [("--sheet", "patient"), ("--language", "zh"), ("--contact", "555 0100")])
def test_an_option_of_sheets_without_sheets_is_wrong_usage(option: tuple[str, str]) -> None:
    done = assess(demo_path(), *option)
    assert done.exit_code == 2 and "--sheets: missing" in done.stderr
