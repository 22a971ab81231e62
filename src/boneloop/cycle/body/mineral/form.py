"""Form: the same functions as published, with jumps and corners, or smooth.

Three places of the model are not smooth as printed: the Runx2 signal jumps when Bcl-2 passes a threshold, calcium and
phosphate leave through the kidney only above a threshold, and phosphate acts on the hydroxylase only above its
baseline. A form says how such a place is taken. Widths are data (``Smoothing``); the published form does not use them.

    above(x)         1 where x > 0, else 0                 smooth: (1 + tanh(x/w))/2
    positive(x)      the larger of x and 0                 smooth: (x + sqrt(x² + w²))/2
    never_below(x)   x itself, as printed                  smooth: positive(x), so that no production turns negative
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import MillimolesPerHour, ModelUnits
from boneloop.mathematics import maximum, smooth_positive, smooth_step, step
from boneloop.types import Fraction, Scalar

Switch = Callable[[Scalar, Scalar], Scalar]
"""A function of what is switched and of the width over which it is."""


class Smoothing(NamedTuple):
    """Widths over which the smooth form takes a place that is not smooth as printed."""

    bcl2_threshold: ModelUnits
    urine_calcium: MillimolesPerHour
    urine_phosphate: MillimolesPerHour
    hydroxylase_effect: Fraction
    hydroxylase_floor: Fraction


class Form(NamedTuple):
    """How the three kinds of places are taken."""

    above: Switch
    positive: Switch
    never_below: Switch


PUBLISHED = Form(
    above=lambda x, width: step(x),
    positive=lambda x, width: maximum(x, 0),
    never_below=lambda x, width: x,
)
SMOOTH = Form(above=smooth_step, positive=smooth_positive, never_below=smooth_positive)
