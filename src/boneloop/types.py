"""The few types that every room shares."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Scalar: TypeAlias = Any
"""One patient's number: a float, an array over patients, a JAX value, or a node of the kernel's recorder."""

Array: TypeAlias = NDArray[np.float64]
"""A float64 array; its shape stands in the docstring of whatever holds it."""

Mask: TypeAlias = NDArray[np.bool_]
"""Yes or no, one per lane."""

Index: TypeAlias = NDArray[np.int64]
"""Places in an array."""


class Unit:
    """The unit in which the code holds a number: ``Annotated[Scalar, Unit("1/day")]``."""

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol

    def __repr__(self) -> str:
        return f"Unit({self.symbol!r})"


Fraction: TypeAlias = Annotated[Scalar, Unit("1")]
PerDay: TypeAlias = Annotated[Scalar, Unit("1/day")]
Days: TypeAlias = Annotated[Scalar, Unit("day")]
Years: TypeAlias = Annotated[Scalar, Unit("year")]
PerYear: TypeAlias = Annotated[Scalar, Unit("1/year")]
GramsPerSquareCentimeter: TypeAlias = Annotated[Scalar, Unit("g/cm2")]


class Known(StrEnum):
    """Yes, no, or not known: the third is never read as the second."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    __hash__ = str.__hash__  # that of Enum is slower, and not the one of the text that it is equal to

    @classmethod
    def of(cls, value: bool | None) -> Known:
        """``None`` is unknown."""
        return cls.UNKNOWN if value is None else cls.YES if value else cls.NO


class Sex(StrEnum):
    """Sex as the reference tables and the risk engines use it."""

    FEMALE = "female"
    MALE = "male"
