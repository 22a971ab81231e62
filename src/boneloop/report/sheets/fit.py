"""How large the letters of a sheet are on paper: as large as what stands on it allows.

The room that text takes grows with the number of its letters and with the square of their size. The size of a page is
therefore fill / sqrt(letters), between the smallest that can be read and the largest that looks like print. ``fill`` is
measured in a browser by the tests that count pages; everything else on paper is in units of that size.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from unicodedata import east_asian_width

from boneloop.report.sheets.capped import Capped

END_OF_LINE = 22
"""Letters that the end of a paragraph costs: what is left empty of its last line."""
WIDE = ("W", "F")


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of page: see above; sizes in points."""

    fill: float
    smallest: float
    largest: float

    def size(self, letters: float) -> float:
        """Size of the letters, points, to a tenth."""
        wanted = self.fill / math.sqrt(max(1.0, letters))
        return math.floor(10 * min(self.largest, max(self.smallest, wanted))) / 10


def letters(part: object) -> float:
    """How much of a line's length something takes on paper; what only the screen shows takes none."""
    if isinstance(part, str):
        wide = sum(east_asian_width(letter) in WIDE for letter in part)
        return float(len(part) + wide + END_OF_LINE) if part else 0.0
    if isinstance(part, Capped):
        return letters(part.shown)
    if is_dataclass(part):
        return _together(getattr(part, field.name) for field in fields(part))
    if isinstance(part, (tuple, list)):
        return sum(map(letters, part))
    return 0.0


def _together(parts: Iterable[object]) -> float:
    """Several short texts on one line: only one end of a line."""
    each = [found for part in parts if (found := letters(part))]
    return sum(each) - END_OF_LINE * (len(each) - 1) if each else 0.0
