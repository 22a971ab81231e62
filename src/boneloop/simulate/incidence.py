"""Incidence: time at risk, who is left at risk, falls and fallers, as a cohort study counts them.

Kept only where a result is compared with a published one. Events are expected ones along the lanes, not counted ones:

    rate = sum of expected events / sum of expected time at risk        risk = events / those left at risk at the start
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from boneloop.types import Array

MONTHS_PER_YEAR = 12


@dataclass
class Incidence:
    """Running totals, by event (any fracture, each site, death), shape (lanes,) each.

    exposed  person-years at risk so far; left  share that is alive and has not had the event
    falls    expected while alive; steady, once  chance of no and of one fall so far
    faller   chance of a fall before death; recurrent  of two falls or more
    """

    lanes: int
    exposed: dict[str, Array] = field(default_factory=dict)
    left: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.falls, self.faller, self.steady = np.zeros(self.lanes), np.zeros(self.lanes), np.ones(self.lanes)
        self.once, self.recurrent = np.zeros(self.lanes), np.zeros(self.lanes)

    def open(self, event: str) -> None:
        """Everybody is at risk of ``event`` and no time has passed."""
        self.exposed[event], self.left[event] = np.zeros(self.lanes), np.ones(self.lanes)

    def add(self, event: str, chance: Array, dies: Array) -> None:
        """One month in which the event has ``chance`` and death ``dies``; who leaves, leaves in its middle."""
        stays = (1 - chance) * (1 - dies)
        self.exposed[event] = self.exposed[event] + self.left[event] * (1 + stays) / 2 / MONTHS_PER_YEAR
        self.left[event] = self.left[event] * stays

    def fell(self, alive: Array, expected: Array) -> None:
        """One month with ``expected`` falls of those who are ``alive``."""
        chance = -np.expm1(-expected)
        self.falls = self.falls + alive * expected
        self.faller = self.faller + alive * self.steady * chance
        twice = chance - expected * (1 - chance)
        self.recurrent = self.recurrent + alive * (self.once * chance + self.steady * twice)
        self.once = (self.once + self.steady * expected) * (1 - chance)
        self.steady = self.steady * (1 - chance)

    def page(self) -> dict[str, Array]:
        """What is noted at one moment."""
        noted = {f"exposed_{event}": years.copy() for event, years in self.exposed.items()}
        noted |= {f"left_{event}": share.copy() for event, share in self.left.items()}
        return noted | {
            "falls_expected": self.falls.copy(),
            "faller": self.faller.copy(),
            "recurrent_faller": self.recurrent.copy(),
        }
