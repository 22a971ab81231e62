"""What all tests share: where outside test data lies, and how hard the property tests search."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The everyday search is the same on every run, so that a failure is a change of the code; the thorough one explores.
_ALLOWED_SLOW = [HealthCheck.too_slow]
settings.register_profile(
    "everyday", deadline=None, max_examples=50, derandomize=True, suppress_health_check=_ALLOWED_SLOW
)
settings.register_profile("thorough", deadline=None, max_examples=1000, suppress_health_check=_ALLOWED_SLOW)
settings.load_profile(os.environ.get("BONELOOP_HYPOTHESIS", "everyday"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference vectors and public data sets that are not part of the repository.

    It is ``shared`` beside the checkout, or wherever BONELOOP_SHARED points.
    """
    folder = Path(os.environ.get("BONELOOP_SHARED", "") or Path(__file__).parents[2] / "shared")
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder}: set BONELOOP_SHARED to run the tests that compare with it")
    return folder.resolve()
