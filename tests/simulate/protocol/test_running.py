"""What a protocol means is what is lived: starts, doses, changes, courses; and who stops, stops alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body.mineral import parameters, station
from boneloop.cycle.body.mineral.rest import rest
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.cycle.body.mineral.station import Fluxes, Readings
from boneloop.evidence.registry import load
from boneloop.simulate.protocol.changes import Change
from boneloop.simulate.protocol.observables import READING_UNITS, STATE_UNITS, observables
from boneloop.simulate.protocol.schedule import overlaid

ALL = '[record]\nwhat = ["readings", "states", "fluxes"]\n'


def test_everything_that_can_be_read_can_be_recorded():
    known = observables()
    assert tuple(READING_UNITS) == Readings._fields
    assert tuple(STATE_UNITS) == State._fields
    assert len(known) == len(Readings._fields) + len(State._fields) + len(Fluxes._fields)
    assert len({one.column for one in known.values()}) == len(known)


def test_everybody_starts_at_their_own_rest_and_stays_there(live):
    lived = live(f'duration = "5 years"\n[patient]\ngfr = "40 mL/min"\nvitamin_d = 0.8\n{ALL}every = "1 year"\n')
    p = parameters.read(load())
    inputs = Inputs(calcitriol=0.8, filtration=0.4)
    state = rest(p, inputs)
    for word, value in station.readings(state, inputs, p, parameters.derive(p))._asdict().items():
        factor = 100 if READING_UNITS[word] == "%" else 1
        assert lived[word][:, 0] == pytest.approx(factor * value, rel=1e-6, abs=1e-12), word


def test_fluxes_are_those_of_the_station_per_day(live):
    lived = live(f'duration = "1 day"\n[patient]\ncalcium_supplement = "800 mg/day"\n{ALL}times = [0]\n')
    p = parameters.read(load())
    inputs = Inputs(calcium_supplement=800)
    d = parameters.derive(p)
    words = [f"state.{name}" if f"state.{name}" in observables() else name for name in State._fields]
    state = State(*(float(lived[word][0, 0]) for word in words))
    for word, value in station.fluxes(state, inputs, p, d)._asdict().items():
        assert lived[word][0, 0] == pytest.approx(24 * value, rel=1e-12, abs=1e-15), word


def test_the_published_form_starts_at_the_printed_baseline(live):
    record = '[record]\nwhat = ["calcium", "gfr", "osteoclast"]\ntimes = [0]\n'
    lived = live('form = "published"\nduration = "1 day"\n[patient]\nvitamin_d = 0.5\n' + record)
    assert lived.values[:, 0, 0].tolist() == pytest.approx([2.35, 100, 100], rel=1e-12)
    lived = live('start = "listed"\nduration = "1 day"\n[patient]\nvitamin_d = 0.5\n' + record)
    assert lived.values[:, 0, 0].tolist() == pytest.approx([2.35, 100, 100], rel=1e-12)


def test_a_dose_is_seen_after_its_time_and_not_at_it(live):
    record = '[record]\nwhat = ["denosumab_depot"]\ntimes = ["1 day"]\nafter_doses = ["1 hour"]\n'
    give = '[[give]]\ndrug = "denosumab"\namount = "60 mg"\nstart = "1 day"\n'
    lived = live(f'duration = "2 days"\n[patient]\n{give}{record}')
    assert lived.hours.tolist() == [24, 25]
    assert lived["denosumab_depot"][:, 0] == pytest.approx([0, 60e6 * 0.729 * math.exp(-0.00592)], rel=1e-6)


def test_the_bioavailability_of_a_person_is_that_of_their_dose(live):
    give = '[[give]]\ndrug = "denosumab"\namount = "60 mg"\n'
    people = '[[people]]\nid = "a"\n[[people]]\nid = "b"\n"denosumab.bioavailability" = 0.3645\n'
    record = '[record]\nwhat = ["denosumab_depot"]\ntimes = ["1 hour"]\n'
    lived = live(f'duration = "2 days"\n{people}{give}{record}')
    whole, half = lived["denosumab_depot"][0]
    assert half == pytest.approx(whole / 2, rel=1e-9)


def test_an_amount_goes_straight_into_a_state(live):
    give = '[[give]]\ninto = "calcium"\namount = "2300 µmol"\n'
    record = '[record]\nwhat = ["state.calcium", "calcium"]\ntimes = [0, "0.01 minutes"]\n'
    lived = live(f'duration = "1 day"\n[patient]\n{give}{record}')
    before, after = lived["state.calcium"][:, 0]
    assert after - before == pytest.approx(2.3, rel=1e-2)
    assert lived["calcium"][:, 0] == pytest.approx(lived["state.calcium"][:, 0] / 14)


CALCIUM = '[[give]]\ndrug = "calcium"\n'
EATEN = '[record]\nwhat = ["calcium_eaten", "calcium", "pth"]\nevery = "1 day"\n'


def test_calcium_every_twelve_hours_is_the_amount_of_a_day(live):
    by_tablet = live(f'duration = "20 days"\n[patient]\n{CALCIUM}amount = "0.5 g"\nevery = "12 hours"\n{EATEN}')
    by_day = live(f'duration = "20 days"\n[patient]\n{CALCIUM}amount = "1000 mg/day"\n{EATEN}')
    np.testing.assert_array_equal(by_tablet.values, by_day.values)
    assert by_day["calcium"][-1, 0] > by_day["calcium"][0, 0]
    assert by_day["pth"][-1, 0] < by_day["pth"][0, 0]


def test_a_tablet_that_is_missed_brings_nothing_for_its_time(live):
    row = CALCIUM + 'amount = "2000 mg"\nevery = "2 days"\nskip = [3]\n'
    lived = live(f'duration = "10 days"\n[patient]\n{row}{EATEN}')
    eaten = lived["calcium_eaten"][:, 0]
    assert (eaten[[1, 2, 3, 4, 7, 8]] > 1.5 * eaten[0]).all()
    assert eaten[[5, 6]] == pytest.approx(eaten[[0, 0]], rel=0.2)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20), st.floats(0.1, 2)), unique_by=lambda row: row[0]))
def test_of_changes_that_overlap_the_one_that_began_last_holds(rows):
    changes = [Change("x", begin, begin + length, value) for begin, length, value in rows]
    steps = overlaid(1.0, changes)
    for hour in np.arange(0, 45, 0.5):
        holding = [change for change in changes if change.at <= hour < change.until]
        expected = max(holding, key=lambda change: change.at).to if holding else 1.0
        assert next((value for time, value in reversed(steps) if time <= hour), 1.0) == expected


def test_a_factor_is_on_the_own_number_of_each(live):
    people = '[[people]]\nid = "a"\ncalcium_intake = "500 mg/day"\n[[people]]\nid = "b"\ncalcium_intake = "1 g/day"\n'
    row = '[[change]]\nwhat = "calcium_intake"\nfactor = 0.5\nat = "1 day"\nuntil = "2 days"\n'
    lived = live(f'duration = "3 days"\n{people}{row}[record]\nwhat = "calcium_eaten"\nevery = "12 hours"\n')
    one, other = lived["calcium_eaten"].T
    assert one[[3, 4]] == pytest.approx(one[2] / 2, rel=0.02)
    assert one[[5, 6]] == pytest.approx(one[2], rel=0.02)
    assert other[3] / other[2] == pytest.approx(0.5, rel=0.02)


def test_gfr_is_set_and_comes_back(live):
    row = '[[change]]\nwhat = "gfr"\nto = "30 mL/min"\nat = "10 days"\nuntil = "20 days"\n'
    record = '[record]\nwhat = ["gfr", "filtration"]\nevery = "5 days"\n'
    lived = live(f'duration = "30 days"\n[patient]\ngfr = "80 mL/min"\n{row}{record}')
    assert lived["gfr"][:, 0] == pytest.approx([80, 80, 80, 30, 30, 80, 80], rel=1e-9)


def test_gfr_falls_by_what_is_asked_in_the_time_that_is_asked(live):
    course = '[gfr]\nfall = "45 mL/min"\nstart = "1 year"\nover = "10 years"\n'
    lived = live(
        f'duration = "12 years"\n[patient]\ngfr = "90 mL/min"\n{course}[record]\nwhat = "gfr"\nevery = "1 year"\n'
    )
    assert lived["gfr"][[0, 1, 6, 11, 12], 0] == pytest.approx([90, 90, 90 / math.sqrt(2), 45, 45], rel=1e-6)


def test_estrogen_falls_for_those_who_have_an_age_at_menopause_only(live):
    people = '[[people]]\nid = "a"\nage = 48\nmenopause_age = 50\n[[people]]\nid = "b"\nage = 48\n'
    lived = live(f'duration = "5 years"\n{people}[record]\nwhat = ["estrogen", "osteoclast"]\nevery = "1 year"\n')
    assert (np.diff(lived["estrogen"][:, 0]) < 0).all()
    assert lived["estrogen"][:, 1] == pytest.approx(1, abs=1e-9)
    assert lived["osteoclast"][-1, 0] > 120


def test_estrogen_follows_the_calendar_of_the_person(live):
    """Whoever is older at the start begins where the younger one arrives."""
    people = '[[people]]\nid = "a"\nage = 50\nmenopause_age = 51\n[[people]]\nid = "b"\nage = 55\nmenopause_age = 51\n'
    lived = live(f'duration = "10 years"\n{people}[record]\nwhat = "estrogen"\nevery = "1 year"\n')
    younger, older = lived["estrogen"].T
    assert younger[5:] == pytest.approx(older[:6], rel=2e-3)


def test_the_course_of_estrogen_can_be_off_or_begin_at_an_age(live):
    woman = "[patient]\nage = 50\nmenopause_age = 45\n"
    record = '[record]\nwhat = "estrogen"\nevery = "1 year"\n'
    off = live(f'duration = "5 years"\n{woman}[estrogen]\ncourse = "off"\n{record}')
    late = live(f'duration = "5 years"\n{woman}[estrogen]\ncourse = "menopause"\nonset_age = 52\n{record}')
    assert off["estrogen"][:, 0] == pytest.approx(1, abs=1e-9)
    assert late["estrogen"][2, 0] > 0.5 > late["estrogen"][-1, 0]


def test_before_the_age_at_which_the_printed_course_starts_estrogen_is_whole(live):
    lived = live(
        'duration = "5 years"\n[patient]\nage = 30\nmenopause_age = 51\n[record]\nwhat = "estrogen"\nevery = "1 year"\n'
    )
    assert lived["estrogen"] == pytest.approx(1, abs=1e-9)


def test_whom_a_row_is_not_about_it_does_not_reach(live):
    people = '[[people]]\nid = "a"\n[[people]]\nid = "b"\n[[people]]\nid = "c"\n'
    rows = '[[give]]\ndrug = "denosumab"\namount = "60 mg"\nwho = ["a", "c"]\n'
    lived = live(f'duration = "10 days"\n{people}{rows}[record]\nwhat = ["denosumab", "calcium"]\nevery = "1 day"\n')
    assert (lived["denosumab"][1:, [0, 2]] > 0).all()
    assert (lived["denosumab"][:, 1] == 0).all()
    np.testing.assert_array_equal(lived.values[:, :, 0], lived.values[:, :, 2])


PEOPLE = '[[people]]\nid = "well"\n[[people]]\nid = "no-rest"\nvitamin_d = 0\n[[people]]\nid = "breaks-down"\n'
BREAKS = '[[change]]\nwhat = "{}"\nto = 0\nat = "1 day"\nwho = "breaks-down"\n'
LONG = '[record]\nwhat = ["calcium", "pth"]\nevery = "10 days"\n'


def test_whose_model_cannot_go_on_stops_alone_and_is_named(live):
    rows = BREAKS.format("hydroxylase") + BREAKS.format("vitamin_d")
    lived = live(f'duration = "60 days"\n{PEOPLE}{rows}{LONG}')
    assert set(lived.stopped) == {"no-rest", "breaks-down"}
    assert lived.stopped["no-rest"].hour == 0
    assert "no rest" in lived.stopped["no-rest"].reason
    assert 20 * 24 < lived.stopped["breaks-down"].hour < 30 * 24
    assert lived.kept.sum(axis=0).tolist() == [7, 0, 3]
    assert np.isfinite(lived.values[:, lived.kept]).all()
    alone = live(f'duration = "60 days"\n[[people]]\nid = "well"\nvitamin_d = 1\n{LONG}')
    np.testing.assert_allclose(lived.values[:, :, 0], alone.values[:, :, 0], rtol=1e-9)


def test_years_without_estrogen_do_not_stop_at_an_empty_pool_of_bone(live):
    """The exchangeable calcium of bone is held by nothing and goes below 0 after twelve years."""
    woman = "[patient]\nage = 45\nmenopause_age = 51\n"
    lived = live(f'duration = "25 years"\n{woman}[record]\nwhat = ["bone_exchangeable", "calcium"]\nevery = "1 year"\n')
    assert not lived.stopped
    assert lived["bone_exchangeable"][-1, 0] < 0
    assert (lived["calcium"] > 2.2).all()


def test_many_people_come_in_pieces_that_do_not_change_them(live, monkeypatch):
    text = 'duration = "10 days"\n[population]\ncount = 7\n[population.spread]\ngfr = { cv = 0.2 }\n' + LONG
    whole = live(text)
    monkeypatch.setattr("boneloop.simulate.protocol.running.PEOPLE_AT_ONCE", 3)
    np.testing.assert_array_equal(live(text).values, whole.values)
