"""A study that is run says what the model says, whoever runs it."""

from __future__ import annotations

from concurrent.futures import as_completed
from multiprocessing import active_children

import numpy as np
import pytest

from boneloop.calibrate.targets.reading import parse
from boneloop.calibrate.targets.run import Order, run_all, run_study
from boneloop.errors import SimulationError

FEW = {"draws": 5, "people": 8}


def numbers(findings):
    return [found.simulated for found in findings.found]


def result(identity, **fields):
    told = {"id": identity, "role": "check", "status": "recalled", "group": "bone", "value": 1.0} | fields
    lines = (f"{k} = {v!r}".replace("'", '"').replace("True", "true") for k, v in told.items())
    return "\n[[result]]\n" + "\n".join(lines) + "\n"


def ask(study_of, **fields):
    findings = run_study(study_of(more=result("X-2", **fields)), **FEW)
    return findings.found[1]


@pytest.fixture(scope="module")
def once(study_of):
    return run_study(study_of(), **FEW)


def test_denosumab_raises_density_against_nothing(once):
    (found,) = once.found
    assert found.simulated.median > 0 and found.simulated.p025 <= found.simulated.median <= found.simulated.p975
    assert found.simulated.monte_carlo > 0


def test_the_same_seed_says_the_same_and_another_differs(study_of, once):
    assert numbers(run_study(study_of(), **FEW)) == numbers(once)
    assert numbers(run_study(study_of(), **FEW, seed=2)) != numbers(once)


def test_the_order_and_the_number_of_processes_do_not_matter(study_of, text, once):
    other = parse(text.replace("made-up", "another").encode(), "another.toml")
    done = []
    order = Order(draws=5, people=8, jobs=2)
    both = list(run_all([other, study_of()], order, lambda now, of: done.append((now, of))))
    assert [findings.study.id for findings in both] == ["another", "made-up"]
    assert numbers(both[1]) == numbers(once)
    assert done == [(1, 2), (2, 2)]


def test_a_process_that_is_ended_from_outside_is_said_so(study_of, text, monkeypatch):
    def after_a_kill(waiting):
        for process in active_children():
            process.kill()
        return as_completed(waiting)

    monkeypatch.setattr("boneloop.calibrate.targets.run.as_completed", after_a_kill)
    other = parse(text.replace("made-up", "another").encode(), "another.toml")
    with pytest.raises(SimulationError, match="ended from outside"):
        list(run_all([other, study_of()], Order(jobs=2)))


def test_people_in_pieces_are_the_same_people(study_of, once, monkeypatch):
    monkeypatch.setattr("boneloop.calibrate.targets.run.LANES_AT_ONCE", 15)
    assert numbers(run_study(study_of(), **FEW)) == numbers(once)


def test_a_published_number_that_is_the_simulated_one_is_inside(study_of, once):
    (found,) = once.found
    value, error = found.simulated.median, 1e-3
    study = study_of(("value = 3.0", f"value = {value!r}"), ("interval = [2.0, 9.0]", f"se = {error}"))
    verdict = run_study(study, **FEW).found[0].verdict
    assert verdict.verdict == "inside" and verdict.distance == pytest.approx(0, abs=1e-9)


def test_an_arm_against_its_twin_differs_in_nothing(study_of):
    twin = '\n[arm.twin]\n[[arm.twin.course]]\nkind = "denosumab"\n'
    asked = {"kind": "difference", "arm": "twin", "against": "denosumab"}
    study = study_of(
        more=twin
        + result("X-2", **asked, outcome="ctx_change", month=6, unit="%")
        + result("X-3", **asked | {"kind": "ratio"}, outcome="fracture_any", measure="hazard", month=12)
    )
    found = run_study(study, **FEW).found
    assert found[1].simulated.median == 0 and found[2].simulated.median == 1
    assert found[1].simulated.monte_carlo == 0


def test_risk_rate_hazard_and_odds_of_an_event_agree_with_one_another(study_of):
    asked = {"kind": "arm", "arm": "nothing", "outcome": "death", "month": 12}
    more = "".join(
        result(f"X-{m}", **asked, measure=m, unit=unit)
        for m, unit in (("risk", "%"), ("rate", "per 1000 person-years"), ("hazard", "per person-year"), ("odds", "1"))
    )
    risk, rate, hazard, odds = (f.simulated.median for f in run_study(study_of(more=more), **FEW).found[1:])
    assert rate == pytest.approx(1000 * hazard)
    assert odds == pytest.approx(risk / 100 / (1 - risk / 100), rel=0.05)
    assert risk / 100 == pytest.approx(-np.expm1(-hazard), rel=0.05)


