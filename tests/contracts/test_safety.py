"""The hazard log and the list of promises: each control and each promise is held up by tests that are there and run."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from loading import loaded

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/safety"
HAZARDS = tomllib.loads((FOLDER / "hazards.toml").read_text("utf-8"))["hazard"]
PROMISES = tomllib.loads((FOLDER / "promises.toml").read_text("utf-8"))["promise"]
BUILT_ON = tomllib.loads((FOLDER / "built_on.toml").read_text("utf-8"))
GRAVE = 15
"""Severity times probability from which one test is not enough."""

of_hazards = pytest.mark.parametrize("hazard", [pytest.param(one, id=one["id"]) for one in HAZARDS])
of_both = pytest.mark.parametrize("one", [pytest.param(one, id=one["id"]) for one in (*HAZARDS, *PROMISES)])


@cache
def functions(file: str) -> dict[str, ast.FunctionDef]:
    """The tests of a file by name; none where there is no such file."""
    path = ROOT / file
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    return {
        node.name: node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def found(node: str) -> ast.FunctionDef | None:
    """The test of a node id, tests/room/file.py::name; long ones stand in verification."""
    file, _, name = node.partition("::")
    return functions(file).get(name) if file.startswith(("tests/", "verification/")) else None


def marks(test: ast.FunctionDef) -> str:
    return " ".join(ast.unparse(decorator) for decorator in test.decorator_list)


def checks(test: ast.FunctionDef) -> bool:
    """Does a test assert, or expect an error; by itself or by a validator that raises one."""
    called = (ast.unparse(node.func) for node in ast.walk(test) if isinstance(node, ast.Call))
    return any(isinstance(node, ast.Assert) for node in ast.walk(test)) or any(
        "raises" in name or "validate" in name for name in called
    )


def runs_everywhere(test: ast.FunctionDef) -> bool:
    return "shared" not in {argument.arg for argument in test.args.args} and "skip" not in marks(test)


@of_both
def test_every_named_test_is_there_and_checks_something(one) -> None:
    missing = [node for node in one["tests"] if found(node) is None]
    assert not missing
    assert all(checks(found(node)) for node in one["tests"])
    assert not [node for node in one["tests"] if "xfail" in marks(found(node))]
    assert len(set(one["tests"])) == len(one["tests"])


@of_both
def test_one_test_at_least_is_of_every_day_and_needs_no_data_from_outside(one) -> None:
    everyday = [found(node) for node in one["tests"] if node.startswith("tests/")]
    assert any(runs_everywhere(test) for test in everyday)


@of_hazards
def test_a_hazard_is_weighed_and_says_what_remains(hazard) -> None:
    assert {"id", "hazard", "cause", "severity", "probability", "controls", "tests", "remains"} == set(hazard)
    assert hazard["severity"] in range(1, 6) and hazard["probability"] in range(1, 6)
    assert hazard["controls"] and all(control.endswith(".") for control in hazard["controls"])
    assert hazard["remains"].endswith(".")


@of_hazards
def test_a_grave_hazard_is_controlled_by_more_than_one_test(hazard) -> None:
    if hazard["severity"] * hazard["probability"] >= GRAVE:
        assert len(hazard["tests"]) >= 3


def test_every_package_that_it_is_built_on_has_a_purpose_and_tests_that_are_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(BUILT_ON) == {re.match(r"[\w-]+", one).group() for one in project["dependencies"]}
    assert all(row["for"] and row["shown_by"] for row in BUILT_ON.values())
    assert not [node for row in BUILT_ON.values() for node in row["shown_by"] if found(node) is None]


def test_hazards_and_promises_are_numbered_without_gaps() -> None:
    assert [one["id"] for one in HAZARDS] == [f"H{n:02d}" for n in range(1, len(HAZARDS) + 1)]
    assert [one["id"] for one in PROMISES] == [f"R{n:02d}" for n in range(1, len(PROMISES) + 1)]


def test_the_search_for_tests_does_not_find_what_is_not_there() -> None:
    here = "tests/contracts/test_safety.py"
    assert found(f"{here}::test_the_search_for_tests_does_not_find_what_is_not_there")
    assert found(f"{here}::test_nobody_wrote") is None
    assert found("tests/contracts/test_nothing.py::test_x") is None
    assert not checks(ast.parse("def test_x():\n    print(1)").body[0])


def test_the_pages_made_from_the_data_are_current() -> None:
    script = loaded(ROOT / "scripts/make_safety_pages.py")
    for page, text in script.pages().items():
        assert page.read_text("utf-8") == text, "run: python scripts/make_safety_pages.py"
