"""Engines have names, and one that cannot run says what to do."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from boneloop.errors import SimulationError
from boneloop.kernel.engines import ENGINES, engine_named
from boneloop.kernel.reference import Reference
from boneloop.kernel.rodas4 import Rodas4


def test_each_name_gives_its_engine(reactions):
    assert isinstance(engine_named("numpy", reactions.graph, np.float32), Rodas4)
    assert isinstance(engine_named("scipy", reactions.graph), Reference)
    assert list(ENGINES) == ["native", "numpy", "scipy", "jax"]


def test_an_unknown_name_is_refused_and_the_names_are_told(reactions):
    with pytest.raises(SimulationError, match="no engine 'fortran'; there are: native, numpy, scipy, jax"):
        engine_named("fortran", reactions.graph)


@pytest.mark.parametrize(("name", "advice"), [("jax", r"pip install 'boneloop\[jax\]'"), ("native", "engine 'numpy'")])
def test_an_engine_whose_package_is_absent_says_what_to_do(reactions, monkeypatch, name, advice):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SimulationError, match=advice):
        engine_named(name, reactions.graph)


def test_scipy_in_single_precision_is_refused(reactions):
    with pytest.raises(SimulationError, match="double precision only, not float32"):
        engine_named("scipy", reactions.graph, np.float32)
