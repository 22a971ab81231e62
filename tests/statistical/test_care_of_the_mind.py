"""Gains in mood, pain and quality of life lie in the intervals of their meta-analyses.

The fast circle of 240 made-up people of each study, by the middle numbers. The tolerance beyond a published interval is
twice the Monte-Carlo error, from eight parts of the people.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from boneloop.calibrate.fast_circle import lived
from boneloop.calibrate.fit.mind import made_people
from boneloop.calibrate.targets.lives import looked_up, parts
from boneloop.calibrate.targets.reading import own_files, read_all
from boneloop.evidence.registry import load

PEOPLE = 240
META_ANALYSES = {
    "cuijpers-2014": ("PSY-02", "PSY-03"),
    "williams-2020": ("PSY-08", "PSY-09", "PSY-10"),
    "bridle-2012": ("EX-05",),
    "nelson-2008": ("ADE-01",),
    "weng-2020": ("ADE-05",),
    "unutzer-2002": ("COMB-03",),
    "fragility-disutility-2024": ("QOL-10", "QOL-11"),
    "depression-and-stress": ("HPA-02", "INF-01", "NE-10"),
}
STUDIES = {study.id: study for study in read_all(own_files())[0]}


@pytest.mark.parametrize("name", META_ANALYSES)
def test_what_care_and_fractures_do_lies_in_the_published_interval(name):
    registry, study = load(), STUDIES[name]
    some = [result for result in study.results if result.id in META_ANALYSES[name]]
    assert len(some) == len(META_ANALYSES[name])
    values = {"circle.strength": np.array([registry.number("circle.strength")])}
    lives = {
        arm: lived(
            who,
            study.arms[arm].plan,
            registry,
            values,
            math.ceil(max(max(r.month, 1) for r in some if arm in r.arms)),
        )
        for arm, who in made_people(study, some, registry, 1, PEOPLE).items()
    }
    for result in some:
        own = {arm: lives[arm] for arm in result.arms}
        whole, *groups = (
            float(looked_up(result, {arm: one.some(part) for arm, one in own.items()})[0]) for part in parts(PEOPLE)
        )
        error = 2 * float(np.std(groups, ddof=1)) / math.sqrt(len(groups))
        low, high = result.interval
        assert low - error < whole < high + error, f"{result.id}: {whole:.3f} ± {error:.3f} against {low} to {high}"
        assert error < (high - low), f"{result.id}: too few people to tell"
