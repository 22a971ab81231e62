"""The crowd: lanes that live through the months, and the twins that some of them get at their first fracture.

The first lanes never break anything: along them the probability of a first fracture is exact. When chance breaks a
bone, the lane gets a twin that carries the injury from then on. What a person goes through is read off the twin once
there is one, and off the lane itself before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from boneloop.cycle import loop
from boneloop.cycle.body import bone, fracture
from boneloop.cycle.body.fracture import Injuries
from boneloop.cycle.body.mineral.state import State
from boneloop.kernel.vector import joined, selected
from boneloop.simulate.blood import Blood
from boneloop.simulate.hazard import Constitution, History
from boneloop.simulate.model import Model
from boneloop.simulate.motion import Being, Hormone, Motion
from boneloop.simulate.past import LINGERING, Estrogen
from boneloop.simulate.start import SPINE, Hip, Start
from boneloop.types import Array, Index, Mask


@dataclass
class Traits:
    """What does not change in a lane; remade when twins are born.

    site, density  where density was measured, and what it was; hip: the total hip that hazards go by
    skeleton, minerals  bone and the mineral engine at the start, to which density and blood values refer
    """

    model: Model
    person: loop.Person
    hormone: Estrogen
    who: Constitution
    site: Index
    density: Array
    hip: Hip
    spine: Hip
    blood: Blood
    skeleton: bone.State
    minerals: State
    _motion: Motion | None = None

    def motion(self, gates: loop.Gates) -> Motion:
        """What moves these lanes, made once; ``gates`` do not change."""
        if self._motion is None:
            hormone, model = Hormone(self.hormone.start, self.hormone.half_time), self.model
            being = Being(hormone, self.person, model.healing, model.care, _moving(gates), model.body)
            self._motion = Motion(being, len(self.density))
        return self._motion

    def gain(self, now: bone.State) -> Array:
        """Density of the total hip against the start."""
        return np.asarray(bone.areal_density(now) / bone.areal_density(self.skeleton))

    def z(self, now: bone.State, age: Array) -> tuple[Array, Array]:
        """Z-scores of the total hip, and of the spine: aged as the hip's reference ages, gained as the spine gained.

        The spine's own reference falls less with age than bone does: degenerative change is seen as density.
        """
        hip, gain = self.gain(now), bone.areal_density(now, SPINE) / bone.areal_density(self.skeleton, SPINE)
        z = self.hip.z(hip, age)
        return z, z + self.spine.gained(np.asarray(gain), age) - self.hip.gained(hip, age)

    def own_density(self, now: bone.State) -> Array:
        """Density where it was measured, g/cm2."""
        gains = [bone.areal_density(now, site) / bone.areal_density(self.skeleton, site) for site in bone.SITES]
        return np.asarray(self.density * np.choose(self.site, gains))

    @classmethod
    def of(cls, start: Start, model: Model, origin: Index) -> Traits:
        """The traits of the lanes that come from ``origin``."""
        given = (start.person, start.hormone, start.who, start.site, start.density, start.hip, start.spine, start.blood)
        return cls(model, *given, start.state.bone, start.state.mineral).some(origin)

    def some(self, places: Index) -> Traits:
        """The traits of some of these lanes."""
        return Traits(
            model=self.model.of(places),
            person=selected(self.person, places),
            hormone=Estrogen(self.hormone.start[places], self.hormone.half_time[places]),
            who=Constitution(*(getattr(self.who, f)[places] for f in Constitution.__dataclass_fields__)),
            site=self.site[places],
            density=self.density[places],
            hip=self.hip.of(places),
            spine=self.spine.of(places),
            blood=Blood(*(getattr(self.blood, f)[places] for f in Blood.__dataclass_fields__)),
            skeleton=selected(self.skeleton, places),
            minerals=selected(self.minerals, places),
        )


@dataclass
class Crowd:
    """All lanes and twins at one moment.

    origin  the lane each comes from; twin: place of each lane's twin, or -1
    rows  state rows (states, lanes and twins); step: next step of the engine; hazard: per year by site, (sites, ...)
    least_calcium  lowest of the last month, mmol; stopped: lanes that the engine could not move on, with the reason
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
    least_calcium: Array
    stopped: dict[int, str]

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
            history=History(*(_twice(getattr(self.history, f), lanes) for f in History.__dataclass_fields__)),
            hazard=np.concatenate([self.hazard, self.hazard[:, lanes]], axis=1),
            least_calcium=_twice(self.least_calcium, lanes),
        )


def _moving(gates: loop.Gates) -> loop.Gates:
    """Arrows to fracture act on hazards alone: cut or not, the body moves by the same code."""
    return gates._replace(**{arrow: 1 for arrow in loop.ARROWS if arrow.endswith("_to_fracture")})


def _twice(values: Array, lanes: Index) -> Array:
    return np.concatenate([values, values[lanes]])


def gather(start: Start, lines: int, rows: Array) -> Crowd:
    """The crowd at month 0: no twins, everybody willing to take what the plan gives.

    Every drug that may linger from the past is looked at in everybody: nobody's rounding depends on whose past is told.
    """
    count = start.lanes.count
    none = {channel: np.zeros(count) for channel in LINGERING}
    return Crowd(
        origin=np.arange(count),
        twin=np.full(count, -1),
        rows=rows,
        step=np.zeros(count),
        injuries=start.injuries,
        exposures=none | start.exposures,
        staying=[np.ones(count) for _ in range(lines)],
        history=start.history,
        hazard=np.zeros((len(fracture.SITES), count)),
        broken=np.zeros((len(fracture.SITES), count), dtype=bool),
        least_calcium=np.array(start.state.mineral.calcium),
        stopped=dict(start.stopped),
    )
