"""Numbers are data: none stands in the code of the disease, and every one has all that a reader needs to judge it."""

from __future__ import annotations

import ast
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from boneloop.evidence.registry import BELIEFS, load

PACKAGE = Path(__file__).parents[2] / "src/boneloop"
ROOMS = ("cycle", "therapy", "assess", "guidance")
ALLOWED = (0, 1, 2)

FILES = [file for room in ROOMS for file in sorted((PACKAGE / room).rglob("*.py"))]
ENTRIES = [
    pytest.param(fields, id=f"{table}.{name}")
    for file in sorted((PACKAGE / "evidence/numbers").glob("*.toml"))
    for table, entries in tomllib.loads(file.read_text("utf-8")).items()
    for name, fields in entries.items()
]


def literals(tree: ast.AST) -> list[ast.Constant]:
    """The numbers written in a module, except 0, 1, 2 and indices."""
    indices = {id(n) for s in ast.walk(tree) if isinstance(s, ast.Subscript) for n in ast.walk(s.slice)}
    numbers = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) in (int, float, complex))
    return [n for n in numbers if n.value not in ALLOWED and id(n) not in indices]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_number_stands_in_the_code(file: Path) -> None:
    found = [f"line {n.lineno}: {n.value}" for n in literals(ast.parse(file.read_text("utf-8")))]
    assert not found, f"{file.relative_to(PACKAGE)}: move to evidence/numbers: {'; '.join(found)}"


def test_the_search_for_numbers_finds_them() -> None:
    found = literals(ast.parse("a = 0.3 * x[3] - 1 + 2.0\nb = -7\nc = f(5e-3)\nd = True"))
    assert {n.value for n in found} == {0.3, 7, 5e-3}


def test_the_registry_has_entries() -> None:
    assert ENTRIES


@pytest.mark.parametrize("fields", ENTRIES)
def test_every_number_says_what_a_reader_needs(fields: dict[str, Any]) -> None:
    for name in ("unit", "population", "source", "where"):
        assert fields[name].strip(), f"{name} is empty"
    assert "interval" in fields or "spread" in fields, "give the interval (or 'not reported') or the spread"
    if fields["status"] == "measured":
        assert fields["source"] != "team", "a measured number comes from a publication or a data set"


@pytest.mark.parametrize("fields", ENTRIES)
def test_a_number_lies_in_its_own_interval(fields: dict[str, Any]) -> None:
    interval = fields.get("interval")
    if isinstance(interval, list) and not isinstance(fields["value"], list):
        low, high = interval
        assert low <= fields["value"] <= high
    else:
        assert interval in (None, "not reported") or isinstance(fields["value"], list)


@pytest.mark.parametrize("fields", ENTRIES)
def test_the_knots_of_a_curve_rise(fields: dict[str, Any]) -> None:
    knots = fields.get("over", [])
    assert all(a < b for a, b in pairwise(knots))
    assert not knots or fields["over_unit"]


def test_every_source_has_a_title_and_a_place_where_it_was_published() -> None:
    assert all(source.title.strip() and source.journal.strip() for source in load().sources.values())


def test_every_source_is_cited() -> None:
    tables = [file.read_text("utf-8") for file in PACKAGE.rglob("*.toml") if file.name != "sources.toml"]
    unused = [key for key in load().sources if not any(key in text for text in tables)]
    assert not unused


def test_the_beliefs_have_the_same_numbers_and_differ_in_values_only() -> None:
    evidence, hypothesis = load("evidence"), load("hypothesis")
    assert evidence.entries.keys() == hypothesis.entries.keys()
    replaced = set(tomllib.loads((PACKAGE / "evidence/beliefs/hypothesis.toml").read_text("utf-8"))["replace"])
    replaced |= set(tomllib.loads((PACKAGE / "evidence/beliefs/evidence.toml").read_text("utf-8")).get("replace", {}))
    assert replaced == {i for i in evidence.entries if evidence[i] != hypothesis[i]}
    assert all(evidence[i].unit == hypothesis[i].unit for i in replaced)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_code_of_the_disease_asks_which_belief_it_runs_under(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    compared = [n for n in ast.walk(tree) if isinstance(n, ast.Compare | ast.MatchValue)]
    words = {c.value for n in compared for c in ast.walk(n) if isinstance(c, ast.Constant)}
    assert not words & set(BELIEFS)


FITS = [pytest.param(file, id=file.stem) for file in sorted((PACKAGE / "evidence/fits").glob("*.toml"))]


@pytest.mark.parametrize("belief", BELIEFS)
def test_no_number_is_without_source_and_status_after_fits_and_belief(belief: str) -> None:
    registry = load(belief)
    for entry in registry:
        assert entry.word in ("verified", "recalled", "fitted", "assumed"), entry.id
        assert entry.source == "team" or entry.source in registry.sources, entry.id
        assert entry.where.strip() and entry.population.strip() and entry.file, entry.id


def test_recalled_numbers_are_listed_by_the_command_that_lists_them() -> None:
    from typer.testing import CliRunner

    from boneloop.cli import app

    shown = CliRunner().invoke(app, ["evidence", "--unverified"]).output
    assert not [entry.id for entry in load() if entry.word == "recalled" and entry.id not in shown]


@pytest.mark.parametrize("file", FITS)
def test_a_fit_names_its_targets_and_its_command_and_lies_in_its_intervals(file: Path) -> None:
    document = tomllib.loads(file.read_text("utf-8"))
    assert document["fit"]["targets"], "a fit names the published results it was made to"
    assert (
        document["fit"]["command"] == f"python -m boneloop.calibrate.fit {file.stem} --seed {document['fit']['seed']}"
    )
    for identity, change in document["replace"].items():
        low, high = change["interval"]
        assert low <= change["value"] <= high, identity


def test_what_a_fit_replaces_is_kept_as_the_prior_of_the_number() -> None:
    registry = load()
    for fit in registry.fits.values():
        for identity in fit.replaced:
            prior = registry[identity].prior
            assert prior is not None and prior.file.startswith("numbers/")
            assert (prior.unit, prior.prior) == (registry[identity].unit, None)
