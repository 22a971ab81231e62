"""Made-up people for the tests of the report."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from loading import loaded


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    """The factory of made-up people beside this file."""
    return loaded(Path(__file__).with_name("factory.py"))
