"""Whoever comes with values in range can be lived, and everything said of them is in its range."""

from __future__ import annotations

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from boneloop.compare.forecast import OUTCOMES
from boneloop.cycle import stability
from boneloop.cycle.body.fracture import SITES
from boneloop.evidence.registry import load
from boneloop.patient.profile import Blood, BoneReading, PastFracture, PastTreatment, Profile, Reading
from boneloop.simulate.lanes import body_parameters
from boneloop.therapy.care_plan import known_plans
from boneloop.types import Known, Sex

RANGES = {
    "pain": (0, 10),
    "phq9": (0, 27),
    "gad7": (0, 21),
    "function": (0, 100),
    "utility": (0, 1),
    "qaly": (0, 1),
    "bmd": (0, 3),
    "on_bone_drug": (0, 1),
    "calcium_intake": (0, 10_000),
    "calcium_absorption": (0, 3),
    "bmd_change": (-60, 60),
    "ctx_change": (-100, 10_000),
    "p1np_change": (-100, 10_000),
    "falls": (0, np.inf),
    "calcium": (0.8, 6),
    "calcium_lowest": (0.6, 6),
    "hypocalcemia": (0, 1),
    "phosphate": (0.1, 10),
    "pth": (0.1, 40),
} | {name: (0, 1) for name in OUTCOMES if name.startswith("fracture") or name == "death"}

AS_FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
"""Lives are slow: a failing one is shown as it was found, not made smaller."""

readings = st.none() | st.builds(Reading, st.floats(0, 1), st.floats(0.02, 0.25), st.just("a questionnaire"), st.none())
scans = st.none() | st.builds(
    BoneReading,
    st.sampled_from(("total_hip", "femoral_neck", "lumbar_spine")),
    st.floats(0.25, 1.6),
    st.floats(0.005, 0.08),
    st.just("measured"),
    st.none(),
)
fractures = st.lists(st.builds(PastFracture, st.sampled_from(SITES), st.none() | st.floats(0, 15_000)), max_size=4)
drugs = ("alendronate", "risedronate", "ibandronate", "zoledronate", "denosumab", "romosozumab", "teriparatide")
treatments = st.lists(
    st.builds(
        PastTreatment,
        st.sampled_from((*drugs, "abaloparatide", "raloxifene", "estrogen")),
        st.lists(st.floats(0, 8000), min_size=1, max_size=3).map(lambda days: tuple(sorted(days, reverse=True))),
        st.booleans(),
    ),
    max_size=1,
)
known = st.sampled_from(Known)
blood = st.builds(
    Blood,
    calcium=st.none() | st.floats(1.2, 4.5),
    phosphate=st.none() | st.floats(0.2, 5),
    filtration=st.none() | st.floats(1, 200),
    vitamin_d=st.none() | st.floats(3, 600),
)
profiles = st.builds(
    Profile,
    id=st.text(min_size=1, max_size=8),
    age=st.floats(40, 100),
    sex=st.sampled_from(Sex),
    country=st.sampled_from(("US", "GB", "CN")),
    bone=scans,
    pain=readings,
    depression=readings,
    anxiety=readings,
    function_loss=readings,
    menopause_age=st.none() | st.floats(30, 60),
    falls=st.none() | st.integers(0, 40).map(float),
    fractures=fractures.map(tuple),
    fractures_known=known,
    treatments=treatments.map(tuple),
    antidepressant=known,
    beta_blocker=known,
    depression_diagnosis=known,
    glucocorticoid_mg_per_day=st.none() | st.floats(0, 60),
    blood=blood,
)


def test_every_outcome_has_a_range():
    assert RANGES.keys() == OUTCOMES.keys()


@settings(max_examples=10, phases=AS_FOUND)
@given(person=profiles, plan=st.sampled_from(known_plans()))
def test_any_profile_in_range_runs_and_every_outcome_is_in_its_range(person, plan, ready):
    lived = ready(person, draws=4).live(plan, 12)
    assert not lived.stopped
    for name, (low, high) in RANGES.items():
        values = lived.values[name]
        assert np.isfinite(values).all(), name
        assert (values >= low).all() and (values <= high).all(), (name, values.min(), values.max())


@settings(max_examples=20, phases=AS_FOUND)
@given(person=profiles)
def test_any_profile_in_range_can_be_brought_to_month_0(person, ready):
    untreated = Profile(**{field: getattr(person, field) for field in Profile.__slots__ if field != "treatments"})
    begin = ready(untreated, draws=3).start
    fast = np.array([part for station in begin.state.fast for part in station])
    ceilings = stability.ceilings(body_parameters(load(), {}))[:, None]
    assert np.isfinite(fast).all() and (fast >= 0).all() and (fast <= ceilings).all()
    assert (begin.density > 0).all()
