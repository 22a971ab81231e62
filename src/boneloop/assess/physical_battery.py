"""Scores put together from physical tests: the short physical performance battery, and SARC-F with the calf.

    SPPB        balance points + points of the walk + points of five chair stands, 4 each
    SARC-CalF   SARC-F + 10 where the calf is thin for the sex; positive from 11

The battery is put together only where all three parts were measured on one day; one given whole stands as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from boneloop.assess import questionnaires
from boneloop.assess.assessment import Score
from boneloop.assess.seen import Seen, dated
from boneloop.evidence.registry import load
from boneloop.instruments.scorer import Scored
from boneloop.instruments.table import instrument

PARTS = ("sppb_balance", "gait_speed", "chair_stand_5")


def scores(seen: Seen, made: Sequence[Score]) -> list[Score]:
    """The battery where nobody gave it whole, and SARC-F with the calf.

    made  the scores of this domain so far
    """
    whole = any(score.name == "sppb" for score in made)
    return [*([] if whole else _sppb(seen)), *_sarc_calf(seen)]


def _sppb(seen: Seen) -> Iterator[Score]:
    parts = [found for name in PARTS if (found := seen.newest(name)) is not None]
    if len(parts) < len(PARTS) or len({part.date for part in parts}) > 1:
        return
    balance, speed, rises = parts
    gait, chair = gait_points(_number("walk", "m") / speed.value), chair_points(rises.value)
    form = instrument("sppb")
    total = balance.value + gait + chair
    said = f"balance {balance.value:g}, walk {gait:g}, chair stands {chair:g}"
    basis = (*(dated(part) for part in parts), said)
    rule = f"balance points and the published points of walk and chair stands, 4 at most each; {form.source}"
    facts = (total, f"{total:g} of 12", form.band(total), "complete", balance.date, basis, rule)
    yield Score("function", "sppb", form.title, *facts)


def gait_points(seconds: float) -> float:
    """Points for the walk of 4 m in so many seconds."""
    most = _number("most_points", "points")
    if seconds < _number("gait_4_points_below", "s"):
        return most
    if seconds <= _number("gait_3_points_at_most", "s"):
        return most - 1
    return most - 2 if seconds <= _number("gait_2_points_at_most", "s") else 1.0


def chair_points(seconds: float) -> float:
    """Points for five chair stands in so many seconds."""
    most = _number("most_points", "points")
    if seconds <= _number("chair_4_points_at_most", "s"):
        return most
    if seconds <= _number("chair_3_points_at_most", "s"):
        return most - 1
    if seconds <= _number("chair_2_points_at_most", "s"):
        return most - 2
    return 1.0 if seconds <= _number("chair_1_point_at_most", "s") else 0.0


def _sarc_calf(seen: Seen) -> Iterator[Score]:
    answers, found = questionnaires.forms(seen).get("sarc_f", (None, None))
    calf = seen.newest("calf_circumference")
    if answers is None or not isinstance(found, Scored) or found.value is None or calf is None:
        return
    registry, sex = load(), "female" if seen.female else "male"
    below, added = registry.number(f"sarc_calf.{sex}_below", "cm"), registry.number("sarc_calf.added", "points")
    positive = registry.number("sarc_calf.positive_from", "points")
    total = found.value + (added if calf.value < below else 0)
    basis = (f"SARC-F {found.value:g}, {questionnaires.source(answers)}", dated(calf))
    rule = f"SARC-F, and {added:g} more where the calf is below {below:g} cm; positive from {positive:g}"
    band = "positive" if total >= positive else "negative"
    yield Score(
        "function", "sarc_calf", "SARC-CalF", total, f"{total:g} of 20", band, "complete", calf.date, basis, rule
    )


@cache
def _number(name: str, unit: str) -> float:
    return load().number(f"sppb.{name}", unit)
