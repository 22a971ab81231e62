"""A list in two parts: what stands on paper, and what only the screen shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Capped(Generic[One]):
    """``shown`` stands on paper and on the screen, ``more`` on the screen alone; the paper says how many there are."""

    shown: tuple[One, ...]
    more: tuple[One, ...]

    @classmethod
    def of(cls, items: Iterable[One], most: int) -> Capped[One]:
        """The first ``most`` on paper."""
        every = tuple(items)
        return cls(every[:most], every[most:])
