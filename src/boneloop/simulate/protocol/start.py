"""Start: where everybody is at hour 0, at their own rest or at the printed baseline."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from boneloop.cycle.body.mineral import parameters
from boneloop.cycle.body.mineral.rest import rest
from boneloop.cycle.body.mineral.state import State
from boneloop.errors import SimulationError
from boneloop.simulate.protocol.model import FOLLOWS, ONSET, Model
from boneloop.simulate.protocol.numbers import AGE, GFR
from boneloop.types import Array, Index

Own = Mapping[str, Array]


def states(model: Model, own: Own, at_rest: bool) -> tuple[Array, dict[int, str]]:
    """Scaled states, shape (states, people), and why somebody has none; ``own`` are numbers by place, (people,)."""
    found = model.alone.scaled(_listed(model, own), len(own[GFR]))
    without: dict[int, str] = {}
    if at_rest:
        _settle(model, own, np.arange(len(own[GFR])), found, without)
    return found, without


def _settle(model: Model, own: Own, some: Index, found: Array, without: dict[int, str]) -> None:
    """Put the rest of some people in their columns; where somebody comes to none, halves are tried by themselves."""
    part = {place: values[some] for place, values in own.items()}
    try:
        found[:, some] = model.alone.scaled(_rest(model, part), len(some))
    except (SimulationError, np.linalg.LinAlgError):
        if len(some) == 1:
            without[int(some[0])] = "comes to no rest with these numbers"
        else:
            for half in np.array_split(some, 2):
                _settle(model, own, half, found, without)


def _listed(model: Model, own: Own) -> State:
    p, _ = model.alone.filled(_told(model, own))
    with np.errstate(all="ignore"):
        return parameters.listed(p)


def _rest(model: Model, own: Own) -> State:
    p, inputs = model.alone.filled(_told(model, own))
    if model.course:
        course = model.estrogen(own[AGE], own[ONSET], p)
        inputs = inputs._replace(estrogen=inputs.estrogen * (1 + own[FOLLOWS] * (course - 1)))
    with np.errstate(all="ignore"):
        return rest(p, inputs, model.alone.form)


def _told(model: Model, own: Own) -> dict[str, Array]:
    return {place: own[place] for place in (*model.alone.opened, GFR)}
