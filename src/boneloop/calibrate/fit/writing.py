"""The file of a fit, written as a person would: few digits, one number after another, one row of the matrix a line.

Digits are as few as the law bears: where a sum of numbers is known far better than each of them, rounding must not
move the sum.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import numpy as np

from boneloop.calibrate.fit.fitted import Fitted, Replacement
from boneloop.evidence.entry import Spread
from boneloop.types import Array

_DIGITS = 4
_CORRELATION_DECIMALS = 4
"""Of the matrix; more where its smallest eigenvalue needs them."""
_SHRINK = 1e-3
_FAINT = 1e-10


def write(result: Fitted, folder: Path) -> Path:
    """Write ``STAGE.toml`` into the folder; the same bytes for the same result."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.stage}.toml"
    path.write_text(text(result), encoding="utf-8", newline="\n")
    return path


def text(result: Fitted) -> str:
    """The whole file."""
    parts = [_head(result), *(_direction(d.deviation, d.loadings) for d in result.directions)]
    best_known = math.sqrt(_smallest(result.correlation))
    parts += [_replacement(number, result.where, best_known) for number in result.replaced]
    if result.names:
        parts.append(_joint(result.names, result.correlation))
    return "\n".join(parts)


def _head(result: Fitted) -> str:
    lines = [
        "# Written by the command below: change the fit or its targets, not this file.",
        "[fit]",
        f"title = {_string(result.title)}",
        f"about = {_string(result.about)}",
        f"command = {_string(f'python -m boneloop.calibrate.fit {result.stage} --seed {result.seed}')}",
        f"seed = {result.seed}",
        f"targets = {_strings(result.targets)}",
        f"uninformed = {_strings(result.uninformed)}",
        f"posterior = {_string(result.how)}",
        f"informed = {result.informed:.1f}  # numbers' worth of what the targets told, of {len(result.names)}",
    ]
    if result.effective is not None:
        lines.append(f"effective_draws = {result.effective:.0f}")
    if result.residuals:
        lines += [f"results = {len(result.residuals)}", f"chi_square = {result.chi_square:.1f}"]
    return "\n".join(lines) + "\n"


def _direction(deviation: float, loadings: Iterable[tuple[str, float]]) -> str:
    told = ", ".join(f"{_string(name)} = {loading:.2f}" for name, loading in loadings)
    return f"[[direction]]\nspread = {deviation:.2g}  # of the prior's\nof = {{ {told} }}\n"


def _smallest(correlation: Array) -> float:
    """The smallest eigenvalue: what the best known direction varies of what it would without correlation."""
    return float(max(np.linalg.eigvalsh(correlation)[0], _FAINT)) if len(correlation) else 1.0


def _replacement(number: Replacement, where: str, best_known: float) -> str:
    finest = _scale(number.spread, number.value) * best_known
    lines = [
        f'[replace."{number.id}"]',
        f"value = {written(number.value, finest)}",
        f"spread = {_spread(number.spread)}",
    ]
    if number.interval:
        lines.append(f"interval = [{written(number.interval[0], finest)}, {written(number.interval[1], finest)}]")
    lines += [
        f"source = {_string(number.source)}",
        f"where = {_string(where)}",
        'status = "fitted"',
        'checked = "not needed"',
        f"note = {_string(number.note)}",
    ]
    return "\n".join(lines) + "\n"


def _scale(spread: Spread, value: float) -> float:
    """About one standard deviation of the number, in its own unit."""
    if spread.law == "fixed":
        return abs(value)
    low, high = spread.at_score(value, np.array([-1.0, 1.0]))
    return float(high - low) / 2


def written(value: float, scale: float) -> str:
    """A number with four digits, or more where a hundredth of ``scale`` needs them."""
    digits = _DIGITS
    if value and scale:
        digits = max(digits, math.floor(math.log10(abs(value))) - math.floor(math.log10(scale / 100)) + 1)
    return f"{value:.{min(digits, 12)}g}"


def _spread(spread: Spread) -> str:
    blank = Spread()
    said = [f"law = {_string(spread.law)}"]
    for part in fields(spread):
        size = getattr(spread, part.name)
        wanted = size != getattr(blank, part.name) or (spread.law == "logitnormal" and part.name in ("low", "high"))
        if part.name != "law" and wanted:
            said.append(f"{part.name} = {size:.{_DIGITS}g}")
    return "{ " + ", ".join(said) + " }"


def _joint(names: tuple[str, ...], correlation: Array) -> str:
    decimals = _decimals(correlation)
    rows = [", ".join(f"{r:.{decimals}g}" for r in row) for row in rounded(correlation)]
    lines = ["[joint]", "names = [", *(f"  {_string(name)}," for name in names), "]"]
    return "\n".join([*lines, "correlation = [", *(f"  [{row}]," for row in rows), "]"]) + "\n"


def _decimals(correlation: Array) -> int:
    """So many that rounding is a hundredth of the smallest eigenvalue, four at least."""
    return max(_CORRELATION_DECIMALS, math.ceil(-math.log10(_smallest(correlation))) + 2)


def rounded(correlation: Array) -> Array:
    """The matrix as it is written, drawn towards independence by a thousandth at a time until it can be drawn from."""
    matrix, eye = (correlation + correlation.T) / 2, np.eye(len(correlation))
    while True:
        decimals = _decimals(matrix)
        found = np.round(matrix, decimals)
        np.fill_diagonal(found, 1.0)
        if not len(found) or np.linalg.eigvalsh(found)[0] > 10.0**-decimals:
            return np.asarray(found)
        matrix = (1 - _SHRINK) * matrix + _SHRINK * eye


def _string(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _strings(words: Iterable[str]) -> str:
    told = [_string(word) for word in words]
    line = f"[{', '.join(told)}]"
    return line if len(line) <= 100 else "[\n" + "".join(f"  {word},\n" for word in told) + "]"
