"""Does the circle feed itself? Cycle number, amplification, elasticity of each arrow, traps.

Near health the fast stations obey x' = T⁻¹(S(Gx + s) - x) with gains G >= 0 and time constants T. The spectral radius
of G is the cycle number: below 1 the circle amplifies, above 1 it keeps itself going, whatever the time constants
(T⁻¹(G - 1) is a Metzler matrix). G is read off ``loop.fast_drives``, which is linear in the states: nothing is
written twice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from boneloop.cycle import loop
from boneloop.cycle.body import fracture, function, inflammation, mood, pain, stress
from boneloop.kernel.vector import leaves, pack, unpack
from boneloop.mathematics import relieved, saturating, saturating_slope
from boneloop.types import Array, Scalar

HEALTHY = loop.Fast(stress.State(0, 0), inflammation.State(0), pain.State(0, 0), mood.State(0, 0), function.State(0))
FAST_STATES = loop.FAST_NAMES


class Setting(NamedTuple):
    """Everything but the state: whose circle, under which care, with which arrows open."""

    person: loop.Person
    parameters: loop.Parameters
    care: loop.Care = loop.NO_CARE
    gates: loop.Gates = loop.OPEN
    injuries: fracture.Injuries = fracture.Injuries()
    microdamage: Scalar = 0


def drives(x: loop.Fast, setting: Setting) -> loop.Fast:
    """What drives each fast state before it saturates."""
    s = setting
    inputs = loop.fast_inputs(x, s.person, s.injuries, s.microdamage, s.care, s.gates, s.parameters)
    return loop.fast_drives(x, inputs, s.parameters)


def gain_matrix(setting: Setting, lanes: int = 1) -> Array:
    """G, shape (lanes, 8, 8): row = to, column = from, in the order of ``FAST_STATES``."""
    nothing = pack(drives(HEALTHY, setting), lanes)
    count = len(FAST_STATES)
    matrix = np.empty((lanes, count, count))
    for column in range(count):
        unit = unpack(HEALTHY, np.eye(count)[column])
        matrix[:, :, column] = (pack(drives(unit, setting), lanes) - nothing).T
    return matrix


def spectral_radius(matrix: Array) -> Array:
    """Largest absolute eigenvalue of each matrix, shape (...,)."""
    return np.asarray(np.abs(np.linalg.eigvals(matrix)).max(axis=-1))


def cycle_number(setting: Setting, lanes: int = 1) -> Array:
    """Spectral radius of the gains, shape (lanes,)."""
    return spectral_radius(gain_matrix(setting, lanes))


def ceilings(p: loop.Parameters) -> Array:
    """Saturation level of each fast state."""
    return np.array(
        [
            p.stress.norepinephrine_ceiling,
            p.stress.cortisol_ceiling,
            p.inflammation.ceiling,
            p.pain.ceiling,
            p.pain.ceiling,
            p.mood.ceiling,
            p.mood.ceiling,
            p.function.ceiling,
        ]
    )


def convexities(p: loop.Parameters) -> Array:
    """Convexity of the response of each fast state."""
    return np.array(
        [
            p.stress.convexity,
            p.stress.convexity,
            p.inflammation.convexity,
            p.pain.felt_convexity,
            p.pain.sensitization_convexity,
            p.mood.convexity,
            p.mood.convexity,
            p.function.convexity,
        ]
    )


def local_gain(x: loop.Fast, setting: Setting, lanes: int = 1) -> Array:
    """Spectral radius of diag(S'(u)) G at the state ``x``: how strongly the circle answers a little more, now."""
    u = pack(drives(x, setting), lanes)
    slope = saturating_slope(u, ceilings(setting.parameters)[:, None], convexities(setting.parameters)[:, None])
    return spectral_radius(slope.T[:, :, None] * gain_matrix(setting, lanes))


def elasticities(matrix: Array) -> Array:
    """Relative change of the cycle number per relative change of each gain; sums to 1. Same shape as ``matrix``.

    e_ij = v_i G_ij u_j / (R v·u) with right and left Perron vectors u, v; 0 where the cycle number is 0.
    """
    right, left = _perron(matrix), _perron(np.swapaxes(matrix, -1, -2))
    weights = left[..., :, None] * matrix * right[..., None, :]
    total = weights.sum(axis=(-2, -1), keepdims=True)
    return np.asarray(np.divide(weights, total, out=np.zeros_like(weights), where=total > 0))


def _perron(matrix: Array) -> Array:
    values, vectors = np.linalg.eig(matrix)
    largest = np.abs(values).argmax(axis=-1)[..., None, None]
    return np.asarray(np.abs(np.take_along_axis(vectors, largest, axis=-1)[..., 0]), dtype=np.float64)


def amplification(radius: Array) -> Array:
    """1/(1 - R): how much a steady push grows by going round; infinite from 1 on."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(radius < 1, 1 / np.maximum(1 - radius, 0), np.inf))


def saddle_node(a: Array | float) -> Array:
    """(2√a - 1)/a for a = convexity · ceiling > 1: the cycle number from which a second, high rest exists."""
    return np.asarray((2 * np.sqrt(a) - 1) / a)


def can_trap(radius: Array, convexity: Scalar, ceiling: Scalar) -> Array:
    """Is there a high rest beside health: saddle node <= R < 1, possible only when convexity · ceiling > 1."""
    a = np.asarray(convexity * ceiling, dtype=np.float64)
    floor = np.where(a > 1, saddle_node(np.maximum(a, 1)), np.inf)
    return np.asarray((floor <= radius) & (radius < 1))


def trigger_size(radius: float, convexity: float, ceiling: float) -> float | None:
    """How large a push tips the circle into the trap: smaller positive root of z = S(R z); None without a trap.

    (κR²/M) z² + (R/M - κR²) z + (1 - R) = 0
    """
    if not bool(can_trap(np.asarray(radius), convexity, ceiling)):
        return None
    a = convexity * radius**2 / ceiling
    b = radius / ceiling - convexity * radius**2
    return float((-b - np.sqrt(max(b * b - 2 * 2 * a * (1 - radius), 0.0))) / (2 * a))


def resting_state(setting: Setting, start: loop.Fast, turns: int, lanes: int = 1) -> loop.Fast:
    """Where the fast stations come to rest, going round the circle from ``start`` at most ``turns`` times.

    From below the walk is monotone (the system is cooperative), so it cannot overshoot. A lane that has arrived stays
    where it is: no lane's rest depends on how long the others walk.
    """
    p = setting.parameters
    top, bend = ceilings(p)[:, None], convexities(p)[:, None]
    relief = _relief(setting, lanes)
    x = pack(start, lanes)
    for _ in range(turns):
        untreated = saturating(pack(drives(unpack(start, x), setting), lanes), top, bend)
        goal = relieved(untreated, relief, _relief_severities(p)[:, None])
        moving = np.abs(goal - x).max(axis=0) > np.finfo(np.float64).eps
        if not moving.any():
            break
        x = np.where(moving, goal, x)
    return unpack(start, x)


def _relief_severities(p: loop.Parameters) -> Array:
    """Severity from which a relief is in full; 1 where no treatment gives one."""
    at = {name: 1.0 for name in FAST_STATES} | {
        "felt": p.pain.relief_severity,
        "sensitization": p.pain.relief_severity,
        "depressive_severity": p.mood.relief_severity,
        "anxiety": p.mood.relief_severity,
        "loss": p.function.relief_severity,
    }
    return np.array([at[name] for name in FAST_STATES])


def _relief(setting: Setting, lanes: int) -> Array:
    at = {
        "felt": "pain.pain_relief",
        "sensitization": "pain.sensitization_relief",
        "depressive_severity": "mood.depression_relief",
        "anxiety": "mood.anxiety_relief",
        "loss": "function.loss_relief",
    }
    rows = [setting.care.get(at[name], 0) if name in at else 0 for name in FAST_STATES]
    return np.stack([np.broadcast_to(np.asarray(row, dtype=np.float64), (lanes,)) for row in rows])


def shares(x: loop.Fast, setting: Setting, arrow: str, lanes: int = 1) -> Array:
    """How much of what drives its strongest target one arrow supplies at the state ``x``, 0 to 1, shape (lanes,)."""
    whole = pack(drives(x, setting), lanes)
    without = pack(drives(x, setting._replace(gates=setting.gates._replace(**{arrow: 0}))), lanes)
    part = np.divide(whole - without, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.asarray(part.max(axis=0))


def names(tree: loop.Fast) -> list[Scalar]:
    """The eight fast states in the order of ``FAST_STATES``."""
    return list(leaves(tree))
