"""Bone by itself: the compiled model against a plain integration, and what must follow from the mechanism."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.cycle.body import bone
from boneloop.evidence.registry import load
from boneloop.kernel.dormand_prince import Tolerance, integrate
from boneloop.kernel.problem import Events
from boneloop.kernel.vector import pack, unpack
from boneloop.simulate import bone_alone
from boneloop.therapy import exposure
from boneloop.therapy.actions import effects, parameters
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.course import course
from boneloop.therapy.schedule import schedule
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

REGISTRY = load()
KINETICS = exposure.kinetics(REGISTRY)
AGE, MENOPAUSE, YOUTH = (years * DAYS_PER_YEAR for years in (70, 50, 20))
HALF_TIME = REGISTRY.number("bone.estrogen_half_time", "day")
MONTHS = 96
ARMS = {
    "none": (),
    "denosumab": (course("denosumab", stop_month=24),),
    "longer": (course("denosumab", stop_month=72),),
    "then alendronate": (course("denosumab", stop_month=24), course("alendronate", start_month=24, stop_month=36)),
    "alendronate": (course("alendronate", stop_month=36),),
    "zoledronate": (course("zoledronate", stop_month=36),),
    "romosozumab first": (course("romosozumab", stop_month=12), course("alendronate", start_month=12, stop_month=24)),
    "romosozumab last": (course("alendronate", stop_month=12), course("romosozumab", start_month=12, stop_month=24)),
    "teriparatide": (course("teriparatide", stop_month=24),),
    "both": (course("teriparatide", stop_month=24), course("denosumab", stop_month=24)),
    "raloxifene": (course("raloxifene", stop_month=36),),
    "exercise": (course("exercise"),),
    "exercise stopped": (course("exercise", stop_month=24),),
}


def lane(count, **changes):
    own = bone_alone.Lane(
        age=np.full(count, AGE),
        menopause=MENOPAUSE,
        half_time=HALF_TIME,
        bone=REGISTRY.parameters(bone.Parameters, "bone"),
        care=bone_alone.care(REGISTRY),
        channels=bone_alone.channels(KINETICS),
    )
    return own._replace(**changes)


def lines(arm):
    return schedule(CarePlan("test", "test", ARMS[arm]), MONTHS)


def lived(arms, months=MONTHS, **changes):
    """Rows by month, shape (months + 1, states, arms)."""
    count = len(arms)
    events = Events.of([bone_alone.dosed(lines(arm), KINETICS) for arm in arms])
    times = np.arange(months + 1) * DAYS_PER_MONTH
    begin, end = np.full(count, YOUTH - AGE), np.full(count, months * DAYS_PER_MONTH)
    return bone_alone.live(lane(count, **changes), begin, end, events, 1e-6, times=times).checked().recorded


@pytest.fixture(scope="module")
def course_of():
    """Percent change of hip density and of CTX by arm, months as rows."""
    rows, p = lived(list(ARMS)), REGISTRY.parameters(bone.Parameters, "bone")
    state = bone.State(*np.moveaxis(rows[:, : bone_alone.CELLS], 1, 0))
    density, ctx = bone.areal_density(state), bone.ctx(state, p)
    percent = [100 * (level / level[0] - 1) for level in (density, ctx)]
    return {arm: tuple(level[:, index] for level in percent) for index, arm in enumerate(ARMS)}


@pytest.mark.parametrize("arm", ["denosumab", "romosozumab first", "both", "raloxifene", "exercise stopped"])
def test_the_compiled_bone_is_the_station_under_the_exposures_of_a_forecast(arm):
    p, care = REGISTRY.parameters(bone.Parameters, "bone"), parameters(REGISTRY)
    start = unpack(bone.rest(p), lived([arm], months=0)[0, : bone_alone.CELLS])
    rows, step = pack(start, 1), np.zeros(1)
    left = {}
    for month in range(30):
        drive = exposure.month_drive(lines(arm), month, [1.0] * len(lines(arm).lines), KINETICS)
        begun = {channel: left.get(channel, 0.0) + drive.pulse[channel] for channel in drive.pulse}

        def rates(days, now, month=month, drive=drive, begun=begun):
            acting = effects(exposure.activities(begun, drive.plateau, drive.rate, days), care)
            age = AGE + month * DAYS_PER_MONTH + days
            estrogen = bone.estrogen_after_menopause(age - MENOPAUSE, HALF_TIME) + acting["bone.estrogen"]
            told = bone.Inputs(
                estrogen=np.minimum(estrogen, 1),
                denosumab=acting["bone.denosumab"],
                teriparatide=acting["bone.teriparatide"],
                bisphosphonate=acting["bone.bisphosphonate"],
                sclerostin_antibody=acting["bone.sclerostin_antibody"],
                osteoclast_death=acting["bone.osteoclast_death"],
                osteoblast_production=acting["bone.osteoblast_precursor"],
                age=age / DAYS_PER_YEAR,
            )
            return pack(bone.rates(unpack(start, now), told, p), 1)

        allowed = Tolerance(1e-7, 1e-7 * np.maximum(pack(start, 1), 1e-3))
        rows, step = integrate(rates, rows, np.zeros(1), np.full(1, DAYS_PER_MONTH), step, allowed)
        left = exposure.activities(begun, drive.plateau, drive.rate, DAYS_PER_MONTH)
    assert lived([arm], months=30)[-1, : bone_alone.CELLS] == pytest.approx(rows, rel=2e-4, abs=1e-6)


def test_a_lane_is_the_same_alone_and_in_company():
    together = lived(["none", "denosumab", "teriparatide"])
    assert np.array_equal(lived(["denosumab"])[:, :, 0], together[:, :, 1])


def test_denosumab_that_is_stopped_rebounds_and_density_falls_back_within_two_years(course_of):
    density, ctx = course_of["denosumab"]
    untreated = course_of["none"][0]
    assert ctx[24:48].max() > 20
    assert density[24] - density[48] > 0.8 * (density[24] - untreated[24])


def test_the_longer_denosumab_was_given_the_higher_markers_rise_after_it(course_of):
    assert course_of["longer"][1].max() > course_of["denosumab"][1].max()


def test_an_antiresorptive_after_denosumab_keeps_most_of_what_it_won(course_of):
    kept, lost = course_of["then alendronate"][0], course_of["denosumab"][0]
    untreated = course_of["none"][0]
    assert kept[36] - lost[36] > 0.4 * (lost[24] - untreated[24])


def test_bone_former_first_wins_more_than_bone_former_last(course_of):
    assert course_of["romosozumab first"][0][24] > course_of["romosozumab last"][0][24]


def test_alendronate_and_zoledronate_act_on_for_years_after_the_last_dose(course_of):
    untreated = course_of["none"][0]
    for drug in ("alendronate", "zoledronate"):
        density, ctx = course_of[drug]
        won = density[36] - untreated[36]
        assert density[60] - untreated[60] > 0.6 * won
        assert ctx.max() < 15
    denosumab = course_of["denosumab"][0]
    assert denosumab[48] - untreated[48] < 0.35 * (denosumab[24] - untreated[24])


def test_teriparatide_with_denosumab_wins_more_than_either(course_of):
    together = course_of["both"][0][24]
    assert together > max(course_of["teriparatide"][0][24], course_of["denosumab"][0][24])


def test_exercise_wins_hip_density_keeps_it_and_loses_it_after_stopping(course_of):
    nothing, kept, stopped = (course_of[arm][0] for arm in ("none", "exercise", "exercise stopped"))
    assert 0.5 < kept[12] - nothing[12] < 1.5
    assert kept[84] - nothing[84] > 0.8 * (kept[24] - nothing[24])
    assert abs(stopped[84] - nothing[84]) < 0.5


def test_buried_bisphosphonate_comes_free_only_as_bone_is_resorbed():
    p = REGISTRY.parameters(bone.Parameters, "bone")
    rest = bone.rest(p)._replace(bisphosphonate_buried=1.0)
    busy, quiet = (
        bone.rates(rest._replace(osteoclast=share * rest.osteoclast), bone.Inputs(), p).bisphosphonate_buried
        for share in (1, 0)
    )
    assert busy < quiet == 0


def test_less_turnover_lets_bone_mineralize_further():
    p = REGISTRY.parameters(bone.Parameters, "bone")
    rest = bone.rest(p)
    slow = rest._replace(osteoblast=rest.osteoblast / 2)
    assert bone.rates(slow, bone.Inputs(), p).mineral_content > bone.rates(rest, bone.Inputs(), p).mineral_content
