"""Which module reads a number: found in the source itself, so that it cannot go out of date.

A number is read by a parameter class (a field of a class whose table is the name of its file, of the class, or the text
given to ``parameters``), by its id in a string, or by a string put together around it (``f"hazard.{site}_female"``).
Rules and questionnaires may name it in their TOML.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_APART = ("evidence", "bench")
"""Rooms that keep numbers or time the work; what reads a number stands elsewhere."""
_ANY = "\0"
"""Stands for whatever is put into a string."""
_ID = re.compile(rf"[a-z0-9_{_ANY}]*[a-z]{{2}}[a-z0-9_{_ANY}]*\.[a-z0-9_{_ANY}]+|{_ANY}\.([a-z0-9_]{{3,}}|{_ANY})")
_GIVEN = re.compile(r"\bparameters\(\s*(?:\w+\.)*(\w+),\s*f?\"([\w{}]+)\"")
_ASKS = re.compile(r"\.number\(|\.at\(|registry\b|\bRegistry\b|\bload\(")
"""A module without any of these asks the registry nothing: its strings name places of care, not numbers."""


def users(identity: str) -> tuple[str, ...]:
    """Modules and rule files that read a number, as paths below the package, in alphabetical order.

    Empty for a number that nothing reads: it stands as the basis of another one.
    """
    table, _, name = identity.partition(".")
    named = re.compile(rf"(?<![\w.]){re.escape(identity)}(?![\w.])")
    found = {place for place, text in _texts(".toml") if identity in text and named.search(text)}
    for place, text in _texts(".py"):
        if _declares(place, text, table, name) or _asks(place, text, identity):
            found.add(place)
    return tuple(sorted(found))


def _declares(place: str, text: str, table: str, name: str) -> bool:
    """Whether a class of this module has the field, and the table as its own."""
    if f"\n    {name}: " not in text:
        return False
    folder, _, file = place.removesuffix(".py").rpartition("/")
    stem = folder.rpartition("/")[2] if file == "__init__" else file
    return any(
        name in fields
        and (table in (stem, kind.lower()) or any(k == kind and re.fullmatch(t, table) for k, t in _given()))
        for kind, fields in _fields(place, text)
    )


def _asks(place: str, text: str, identity: str) -> bool:
    """Whether a module asks the registry for it by its id, or by a string put together."""
    table, _, name = identity.partition(".")
    if table.partition("_")[0] not in text:
        return False
    strings = _strings(place, text)
    apart = f"{_ANY}.{_ANY}" in strings and f'"{table}"' in text and f'"{name}"' in text
    return apart or any(_pattern(string).fullmatch(identity) for string in strings)


@cache
def _fields(place: str, text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Name and fields of every class of a module."""
    classes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef))
    return tuple(
        (node.name, frozenset(getattr(part.target, "id", "") for part in node.body if isinstance(part, ast.AnnAssign)))
        for node in classes
    )


@cache
def _given() -> frozenset[tuple[str, str]]:
    """Class, and what the table looks like, of every ``parameters(Class, "table")``."""
    found = ((kind, table) for _, text in _texts(".py") for kind, table in _GIVEN.findall(text))
    return frozenset((kind, re.sub(r"\{\w+\}", r"\\w+", table)) for kind, table in found)


@cache
def _strings(place: str, text: str) -> tuple[str, ...]:
    """Every string of a module that looks like an id, or like one with something put into it; none where none is."""
    if not _ASKS.search(text):
        return ()
    tree = ast.parse(text)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    found = (_text(node) for node in ast.walk(tree) if id(node) not in inside)
    return tuple(dict.fromkeys(string for string in found if _ID.fullmatch(string)))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else _ANY for part in node.values)
    return ""


@cache
def _pattern(string: str) -> re.Pattern[str]:
    """What an id must look like; a name without its sex may be read for either (``population.pain_mean``)."""
    if string == f"{_ANY}.{_ANY}":
        return re.compile("(?!)")
    return re.compile("[a-z0-9_]+".join(re.escape(part) for part in string.split(_ANY)) + "(_female|_male)?")


@cache
def _texts(suffix: str) -> tuple[tuple[str, str], ...]:
    return tuple((place, file.read_text("utf-8")) for place, file in _files(resources.files("boneloop"), "", suffix))


def _files(folder: Traversable, path: str, suffix: str) -> Iterator[tuple[str, Traversable]]:
    for item in sorted(folder.iterdir(), key=lambda one: one.name):
        if item.is_dir():
            if (path or item.name not in _APART) and item.name != "__pycache__":
                yield from _files(item, f"{path}{item.name}/", suffix)
        elif item.name.endswith(suffix):
            yield f"{path}{item.name}", item
