"""Lines: where each key of a TOML text stands, which the parser of the standard library does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and the numbers of array elements, from 0."""

_MARK = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}\n]', re.DOTALL
)
_KEY = re.compile(r'\s*(?:"((?:\\.|[^"\\])*)"|\'([^\']*)\'|([A-Za-z0-9_-]+))\s*([.=\]])')
_OPENS, _CLOSES = "[{", "]}"


def lines_of(text: str) -> dict[Path, int]:
    """The line of every table and every key of a text that is TOML; of tables that are repeated, each by its number.

    Keys inside of inline tables and elements of arrays have no entry: see ``line_of``.
    """
    found: dict[Path, int] = {}
    repeated: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        array = statement.startswith("[[")
        if statement.startswith("["):
            table = _table(_keys(statement.lstrip("[")), array, repeated)
            found.setdefault(table, line)
        else:
            path = table
            for key in _keys(statement):
                path = (*path, key)
                found.setdefault(path, line)
    return found


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing around it that has one; 1 for the file itself."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


def _table(keys: tuple[str, ...], array: bool, repeated: dict[Path, int]) -> Path:
    """The path of a header; a table inside of a repeated one belongs to the last of these."""
    path: Path = ()
    for position, key in enumerate(keys, start=1):
        path = (*path, key)
        if array and position == len(keys):
            repeated[path] = repeated.get(path, 0) + 1
        if path in repeated:
            path = (*path, repeated[path] - 1)
    return path


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header and each ``key = value`` with the line on which it begins."""
    begin, depth = 0, 0
    for mark in _MARK.finditer(text + "\n"):
        sign = mark.group()
        depth += (sign in _OPENS) - (sign in _CLOSES)
        if sign == "\n" and depth == 0:
            statement = text[begin : mark.start()]
            if statement.strip() and not statement.lstrip().startswith("#"):
                before = len(statement) - len(statement.lstrip())
                yield text.count("\n", 0, begin + before) + 1, statement.strip()
            begin = mark.end()


def _keys(statement: str) -> tuple[str, ...]:
    keys, at = [], 0
    while match := _KEY.match(statement, at):
        keys.append(next(part for part in match.groups()[:-1] if part is not None))
        at = match.end()
        if match.group(4) != ".":
            break
    return tuple(keys)