def test_a_later_start_counts_only_what_comes_after_it(study_of):
    asked = {"kind": "arm", "arm": "nothing", "outcome": "fracture_any", "measure": "risk", "unit": "%"}
    whole, first, second = (
        ask(study_of, **asked, **months).simulated.median
        for months in ({"month": 24}, {"month": 12}, {"month": 24, "from_month": 12})
    )
    assert whole == pytest.approx(100 * (1 - (1 - first / 100) * (1 - second / 100)), rel=0.03)


def test_a_change_from_a_later_month_is_relative_to_that_month(study_of):
    asked = {"kind": "arm", "arm": "denosumab", "outcome": "bmd_change", "unit": "%"}
    whole, first, second = (
        ask(study_of, **asked, **months).simulated.median
        for months in ({"month": 24}, {"month": 12}, {"month": 24, "from_month": 12})
    )
    assert 1 + whole / 100 == pytest.approx((1 + first / 100) * (1 + second / 100), rel=1e-3)


def test_months_between_two_noted_moments_are_looked_up(study_of):
    asked = {"kind": "arm", "arm": "denosumab", "outcome": "ctx_change", "unit": "%"}
    low, between, high = (ask(study_of, **asked, month=m).simulated.median for m in (1.0, 1.5, 2.0))
    assert min(low, high) <= between <= max(low, high)


def test_a_fracture_today_raises_the_hazard_of_death(study_of):
    arm = '\n[arm.hip]\nfracture_now = "hip"\n'
    asked = {"kind": "ratio", "arm": "hip", "against": "nothing", "outcome": "death", "measure": "hazard", "month": 3}
    found = run_study(study_of(more=arm + result("X-2", **asked)), **FEW).found[1]
    assert found.simulated.median > 2


def test_an_arrow_that_is_cut_carries_nothing(study_of):
    arms = (
        '\n[arm.sad]\npopulation = { phq9 = 20 }\n[arm.cut]\npopulation = { phq9 = 20 }\ncut = ["mood_to_fracture"]\n'
    )
    asked = {"kind": "ratio", "against": "nothing", "outcome": "falls", "month": 6}
    study = study_of(more=arms + result("X-2", arm="sad", **asked) + result("X-3", arm="cut", **asked))
    sad, cut = (found.simulated.median for found in run_study(study, **FEW).found[1:])
    assert sad > cut


def test_an_outcome_that_is_not_simulated_is_refused_and_the_others_are_not(study_of, monkeypatch):
    from boneloop.calibrate.targets.outcomes import OUTCOMES, Outcome

    monkeypatch.setitem(OUTCOMES, "height", Outcome("Height", "level", "cm", "height"))
    found = ask(study_of, kind="arm", arm="nothing", outcome="height", month=6, unit="cm")
    assert found.verdict.verdict == "refused" and "outcome that this version simulates" in str(found.refusal)


@pytest.mark.parametrize(
    ("order", "verdict"), [(["denosumab", "nothing"], "inside"), (["nothing", "denosumab"], "miss")]
)
def test_a_rank_is_judged_by_its_order(study_of, order, verdict):
    more = result("X-2", kind="rank", order=order, outcome="bmd_change", month=12).replace("value = 1.0\n", "")
    assert run_study(study_of(more=more), **FEW).found[1].verdict.verdict == verdict


def test_nonvertebral_fractures_are_more_than_those_of_one_site_and_fewer_than_all(study_of):
    asked = {"kind": "arm", "arm": "nothing", "measure": "rate", "month": 24, "unit": "per person-year"}
    names = ("fracture_hip", "fracture_nonvertebral", "fracture_any")
    more = "".join(result(f"X-{name}", outcome=name, **asked) for name in names)
    hip, nonvertebral, everything = (f.simulated.median for f in run_study(study_of(more=more), **FEW).found[1:])
    assert hip < nonvertebral < everything


def test_percent_changes_of_two_arms_are_compared_by_what_is_left_of_the_start(study_of):
    asked = {"outcome": "ctx_change", "month": 6, "unit": "%"}
    more = "".join(result(f"X-{arm}", kind="arm", arm=arm, **asked) for arm in ("nothing", "denosumab")) + result(
        "X-both", kind="ratio", arm="denosumab", against="nothing", **asked
    )
    nothing, denosumab, both = (found.simulated.median for found in run_study(study_of(more=more), **FEW).found[1:])
    assert both == pytest.approx(100 * ((1 + denosumab / 100) / (1 + nothing / 100) - 1), abs=2)
