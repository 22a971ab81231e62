"""One table of a target file, read field by field; a fault names file, table, field, rule and value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from boneloop.errors import TargetError


class Table:
    """The fields of a table; what is never asked for is refused by ``end``."""

    def __init__(self, fields: Any, place: str) -> None:
        if not isinstance(fields, Mapping):
            raise TargetError(place, "a table of fields", fields)
        self.fields, self.place = fields, place
        self._known: list[str] = []

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def fault(self, name: str, rule: str) -> TargetError:
        """The error that names this field."""
        return TargetError(f"{self.place}, {name}", rule, self.fields.get(name, ""))

    def text(self, name: str, usual: str | None = None) -> str:
        """Some text; ``usual`` where it is left out, None: it must be there."""
        value = self._value(name, usual)
        if not isinstance(value, str) or (usual is None and not value.strip()):
            raise self.fault(name, "some text")
        return value.strip()

    def one_of(self, name: str, allowed: Iterable[str], usual: str | None = None) -> str:
        """A word out of a list."""
        words, value = tuple(allowed), self._value(name, usual)
        if value not in words and value != usual:
            raise self.fault(name, f"one of {', '.join(words)}")
        return str(value)

    def number(self, name: str, low: float = -math.inf, high: float = math.inf) -> float:
        """A number from ``low`` to ``high``; it must be there."""
        return number(self._value(name, None), f"{self.place}, {name}", low, high)

    def optional(self, name: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """A number, or None where it is left out."""
        self._known.append(name)
        return self.number(name, low, high) if name in self.fields else None

    def whole(self, name: str, least: int) -> int | None:
        """A whole number of at least ``least``, or None where it is left out."""
        value = self._value(name, ())
        if value == ():
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.fault(name, f"a whole number, {least} or more")
        return value

    def flag(self, name: str) -> bool:
        """true or false; false where it is left out."""
        value = self._value(name, False)
        if not isinstance(value, bool):
            raise self.fault(name, "true or false")
        return value

    def words(self, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """A list of words out of a list; empty where it is left out."""
        known, values = tuple(allowed), self._value(name, [])
        if not isinstance(values, list) or any(value not in known for value in values):
            raise self.fault(name, f"a list of some of {', '.join(known)}")
        if len(set(values)) < len(values):
            raise self.fault(name, "each only once")
        return tuple(values)

    def pair(self, name: str) -> tuple[float, float] | None:
        """Two numbers, the lower first, or None where it is left out."""
        value = self._value(name, ())
        if value == ():
            return None
        if not isinstance(value, list) or len(value) != 2:
            raise self.fault(name, "two numbers, [low, high]")
        low, high = (number(one, f"{self.place}, {name}") for one in value)
        if low >= high:
            raise self.fault(name, "[low, high], low below high")
        return low, high

    def raw(self, name: str, usual: Any = None) -> Any:
        """The value as it stands."""
        return self._value(name, usual if usual is not None else ())

    def end(self) -> None:
        """Raises TargetError for a field that nobody has asked for."""
        for name in self.fields:
            if name not in self._known:
                raise TargetError(f"{self.place}, {name}", f"no such field; there are {', '.join(self._known)}")

    def _value(self, name: str, usual: Any) -> Any:
        if name not in self._known:
            self._known.append(name)
        if name not in self.fields and usual is None:
            raise TargetError(f"{self.place}, {name}", "this field must be there")
        return self.fields.get(name, usual)


def number(value: Any, place: str, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number from ``low`` to ``high``."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TargetError(place, "a number", value)
    if not low <= value <= high:
        if math.isinf(high):
            raise TargetError(place, f"{low:g} or more", value)
        raise TargetError(place, f"{low:g} to {high:g}", value)
    return float(value)
