"""The compiled mineral engine: its rates, factors and solutions are those of its graph, at a thousand states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from loading import loaded

from boneloop.bench.cases import Mineral
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH


def _beside(name):
    return loaded(Path(__file__).with_name(f"{name}.py"))


@pytest.mark.parametrize("form", [PUBLISHED, SMOOTH], ids=["published", "smooth"])
def test_the_compiled_engine_gives_what_its_graph_gives_at_a_thousand_states(form, machine, block):
    code, engine, chance = _beside("test_model_code"), Mineral(form), np.random.default_rng(6)
    given = engine.ten_years((), 1)
    states = np.maximum(given.states, 0.1) * chance.lognormal(0, 0.3, (len(given.states), 1008))
    parameters = given.parameters * chance.lognormal(0, 0.1, (len(given.parameters), 1008))
    draw = states, parameters, chance.uniform(0, 87360, 1008), 4.0
    compiled = code.Compiled(engine.graph(), machine, "double", block)
    for ours, theirs in zip(compiled(*draw), compiled.expected(*draw), strict=True):
        assert code.agree(ours, theirs, 1e-12)
