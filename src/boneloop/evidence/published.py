"""Published findings: what people showed, by the code with which notes, targets and documents point to it.

findings/*.toml   title, and [CODE] about, size, low, high, measure, horizon, population, design, citation, doi,
                  checked, for_fitting, note
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

from boneloop.errors import EvidenceError

CODE = re.compile(r"\b[A-Z]{2,4}-\d\d\b")
_NAMED = re.compile(r"\b(([A-Z]{2,4})-(\d\d))\b(?: to ([A-Z]{2,4}-(\d\d))\b)?")
_READ = ("verified", "recalled")
_NEEDED = ("about", "size", "measure", "population", "citation", "checked")


@dataclass(frozen=True, slots=True)
class Finding:
    """One published result.

    code     "BMD-18"; subject: the title of its file
    about    what acts on what: "depression → BMD loss rate"
    size     as printed; low, high: its 95 % interval where one was printed
    measure  what the size is; horizon: over what time
    checked  verified (seen in the source) or recalled (still to be checked)
    doi      empty where it was not seen
    for_fitting  the model may be fitted to it; everything else is a check or context, and nothing is tuned to it
    """

    code: str
    subject: str
    about: str
    size: str
    measure: str
    population: str
    citation: str
    checked: str
    low: float | None = None
    high: float | None = None
    horizon: str = ""
    design: str = ""
    doi: str = ""
    note: str = ""
    for_fitting: bool = False

    @property
    def shown(self) -> str:
        """Size, interval, measure and time in one phrase."""
        return f"{self.size}{self._interval} {self.measure}" + (f", {self.horizon}" if self.horizon else "")

    @property
    def _interval(self) -> str:
        if self.low is not None and self.high is not None:
            return f" ({self.low:g} to {self.high:g})"
        return (
            f" (from {self.low:g})" if self.low is not None else f" (to {self.high:g})" if self.high is not None else ""
        )

    @property
    def people(self) -> str:
        """In whom, and how it was found."""
        return self.population + (f" ({self.design})" if self.design else "")

    @property
    def cited(self) -> str:
        """The citation, with its doi or PMID where that was seen."""
        if not self.doi:
            return self.citation
        return f"{self.citation}; {self.doi if self.doi.startswith('PM') else 'doi ' + self.doi}"


_FIELDS = frozenset(f.name for f in fields(Finding)) - {"code", "subject"}


@cache
def findings() -> Mapping[str, Finding]:
    """Every finding by its code, subject by subject.

    Raises EvidenceError for a file that breaks the format.
    """
    found: dict[str, Finding] = {}
    folder = resources.files("boneloop.evidence") / "findings"
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        subject = document.pop("title")
        for code, table in document.items():
            if code in found:
                raise EvidenceError(f"findings/{file.name}: {code} stands in another file too")
            found[code] = parse(code, subject, table)
    return found


def parse(code: str, subject: str, table: Mapping[str, Any]) -> Finding:
    """Check one table and make a finding of it.

    Raises EvidenceError naming the code and the field at fault.
    """
    unknown, missing = sorted(set(table) - _FIELDS), [name for name in _NEEDED if name not in table]
    if unknown or missing:
        raise EvidenceError(f"finding {code}: unknown fields {unknown}, missing fields {missing}")
    if not CODE.fullmatch(code):
        raise EvidenceError(f"finding {code}: a code is two to four capital letters, a hyphen and two digits")
    if table["checked"] not in _READ:
        raise EvidenceError(f"finding {code}: checked is one of {_READ}, not {table['checked']!r}")
    return Finding(code=code, subject=subject, **table)


def codes(text: str) -> list[str]:
    """The codes of known findings in a text, each once, in order; "FUN-01 to FUN-03" names all three."""
    named: list[str] = []
    for first, subject, low, last, high in _NAMED.findall(text):
        span = range(int(low), int(high)) if last.startswith(f"{subject}-") else ()
        named += [first, *(f"{subject}-{number:02d}" for number in span), last]
    return [code for code in dict.fromkeys(named) if code in findings()]


def told(texts: Iterable[str]) -> list[Finding]:
    """The findings that these texts name."""
    return [findings()[code] for code in codes(" ".join(texts))]
