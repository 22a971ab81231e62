"""Units of the model's own numbers: a number is stored as its source prints it and converted once.

A quotient converts part by part: mg/day to g/hour.

Clinical quantities have their own accepted units, quantity by quantity, because a mass and an amount of substance
convert only for a named analyte: see ``patient/quantities.toml``.
"""

from __future__ import annotations

from boneloop.errors import EvidenceError

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12

_FACTORS: dict[str, tuple[str, float]] = {
    "1": ("none", 1.0),
    "%": ("none", 0.01),
    "per 1000": ("none", 0.001),
    "minute": ("time", 1 / 1440),
    "day": ("time", 1.0),
    "hour": ("time", 1 / 24),
    "week": ("time", 7.0),
    "month": ("time", DAYS_PER_MONTH),
    "year": ("time", DAYS_PER_YEAR),
    "1/day": ("rate", 1.0),
    "1/hour": ("rate", 24.0),
    "1/month": ("rate", 1 / DAYS_PER_MONTH),
    "1/year": ("rate", 1 / DAYS_PER_YEAR),
    "per 1000 person-years": ("rate", 0.001 / DAYS_PER_YEAR),
    "per 10000 person-years": ("rate", 0.0001 / DAYS_PER_YEAR),
    "per 100000 person-years": ("rate", 0.00001 / DAYS_PER_YEAR),
    "g/cm2": ("areal density", 1.0),
    "mg/cm2": ("areal density", 0.001),
    "pg": ("mass", 1.0),
    "ng": ("mass", 1e3),
    "ug": ("mass", 1e6),
    "mg": ("mass", 1e9),
    "g": ("mass", 1e12),
    "mL": ("volume", 1.0),
    "L": ("volume", 1e3),
    "pmol": ("amount of substance", 1.0),
    "nmol": ("amount of substance", 1e3),
    "umol": ("amount of substance", 1e6),
    "mmol": ("amount of substance", 1e9),
}


def factor(printed: str, wanted: str) -> float:
    """What a number in the ``printed`` unit is multiplied by to be in the ``wanted`` one.

    Units that are not in the table (kg, points ...) convert only to themselves, or as a quotient of units that are.
    """
    if printed == wanted:
        return 1.0
    if printed.count("/") == wanted.count("/") == 1 and not (printed in _FACTORS and wanted in _FACTORS):
        (above, below), (wanted_above, wanted_below) = printed.split("/"), wanted.split("/")
        return factor(above, wanted_above) / factor(below, wanted_below)
    try:
        (dimension, size), (target, target_size) = _FACTORS[printed], _FACTORS[wanted]
    except KeyError as unknown:
        raise EvidenceError(
            f"no conversion from {printed!r} to {wanted!r}: unit {unknown} is not in units.py"
        ) from None
    if dimension != target:
        raise EvidenceError(f"{printed!r} is a {dimension}, {wanted!r} is a {target}: no conversion")
    return size / target_size
