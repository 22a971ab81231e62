"""The protocols that come along run as they stand, and show what they are for."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.simulate.protocol.reading import examples, text
from boneloop.simulate.protocol.words import story


@pytest.fixture(scope="module")
def lived(live):
    """An example, lived once."""
    known = {}

    def of(name):
        if name not in known:
            known[name] = live(text(name))
        return known[name]

    return of


def test_there_are_at_least_ten():
    assert len(examples()) >= 10


@pytest.mark.parametrize("name", examples())
def test_an_example_runs_to_its_end_with_everybody(lived, name):
    one = lived(name)
    assert one.kept.all()
    assert not one.stopped
    assert len(text(name).splitlines()) <= 60


@pytest.mark.parametrize("name", examples())
def test_an_example_can_be_told_in_words(read, name):
    told = dict(story(read(text(name))))
    assert {"form", "duration", "record", "rows"} <= set(told)
    assert all(told.values())


def test_after_one_injection_osteoclasts_are_few_for_months_and_come_back(lived):
    one = lived("denosumab-60mg")
    osteoclasts, calcium = one["osteoclast"][:, 0], one["calcium"][:, 0]
    assert osteoclasts[30:150].max() < 20
    assert osteoclasts[-1] > 90
    assert calcium.argmin() in range(4, 9)


def test_denosumab_that_is_stopped_rebounds(lived):
    osteoclasts = lived("denosumab-stopped")["osteoclast"][:, 0]
    assert osteoclasts[1:19].max() < osteoclasts[0] / 2
    assert osteoclasts[24:].max() > 1.1 * osteoclasts[0]


def test_an_injection_that_is_missed_lets_osteoclasts_back(lived):
    one = lived("denosumab-missed-dose")
    planned, missed = one["osteoclast"].T
    year = (one.hours > 15 * 730.5) & (one.hours < 18 * 730.5)
    assert missed[year].max() > 2 * planned[year].max()


def test_teriparatide_peaks_within_the_hour_and_raises_osteoblasts(lived):
    one = lived("teriparatide-daily")
    day = (one.hours > 0) & (one.hours < 24)
    assert one["pth"][day, 0].max() > 5 * one["pth"][0, 0]
    assert one.hours[day][one["pth"][day, 0].argmax()] <= 1
    assert one["osteoblast"][-1, 0] > 120


def test_denosumab_after_teriparatide_holds_the_osteoclasts(lived):
    osteoclasts = lived("teriparatide-then-denosumab")["osteoclast"][:, 0]
    assert osteoclasts[18] > 1.1 * osteoclasts[0]
    assert osteoclasts[20:].max() < osteoclasts[0] / 2


def test_the_menopause_costs_bone_and_without_it_nothing_moves(lived):
    one = lived("menopause")
    assert one["spine_density"][-1, 0] < one["spine_density"][0, 0] - 3
    assert one["spine_density"][:, 1] == pytest.approx(100, abs=0.1)


def test_kidneys_that_decline_raise_pth_and_lower_calcitriol(lived):
    one = lived("kidney-decline")
    assert one["gfr"][[0, -1], 0] == pytest.approx([90, 45], rel=1e-6)
    assert one["pth"][-1, 0] > 1.3 * one["pth"][0, 0]
    assert one["calcitriol"][-1, 0] < one["calcitriol"][0, 0]


def test_calcium_falls_deeper_with_weak_kidneys_and_without_vitamin_d(lived):
    calcium = lived("hypocalcemia")["calcium"]
    healthy, kidneys, vitamin, both = calcium[0] - calcium.min(axis=0)
    assert healthy < min(kidneys, vitamin, both)


def test_supplements_keep_calcium_up_after_denosumab(lived):
    one = lived("calcium-and-vitamin-d")
    alone, supplemented = one["calcium"][one.hours > 8 * 168].min(axis=0)
    assert supplemented > alone


def test_calcium_into_the_vein_is_seen_and_does_not_last(lived):
    one = lived("calcium-into-the-vein")
    calcium = one["calcium"][:, 0]
    before, after, later = (
        calcium[np.flatnonzero(np.isclose(one.hours, hour))[0]] for hour in (168, 168 + 1 / 12, 180)
    )
    assert after - before == pytest.approx(2.3 / 14, rel=0.1)
    assert later - before < (after - before) / 2


def test_virtual_patients_differ(lived):
    one = lived("virtual-patients")
    assert one.values.shape[2] == 60
    assert (one["osteoclast"][-1].std()) > 1
    assert len(np.unique(one["calcium"][0])) == 60
