"""The numbers of one run: every parameter the monthly life needs, drawn where it has a spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boneloop import units
from boneloop.cycle import loop, observe
from boneloop.cycle.body import bone, fracture, wellbeing
from boneloop.evidence.registry import Registry
from boneloop.kernel.vector import selected
from boneloop.simulate.lanes import Lanes, body_parameters, drawn_numbers
from boneloop.simulate.mineral_alone import sizes
from boneloop.therapy import actions, adherence, exposure
from boneloop.types import Array

Lanes_ = NDArray[np.int64] | slice


@dataclass(frozen=True)
class Model:
    """Parameters by room, floats or one per lane.

    drawn   the drawn values by id
    usual   what counts as 1 of each state of the circle, shape (states,)
    """

    registry: Registry
    drawn: dict[str, Array]
    body: loop.Parameters
    healing: fracture.Healing
    wellbeing: wellbeing.Parameters
    observe: observe.Parameters
    care: actions.Parameters
    kinetics: dict[str, exposure.Kinetics]
    adherence: adherence.Parameters
    usual: Array

    def number(self, identity: str, unit: str = "1") -> Array | float:
        """One number of the registry: its draws if it has a spread, else its value."""
        if identity in self.drawn:
            return self.drawn[identity] * units.factor(self.registry[identity].unit, unit)
        return self.registry.number(identity, unit)

    def of(self, lanes: Lanes_) -> Model:
        """The same numbers for some lanes."""
        return Model(
            registry=self.registry,
            drawn={identity: values[lanes] for identity, values in self.drawn.items()},
            body=selected(self.body, lanes),
            healing=selected(self.healing, lanes),
            wellbeing=selected(self.wellbeing, lanes),
            observe=selected(self.observe, lanes),
            care=selected(self.care, lanes),
            kinetics={name: selected(k, lanes) for name, k in self.kinetics.items()},
            adherence=selected(self.adherence, lanes),
            usual=self.usual,
        )


def _usual(p: loop.Parameters) -> Array:
    """Bone cells at rest, mineral states as listed; shares, of 1, as they are."""
    cells = [max(float(size), 1.0) for size in bone.rest(p.bone)]
    shares = [1.0] * (len(loop.FAST_NAMES) + len(fracture.State._fields))
    return np.array([*cells, *shares, *sizes(p.mineral_engine)])


def prepare(registry: Registry, lanes: Lanes, given: dict[str, Array] | None = None) -> Model:
    """Draw the uncertain numbers and make every room's parameters from them.

    given  values by id, one per lane, to live by instead of drawing any
    """
    drawn = drawn_numbers(registry, lanes) if given is None else given
    return Model(
        registry=registry,
        drawn=drawn,
        body=body_parameters(registry, drawn),
        healing=registry.parameters(fracture.Healing, "healing", drawn),
        wellbeing=registry.parameters(wellbeing.Parameters, "wellbeing", drawn),
        observe=registry.parameters(observe.Parameters, "observe", drawn),
        care=actions.parameters(registry, drawn),
        kinetics=exposure.kinetics(registry, drawn),
        adherence=adherence.parameters(registry, drawn),
        usual=_usual(body_parameters(registry, {})),
    )
