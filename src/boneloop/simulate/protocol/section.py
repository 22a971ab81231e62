"""Section: one table of a protocol; asked for a key it gives the value, or writes down what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeVar

from boneloop.simulate.protocol import quantity
from boneloop.simulate.protocol.lines import Path
from boneloop.simulate.protocol.page import Page, meant
from boneloop.simulate.protocol.quantity import Calendar, QuantityError

T = TypeVar("T")
MOST = 1_000_000
"""Of doses, and of times of rows for each patient."""


class Section:
    """A table at ``path`` of the page; what is not there is None."""

    def __init__(self, page: Page, path: Path, table: Mapping[str, Any]) -> None:
        self.page, self.path, self.table = page, path, table

    def __contains__(self, key: str) -> bool:
        return key in self.table

    def only(self, known: Collection[str]) -> None:
        """Write down every key that is not among the known ones."""
        for key in self.table:
            if key not in known:
                self.page.unknown((*self.path, key), key, known)

    def fault(self, rule: str, value: object = "", key: str | None = None) -> None:
        """Write down that the table, or one key of it, breaks a rule."""
        self.page.fault((*self.path, key) if key else self.path, rule, value)

    def text(self, key: str) -> str | None:
        """A word or a sentence."""
        return self._value(key, _a_text)

    def choice(self, key: str, known: Collection[str], default: str) -> str:
        """One of some words."""
        value = self.text(key)
        if value is not None and value not in known:
            self.page.unknown((*self.path, key), value, known, "word")
            return default
        return default if value is None else value

    def whole(self, key: str, least: int = 1, most: int = MOST) -> int | None:
        """A whole number."""
        return self._value(key, lambda value: _a_whole_number(value, least, most))

    def amount(self, key: str, wanted: str, example: str, above: float | None = None) -> float | None:
        """A quantity in the ``wanted`` unit."""
        return self._value(key, lambda value: _above(quantity.amount(value, wanted, example), above))

    def time(self, key: str, calendar: Calendar, example: str, negative: str = "", above: float | None = None) -> Any:
        """A time in hours, 0 or later, later than ``above`` where that is given; ``negative`` is said of others."""

        def read(value: Any) -> float:
            return _not_negative(_above(quantity.time(value, calendar, example), above), negative)

        return self._value(key, read)

    def times(self, key: str, calendar: Calendar, example: str, negative: str = "") -> tuple[float, ...] | None:
        """A list of times in hours, 0 or later."""
        return self._values(key, lambda value: _not_negative(quantity.time(value, calendar, example), negative))

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of words; a single word is a list of one."""
        if isinstance(self.table.get(key), str):
            return (self.table[key],)
        return self._values(key, _a_text)

    def wholes(self, key: str) -> tuple[int, ...] | None:
        """A list of whole numbers from 1 on."""
        return self._values(key, lambda value: _a_whole_number(value, 1, MOST))

    def number(self, key: str, read: Callable[[Any], float]) -> float | None:
        """A value by a reader that raises QuantityError."""
        return self._value(key, read)

    def _value(self, key: str, read: Callable[[Any], T]) -> T | None:
        if key not in self.table:
            return None
        try:
            return read(self.table[key])
        except QuantityError as rule:
            self.fault(str(rule), self.table[key], key)
            return None

    def _values(self, key: str, read: Callable[[Any], T]) -> tuple[T, ...] | None:
        if key not in self.table:
            return None
        values, found = self.table[key], list[T]()
        if not isinstance(values, list):
            self.fault("a list: [..., ...]", values, key)
            return None
        for value in values:
            try:
                found.append(read(value))
            except QuantityError as rule:
                self.fault(str(rule), value, key)
        return tuple(found)


def one(page: Page, name: str) -> Section | None:
    """The table [name] of a page; None where there is none."""
    if name not in page.document:
        return None
    table = page.document[name]
    if isinstance(table, dict):
        return Section(page, (name,), table)
    page.fault((name,), f"a table: [{name}]" + (", once" if isinstance(table, list) else ""))
    return None


def each(page: Page, name: str) -> Iterator[Section]:
    """The tables [[name]] of a page."""
    tables = page.document.get(name, [])
    if isinstance(tables, list):
        for number, table in enumerate(tables):
            if isinstance(table, dict):
                yield Section(page, (name, number), table)
            else:
                page.fault((name, number), f"each is a table: [[{name}]]", table)
    else:
        page.fault((name,), f"each is a table of its own, with two brackets: [[{name}]]")


def known(word: str, words: Collection[str], what: str) -> str:
    """The word, if it is among those.

    Raises QuantityError with what may have been meant.
    """
    if word in words:
        return word
    raise QuantityError(f"unknown {what}; {meant(word, words)}")


def _a_text(value: Any) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise QuantityError("some text in quotes")


def _a_whole_number(value: Any, least: int, most: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise QuantityError(f"a whole number from {least} to {most:,}")


def _above(value: float, bound: float | None) -> float:
    if bound is None or value > bound:
        return value
    raise QuantityError(f"more than {bound:g}")


def _not_negative(value: float, said: str) -> float:
    if value >= 0:
        return value
    raise QuantityError(said or "a time from the start of the protocol on, 0 or later")
