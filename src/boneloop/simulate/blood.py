"""The start of calcium, phosphate and the hormones that hold them: kidney and vitamin D as measured, else drawn.

The engine comes to rest under what reaches each person: estrogen, kidney, vitamin D, food and stress as they are now.
Doses of denosumab on record are then lived through. A blood value that is reported is the person's own, measured or
drawn, moved in proportion with the engine's: the engine's resting calcium is not a person's calcium.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from boneloop.cycle.body.mineral import parameters as engine
from boneloop.cycle.body.mineral.dimensions import HOURS_PER_DAY
from boneloop.cycle.body.mineral.rest import at_rest_without_drugs
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.engines import engine_for
from boneloop.kernel.problem import REASONS, Engine, Event, Events, Problem, Status
from boneloop.kernel.recorder import record
from boneloop.patient.profile import Profile
from boneloop.simulate.lanes import Lanes
from boneloop.simulate.mineral_alone import FLOOR, INPUTS, MineralAlone
from boneloop.simulate.model import Model
from boneloop.simulate.past import MONTHS_REPLAYED, past_plan
from boneloop.therapy import bone_drugs
from boneloop.therapy.schedule import schedule
from boneloop.types import Array, Index
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

HOURS_TO_REST = 200 * DAYS_PER_YEAR * HOURS_PER_DAY
HOURS_PER_MONTH = DAYS_PER_MONTH * HOURS_PER_DAY
RESTART_HOURS = 0.5
LOWEST_FILTRATION = 10.0
"""Nobody is drawn with less, mL/min/1.73 m²: such kidneys are known."""

OPENED = (
    "estrogen",
    "filtration",
    "calcium_supplement",
    "calcium_absorption",
    "renal_reabsorption",
    "calcitriol",
    "rankl_production",
    "osteoblast_influx",
    "osteoblast_apoptosis",
)
"""What reaches the engine differently in each lane at the start."""


@dataclass(frozen=True)
class Blood:
    """What is known or drawn of a lane's blood: mmol/L, mL/min/1.73 m², nmol/L."""

    calcium: Array
    phosphate: Array
    filtration: Array
    vitamin_d: Array


class Rested(NamedTuple):
    """The engine at rest, and now, after the doses on record; lanes that found no way there, with the reason."""

    rest: State
    now: State
    stopped: dict[int, str]


def blood(lanes: Lanes, model: Model) -> Blood:
    """Each lane's blood: as measured, else drawn from people of that age and sex."""
    drawn = {
        "calcium": _drawn("calcium", lanes, model),
        "phosphate": _drawn("phosphate", lanes, model),
        "filtration": _drawn("filtration", lanes, model, LOWEST_FILTRATION),
        "vitamin_d": np.exp(_drawn("vitamin_d_log", lanes, model)),
    }
    return Blood(**{name: _known(lanes, name, values) for name, values in drawn.items()})


def _drawn(name: str, lanes: Lanes, model: Model, lowest: float = -np.inf) -> Array:
    """From the normal law of that age and sex, what lies below ``lowest`` left out of it."""
    average = lanes.by_sex(model.registry, f"population.{name}_mean", lanes.age, _unit(name, model))
    deviation = lanes.by_sex(model.registry, f"population.{name}_sd", lanes.age, _unit(name, model))
    left_out = ndtr((lowest - average) / deviation)
    return np.asarray(average + deviation * ndtri(left_out + (1 - left_out) * lanes.luck(f"start/{name}")))


def _unit(name: str, model: Model) -> str:
    return model.registry[f"population.{name}_mean_female"].unit


def _known(lanes: Lanes, name: str, drawn: Array) -> Array:
    measured = [getattr(patient.blood, name) for patient in lanes.patients]
    known = np.array([np.nan if value is None else value for value in measured])[lanes.patient]
    return np.where(np.isnan(known), drawn, known)


def rested(lanes: Lanes, inputs: Inputs, model: Model, relative: float) -> Rested:
    """The mineral engine of every lane at rest under ``inputs``, and after the denosumab of the record.

    relative  error allowed in one step
    """
    alone = MineralAlone(model.body.mineral_engine, tuple(f"{INPUTS}.{name}" for name in OPENED))
    told = np.array([np.broadcast_to(getattr(inputs, name), (lanes.count,)) for name in OPENED])
    begin = alone.scaled(engine.listed(alone.p)._replace(estrogen=told[OPENED.index("estrogen")]), lanes.count)
    tolerance = Tolerance(relative, relative)
    still, moving = _engines(alone)
    found = still.solve(Problem(begin, told, 0.0, HOURS_TO_REST, floor=np.array(FLOOR)), tolerance)
    states = np.where(found.status == Status.ARRIVED, found.states, begin)
    rest, stopped = at_rest_without_drugs(alone.unscaled(states), alone.p), _stopped(found.status)
    doses = [_doses(patient) for patient in lanes.patients]
    treated = np.flatnonzero(np.array([len(own) > 0 for own in doses])[lanes.patient])
    if not len(treated):
        return Rested(rest, rest, stopped)
    share = alone.p.denosumab.bioavailability
    given = [[Event(hour, _DEPOT, amount * share) for hour, amount in doses[lanes.patient[lane]]] for lane in treated]
    problem = Problem(
        states=alone.scaled(rest, lanes.count)[:, treated],
        parameters=told[:, treated],
        start=-MONTHS_REPLAYED * HOURS_PER_MONTH,
        end=0.0,
        events=Events.of(given),
        floor=np.array(FLOOR),
        restart=RESTART_HOURS,
    )
    lived = moving.solve(problem, tolerance)
    stopped |= {int(treated[place]): reason for place, reason in _stopped(lived.status).items()}
    return Rested(rest, _with(rest, treated, alone.unscaled(np.array(lived.states))), stopped)


def _with(rest: State, treated: Index, after: State) -> State:
    """The state of everybody, with that of the treated lanes in its place."""
    now = State(*(np.array(values) for values in rest))
    for own, later in zip(now, after, strict=True):
        own[treated] = later
    return now


def _stopped(status: NDArray[np.int32]) -> dict[int, str]:
    return {
        lane: f"calcium before the start: {REASONS[Status(status[lane])]}" for lane in np.flatnonzero(status).tolist()
    }


_DEPOT = State._fields.index("denosumab_depot")


def _doses(patient: Profile) -> list[tuple[float, float]]:
    """Hour (below 0) and mg of every dose of denosumab on one patient's record, by the month, as bone has them."""
    if not patient.treatments:
        return []
    lines = schedule(past_plan(patient), MONTHS_REPLAYED, begin=-MONTHS_REPLAYED)
    return [
        ((month - MONTHS_REPLAYED) * HOURS_PER_MONTH, dose)
        for line in lines.lines
        if bone_drugs.DOSED in line.channels
        for month, dose in enumerate(line.pulses)
        if dose
    ]


@lru_cache(maxsize=4)
def _engines(alone: MineralAlone) -> tuple[Engine, Engine]:
    """One whose bone keeps its calcium, so that everything else comes to rest, and one as it is."""

    def still(states: Any, opened: Any, hour: Any) -> State:
        moved = alone.rates(states, opened, hour)
        held = dict.fromkeys(("bone_slow", "bone_exchangeable"), 0 * moved.bone_slow)
        return moved._replace(**held)

    count = len(State._fields), len(alone.opened)
    return engine_for(record(still, *count), threads=1), engine_for(alone.graph, threads=1)
