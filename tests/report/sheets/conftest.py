"""People for the tests of the sheets: the bundled ones, any record at all, and one with too much of everything."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from boneloop.assess.assessment import Assessment
from boneloop.assess.person import assess
from boneloop.exchange import demo_path, read
from boneloop.patient.record import Record


def module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="session")
def demo() -> dict[str, Assessment]:
    """The bundled made-up patients, assessed."""
    return {one.id: assess(one) for one in read(demo_path()) if isinstance(one, Record)}


@pytest.fixture(scope="session")
def crowded() -> dict[str, Assessment]:
    """Made-up people of whom far more is known, or far less, than of anybody else."""
    return {one.id: assess(one) for one in module(Path(__file__).with_name("crowded.py")).people()}
