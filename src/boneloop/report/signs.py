"""How a number looks: a real minus sign, no negative zero, and none of the annotations of unit codes."""

from __future__ import annotations

import math
import re

MINUS = "\u2212"
NOT_DEFINED = "not defined"
_UNIT_ANNOTATION = re.compile(r"\s*\{[^{}]*\}")
_HYPHEN_FOR_MINUS = re.compile(r"(?<![\w.)-])-(?=\d)")


def number(value: float, decimals: int) -> str:
    """A number with a real minus sign and no negative zero."""
    if not math.isfinite(value):
        return NOT_DEFINED
    text = f"{abs(value):.{decimals}f}"
    return MINUS + text if value < 0 and float(text) else text


def readable(text: str) -> str:
    """Text of a record or a score with real minus signs and without the annotations of unit codes ("{T-score}")."""
    return _HYPHEN_FOR_MINUS.sub(MINUS, _UNIT_ANNOTATION.sub("", text))
