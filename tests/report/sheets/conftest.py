"""People for the tests of the sheets: the bundled ones, any record at all, and one with too much of everything."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from loading import loaded

from boneloop.assess.assessment import Assessment
from boneloop.assess.person import assess
from boneloop.exchange import demo_path, read
from boneloop.patient.record import Record


def module(path: Path) -> ModuleType:
    made = loaded(path)
    return made


@pytest.fixture(scope="session")
def demo() -> dict[str, Assessment]:
    """The bundled made-up patients, assessed."""
    return {one.id: assess(one) for one in read(demo_path()) if isinstance(one, Record)}


@pytest.fixture(scope="session")
def crowded() -> dict[str, Assessment]:
    """Made-up people of whom far more is known, or far less, than of anybody else."""
    return {one.id: assess(one) for one in module(Path(__file__).with_name("crowded.py")).people()}
