"""What a chain is given, checked; and what is said where somebody's chances are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boneloop.errors import SimulationError
from boneloop.kernel.chain import Chain, Cohort, Law


@dataclass(frozen=True)
class Prepared:
    """A cohort with everything checked, and nothing copied that need not be.

    columns     of each covariate, shape (persons,), as it came
    parameters  shape (parameters,)
    start       shape (persons,), by number
    stay        shape (persons,)
    keys        shape (persons,); None is a person's number
    """

    columns: tuple[NDArray[Any], ...]
    parameters: NDArray[np.float64]
    start: NDArray[np.int64]
    stay: NDArray[Any]
    keys: NDArray[np.uint64] | None

    @property
    def persons(self) -> int:
        """How many."""
        return len(self.start)

    def everybodys_keys(self) -> NDArray[np.uint64]:
        """The keys, written out."""
        return np.arange(self.persons, dtype=np.uint64) if self.keys is None else self.keys


def prepare(cohort: Cohort, model: Chain) -> Prepared:
    """Check names and shapes. Raises ValueError saying what was expected."""
    given = cohort.parameters or {}
    for what, named, expected in (
        ("covariates", cohort.covariates, model.covariates),
        ("parameters", given, model.parameters),
    ):
        if set(named) != set(expected):
            raise ValueError(f"{what}: expected {', '.join(expected) or 'none'}; got {', '.join(named) or 'none'}")
    if cohort.cycles < 0:
        raise ValueError(f"cycles: expected 0 or more, got {cohort.cycles}")
    own: dict[str, NDArray[Any]] = {name: np.asarray(cohort.covariates[name]) for name in model.covariates}
    columns = tuple(own.values())
    start, stay = _start(cohort.start, model), np.asarray(cohort.stay)
    own |= {"start": start, "stay": stay}
    keys = None if cohort.keys is None else np.ascontiguousarray(cohort.keys, dtype=np.uint64)
    if keys is not None:
        own["keys"] = keys
    persons = _persons(own)
    return Prepared(
        tuple(np.broadcast_to(column, persons) for column in columns),
        np.array([given[name] for name in model.parameters], dtype=np.float64),
        np.broadcast_to(start, persons),
        np.broadcast_to(stay, persons),
        keys,
    )


def _persons(own: Mapping[str, NDArray[Any]]) -> int:
    sizes = {name: len(values) for name, values in own.items() if values.ndim == 1}
    deep = [name for name, values in own.items() if values.ndim > 1]
    if deep or len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise ValueError(f"persons: expected one number per person, or one for all ({told or deep[0]})")
    return next(iter(sizes.values()), 1)


def _start(start: str | Sequence[str] | NDArray[np.integer[Any]], model: Chain) -> NDArray[np.int64]:
    if isinstance(start, np.ndarray) and start.dtype.kind in "iu":
        if start.size and (start.min() < 0 or start.max() >= len(model.states)):
            raise ValueError(f"start: expected numbers from 0 to {len(model.states) - 1}")
        return start.astype(np.int64)
    number = {name: place for place, name in enumerate(model.states)}
    number[""] = 0
    names = np.asarray(start, dtype=object)
    unknown = sorted({str(name) for name in np.unique(names.astype(str)) if name not in number})
    if unknown:
        raise ValueError(f"start: there is no state {unknown[0]!r}; there are {', '.join(model.states)}")
    found, inverse = np.unique(names.astype(str), return_inverse=True)
    return np.array([number[name] for name in found], dtype=np.int64)[inverse].reshape(names.shape)


@dataclass(frozen=True)
class Offence:
    """Chances that are none: whose, in which state, in which cycle, and what they were, by move."""

    person: int
    state: int
    cycle: int
    values: tuple[float, ...]

    def error(self, model: Chain) -> SimulationError:
        """In words."""
        name = model.states[self.state]
        places = [place for place, (origin, _) in enumerate(model.moves) if origin == self.state]
        told = ", ".join(
            f"to {model.states[model.moves[place][1]]} {value:.9g}"
            for place, value in zip(places, self.values, strict=True)
        )
        rule = "expected hazards of 0 or more, and finite"
        if model.law is Law.PROBABILITIES:
            rule = "expected probabilities from 0 to 1 that sum to at most 1"
            if model.staying(self.state) is not None:
                rule = "expected probabilities from 0 to 1 that sum to 1"
        return SimulationError(
            f"person {self.person} (counted from 0), state {name!r}, cycle {self.cycle}: {rule}; got {told}"
        )
