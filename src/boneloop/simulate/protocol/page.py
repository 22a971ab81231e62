"""Page: a protocol's text as it is read, and everything that is found wrong with it, each thing with its line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from typing import Any

from boneloop.errors import ProtocolError
from boneloop.simulate.protocol.lines import Path, line_of, lines_of

_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_TWICE = re.compile(r"Cannot (?:declare|overwrite)|twice")


class Page:
    """The document of a file; faults are collected, so that all of them can be said at once.

    name   how the file is called in messages
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self._faults = name, list[tuple[int, ProtocolError]]()
        self.document, self.lines = self._parsed(data)

    def _parsed(self, data: bytes) -> tuple[dict[str, Any], dict[Path, int]]:
        try:
            text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
            return tomllib.loads(text), lines_of(text)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise ProtocolError(f"{self.name}, line {line}", "a protocol is a text file in UTF-8") from None
        except (ValueError, RecursionError) as error:  # a number of thousands of digits, a thousand brackets
            raise self._not_toml(str(error), text) from None

    def _not_toml(self, message: str, text: str) -> ProtocolError:
        at = _LINE.search(message)
        line = int(at.group(1)) if at else text.count("\n") + 1
        said = _LINE.sub("", message).removesuffix(" (at end of document)")
        printed = text.splitlines()[line - 1].strip() if line <= len(text.splitlines()) else ""
        if _TWICE.search(said):
            hint = "; several patients are written [[people]]" if "patient" in said + printed else ""
            return ProtocolError(f"{self.name}, line {line}", f"the same name stands here a second time{hint}", printed)
        return ProtocolError(f"{self.name}, line {line}", f"a protocol is a TOML file: {said}", printed)

    def line(self, path: Path) -> int:
        """The line on which something stands."""
        return line_of(self.lines, path)

    def fault(self, path: Path, rule: str, value: object = "") -> None:
        """Write down that what stands at ``path`` breaks a rule."""
        line = self.line(path)
        place = ", ".join((f"{self.name}, line {line}", *_spoken(path)))
        self._faults.append((line, ProtocolError(place, rule, value)))

    def unknown(self, path: Path, word: str, known: Iterable[str], what: str = "key") -> None:
        """Write down a word that nobody knows, with those that look like it, or with all there are."""
        self.fault(path, f"unknown {what}; {meant(word, known)}", word)

    def check(self) -> None:
        """Raise one ProtocolError that holds every fault, in the order of the lines; nothing if there is none."""
        if self._faults:
            ordered = sorted(self._faults, key=lambda fault: fault[0])
            raise ProtocolError.of([fault for _, fault in ordered])


def meant(word: str, known: Iterable[str]) -> str:
    """What somebody who wrote this word may have meant."""
    names = list(known)
    close = difflib.get_close_matches(word, names, n=2, cutoff=0.6)
    return "did you mean " + " or ".join(close) + "?" if close else "known are " + listed(names)


def listed(names: Sequence[str]) -> str:
    """Words in a row: a, b, c."""
    return ", ".join(names)


def _spoken(path: Path) -> tuple[str, ...]:
    """A path as a reader of the file would say it: [[give]] 2, amount."""
    if len(path) > 1 and isinstance(path[1], int):
        head, rest = f"[[{path[0]}]] {path[1] + 1}", path[2:]
    elif len(path) > 1:
        head, rest = f"[{path[0]}]", path[1:]
    else:
        return tuple(map(str, path))
    return (head, ".".join(map(str, rest))) if rest else (head,)
