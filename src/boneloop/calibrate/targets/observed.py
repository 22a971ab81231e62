"""Who counts as a case or a responder: a study reads questionnaires, and a questionnaire errs.

A person whose hidden level is x answers like someone who says yes to x of n questions, n from the standard error of one
measurement (``priors.answers_worth``): the error is σ(x) = 2 σ √(x (1 - x)), largest in the middle. The chance of being
counted is a normal one with that error, so a share is smooth in the level. Where people were chosen by a reading, a
fall is counted from that reading, and some of it is regression to the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.special import ndtr

from boneloop.calibrate.targets.format import Result
from boneloop.evidence.registry import load
from boneloop.patient.profile import Profile
from boneloop.types import Array

READ = "read_"
"""Before the name of a page: what the questionnaire showed at the start, NaN for people who were not asked."""
_SCALES = {"pain": "pain", "phq9": "depression", "gad7": "anxiety", "function": "function"}
READINGS = {"pain": "pain", "depression": "depression", "anxiety": "anxiety", "function": "function_loss"}
_NEAR = 1e-3
"""Least share of the scale that an error is taken at: nobody answers without error."""


def errs(page: str) -> bool:
    """Is this page what a questionnaire shows?"""
    return page in _SCALES


@cache
def _scale(page: str) -> tuple[float, float]:
    registry = load()
    return registry.number(f"observe.{page}_points"), registry.number(f"observe.{_SCALES[page]}_error")


def error(page: str, level: Array) -> Array:
    """Standard error of one measurement at a level, both in points."""
    points, middle = _scale(page)
    share = np.clip(level / points, _NEAR, 1 - _NEAR)
    return np.asarray(points * 2 * middle * np.sqrt(share * (1 - share)))


def readings(people: Sequence[Profile]) -> dict[str, Array]:
    """What the questionnaires showed each person at the start, in points, by page; NaN for who was not asked."""
    found = {}
    for page, state in _SCALES.items():
        points, _ = _scale(page)
        seen = [getattr(person, READINGS[state]) for person in people]
        shown = np.array([np.nan if one is None else points * one.value for one in seen])
        found[f"{READ}{page}"] = points - shown if page == "function" else shown
    return found


def chance(result: Result, page: str, now: Array, before: Array, read: Array | None) -> Array:
    """Chance that each person is counted in the share of a result.

    now, before  hidden levels, points; read: what was seen at the start, if people were asked then
    """
    if not errs(page):
        return _surely(result, now, before)
    spread = error(page, now)
    so = np.ones_like(now)
    if result.at_least is not None:
        so = so * ndtr((now - result.at_least) / spread)
    if result.at_most is not None:
        so = so * ndtr((result.at_most - now) / spread)
    if result.fallen_by is not None:
        left = 1 - result.fallen_by
        asked = np.full_like(now, np.nan) if read is None else np.broadcast_to(read, now.shape)
        known = np.isfinite(asked)
        cut = np.where(known, left * np.nan_to_num(asked), left * before)
        wide = np.where(known, spread, np.hypot(spread, left * error(page, before)))
        so = so * ndtr((cut - now) / wide)
    return np.asarray(so)


def _surely(result: Result, now: Array, before: Array) -> Array:
    """1 or 0: what is measured without an error that matters."""
    so = np.ones_like(now)
    if result.at_least is not None:
        so = so * (now >= result.at_least)
    if result.at_most is not None:
        so = so * (now <= result.at_most)
    if result.fallen_by is not None:
        so = so * (now <= (1 - result.fallen_by) * before)
    return np.asarray(so)
