"""Data flows one way, and a command loads only what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"numpy", "scipy", "duckdb", "jinja2", "llvmlite", "matplotlib"}


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh Python has loaded after running ``code``."""
    ask = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint('loaded:', *sys.modules)"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(answer.stdout.rsplit("loaded:", 1)[1].split())


def rooms(folder: str) -> list[str]:
    """The modules of one room, by their dotted names."""
    files = sorted((ROOT / "src/boneloop" / folder).rglob("*.py"))
    return [".".join(file.relative_to(ROOT / "src").with_suffix("").parts) for file in files]


def test_the_layers_of_the_house_hold() -> None:
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize(
    "arguments", [["--help"], ["assess", "--help"], ["forecast", "--help"], ["evidence", "--help"]]
)
def test_help_loads_no_library_that_computes_or_draws(arguments: list[str]) -> None:
    loaded = loaded_by(f"from boneloop.cli import app; app({arguments!r})")
    assert not loaded & HEAVY
    assert not {name for name in loaded if name.startswith(("boneloop.cycle", "boneloop.simulate", "boneloop.report"))}


def test_importing_the_package_loads_none_of_its_rooms() -> None:
    loaded = {name for name in loaded_by("import boneloop") if name.startswith("boneloop.")}
    assert not loaded


@pytest.mark.parametrize("room", ["assess", "exchange", "instruments", "patient", "guidance"])
def test_what_scores_or_reads_a_person_loads_no_engine(room: str) -> None:
    names = [name for name in rooms(room) if not name.endswith("__main__")]
    if not names:
        pytest.skip(f"the room {room} is not built yet")
    loaded = loaded_by("import " + ", ".join(names))
    engines = ("boneloop.kernel", "boneloop.simulate", "boneloop.cycle", "boneloop.compare", "boneloop.report")
    assert not {name for name in loaded if name.startswith(engines)}
    assert not loaded & {"scipy", "duckdb"}
