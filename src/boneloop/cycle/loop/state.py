"""All that changes in one person: the stations side by side, and their order in a row of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from boneloop.cycle.body import bone, fracture, function, inflammation, mood, pain, stress
from boneloop.cycle.body.mineral import state as mineral_state
from boneloop.types import Array, Scalar

Rows: TypeAlias = Sequence[Scalar] | Array


class Fast(NamedTuple):
    """The stations of days to months: stress, inflammation, pain, mood, function."""

    stress: stress.State
    inflammation: inflammation.State
    pain: pain.State
    mood: mood.State
    function: function.State


class State(NamedTuple):
    """All that changes in one person."""

    bone: bone.State
    fast: Fast
    fracture: fracture.State
    mineral: mineral_state.State


FAST_NAMES = (
    *stress.State._fields,
    *inflammation.State._fields,
    *pain.State._fields,
    *mood.State._fields,
    *function.State._fields,
)
MINERAL_NAMES = tuple(f"mineral_{name}" for name in mineral_state.State._fields)
STATE_NAMES = (*bone.State._fields, *FAST_NAMES, *fracture.State._fields, *MINERAL_NAMES)


def fast_of(rows: Rows) -> Fast:
    """The fast stations from eight scalars in order."""
    n, h, i, felt, sensitized, depressed, anxious, lost = rows
    return Fast(
        stress.State(n, h),
        inflammation.State(i),
        pain.State(felt, sensitized),
        mood.State(depressed, anxious),
        function.State(lost),
    )


def state_of(rows: Rows) -> State:
    """A state from its scalars in order: bone, fast stations, microdamage, mineral."""
    cells, damage = len(bone.State._fields), len(bone.State._fields) + len(FAST_NAMES)
    return State(
        bone.State(*rows[:cells]),
        fast_of(rows[cells:damage]),
        fracture.State(rows[damage]),
        mineral_state.State(*rows[damage + 1 :]),
    )
