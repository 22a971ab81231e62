"""Bad spells come and go, the same under every plan, and a crowd of people stays what it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop.patient.profile import Reading
from boneloop.simulate import life
from boneloop.simulate.natural_course import NaturalCourse, norms
from boneloop.simulate.priors import STATES, correlations
from boneloop.types import Sex

SCALES = {"pain": 10, "phq9": 27, "gad7": 21}


@pytest.fixture
def unbreakable(monkeypatch):
    """A world in which no bone breaks."""
    whole = life.fracture_hazards
    monkeypatch.setattr(life, "fracture_hazards", lambda *given: 0 * whole(*given))


@pytest.fixture
def depressed(stranger):
    """A woman of 75 seen with PHQ-9 18."""
    return replace(stranger, id="depressed", depression=Reading(18 / 27, 0.0741, "PHQ-9 total 18 of 27", None))


def test_people_drawn_at_random_stay_a_crowd_of_the_same_kind(ready, stranger, unbreakable):
    """Nobody is told anything of: means and spreads of three years later are those of the start."""
    draws = 1500
    course = ready(replace(stranger, age=65.0), draws=draws).live("none", 36)
    for name, scale in SCALES.items():
        then, now = course.values[name][0], course.values[name][-1]
        change = now - then
        assert abs(change.mean()) < 4 * change.std() / np.sqrt(draws) + 0.01 * scale, name
        assert now.std() == pytest.approx(then.std(), rel=0.15), name


def test_who_is_seen_at_their_worst_is_better_later_on_average_and_many_are_not(ready, depressed, unbreakable):
    phq9 = ready(depressed, draws=600).live("none", 36).values["phq9"]
    assert phq9[-1].mean() < phq9[0].mean() - 2
    assert 0.2 < (phq9[-1] >= 10).mean() < 0.9
    assert (phq9[-1] > phq9[0]).mean() > 0.02


def test_bad_spells_are_the_same_under_every_plan(ready, depressed, unbreakable):
    here = ready(depressed, draws=30)
    none, bone = (here.live(plan, 24).values["gad7"] for plan in ("none", "zoledronate"))
    assert np.allclose(none, bone, atol=0.05)
    treated = here.live("ssri", 24).values["phq9"]
    untreated = here.live("none", 24).values["phq9"]
    assert (treated <= untreated + 1e-6).all()


def test_the_middle_life_has_no_luck_and_tends_to_what_is_usual(ready, depressed, unbreakable):
    phq9 = ready(depressed, draws=1, central=True).live("none", 36).values["phq9"][:, 0]
    assert (np.diff(phq9) < 0.02).all()
    again = ready(depressed, draws=1, seed=9, central=True).live("none", 36).values["phq9"][:, 0]
    assert np.array_equal(phq9, again)


def test_nothing_is_added_in_the_first_month(ready, depressed):
    begin, model, _ = ready(depressed, draws=20)
    push = NaturalCourse(begin.lanes, begin.tendency, model).push(0, np.arange(20))
    assert all(np.array_equal(np.asarray(row), np.zeros(20)) for row in push)


def test_what_stays_and_what_swings_make_the_spread_of_the_population(ready, stranger, registry):
    """Scores of people drawn at random: variance 1 and the correlation of the population, now and after a year."""
    draws = 4000
    begin, model, _ = ready(stranger, draws=draws)
    course = NaturalCourse(begin.lanes, begin.tendency, model)
    for month in range(12):
        course.advance(month)
    error = 4 / np.sqrt(draws)
    for scores in (begin.tendency.now, course._score):
        assert np.abs(scores.mean(axis=1)).max() < error
        assert np.abs(np.cov(scores) - correlations(registry)).max() < 3 * error


@settings(max_examples=60)
@given(
    state=st.sampled_from(STATES),
    age=st.floats(40, 95),
    male=st.booleans(),
    score=st.floats(-3, 4),
)
def test_the_score_of_a_level_is_the_score_it_came_from(state, age, male, score, registry):
    known = norms(registry)
    level = known.level(state, np.array([score]), np.array([age]), np.array([male]))
    assert 0 <= level[0] < 1
    if 1e-6 < level[0] < 1 - 1e-6:
        assert known.score(state, level, age, male)[0] == pytest.approx(score, abs=1e-6)


@given(state=st.sampled_from(STATES), score=st.floats(-4, 4), more=st.floats(0, 2))
def test_a_higher_score_is_never_a_lower_level(state, score, more, registry):
    known, age, man = norms(registry), np.array([70.0]), np.array([False])
    lower, higher = (known.level(state, np.array([s]), age, man)[0] for s in (score, score + more))
    assert higher >= lower


def test_a_person_alone_has_the_course_they_have_in_a_crowd(ready, stranger, depressed):
    man = replace(stranger, id="man", sex=Sex.MALE, age=58.0)
    alone, crowd = ready(depressed, draws=7), ready([stranger, depressed, man], draws=7)
    for field in ("now", "usual"):
        mine = getattr(crowd.start.tendency, field)[:, 7:14]
        assert np.array_equal(mine, getattr(alone.start.tendency, field))
    assert np.array_equal(crowd.start.tendency.swing[7:14], alone.start.tendency.swing)
