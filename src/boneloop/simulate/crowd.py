"""The crowd: lanes that live through the months, and the twins that some of them get at their first fracture.

The first lanes never break anything: along them the probability of a first fracture is exact. When chance breaks a
bone, the lane gets a twin that carries the injury from then on. What a person goes through is read off the twin once
there is one, and off the lane itself before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from boneloop.cycle import loop
from boneloop.cycle.body import fracture
from boneloop.cycle.body.fracture import Injuries
from boneloop.kernel.vector import joined, selected
from boneloop.simulate.hazard import Constitution, History
from boneloop.simulate.model import Model
from boneloop.simulate.past import Estrogen
from boneloop.simulate.start import Reference, Start
from boneloop.types import Array, Index, Mask


@dataclass
class Traits:
    """What does not change in a lane; remade when twins are born."""

    model: Model
    person: loop.Person
    hormone: Estrogen
    who: Constitution
    reference: Reference
    density: Array

    @classmethod
    def of(cls, start: Start, model: Model, origin: Index) -> Traits:
        """The traits of the lanes that come from ``origin``."""
        return cls(model, start.person, start.hormone, start.who, start.reference, start.density).some(origin)

    def some(self, places: Index) -> Traits:
        """The traits of some of these lanes."""
        return Traits(
            model=self.model.of(places),
            person=selected(self.person, places),
            hormone=Estrogen(self.hormone.start[places], self.hormone.half_time[places]),
            who=Constitution(*(getattr(self.who, f)[places] for f in Constitution.__dataclass_fields__)),
            reference=self.reference.of(places),
            density=self.density[places],
        )


@dataclass
class Crowd:
    """All lanes and twins at one moment.

    origin  the lane each comes from; twin: place of each lane's twin, or -1
    rows  state rows (states, lanes and twins); step: next step of the engine; hazard: per year by site, (sites, ...)
    broken  which sites a lane has broken since the start, (sites, lanes)
    """

    origin: Index
    twin: Index
    rows: Array
    step: Array
    injuries: Injuries
    exposures: dict[str, Array]
    staying: list[Array]
    history: History
    hazard: Array
    broken: Mask

    @property
    def size(self) -> int:
        """Lanes and twins."""
        return len(self.origin)

    @property
    def lived(self) -> Index:
        """For each lane the place of what the person goes through: its twin, or itself."""
        return np.where(self.twin >= 0, self.twin, np.arange(len(self.twin)))

    def with_twins(self, lanes: Index) -> Crowd:
        """The crowd with a twin for each of ``lanes``."""
        new = np.arange(self.size, self.size + len(lanes))
        twin = self.twin.copy()
        twin[lanes] = new
        sizes = (self.size, len(lanes))
        return replace(
            self,
            origin=np.concatenate([self.origin, lanes]),
            twin=twin,
            rows=np.concatenate([self.rows, self.rows[:, lanes]], axis=1),
            step=np.concatenate([self.step, self.step[lanes]]),
            injuries=joined(self.injuries, selected(self.injuries, lanes), sizes),
            exposures={c: np.concatenate([a, a[lanes]]) for c, a in self.exposures.items()},
            staying=[np.concatenate([s, s[lanes]]) for s in self.staying],
            history=History(*(_twice(getattr(self.history, f), lanes) for f in ("last", "hip", "vertebra"))),
            hazard=np.concatenate([self.hazard, self.hazard[:, lanes]], axis=1),
        )


def _twice(values: Array, lanes: Index) -> Array:
    return np.concatenate([values, values[lanes]])


def gather(start: Start, lines: int, rows: Array) -> Crowd:
    """The crowd at month 0: no twins, everybody willing to take what the plan gives."""
    count = start.lanes.count
    return Crowd(
        origin=np.arange(count),
        twin=np.full(count, -1),
        rows=rows,
        step=np.zeros(count),
        injuries=start.injuries,
        exposures=dict(start.exposures),
        staying=[np.ones(count) for _ in range(lines)],
        history=start.history,
        hazard=np.zeros((len(fracture.SITES), count)),
        broken=np.zeros((len(fracture.SITES), count), dtype=bool),
    )
