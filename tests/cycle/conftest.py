"""The body under both beliefs, and with every uncertain number drawn low or high: laws must hold for all of them."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.cycle.body import fracture, wellbeing
from boneloop.evidence.draws import draw
from boneloop.evidence.registry import load
from boneloop.simulate.lanes import body_parameters

WORLDS = {
    "evidence": ("evidence", None),
    "hypothesis": ("hypothesis", None),
    "every number low": ("evidence", 0.02),
    "every number high": ("evidence", 0.98),
}


def _numbers(belief, luck):
    registry = load(belief)
    if luck is None:
        return registry, None
    return registry, {name: float(values[0]) for name, values in draw(registry, lambda _: np.array([luck])).items()}


@pytest.fixture(scope="session", params=WORLDS)
def world(request):
    """A registry and the values drawn in it, if any."""
    return _numbers(*WORLDS[request.param])


@pytest.fixture(scope="session")
def body(world):
    """Parameters of the whole body in one world."""
    registry, drawn = world
    return body_parameters(registry, drawn or {})


@pytest.fixture(scope="session")
def quality_weights(world):
    """Parameters of wellbeing in one world."""
    registry, drawn = world
    return registry.parameters(wellbeing.Parameters, "wellbeing", drawn)


@pytest.fixture(scope="session")
def healing(world):
    """How fast injuries fade in one world."""
    registry, drawn = world
    return registry.parameters(fracture.Healing, "healing", drawn)


@pytest.fixture(scope="session")
def default():
    """The body with the default numbers of the belief that rests on what was seen in people."""
    return body_parameters(load(), {})
