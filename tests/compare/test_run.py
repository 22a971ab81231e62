"""The forecast of many people: everybody as if alone, in the order given, on one process or two."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.compare import run
from boneloop.compare.forecast import OUTCOMES
from boneloop.compare.run import forecast
from boneloop.errors import SimulationError
from boneloop.therapy.care_plan import CarePlan, load_plans

FEW = {"draws": 5, "years": 1}


@pytest.fixture(scope="module")
def plans():
    return load_plans(("none", "integrated"))


@pytest.fixture(scope="module")
def everybody(people):
    return people(48)


@pytest.fixture(scope="module")
def together(everybody, plans):
    return list(forecast(everybody, plans, **FEW, jobs=1))


@pytest.mark.parametrize("index", [0, 6, 7, 23, 47])
def test_one_patient_alone_equals_that_patient_among_others(everybody, together, plans, differences, index):
    alone = next(forecast([everybody[index]], plans, **FEW, jobs=1))
    assert not differences(alone, together[index])


def test_two_processes_say_the_same_as_one_and_keep_the_order(everybody, together, plans, differences):
    done = []
    on_two = list(forecast(everybody[:20], plans, **FEW, jobs=2, progress=lambda now, of: done.append((now, of))))
    assert [f.profile.id for f in on_two] == [p.id for p in everybody[:20]]
    assert not [d for one, two in zip(together, on_two, strict=False) for d in differences(one, two)]
    assert done[-1] == (20, 20) and len(done) == 2


def test_the_order_of_patients_does_not_matter(everybody, together, plans, differences):
    back = list(forecast(everybody[9::-1], plans, **FEW, jobs=1))
    assert [f.profile.id for f in back] == [p.id for p in everybody[9::-1]]
    assert not [d for one, two in zip(together[:10], back[::-1], strict=True) for d in differences(one, two)]


def test_small_chunks_say_the_same_as_one_and_report_progress(everybody, together, plans, differences, monkeypatch):
    monkeypatch.setattr(run, "LANES_AT_ONCE", 20)
    done = []
    chunked = list(forecast(everybody[:10], plans, **FEW, jobs=1, progress=lambda now, of: done.append((now, of))))
    assert done == [(4, 10), (8, 10), (10, 10)]
    assert not [d for one, two in zip(together, chunked, strict=False) for d in differences(one, two)]


def test_the_same_seed_says_the_same_and_another_seed_differs(woman, plans, differences):
    first, again, other = (next(forecast([woman], plans, **FEW, seed=seed, jobs=1)) for seed in (3, 3, 4))
    assert not differences(first, again)
    assert differences(first, other)


def test_a_plan_says_the_same_whatever_stands_beside_it(everybody, together, plans, differences):
    alone = next(forecast(everybody[:1], plans[1:], **FEW, jobs=1))
    assert not differences(alone.plan("integrated"), together[0].plan("integrated"))


def test_an_empty_plan_says_the_same_as_no_treatment(woman, differences):
    both = (*load_plans(("none",)), CarePlan("watch", "Wait and see"))
    found = next(forecast([woman], both, draws=6, years=2, jobs=1))
    none, empty = found.plans
    assert not differences(replace(empty, plan=none.plan, title=none.title), none)


def test_nobody_asked_nothing_forecast(plans):
    assert list(forecast([], plans, **FEW, jobs=1)) == []


def test_a_forecast_says_what_was_asked_and_what_it_rests_on(ahead, woman):
    assert (ahead.profile, ahead.belief, ahead.draws, ahead.seed, ahead.years) == (woman, "evidence", 40, 1, 3.0)
    assert [p.plan for p in ahead.plans] == ["none", "bone", "mind", "integrated"]
    assert ahead.plan("mind").title.startswith("Mind")
    assert ahead.plan("none").steps == ()
    assert any("alendronate" in step for step in ahead.plan("integrated").steps)
    assert ahead.assumed == woman.assumed
    assert ahead.notes and "people" in ahead.notes[0]


def test_every_plan_has_a_band_of_every_outcome_every_quarter(ahead):
    for plan in ahead.plans:
        assert plan.years == pytest.approx(np.arange(13) / 4)
        assert plan.bands.keys() == OUTCOMES.keys()
        for name, found in plan.bands.items():
            assert all(len(row) == 13 for row in (found.median, found.p05, found.p95, found.mcse, found.mean)), name
            assert (found.p05 <= found.median).all() and (found.median <= found.p95).all(), name
            assert np.isfinite(found.mcse).all(), name


def test_all_plans_start_from_the_same_person(ahead):
    for plan in ahead.plans[1:]:
        for name in OUTCOMES.keys() - {"on_bone_drug"}:
            assert plan.bands[name].median[0] == ahead.plans[0].bands[name].median[0], name


def test_an_engine_that_cannot_go_on_is_not_silent(woman, plans, monkeypatch):
    def stuck(*_):
        raise SimulationError("plan none, month 0: 1 lanes left the model's range")

    monkeypatch.setattr(run, "live", stuck)
    with pytest.raises(SimulationError, match="month 0"):
        next(forecast([woman], plans, **FEW, jobs=1))


def test_the_oldest_still_get_a_forecast_and_no_band_when_nearly_all_have_died(woman):
    found = next(forecast([replace(woman, age=100.0)], load_plans(("none",)), draws=8, years=10, jobs=1))
    untreated = found.plan("none").bands
    assert np.isnan(untreated["pain"].median[-1])
    assert untreated["death"].median[-1] > 0.9
    assert np.isfinite(untreated["fracture_any"].median).all()
