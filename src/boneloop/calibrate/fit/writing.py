"""The file of a fit, written as a person would: few digits, one number after another, one row of the matrix a line."""

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
_SHRINK = 1e-3


def write(result: Fitted, folder: Path) -> Path:
    """Write ``STAGE.toml`` into the folder; the same bytes for the same result."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.stage}.toml"
    path.write_text(text(result), encoding="utf-8", newline="\n")
    return path


def text(result: Fitted) -> str:
    """The whole file."""
    parts = [_head(result), *(_direction(d.deviation, d.loadings) for d in result.directions)]
    parts += [_replacement(number, result.where) for number in result.replaced]
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


def _replacement(number: Replacement, where: str) -> str:
    finest = _scale(number.spread, number.value)
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
    rows = [", ".join(f"{r:.{_CORRELATION_DECIMALS}g}" for r in row) for row in rounded(correlation)]
    lines = ["[joint]", "names = [", *(f"  {_string(name)}," for name in names), "]"]
    return "\n".join([*lines, "correlation = [", *(f"  [{row}]," for row in rows), "]"]) + "\n"


def rounded(correlation: Array) -> Array:
    """The matrix as it is written, drawn towards independence by a thousandth at a time until it can be drawn from."""
    matrix, eye = (correlation + correlation.T) / 2, np.eye(len(correlation))
    while True:
        found = np.round(matrix, _CORRELATION_DECIMALS)
        np.fill_diagonal(found, 1.0)
        if not len(found) or np.linalg.eigvalsh(found)[0] > 10.0**-_CORRELATION_DECIMALS:
            return np.asarray(found)
        matrix = (1 - _SHRINK) * matrix + _SHRINK * eye


def _string(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _strings(words: Iterable[str]) -> str:
    told = [_string(word) for word in words]
    line = f"[{', '.join(told)}]"
    return line if len(line) <= 100 else "[\n" + "".join(f"  {word},\n" for word in told) + "]"
