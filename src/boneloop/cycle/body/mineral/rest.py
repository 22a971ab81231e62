"""Rest: where a person's mineral metabolism settles when what reaches it from outside stays as it is.

The way there is followed in implicit steps that grow as the motion dies down, and end as Newton's method: so it is
the rest that the person would come to, not just any. States go in logarithms, which keeps them positive.

Two pools have no rest of their own. The calcium of bone gains or loses for ever what accretion and release leave over
(``bone_balance``): the slow pool stays at its baseline here, the exchangeable one in step with it. Drugs are at 0.

Batched: parameters and inputs may be floats or arrays over lanes. This is the one file of the engine that computes
with NumPy, since it solves equations; the equations themselves are ``station.rates``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from boneloop.cycle.body.mineral import density
from boneloop.cycle.body.mineral.dimensions import HOURS_PER_DAY
from boneloop.cycle.body.mineral.form import SMOOTH, Form
from boneloop.cycle.body.mineral.parameters import Derived, Parameters, derive
from boneloop.cycle.body.mineral.state import Inputs, State, levels
from boneloop.cycle.body.mineral.station import fluxes, rates
from boneloop.errors import SimulationError
from boneloop.types import Array, Scalar

FOLLOWED = (
    "pth",
    "gland_pool",
    "gland_capacity",
    "calcitriol",
    "hydroxylase",
    "calcium",
    "phosphate",
    "phosphate_in_cells",
    "gut_calcium",
    "gut_phosphate",
    "gut_adaptation",
    "hydroxyapatite",
    "osteoclast",
    "osteoblast_responding",
    "osteoblast_fast",
    "osteoblast_slow",
    "rankl",
    "rank",
    "opg",
    "rank_rankl",
    "opg_rankl",
    "tgf_latent",
    "tgf_active",
    "runx2",
    "creb",
    "bcl2",
)
"""The states that have a rest of their own and are not given by the inputs."""


def rest(p: Parameters, inputs: Inputs | None = None, form: Form = SMOOTH) -> State:
    """The state at rest under ``inputs``; floats if all of them are, else arrays over lanes.

    Raises SimulationError naming the lanes that come to no rest: kidneys far outside the model, or, in the published
    form, a person who would have to rest on the jump.
    """
    given = inputs or Inputs()
    shape = np.broadcast_shapes(*(np.shape(leaf) for part in (*p, given) for leaf in part))
    p, given = _columns(p, shape), _columns(given, shape)
    d = derive(p)
    start = _start(p, given, d)
    logs = np.log(np.array([np.broadcast_to(getattr(start, name), _lanes(shape)) for name in FOLLOWED]))
    found = _settled(_solve(logs, start, given, p, d, form), start, p, d)
    whole = (np.broadcast_to(leaf, _lanes(shape)).reshape(shape) for leaf in found)
    return State(*(leaf if shape else leaf.item() for leaf in whole))


def bone_balance(state: State, inputs: Inputs, p: Parameters, form: Form = SMOOTH) -> Scalar:
    """Calcium that bone gains (loses, below 0), mmol per day."""
    moved = fluxes(state, inputs, p, derive(p), form)
    return HOURS_PER_DAY * (moved.calcium_accretion - moved.calcium_release)


def _solve(logs: Array, start: State, given: Inputs, p: Parameters, d: Derived, form: Form) -> Array:
    """Logarithms of the followed states at rest, (states, lanes), by implicit Euler steps of growing length."""
    how, lanes = p.search, logs.shape[1]
    length, moved = np.full(lanes, how.first_step), np.full(lanes, np.inf)
    for _ in range(int(how.most_steps)):
        moving = ~((moved < how.still) & (length > how.long_step))
        if not moving.any():
            return logs
        speed, slopes = _motion(logs, start, given, p, d, form)
        with np.errstate(invalid="ignore", over="ignore"):
            change = np.linalg.solve(_eye(len(logs)) / length[:, None, None] - slopes, speed[..., None])[..., 0].T
        change = np.where(moving, change, 0)
        moved = np.where(np.isfinite(change).all(axis=0), np.abs(change).max(axis=0), np.inf)
        bearable = np.minimum(1, how.farthest_change / np.maximum(moved, how.still))
        logs = logs + np.where(np.isfinite(moved), bearable, 0) * np.nan_to_num(change)
        wanted = how.wanted_change / np.maximum(moved, how.still)
        length = np.minimum(length * np.clip(wanted, 1 / how.step_growth, how.step_growth), 2 * how.long_step)
    stuck = np.flatnonzero(moving).tolist()
    raise SimulationError(f"mineral: no rest in {int(how.most_steps)} steps; lanes {stuck}")


def _motion(logs: Array, start: State, given: Inputs, p: Parameters, d: Derived, form: Form) -> tuple[Array, Array]:
    """Rates of the logarithms (lanes, states) and their slopes (lanes, states, states), exact to rounding."""
    count, lanes = logs.shape
    tiny = p.search.imaginary_step
    nudged = logs[None] + complex(0, tiny) * np.eye(count)[:, :, None]
    followed = dict(zip(FOLLOWED, np.exp(nudged).transpose(1, 0, 2), strict=True))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        moved = rates(start._replace(**followed), given, p, d, form)
        speed = np.array([np.broadcast_to(getattr(moved, name), (count, lanes)) for name in FOLLOWED])
        speed = speed / np.array([followed[name] for name in FOLLOWED])
    return speed[:, 0].real.T, (speed.imag / tiny).transpose(2, 0, 1)


def _eye(count: int) -> Array:
    return np.eye(count)[None]


def _lanes(shape: tuple[int, ...]) -> tuple[int]:
    return (int(np.prod(shape)),)


def _columns(tree: Any, shape: tuple[int, ...]) -> Any:
    """The same tree with every leaf a float or an array (lanes,)."""
    if isinstance(tree, tuple):
        return type(tree)(*(_columns(branch, shape) for branch in tree))
    return np.broadcast_to(tree, shape).reshape(-1) if np.ndim(tree) else tree


def _start(p: Parameters, given: Inputs, d: Derived) -> State:
    return d.listed._replace(estrogen=given.estrogen)


def _settled(logs: Array, start: State, p: Parameters, d: Derived) -> State:
    """The state of the followed ones, with the others where they belong."""
    return at_rest_without_drugs(start._replace(**dict(zip(FOLLOWED, np.exp(logs), strict=True))), p)


def at_rest_without_drugs(state: State, p: Parameters) -> State:
    """A state whose ``FOLLOWED`` are at rest, with bone as listed, no drug, and the density links where they head."""
    d = derive(p)
    start, dense = d.listed, density.rest(levels(state, d.listed), p.density)
    drugs = ("denosumab_depot", "denosumab_central", "denosumab_peripheral", "teriparatide_depot", "teriparatide_side")
    return state._replace(
        **dict.fromkeys(drugs, 0 * state.pth),
        bone_slow=start.bone_slow + 0 * state.pth,
        filtration=start.filtration + 0 * state.pth,
        bone_exchangeable=p.skeleton.slow_release * start.bone_slow / d.skeleton.slow_storage + 0 * state.pth,
        spine_density=dense.spine,
        spine_density_denosumab=dense.spine_denosumab,
        neck_density=dense.neck,
    )
