"""The help teaches: every command is there, and every example it shows can be typed as it stands."""

from __future__ import annotations

import shlex

import pytest
import typer.main
from typer.testing import CliRunner

from boneloop.cli import COMMANDS, FIRST_STEPS, app

EXAMPLES = [*FIRST_STEPS, *(line for room in COMMANDS.values() for line in room.EXAMPLES)]


def test_the_help_names_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert all(name in shown.output for name in ("demo", "assess", "forecast", "evidence", "doctor", "Exit status"))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_shows_its_examples(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert all(example in shown.output for example in COMMANDS[name].EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_can_be_typed_as_it_stands(example: str) -> None:
    program, name, *arguments = shlex.split(example)
    assert program == "boneloop"
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    command.make_context(name, arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["assess"],
        ["forecast", "a.csv"],
        ["forecast", "a.csv", "--out", "x", "--belief", "hope"],
        ["forecast", "a.csv", "--out", "x", "--years", "0"],
        ["forecast", "a.csv", "--out", "x", "--as-of", "yesterday"],
        ["assess", "a.csv", "--out", "scores.xlsx"],
    ],
)
def test_wrong_usage_ends_with_status_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_the_version_is_said() -> None:
    shown = CliRunner().invoke(app, ["--version"])
    assert shown.exit_code == 0
    assert shown.output.startswith("boneloop ")
