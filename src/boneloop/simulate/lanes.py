"""Lanes: each lane is one person in one draw. Patients come one after another, each with all its draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from boneloop.cycle import loop
from boneloop.cycle.body.mineral import parameters as engine
from boneloop.evidence.draws import draw as draw_numbers
from boneloop.evidence.registry import Registry
from boneloop.patient.profile import Profile
from boneloop.simulate.chance import Words, key_of, uniform
from boneloop.types import Array, Sex


@dataclass(frozen=True)
class Lanes:
    """Who runs where.

    patients  the profiles; draws, seed: as asked
    patient   index of the profile of each lane, shape (lanes,)
    draw      number of the draw of each lane, from 0
    key       64-bit key of the patient of each lane
    age       years at the start
    male      True for men
    central   no luck at all: every draw is the middle one
    """

    patients: tuple[Profile, ...]
    draws: int
    seed: int
    patient: NDArray[np.int64]
    draw: NDArray[np.int64]
    key: Words
    age: Array
    male: NDArray[np.bool_]
    central: bool = False

    @property
    def count(self) -> int:
        """How many lanes there are."""
        return len(self.draw)

    def luck(self, event: str, step: int = 0) -> Array:
        """One number in (0, 1) per lane for this event at this step."""
        if self.central:
            return np.full(self.count, 1 / 2)
        return uniform(self.seed, self.key, event, step, self.draw)

    def of(self, index: int) -> slice:
        """The lanes of one patient."""
        return slice(index * self.draws, (index + 1) * self.draws)

    def by_sex(self, registry: Registry, name: str, age: Array, unit: str = "1") -> Array:
        """A population curve ``name_female``/``name_male`` at each lane's ``age``."""
        women = registry.at(f"{name}_female", age, unit)
        return np.where(self.male, registry.at(f"{name}_male", age, unit), women)


def arrange(patients: Sequence[Profile], draws: int, seed: int, central: bool = False) -> Lanes:
    """Give every patient ``draws`` lanes."""
    people = np.repeat(np.arange(len(patients)), draws)
    keys = np.array([key_of(p.id) for p in patients], dtype=np.uint64)
    return Lanes(
        patients=tuple(patients),
        draws=draws,
        seed=seed,
        patient=people,
        draw=np.tile(np.arange(draws), len(patients)),
        key=keys[people],
        age=np.array([p.age for p in patients])[people],
        male=np.array([p.sex is Sex.MALE for p in patients])[people],
        central=central,
    )


def drawn_numbers(registry: Registry, lanes: Lanes) -> dict[str, Array]:
    """The registry's uncertain numbers, drawn once per draw, the same for all patients; by id, shape (lanes,).

    Central lanes draw nothing: every number is as it stands in the registry.
    """
    if lanes.central:
        return {}
    values = draw_numbers(registry, lambda identity: mirrored(lanes.seed, identity, lanes.draws))
    return {identity: value[lanes.draw] for identity, value in values.items()}


def mirrored(seed: int, identity: str, draws: int) -> Array:
    """The luck of one number, shape (draws,): each odd draw mirrors the even one before it, u and 1 - u.

    Antithetic pairs (Hammersley and Morton 1956): what lies too high in one draw lies too low in its twin, so that
    means and medians over draws err less; each draw alone has the same law as before.
    """
    numbers = np.arange(draws)
    luck = uniform(seed, 0, f"number/{identity}", 0, numbers // 2)
    return np.where(numbers % 2 == 0, luck, 1 - luck)


def body_parameters(registry: Registry, drawn: dict[str, Array]) -> loop.Parameters:
    """The parameters of every station and arrow, floats or one per lane."""
    kinds = get_type_hints(loop.Parameters)
    rooms: dict[str, Any] = {
        name: engine.read(registry, drawn) if kind is engine.Parameters else registry.parameters(kind, name, drawn)
        for name, kind in kinds.items()
    }
    return loop.Parameters(**rooms)
