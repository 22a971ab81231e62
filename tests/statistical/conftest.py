"""People in many draws, for tests that count."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from boneloop.evidence.registry import load
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.patient.profile import Profile
from boneloop.simulate.lanes import arrange
from boneloop.simulate.model import Model, prepare
from boneloop.simulate.start import Start, start

ACCURACY = 1e-4


@pytest.fixture(scope="session")
def tolerance() -> Tolerance:
    """What a forecast allows its engine."""
    return Tolerance(ACCURACY, ACCURACY)


@pytest.fixture(scope="session")
def begun(tolerance: Tolerance) -> Callable[[Profile, int], tuple[Start, Model]]:
    """One person at month 0 in as many draws as asked, with the numbers of each."""

    def bring(person: Profile, draws: int) -> tuple[Start, Model]:
        lanes = arrange([person], draws, seed=1)
        model = prepare(load(), lanes)
        return start(lanes, model, tolerance), model

    return bring
