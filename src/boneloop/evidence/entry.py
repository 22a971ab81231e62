"""One number of the registry, and the law it is drawn from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from boneloop import units
from boneloop.errors import EvidenceError
from boneloop.types import Array

STATUSES = ("measured", "fitted", "assumed")
CHECKS = ("verified", "recalled", "not needed")
LAWS = ("fixed", "normal", "lognormal", "logitnormal", "uniform")
_FIELDS = frozenset(
    (
        "value",
        "unit",
        "over",
        "over_unit",
        "interval",
        "spread",
        "population",
        "source",
        "where",
        "status",
        "checked",
        "note",
    )
)
_NEEDED = ("value", "unit", "population", "source", "where", "status", "checked")


@dataclass(frozen=True, slots=True)
class Spread:
    """How uncertain a number is: the law a forecast draws it from.

    law       fixed, normal (``sd`` in the entry's unit), lognormal (``relative``: sd divided by mean, the mean is
              kept; or ``sd_log``: sd of the logarithm, the median is kept), logitnormal (between ``low`` and ``high``,
              ``sd_logit``: sd of the logit, the median is kept), or uniform (``low``, ``high``)
    """

    law: str = "fixed"
    sd: float = 0.0
    relative: float = 0.0
    sd_log: float = 0.0
    sd_logit: float = 0.0
    low: float = 0.0
    high: float = 0.0

    def quantile(self, value: float, uniform: Array) -> Array:
        """The number at each of ``uniform`` in (0, 1), in the entry's unit."""
        from scipy.special import ndtri

        if self.law == "uniform":
            return self.low + (self.high - self.low) * uniform
        return self.at_score(value, np.asarray(ndtri(uniform)))

    def at_score(self, value: float, score: Array) -> Array:
        """The number at each standard normal ``score``, in the entry's unit."""
        from scipy.special import ndtr

        match self.law:
            case "normal":
                return value + self.sd * score
            case "lognormal" if self.relative:
                log_sd = math.sqrt(math.log1p(self.relative**2))
                return np.asarray(value * np.exp(log_sd * score - log_sd**2 / 2))
            case "lognormal":
                return np.asarray(value * np.exp(self.sd_log * score))
            case "logitnormal":
                odds = (value - self.low) / (self.high - value) * np.exp(self.sd_logit * score)
                return np.asarray(self.low + (self.high - self.low) * odds / (1 + odds))
            case "uniform":
                return np.asarray(self.low + (self.high - self.low) * ndtr(score))
            case _:
                return np.full_like(score, value)

    def score(self, value: float, number: float) -> float:
        """The standard normal score at which the law gives ``number``: the inverse of ``at_score``.

        Raises EvidenceError where the law does not reach the number.
        """
        from scipy.special import ndtri

        low, high = self.reach()
        if not low < number < high:
            raise EvidenceError(f"the law {self.law} reaches from {low:g} to {high:g}, not to {number:g}")
        match self.law:
            case "normal":
                return (number - value) / self.sd
            case "lognormal" if self.relative:
                log_sd = math.sqrt(math.log1p(self.relative**2))
                return (math.log(number / value) + log_sd**2 / 2) / log_sd
            case "lognormal":
                return math.log(number / value) / self.sd_log
            case "logitnormal":
                odds = (number - self.low) / (self.high - number), (value - self.low) / (self.high - value)
                return math.log(odds[0] / odds[1]) / self.sd_logit
            case "uniform":
                return float(ndtri((number - self.low) / (self.high - self.low)))
            case _:
                raise EvidenceError("a number without a spread has no score")

    def reach(self) -> tuple[float, float]:
        """The ends of the law, which it never touches."""
        match self.law:
            case "lognormal":
                return 0.0, math.inf
            case "logitnormal" | "uniform":
                return self.low, self.high
            case _:
                return -math.inf, math.inf


@dataclass(frozen=True, slots=True)
class Entry:
    """A number with everything a reader needs to judge it.

    value     one number, or one for each of ``over`` (a curve, read with ``at``)
    interval  the 95 % interval as printed, or "not reported"
    file      where it stands, below the folder of the evidence
    prior     the entry whose place a fit or a belief took: value, spread and source as they were before
    """

    id: str
    value: float | tuple[float, ...]
    unit: str
    population: str
    source: str
    where: str
    status: str
    checked: str
    interval: tuple[float, float] | None = None
    spread: Spread = field(default_factory=Spread)
    over: tuple[float, ...] = ()
    over_unit: str = ""
    note: str = ""
    file: str = ""
    prior: Entry | None = None

    @property
    def drawn(self) -> bool:
        """Whether a forecast draws it: one number, with a spread."""
        return self.spread.law != "fixed" and not isinstance(self.value, tuple)

    @property
    def word(self) -> str:
        """The one word that reports print: verified, recalled, fitted or assumed."""
        return self.checked if self.status == "measured" else self.status

    def number(self, unit: str) -> float:
        """The value in ``unit``."""
        if isinstance(self.value, tuple):
            raise EvidenceError(f"{self.id} is a curve over {self.over_unit}, not one number")
        return self.value * units.factor(self.unit, unit)

    def curve(self, unit: str) -> tuple[Array, Array]:
        """The knots and the values in ``unit``."""
        if not isinstance(self.value, tuple):
            raise EvidenceError(f"{self.id} is one number, not a curve")
        return np.array(self.over), np.array(self.value) * units.factor(self.unit, unit)


def parse(identity: str, table: Mapping[str, Any], file: str = "", prior: Entry | None = None) -> Entry:
    """Check one table of a TOML file and make an entry of it.

    file, prior  as in Entry
    Raises EvidenceError naming the entry and the field at fault.
    """
    unknown = sorted(set(table) - _FIELDS)
    missing = [name for name in _NEEDED if name not in table]
    if unknown or missing:
        raise EvidenceError(f"{identity}: unknown fields {unknown}, missing fields {missing}")
    if table["status"] not in STATUSES or table["checked"] not in CHECKS:
        raise EvidenceError(f"{identity}: status is one of {STATUSES}, checked one of {CHECKS}")
    if (table["status"] == "measured") == (table["checked"] == "not needed"):
        raise EvidenceError(f"{identity}: a measured number is verified or recalled; the others need no check")
    value, over = table["value"], tuple(table.get("over", ()))
    if isinstance(value, list):
        if len(value) != len(over):
            raise EvidenceError(f"{identity}: {len(value)} values over {len(over)} knots")
        value = tuple(float(v) for v in value)
    spread = Spread(**table.get("spread", {}))
    if spread.law not in LAWS:
        raise EvidenceError(f"{identity}: the law of a spread is one of {LAWS}, not {spread.law!r}")
    if spread.law == "logitnormal" and not spread.low < float(value) < spread.high:
        raise EvidenceError(f"{identity}: the value {value} lies outside its spread, {spread.low} to {spread.high}")
    interval = table.get("interval")
    return Entry(
        id=identity,
        value=value if isinstance(value, tuple) else float(value),
        unit=table["unit"],
        population=table["population"],
        source=table["source"],
        where=table["where"],
        status=table["status"],
        checked=table["checked"],
        interval=(float(interval[0]), float(interval[1])) if isinstance(interval, list) else None,
        spread=spread,
        over=tuple(float(v) for v in over),
        over_unit=table.get("over_unit", ""),
        note=table.get("note", ""),
        file=file,
        prior=prior,
    )
