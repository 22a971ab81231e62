"""What is noted of a life: probabilities without luck, values while alive, totals up to death.

The probability of a fracture is exact along the lanes that never break: each month adds (free so far) x (alive so far)
x (chance this month). For one site it follows the twin until that site breaks, so that other fractures count, in
hazard and in survival.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from boneloop.cycle import loop, observe
from boneloop.cycle.body import wellbeing
from boneloop.cycle.body.fracture import SITES
from boneloop.kernel.vector import selected
from boneloop.simulate.chance import count
from boneloop.simulate.crowd import Crowd
from boneloop.simulate.hazard import average_falls
from boneloop.simulate.incidence import Incidence
from boneloop.simulate.model import Model
from boneloop.simulate.start import Start
from boneloop.types import Array, Index, Mask

EVERY_MONTHS = 3
MONTHS_PER_YEAR = 12
PERCENT = 100
NONVERTEBRAL = "nonvertebral"
"""Any site but the vertebrae, as drug trials count; noted with the incidence only."""


@dataclass(frozen=True)
class Seen:
    """The crowd at one moment, lanes and twins.

    calcium, phosphate  mmol/L; pth  pmol/L; least_calcium  lowest of the month before
    """

    state: loop.State
    density: Array
    utility: Array
    relative_falls: Array
    absorbed: Array
    calcium_intake: Array
    calcium: Array
    least_calcium: Array
    phosphate: Array
    pth: Array
    on_bone_drug: Array
    years: float
    age: Array


@dataclass
class Notebook:
    """Running totals of every lane, and the pages noted so far.

    every_months  from one page to the next
    incidence     time at risk and hidden levels too, which only a comparison with published results asks for
    """

    start: Start
    model: Model
    alive: Mask
    free: dict[str, Array]
    probability: dict[str, Array]
    surviving: dict[str, Array]
    not_dead: Array
    falls: Array
    qaly: Array
    last_utility: Array
    first_absorption: Array
    hypocalcemia: Array
    least_calcium: Array
    every_months: int = EVERY_MONTHS
    incidence: Incidence | None = None
    pages: list[dict[str, Array]] = field(default_factory=list)
    years: list[float] = field(default_factory=list)
    alive_pages: list[Mask] = field(default_factory=list)

    @classmethod
    def open(cls, start: Start, model: Model, every_months: int = EVERY_MONTHS, incidence: bool = False) -> Notebook:
        """An empty notebook."""
        lanes = start.lanes.count
        events = ("any", *SITES, *((NONVERTEBRAL,) if incidence else ()))
        closely = Incidence(lanes) if incidence else None
        if closely:
            for event in (*(f"fracture_{e}" for e in events), "death"):
                closely.open(event)
        return cls(
            start=start,
            model=model,
            alive=np.ones(lanes, dtype=bool),
            free={e: np.ones(lanes) for e in events},
            probability={e: np.zeros(lanes) for e in events},
            surviving={e: np.ones(lanes) for e in events},
            not_dead=np.ones(lanes),
            falls=np.zeros(lanes),
            qaly=np.zeros(lanes),
            last_utility=np.zeros(lanes),
            first_absorption=np.ones(lanes),
            hypocalcemia=np.zeros(lanes),
            least_calcium=np.full(lanes, np.inf),
            every_months=every_months,
            incidence=closely,
        )

    def risk(self, month: int, chances: Array, death: Array, crowd: Crowd) -> None:
        """One month; ``chances`` of fracture (sites, lanes and twins), ``death`` per year (lanes and twins)."""
        lanes = len(crowd.twin)
        dies = -np.expm1(-death / MONTHS_PER_YEAR)
        self._add("any", 1 - np.prod(1 - chances[:, :lanes], axis=0), dies[:lanes])
        for index, site in enumerate(SITES):
            self._add_of((index,), site, chances, dies, crowd)
        if self.incidence:
            others = tuple(index for index, site in enumerate(SITES) if site != "vertebra")
            self._add_of(others, NONVERTEBRAL, chances, dies, crowd)
        lived = dies[crowd.lived]
        if self.incidence:
            self.incidence.add("death", np.zeros(lanes), lived)
        self.not_dead = self.not_dead * (1 - lived)
        self.alive = self.alive & (self.start.lanes.luck("death", month) >= lived)

    def _add_of(self, sites: tuple[int, ...], event: str, chances: Array, dies: Array, crowd: Crowd) -> None:
        """The first fracture of these sites: along the twin, until one of them has broken."""
        broken = crowd.broken[list(sites)].any(axis=0)
        place = np.where((crowd.twin >= 0) & ~broken, crowd.twin, np.arange(len(crowd.twin)))
        own = [chances[site, place] for site in sites]
        self._add(event, own[0] if len(own) == 1 else 1 - np.prod(1 - np.stack(own), axis=0), dies[place])

    def _add(self, event: str, chance: Array, dies: Array) -> None:
        self.probability[event] = self.probability[event] + self.free[event] * self.surviving[event] * chance
        self.free[event] = self.free[event] * (1 - chance)
        self.surviving[event] = self.surviving[event] * (1 - dies)
        if self.incidence:
            self.incidence.add(f"fracture_{event}", chance, dies)

    def note(self, month: int, seen: Seen, crowd: Crowd) -> None:
        """Add up the month, and keep a page every quarter."""
        here = crowd.lived
        utility = seen.utility[here]
        if month:
            self._totals(month, seen, utility, here)
        else:
            self.first_absorption = seen.absorbed[here]
        self.last_utility = utility
        self._calcium(seen, here)
        if month % self.every_months == 0:
            self.pages.append(self._page(seen, here) | self._broken(crowd))
            self.least_calcium = np.full_like(self.least_calcium, np.inf)
            self.years.append(seen.years)
            self.alive_pages.append(self.alive.copy())

    def _calcium(self, seen: Seen, here: Index) -> None:
        """Severe hypocalcemia happens to the living, once; the lowest calcium is that of the quarter."""
        least = seen.least_calcium[here]
        self.least_calcium = np.minimum(self.least_calcium, least)
        low = (least < self.model.body.mineral.severe_hypocalcemia).astype(np.float64)
        self.hypocalcemia = np.maximum(self.hypocalcemia, low * self.not_dead)

    def _totals(self, month: int, seen: Seen, utility: Array, here: Index) -> None:
        who = self.start.who
        expected = seen.relative_falls[here] * average_falls(who, seen.years, self.model) / MONTHS_PER_YEAR
        if self.incidence:
            self.incidence.fell(self.not_dead, expected)
        fell = count(self.start.lanes.luck("fall", month), expected)
        there = self.not_dead if self.start.lanes.central else self.alive
        self.falls = self.falls + there * (expected if self.start.lanes.central else fell)
        weight = wellbeing.discount(seen.years, self.model.number("wellbeing.discount_rate", "1/year"))
        gained = (self.last_utility + utility) / 2 / MONTHS_PER_YEAR * weight
        self.qaly = self.qaly + there * gained

    def _page(self, seen: Seen, here: Index) -> dict[str, Array]:
        state = selected(seen.state, here)
        measured = observe.instruments(state.fast, self.model.observe)
        change = observe.markers(state.bone, self.start.state.bone, self.model.body.bone)
        page = {f"fracture_{event}": p.copy() for event, p in self.probability.items()}
        page |= {
            "death": 1 - self.not_dead,
            "falls": self.falls.copy(),
            "bmd": seen.density[here],
            "bmd_change": PERCENT * (seen.density[here] / self.start.density - 1),
            "bmd_total_hip_change": PERCENT * (change.density - 1),
            "bmd_femoral_neck_change": PERCENT * (change.density_neck - 1),
            "bmd_spine_change": PERCENT * (change.density_spine - 1),
            "ctx_change": PERCENT * (change.ctx - 1),
            "p1np_change": PERCENT * (change.p1np - 1),
            "utility": self.last_utility.copy(),
            "qaly": self.qaly.copy(),
            "on_bone_drug": seen.on_bone_drug[here],
            "calcium_intake": seen.calcium_intake[here],
            "calcium": seen.calcium[here],
            "calcium_lowest": self.least_calcium.copy(),
            "phosphate": seen.phosphate[here],
            "pth": seen.pth[here],
            "hypocalcemia": self.hypocalcemia.copy(),
            "calcium_absorption": seen.absorbed[here] / self.first_absorption,
        }
        page |= {name: np.asarray(value) for name, value in measured._asdict().items()}
        if self.incidence:
            fast = state.fast
            page |= {"norepinephrine": fast.stress.norepinephrine, "cortisol": fast.stress.cortisol}
            page |= {"cytokines": fast.inflammation.cytokines, **self.incidence.page()}
        return page

    def _broken(self, crowd: Crowd) -> dict[str, Array]:
        """Which sites this life's chance has broken since the start, 1 or 0; noted with the incidence only."""
        if not self.incidence:
            return {}
        return {f"broken_{site}": crowd.broken[row].astype(np.float64) for row, site in enumerate(SITES)}

    def close(self) -> tuple[Array, dict[str, Array], Mask]:
        """Times in years, outcomes (times, lanes), alive (times, lanes)."""
        values = {name: np.stack([page[name] for page in self.pages]) for name in self.pages[0]}
        return np.array(self.years), values, np.stack(self.alive_pages)
