"""A derived number as an entry of the registry, and the file that holds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NHANES, WPP, TEAM = "nhanes-2005-2014", "wpp-2022", "team"
_COMMAND = "python -m boneloop.calibrate.population ../shared/data"
_DIGITS = 4
"""Significant digits stored: more than the data carry, few enough to be the same on every machine."""


@dataclass(frozen=True)
class Derived:
    """One entry to be written; the fields are those of ``evidence.entry.Entry``."""

    name: str
    value: float | Sequence[float]
    unit: str
    population: str
    where: str
    status: str = "fitted"
    source: str = NHANES
    over: Sequence[float] = ()
    interval: tuple[float, float] | None = None
    spread_sd: float = 0
    note: str = ""

    def text(self, table: str) -> str:
        """The entry as TOML."""
        lines = [f"[{table}.{self.name}]", f"value = {_written(self.value)}", f'unit = "{self.unit}"']
        if self.over:
            lines += [f"over = {_written(self.over)}", 'over_unit = "year of age"']
        lines += [f"interval = {_written(self.interval)}"] if self.interval else ['interval = "not reported"']
        if self.spread_sd:
            lines.append(f'spread = {{ law = "normal", sd = {_written(self.spread_sd)} }}')
        words = ("population", "source", "where", "status")
        lines += [f'{word} = "{getattr(self, word)}"' for word in words]
        lines.append(f'checked = "{"verified" if self.status == "measured" else "not needed"}"')
        return "\n".join(lines + ([f'note = "{self.note}"'] if self.note else [])) + "\n"


def _written(value: float | Sequence[float]) -> str:
    if isinstance(value, float | int):
        return f"{float(value):.{_DIGITS}g}"
    return "[" + ", ".join(_written(float(one)) for one in value) + "]"


def file_text(table: str, about: str, entries: Iterable[Derived], command: str = _COMMAND) -> str:
    """A whole file of ``evidence/numbers``."""
    head = "".join(f"# {line}\n" for line in about.splitlines())
    made = f"# Written by `{command}`: change the derivation, not this file.\n"
    return head + made + "\n" + "\n".join(entry.text(table) for entry in entries)
