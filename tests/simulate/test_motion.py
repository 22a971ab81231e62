"""The body in motion: the compiled circle is the circle, everybody moves alone, and injections reach calcium."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.cycle import loop
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.recorder import record
from boneloop.kernel.vector import leaves, pack, selected
from boneloop.patient.profile import Blood
from boneloop.simulate import motion
from boneloop.simulate.crowd import Traits
from boneloop.simulate.natural_course import Push
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.course import course
from boneloop.units import DAYS_PER_YEAR

CHANNELS = ("denosumab", "psychological", "calcium_vitamin_d", "teriparatide_injected")
CENTRAL = loop.STATE_NAMES.index("mineral_denosumab_central")
KIDNEYS = {"good": Blood(filtration=90.0, vitamin_d=60.0), "weak": Blood(filtration=30.0, vitamin_d=60.0)}
VITAMIN_D = {"much": Blood(filtration=90.0, vitamin_d=60.0), "little": Blood(filtration=90.0, vitamin_d=20.0)}


class Group:
    """People about to move: what is the same every month, what changes, rows, and the tolerance of a forecast."""

    def __init__(self, here, channels=CHANNELS):
        self.here, self.count = here, here.start.lanes.count
        traits = Traits.of(here.start, here.model, np.arange(self.count))
        self.motion = traits.motion(loop.OPEN)
        self.rows = pack(here.start.state, self.count)
        self.allowed = Tolerance(1e-4, 1e-4 * here.model.usual)
        age, begun = here.start.lanes.age * DAYS_PER_YEAR, dict.fromkeys(channels, 0.2)
        goal, rate = dict.fromkeys(channels, 1.0), dict.fromkeys(channels, 0.05)
        self.now = motion.Now(age, here.start.injuries, Push(0.1, -0.05, 0.0, 0.02), begun, goal, rate)

    def moved(self, months=2, rows=None, injected=0.0):
        """After some months, all alike; the injection is given once."""
        rows, step = (self.rows if rows is None else rows), np.zeros(self.count)
        dose = np.broadcast_to(float(injected), (self.count,)) if np.ndim(injected) == 0 else injected
        for _ in range(months):
            done = self.motion.advance(self.now, rows, step, dose, self.allowed)
            rows, step, dose = done.rows, done.step, np.zeros(self.count)
        return done


@pytest.fixture(scope="module")
def people(woman, stranger):
    """Three people with little in common."""
    return [woman, replace(stranger, id="weak", blood=KIDNEYS["weak"]), replace(stranger, id="young", age=45.0)]


@pytest.fixture(scope="module")
def group(ready, people):
    """The three, three draws each."""
    return Group(ready(people, draws=3))


def test_one_person_alone_moves_as_among_others_bit_for_bit(ready, people, group):
    together = group.moved(injected=60)
    for index, person in enumerate(people):
        alone, own = Group(ready(person, draws=3)).moved(injected=60), group.here.start.lanes.of(index)
        for name in ("rows", "step", "least_calcium"):
            assert np.array_equal(getattr(alone, name), getattr(together, name)[..., own]), (person.id, name)


def test_the_recorded_circle_is_the_circle(group):
    """Rates per day, against what comes and goes in a day: parathyroid hormone lives for minutes."""
    being = group.motion._being
    shape = motion._Shape(being, CHANNELS, motion._constants(being))
    model = record(lambda rows, opened, days: motion.rates(*shape.filled(opened), rows, days), 62, shape.opened)
    given = np.concatenate([motion._rows(list(leaves(group.now)), group.count), group.motion._open])
    rows = group.moved(injected=60).rows
    found = model(rows, given, 11.0)
    turnover = group.here.model.usual * 24 * group.here.model.body.mineral_engine.parathyroid.elimination
    for lane in range(group.count):
        now, own = (selected(tree, np.int64(lane)) for tree in (group.now, being))
        wanted = np.array(list(leaves(motion.rates(now, own, rows[:, lane].tolist(), 11.0))), dtype=np.float64)
        assert (np.abs(found[:, lane] - wanted) <= 1e-12 * np.maximum(turnover, np.abs(wanted))).all()


def test_a_lane_that_holds_no_number_stops_alone(group):
    spoiled = group.rows.copy()
    spoiled[motion.CALCIUM, 4] = np.nan
    whole, broken = group.moved(), group.moved(rows=spoiled)
    assert not whole.stopped
    assert broken.stopped.keys() == {4} and "no step is short enough" in broken.stopped[4]
    others = np.delete(np.arange(group.count), 4)
    for name in ("rows", "step", "least_calcium"):
        assert np.array_equal(getattr(broken, name)[..., others], getattr(whole, name)[..., others]), name
    assert np.array_equal(np.delete(broken.rows[:, 4], motion.CALCIUM), np.delete(spoiled[:, 4], motion.CALCIUM))


def test_an_injection_reaches_those_who_get_it_and_in_proportion_to_begin_with(group):
    doses = np.array([0.0, 60, 120] * 3)
    drug = group.moved(months=1, injected=doses).rows[CENTRAL]
    assert (drug[::3] == 0).all()
    assert (drug[1::3] > 0).all()
    assert (drug[2::3] > 2 * drug[1::3]).all()  # what clears it saturates


def test_who_gets_no_injection_is_not_touched_by_those_of_others(group):
    doses = np.where(np.arange(group.count) == 1, 60.0, 0.0)
    mixed, none = group.moved(injected=doses), group.moved()
    others = np.delete(np.arange(group.count), 1)
    assert np.array_equal(mixed.rows[:, others], none.rows[:, others])
    assert mixed.least_calcium[1] < none.least_calcium[1]


def test_the_lowest_calcium_of_a_month_is_no_higher_than_at_its_end(group):
    done = group.moved(months=1, injected=60)
    assert (done.least_calcium <= done.rows[motion.CALCIUM]).all()
    assert (done.least_calcium < group.rows[motion.CALCIUM]).all()


def test_people_with_the_same_channels_find_the_code_of_those_before_them(ready, people, group):
    group.moved(months=1)
    before = motion._compiled.cache_info().misses
    Group(ready(people[0], draws=2, seed=9)).moved(months=1)
    assert motion._compiled.cache_info().misses == before


def fall(ready, person, *courses, draws=16):
    """How far calcium falls in the first three months of denosumab, share of the start, in every draw."""
    plan = CarePlan("denosumab", "Denosumab", (course("denosumab"), *courses))
    lived = ready(replace(person, id="same luck"), draws=draws).live(plan, 3)
    return 1 - lived.values["calcium_lowest"][-1] / lived.values["calcium"][0]


def test_calcium_falls_after_denosumab(ready, stranger):
    assert (fall(ready, replace(stranger, blood=KIDNEYS["good"])) > 0.02).all()


@pytest.mark.parametrize(("better", "worse"), [KIDNEYS.values(), VITAMIN_D.values()], ids=["kidney", "vitamin D"])
def test_calcium_falls_further_after_denosumab_with(ready, stranger, better, worse):
    falls = [fall(ready, replace(stranger, blood=own)) for own in (better, worse)]
    assert (falls[0] < falls[1]).all()


@pytest.mark.parametrize("own", [*KIDNEYS.values(), VITAMIN_D["little"]], ids=["healthy", "kidney", "vitamin D"])
def test_calcium_with_vitamin_d_lessens_the_fall(ready, stranger, own):
    person = replace(stranger, blood=own)
    supplement = course("calcium_vitamin_d", adherence="full")
    assert (fall(ready, person, supplement) < fall(ready, person)).all()


def absorption(ready, person, belief, gates=loop.OPEN):
    """Share of calcium absorbed after a year of psychological care, relative to the start, without chance."""
    plan = CarePlan("mind", "Psychological care", (course("psychological", adherence="full"),))
    lived = ready(person, draws=1, belief=belief, central=True).live(plan, 12, expected=True, gates=gates)
    return lived.values["calcium_absorption"][-1, 0], lived.values["calcium"][-1, 0] / lived.values["calcium"][0, 0]


def test_under_the_founding_text_psychological_care_moves_the_absorption_of_calcium(ready, woman):
    by_evidence, by_text = (absorption(ready, woman, belief)[0] for belief in ("evidence", "hypothesis"))
    assert by_text > by_evidence
    assert abs(by_evidence - 1) < 0.02


def test_care_for_the_mind_reaches_calcium_through_stress_and_not_with_that_arrow_cut(ready, woman):
    """Steps are kept so small that the ones that other states ask for do not show."""
    plans = CarePlan("mind", "", (course("psychological", adherence="full"),)), CarePlan("none", "")
    here, moved = ready(woman, draws=1, central=True)._replace(tolerance=Tolerance(1e-8, 1e-8)), {}
    for gate in (1, 0):
        gates = loop.OPEN._replace(stress_to_mineral=gate)
        cared, none = (here.live(plan, 6, expected=True, gates=gates) for plan in plans)
        for name in ("calcium", "phosphate", "pth"):
            moved[name, gate] = np.abs(cared.values[name] / none.values[name] - 1).max()
    for name in ("calcium", "phosphate", "pth"):
        assert moved[name, 0] < 1e-7 < 1e-5 < moved[name, 1], (name, moved)
