"""What holds for every file of the package: it says what it is, and the circle can be read in the directory listing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src/boneloop"
FILES = sorted(PACKAGE.rglob("*.py"))
STATIONS = {"bone", "mineral", "fracture", "pain", "function", "wellbeing", "mood", "stress", "inflammation"}


def public(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """The public functions and classes of a module, and the public methods of those classes."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_module_and_every_public_name_has_a_docstring(file: Path) -> None:
    module = ast.parse(file.read_text("utf-8"))
    assert ast.get_docstring(module), "say the module's one idea"
    silent = [f"{n.name} (line {n.lineno})" for n in public(module) if not ast.get_docstring(n)]
    assert not silent


def modules(folder: str) -> set[str]:
    """The names of the modules in a folder of the cycle."""
    place = PACKAGE / "cycle" / folder
    packages = {file.parent.name for file in place.glob("*/__init__.py")}
    return ({file.stem for file in place.glob("*.py")} | packages) - {"__init__"}


def test_the_stations_of_the_circle_are_the_files_of_the_body() -> None:
    assert modules("body") == STATIONS


@pytest.mark.parametrize("link", sorted(modules("links")))
def test_every_arrow_joins_two_stations(link: str) -> None:
    source, _, target = link.partition("_to_")
    assert {source, target} <= STATIONS
    assert source != target


@pytest.mark.parametrize(
    "arrow",
    [
        "bone_to_fracture",
        "fracture_to_pain",
        "fracture_to_function",
        "function_to_wellbeing",
        "pain_to_mood",
        "wellbeing_to_mood",
        "mood_to_pain",
        "mood_to_function",
        "mood_to_stress",
        "stress_to_bone",
        "stress_to_mineral",
        "stress_to_inflammation",
        "inflammation_to_pain",
    ],
)
def test_every_arrow_of_the_founding_statements_is_there(arrow: str) -> None:
    assert arrow in modules("links")
