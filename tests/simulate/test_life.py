"""A life under a plan: the same luck in every arm, nobody's fate changed by an empty plan or by a neighbour."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from boneloop.compare.forecast import OUTCOMES
from boneloop.cycle import loop
from boneloop.cycle.body.fracture import SITES
from boneloop.patient.profile import BoneReading, PastFracture, PastTreatment
from boneloop.simulate import life, motion
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.course import course
from boneloop.therapy.kinds import KINDS
from boneloop.types import Known, Sex

EVENTS = ("any", *SITES)


@pytest.fixture(scope="module")
def people(woman, stranger):
    """Three people who have little in common; the last was on a bone drug."""
    man = replace(stranger, id="man", sex=Sex.MALE, age=82.0, country="GB")
    treated = replace(woman, id="treated", treatments=(PastTreatment("denosumab", (400.0, 217.0), True),))
    return [woman, man, treated]


@pytest.fixture(scope="module")
def three(ready, people):
    """The three, four draws each."""
    return ready(people, draws=4)


@pytest.fixture(scope="module")
def year(three):
    """Their first year without care."""
    return three.live("none", 12)


@pytest.fixture(scope="module")
def decade(ready, people):
    """Ten years of the three without care, and which lanes are whose."""
    here = ready(people, draws=80)
    return here.live("none", 120), [here.start.lanes.of(index) for index in range(len(people))]


def test_every_outcome_of_a_forecast_is_noted_every_quarter(ready, stranger):
    lived = ready(stranger, draws=3).live("none", 12)
    assert set(OUTCOMES) <= set(lived.values)
    assert lived.years == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert all(values.shape == (5, 3) for values in lived.values.values())
    assert lived.alive.shape == (5, 3) and lived.alive[0].all()


def share_of(course, here):
    """The course of some lanes alone."""
    values = {name: v[:, here] for name, v in course.values.items()}
    return life.Course(course.years, values, course.alive[:, here], {}, 1)


def test_one_patient_alone_equals_that_patient_among_others_for_ten_years(ready, people, three, same):
    together = three.live("integrated", 120)
    for index, person in enumerate(people):
        alone = ready(person, draws=4).live("integrated", 120)
        assert same(share_of(together, three.start.lanes.of(index)), alone), person.id


def test_one_patient_alone_equals_that_patient_in_a_batch_of_1000(ready, people, stranger, same):
    ages, hips = np.linspace(41, 99, 997), np.linspace(0.4, 1.2, 997)
    others = [
        replace(
            stranger,
            id=f"p{n}",
            age=float(age),
            sex=(Sex.FEMALE, Sex.MALE)[n % 2],
            country=("US", "GB", "CN")[n % 3],
            bone=BoneReading("femoral_neck", float(hip), 0.02, "measured", None) if n % 4 else None,
            falls=float(n % 7) if n % 5 else None,
        )
        for n, (age, hip) in enumerate(zip(ages, hips, strict=True))
    ]
    everybody = [*others[:500], *people, *others[500:]]
    crowd = ready(everybody, draws=4)
    together = crowd.live("integrated", 12)
    for index in (0, 17, 500, 501, 502, 640, 999):
        alone = ready(everybody[index], draws=4).live("integrated", 12)
        assert same(share_of(together, crowd.start.lanes.of(index)), alone), everybody[index]


def test_the_order_of_patients_does_not_matter(ready, people, three, same):
    back = ready(people[::-1], draws=4)
    first, last = three.live("bone", 12), back.live("bone", 12)
    for index in range(len(people)):
        here, there = three.start.lanes.of(index), back.start.lanes.of(len(people) - 1 - index)
        assert same(share_of(first, here), share_of(last, there))


def test_more_draws_keep_the_first_ones(ready, woman):
    few, many = (ready(woman, draws=draws).live("mind", 12) for draws in (4, 9))
    assert all(np.array_equal(v, many.values[name][:, :4]) for name, v in few.values.items())


def test_the_same_seed_is_the_same_life_and_another_seed_another(ready, woman, same):
    first, again, other = (ready(woman, draws=6, seed=seed).live("none", 12) for seed in (1, 1, 2))
    assert same(first, again)
    assert not same(first, other)


def test_an_empty_plan_changes_nobodys_fate(three, same):
    assert same(three.live(CarePlan("nothing-new", "A plan without treatments"), 36), three.live("none", 36))


@pytest.mark.parametrize("kind", ["alendronate", "denosumab", "ssri", "psychological", "exercise", "estrogen"])
def test_a_plan_that_starts_after_the_horizon_changes_nobodys_fate(three, year, same, kind):
    late = CarePlan("late", "Too late to matter", (course(kind, start_month=12),))
    assert same(three.live(late, 12), year)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_dose_of_nothing_changes_nobodys_fate(three, year, kind):
    empty = three.live(CarePlan("zero", "Zero", (course(kind, dose=0),)), 12)
    for name in year.values.keys() - {"on_bone_drug"}:
        assert np.array_equal(empty.values[name], year.values[name]), name
    assert np.array_equal(empty.alive, year.alive)


def test_living_one_plan_leaves_the_start_as_it_was_for_the_next(three, year, same):
    three.live("integrated", 12)
    assert same(three.live("none", 12), year)


def test_the_events_have_the_same_luck_under_every_plan(ready, woman, monkeypatch):
    met = defaultdict(dict)
    draw = life.uniform

    def noted(seed, patient, event, step, number):
        luck = draw(seed, patient, event, step, number)
        met[plan][event, step] = dict(zip(np.asarray(number).tolist(), luck.tolist(), strict=True))
        return luck

    monkeypatch.setattr(life, "uniform", noted)
    here = ready(replace(woman, age=88.0), draws=30)
    for plan in ("none", "bone", "integrated"):
        here.live(plan, 24)
    for plan in ("bone", "integrated"):
        shared = met["none"].keys() & met[plan].keys()
        assert {event for event, _ in shared} >= {f"fracture/{site}" for site in SITES}
        for key in shared:
            both = met["none"][key].keys() & met[plan][key].keys()
            assert both
            assert all(met["none"][key][lane] == met[plan][key][lane] for lane in both)
    asked = {key for key in met["bone"] if not key[0].startswith(("fracture", "lasting"))}
    assert asked and all(met["bone"][key] == met["integrated"][key] for key in asked)


def test_treatments_that_act_nowhere_break_the_same_bones(ready, woman, monkeypatch):
    monkeypatch.setattr(life.actions, "effects", lambda *_: {})
    monkeypatch.setattr(motion, "_compiled", lru_cache(motion._compiled.__wrapped__))  # no code of before
    here = ready(replace(woman, age=88.0), draws=40)
    treated, none = here.live("integrated", 24), here.live("none", 24)
    for name in none.values.keys() - {"on_bone_drug"}:
        assert np.array_equal(treated.values[name], none.values[name]), name


def test_probabilities_lie_between_0_and_1_and_never_fall(decade):
    lived, _ = decade
    for name in (*(f"fracture_{event}" for event in EVENTS), "death"):
        values = lived.values[name]
        assert (values >= 0).all() and (values <= 1).all(), name
        assert (np.diff(values, axis=0) >= 0).all(), name
        assert not values[0].any(), name


@pytest.fixture
def chances(monkeypatch):
    """The chance of breaking each site in each month along the lanes that never break, as a life is lived."""
    seen, risk = [], life.Notebook.risk

    def noted(notebook, month, chance, death, crowd):
        seen.append(chance[:, : len(crowd.twin)].copy())
        risk(notebook, month, chance, death, crowd)

    monkeypatch.setattr(life.Notebook, "risk", noted)
    return seen


def test_the_probability_of_any_fracture_is_what_its_monthly_chances_add_up_to(ready, woman, chances, monkeypatch):
    monkeypatch.setattr(life, "death_hazard", lambda who, *_: np.zeros(who.age.shape))
    lived = ready(woman, draws=20).live("none", 12)
    spared = np.prod(1 - np.array(chances), axis=(0, 1))
    assert lived.values["fracture_any"][-1] == pytest.approx(1 - spared)


def test_a_broken_wrist_makes_a_broken_hip_more_likely(ready, woman, chances, monkeypatch):
    """The probability of a site counts the other fractures of a draw, as long as the site itself is whole."""
    monkeypatch.setattr(life, "death_hazard", lambda who, *_: np.zeros(who.age.shape))
    lived = ready(replace(woman, age=85.0), draws=200).live("none", 24)
    never = 1 - np.prod(1 - np.array(chances), axis=0)
    for site, unbroken in zip(SITES, never, strict=True):
        more = lived.values[f"fracture_{site}"][-1] - unbroken
        assert more.max() > 0.01, site
        assert np.median(more) == pytest.approx(0, abs=1e-9), site
        assert more.min() > -0.01, site


def test_an_old_fracture_is_forgotten_as_the_years_go_by(ready, stranger, chances):
    broken = replace(stranger, fractures=(PastFracture("other", 400.0),))
    whole = replace(stranger, fractures_known=Known.YES)
    for person in (broken, whole):
        ready(person, draws=1, central=True).live("none", 60, expected=True)
    ratio = np.array(chances)[:60, :, 0] / np.array(chances)[60:, :, 0]
    # the loss of function that it left makes for a few more falls
    years = 400 / 365.25 + (np.arange(60) + 0.5) / 12
    assert ratio == pytest.approx(np.tile((1.3 + 1.9 * np.exp(-years / 3.3))[:, None], (1, len(SITES))), rel=0.05)


def test_totals_never_fall_and_stop_with_death(decade):
    lived, _ = decade
    died = ~lived.alive
    assert died[-1].any()
    for name in ("falls", "qaly"):
        values = lived.values[name]
        assert (np.diff(values, axis=0) >= 0).all(), name
        later = died[:-1]
        assert not np.diff(values, axis=0)[later].any(), name


def test_nobody_comes_back_to_life(decade):
    alive = decade[0].alive
    assert (alive[1:] <= alive[:-1]).all()


def test_any_fracture_is_at_least_as_likely_as_each_and_at_most_as_all_together(decade):
    lived, everybody = decade
    for own in everybody:
        whole = lived.values["fracture_any"][:, own]
        parts = np.stack([lived.values[f"fracture_{site}"][:, own] for site in SITES])
        # a lane that has broken one site is more likely to break another than if it never broke any
        assert (parts.sum(axis=0) >= whole - 1e-12).all()
        assert (np.median(whole, axis=1) >= np.median(parts, axis=2) - 1e-12).all()
        assert (whole.mean(axis=1) >= parts.mean(axis=2) - 1e-12).all()


def test_higher_age_thinner_bone_and_more_pain_each_mean_more_fractures(ready, woman):
    def risk(**changes):
        return np.median(ready(replace(woman, **changes), draws=30).live("none", 3).values["fracture_any"][-1])

    usual = risk()
    assert risk(age=82.0) > usual
    assert risk(bone=replace(woman.bone, value=0.52)) > usual
    assert risk(pain=replace(woman.pain, value=0.1)) < usual


def test_quality_adjusted_years_add_up_utility_with_discount(ready, woman, monkeypatch):
    monkeypatch.setattr(life, "death_hazard", lambda who, *_: np.zeros(who.age.shape))
    monkeypatch.setattr(life, "fracture_hazards", lambda z, *_: np.zeros((len(SITES), len(z))))
    lived = ready(woman, draws=3).live("none", 60, held=True)
    utility, years = lived.values["utility"], lived.years
    weights = 1.035 ** -((years[1:] + years[:-1]) / 2)
    summed = ((utility[1:] + utility[:-1]) / 2 * np.diff(years)[:, None] * weights[:, None]).sum(axis=0)
    # the life is added up month by month, here quarter by quarter
    assert lived.values["qaly"][-1] == pytest.approx(summed, rel=0.005)


@pytest.mark.parametrize("lanes", [5, 31])
def test_lanes_without_luck_are_the_same_wherever_they_stand(ready, woman, lanes):
    """No operation may round a lane according to its place: eight of them fill a processor's widest register."""
    lived = ready(woman, draws=lanes, central=True).live("integrated", 3, expected=True)
    for name, values in lived.values.items():
        assert (values == values[:, :1]).all(), name


