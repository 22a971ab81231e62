"""How far refits are apart: the random error of a fit, beside the spread that it reports.

A refit from another seed begins elsewhere and, where the model lives people, gives them other luck. What is left of the
difference must be small against the posterior, or the spread of a forecast is partly that of the fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boneloop.calibrate.fit.fitted import Fitted
from boneloop.errors import EvidenceError
from boneloop.evidence.entry import Entry, Spread
from boneloop.evidence.registry import Registry

_SHOWN = 5


@dataclass(frozen=True)
class Apart:
    """One number in several refits.

    values    in the unit of the entry
    spread    one posterior standard deviation in that unit
    share     standard deviation between the refits, in posterior standard deviations
    stored    the difference of the first refit from the stored fit in its standard deviations; None where there is none
    """

    id: str
    values: tuple[float, ...]
    spread: float
    share: float
    stored: float | None


def apart(refits: Sequence[Fitted], registry: Registry) -> list[Apart]:
    """How far the refits of a stage are apart, number by number, and from the fit that the registry holds.

    Raises EvidenceError where two refits hold different numbers.
    """
    first, kept = refits[0], registry.fits.get(refits[0].stage)
    found = []
    for place, number in enumerate(first.replaced):
        if any(refit.replaced[place].id != number.id for refit in refits):
            raise EvidenceError(f"stage {first.stage}: the refits do not hold the same numbers")
        values = tuple(refit.replaced[place].value for refit in refits)
        deviation = one_deviation(number.value, number.spread)
        between = float(np.std(values, ddof=1)) / deviation if len(values) > 1 and deviation else 0.0
        stored = _from_stored(number.value, registry[number.id]) if kept and number.id in kept.replaced else None
        found.append(Apart(number.id, values, deviation, between, stored))
    return found


def results_apart(refits: Sequence[Fitted]) -> list[tuple[str, float]]:
    """How far the refits are apart in what they say of each result, in its standard errors, the farthest first.

    Numbers may differ along a direction that the results do not know, or because others are held elsewhere; this may
    not.
    """
    seen = np.array([refit.residuals for refit in refits])
    spread = seen.max(axis=0) - seen.min(axis=0) if seen.size else np.empty(0)
    return sorted(zip(refits[0].labels, spread.tolist(), strict=True), key=lambda pair: -pair[1])


def one_deviation(value: float, spread: Spread) -> float:
    """Half the distance between one standard deviation below and one above, in the number's unit."""
    low, high = spread.at_score(value, np.array([-1.0, 1.0]))
    return float(high - low) / 2


def _from_stored(value: float, entry: Entry) -> float | None:
    if not entry.drawn or isinstance(entry.value, tuple):
        return None
    return (value - entry.value) / one_deviation(entry.value, entry.spread)


def lines(found: Sequence[Apart], results: Sequence[tuple[str, float]] = ()) -> list[str]:
    """A row for each number; then how far apart the refits are in what they say of the results."""
    width = max(len(number.id) for number in found)
    told = [f"{'':{width}s}  between refits  from the stored fit   (in posterior standard deviations)"]
    for number in found:
        stored = "" if number.stored is None else f"{number.stored:+.2f}"
        told.append(f"{number.id:{width}s}  {number.share:14.3f}  {stored:>19s}")
    worst = max(found, key=lambda number: number.share)
    told.append(f"largest between refits: {worst.share:.3f} ({worst.id})")
    if results:
        typical = float(np.sqrt(np.mean([apart**2 for _, apart in results])))
        told.append(f"what they say of {len(results)} results is {typical:.3f} standard errors apart, typically; most:")
        told += [f"  {apart:.3f}  {label}" for label, apart in results[:_SHOWN]]
    return told
