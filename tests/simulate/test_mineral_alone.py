"""The mineral engine as a recorded model moves as its own functions say."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.cycle.body.mineral import parameters, station
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.evidence.registry import load
from boneloop.simulate.mineral_alone import MineralAlone


@pytest.fixture(scope="module")
def printed():
    return parameters.read(load())


def opened(printed):
    """One number of a table and one input."""
    table = next(name for name in printed._fields if name == "gut")
    return (f"{table}.{printed.gut._fields[0]}", "inputs.calcitriol")


@pytest.mark.parametrize("form", [PUBLISHED, SMOOTH])
def test_the_recorded_rates_are_the_rates_of_the_station(printed, form):
    model = MineralAlone(printed, opened(printed), form=form)
    chance = np.random.default_rng(2)
    rows = chance.lognormal(0, 0.2, (len(State._fields), 50))
    values = model.usual()[:, None] * chance.lognormal(0, 0.1, (2, 50))
    found = model.graph(rows, values)
    p, inputs = model.filled(dict(zip(model.opened, values, strict=True)))
    wanted = station.rates(model.unscaled(rows), inputs, p, parameters.derive(p), form)
    for name, row, rate, size in zip(State._fields, found, wanted, model.scale, strict=True):
        np.testing.assert_allclose(row * size, rate, rtol=1e-10, atol=1e-12 * size, err_msg=name)


def test_an_open_number_that_does_not_exist_is_refused(printed):
    with pytest.raises(AttributeError):
        MineralAlone(printed, ("gut.nothing",)).usual()


def test_states_are_scaled_by_what_is_listed(printed):
    model = MineralAlone(printed, inputs=Inputs(estrogen=1))
    rows = model.scaled(parameters.listed(printed), 3)
    assert rows.shape == (len(State._fields), 3)
    assert set(np.unique(rows)) <= {0.0, 1.0}
