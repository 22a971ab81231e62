"""What fractures of the past still do at the start: the part that fades and the part that stayed.

A state that was measured after the last fracture already contains it: the injury explains no more of it than the
arrows and this person's own usual level leave. A state that was not measured, or was before, is the level without the
fracture, and the injury comes on top.
"""

from __future__ import annotations

import numpy as np

from boneloop.cycle.body.fracture import Injuries
from boneloop.mathematics import decayed
from boneloop.patient.profile import PastFracture, Profile, Reading
from boneloop.simulate.injury import injured, uninjured
from boneloop.simulate.lanes import Lanes
from boneloop.simulate.model import Model
from boneloop.types import Array, Mask


def old_injuries(lanes: Lanes, model: Model) -> Injuries:
    """What every recorded fracture has left by now; an undated one only what lasts."""
    injuries = uninjured(lanes.count)
    for index, patient in enumerate(lanes.patients):
        here = lanes.of(index)
        for number, broken in enumerate(_oldest_first(patient)):
            luck = lanes.luck(f"start/lasting pain {number}")[here]
            _add(injuries, here, broken, luck, model)
    return injuries


def _oldest_first(patient: Profile) -> list[PastFracture]:
    return sorted(patient.fractures, key=lambda f: -np.inf if f.days_ago is None else -f.days_ago)


def _add(injuries: Injuries, here: slice, broken: PastFracture, luck: Array, model: Model) -> None:
    """Break the bone again, let it heal for as long as it had, and put the rest in place."""
    p, h = model.of(here).body, model.of(here).healing
    lasts = (luck < getattr(p.fracture_to_pain, f"{broken.site}_lasting_probability")).astype(np.float64)
    fresh = injured(uninjured(len(luck)), broken.site, np.ones(len(luck)), lasts, p)
    days = np.inf if broken.days_ago is None else broken.days_ago
    times = {
        "acute_pain": h.pain_time,
        "acute_loss": h.loss_time,
        "hip_acute_disutility": h.disutility_time,
        "vertebra_acute_disutility": h.disutility_time,
        "wrist_acute_disutility": h.wrist_disutility_time,
    }
    for name in Injuries._fields:
        left = getattr(fresh, name)
        left = decayed(left, days, times[name]) if name in times else left
        total = getattr(injuries, name)
        if name.endswith("acute_disutility"):
            total[here] = np.maximum(total[here], left)
        elif name.endswith("lasting_disutility"):
            total[here] = 1 - (1 - total[here]) * (1 - left)
        else:
            total[here] = total[here] + left


def measured_after(lanes: Lanes, state: str) -> Mask:
    """In which lanes a state was measured after the last dated fracture."""
    return np.array([_after(p, getattr(p, state)) for p in lanes.patients])[lanes.patient]


def _after(patient: Profile, reading: Reading | None) -> bool:
    dated = [f.days_ago for f in patient.fractures if f.days_ago is not None]
    return reading is not None and (not dated or reading.days_ago <= min(dated))
