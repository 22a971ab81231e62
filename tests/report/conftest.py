"""Made-up people for the tests of the report."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    """The factory of made-up people beside this file."""
    spec = importlib.util.spec_from_file_location("made_up_people", Path(__file__).with_name("factory.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