def test_without_chance_every_fracture_counts_with_its_probability(ready, woman):
    here = ready(woman, draws=3, central=True)
    expected = here.live("none", 24, expected=True, held=True)
    assert 0 < expected.values["fracture_any"][-1, 0] < 1
    assert expected.values["pain"][-1, 0] > expected.values["pain"][0, 0]
    assert expected.alive.all()


def test_a_cut_arrow_does_nothing_any_more(ready, woman):
    here = ready(woman, draws=2, central=True)
    thick = ready(replace(woman, bone=replace(woman.bone, value=0.9)), draws=2, central=True)
    cut = loop.OPEN._replace(bone_to_fracture=0)
    risks = [r.live("none", 3, expected=True, gates=cut).values["fracture_any"][-1] for r in (here, thick)]
    assert np.array_equal(*risks)


def test_a_lane_that_the_engine_cannot_move_on_is_named_and_the_others_live_as_if_alone(
    ready, woman, same, monkeypatch
):
    """From the third month on, the first lane starts from where no step is short enough."""
    advance = motion.Motion.advance
    months = iter(range(12))

    def spoiled(moving, now, rows, *more):
        month = next(months)
        if month >= 2:
            rows = rows.copy()
            rows[motion.CALCIUM, 0] = np.nan
        return advance(moving, now, rows, *more)

    here = ready(woman, draws=4)
    usual = here.live("bone", 6)
    monkeypatch.setattr(motion.Motion, "advance", spoiled)
    lived = here.live("bone", 6)
    assert lived.stopped.keys() == {0}
    assert lived.stopped[0].startswith("plan bone, month 2: ")
    rest = slice(1, 4)
    assert same(share_of(lived, rest), share_of(usual, rest))
