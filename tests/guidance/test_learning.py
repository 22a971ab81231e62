"""One more fact in a record resolves what rules ask; it never contradicts what they said. No rule speaks of nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop.assess.framework import FRAMEWORKS
from boneloop.assess.person import assess
from boneloop.guidance.advice import advise, speaks
from boneloop.guidance.condition import All, Compare, Interval, Is, Not, Some, evaluate
from boneloop.guidance.facts import FACTS, facts, table
from boneloop.guidance.rule import ANTIDEPRESSANTS, rules
from boneloop.patient.conditions import titles
from boneloop.patient.drugs import drugs
from boneloop.patient.record import Answers, Condition, Fracture, Measurement, Medication, Record
from boneloop.types import Known, Sex

TODAY = date(2026, 9, 1)
RULES = [pytest.param(rule, id=rule.id) for rule in rules()]
ABOUT_THE_RECORD = {name for name, row in table().items() if row.how in ("record", "recorded")}
"""Facts about the record change with it: what is in it now was not in it before."""
OF_PEOPLE = [rule for rule in rules() if not rule.needs & ABOUT_THE_RECORD]
CONDITIONS = sorted(titles())
QUANTITIES = {
    "falls_12_months": (0, 4), "creatinine": (0.5, 3), "weight": (40, 90), "height": (140, 190), "calcium": (1.8, 2.9),
    "albumin": (30, 45), "vitamin_d_25oh": (10, 120), "sodium": (125, 145), "gait_speed": (0.3, 1.4), "tug": (6, 30),
    "pain_nrs": (0, 10), "glucocorticoid_mg_per_day": (0, 20), "calcium_intake": (200, 1500), "height_loss": (0, 8),
    "alkaline_phosphatase": (40, 300), "opioid_mme_per_day": (0, 100), "alcohol_units_per_day": (0, 8),
    "frax_mof": (5, 40), "menopause_age": (45, 55),
}  # fmt: skip
days = st.dates(date(2010, 1, 1), TODAY)
maybe_days = st.one_of(st.none(), days)


@st.composite
def measurements(draw):
    name = draw(st.sampled_from(sorted(QUANTITIES)))
    low, high = QUANTITIES[name]
    return Measurement(name, draw(st.floats(low, high)), draw(maybe_days), "row 1", "")


@st.composite
def courses(draw):
    row = drugs()[draw(st.sampled_from(sorted(drugs())))]
    active = draw(st.sampled_from(list(Known)))
    given_days = draw(st.lists(days, max_size=3)) if row.every_months else []
    start = draw(maybe_days)
    stop = draw(st.one_of(st.none(), st.dates(start, TODAY))) if start and active is Known.NO else None
    dose = draw(st.one_of(st.none(), st.floats(1, 60)))
    return Medication(row.name, row.drug_class, start, stop, active, "row 1", tuple(sorted(given_days)), dose)


fractures = st.builds(
    Fracture,
    st.sampled_from(("hip", "vertebra", "wrist", "other")),
    maybe_days,
    st.just("row 1"),
    st.sampled_from(list(Known)),
)
phq9s = st.builds(
    Answers,
    st.just("phq9"),
    st.dictionaries(st.integers(1, 9), st.integers(0, 3)),
    st.none(),
    maybe_days,
    st.just("row 1"),
)


@st.composite
def records(draw):
    names = draw(st.lists(st.sampled_from(CONDITIONS), max_size=6, unique=True))
    stated = [Condition(n, draw(st.sampled_from((Known.YES, Known.NO))), draw(maybe_days), "row 1") for n in names]
    return Record(
        "p", draw(st.sampled_from(list(Sex))), draw(st.floats(40, 95)), TODAY, "row 1",
        measurements=tuple(draw(st.lists(measurements(), max_size=6, unique_by=lambda m: m.quantity))),
        answers=tuple(draw(st.lists(phq9s, max_size=1))),
        fractures=tuple(draw(st.lists(fractures, max_size=3))),
        fractures_recorded=draw(st.sampled_from(list(Known))),
        conditions=tuple(stated),
        medications=tuple(draw(st.lists(courses(), max_size=4, unique_by=lambda c: c.drug))),
        medications_recorded=draw(st.sampled_from(list(Known))),
    )  # fmt: skip


def states(record):
    known = facts(assess(record))
    return {rule.id: speaks(rule, known) for rule in OF_PEOPLE}


def resolves(before, after):
    return [i for i in before if before[i] is not Known.UNKNOWN and after[i] is not before[i]]


@given(records(), st.sampled_from(CONDITIONS), st.sampled_from((Known.YES, Known.NO)), days)
def test_an_unknown_condition_turned_yes_or_no_only_resolves(record, name, status, day):
    if any(c.name == name for c in record.conditions):
        return
    learned = replace(record, conditions=(*record.conditions, Condition(name, status, day, "row 2")))
    assert not resolves(states(record), states(learned))


@given(records(), measurements())
def test_a_quantity_that_nobody_had_measured_only_resolves(record, measured):
    if any(m.quantity == measured.quantity for m in record.measurements):
        return
    if measured.quantity in ("glucocorticoid_mg_per_day", "falls_12_months"):
        return  # these two can disagree with a condition of the same meaning: the number then holds, see below
    learned = replace(record, measurements=(*record.measurements, measured))
    assert not resolves(states(record), states(learned))


@given(records())
def test_a_list_called_whole_only_resolves(record):
    for name in ("fractures_recorded", "medications_recorded"):
        if getattr(record, name) is Known.UNKNOWN:
            assert not resolves(states(record), states(replace(record, **{name: Known.YES})))


@given(records(), fractures)
def test_one_more_fracture_on_an_open_list_only_resolves(record, broken):
    if record.fractures_recorded is Known.YES:
        return
    before, after = states(record), states(replace(record, fractures=(*record.fractures, broken)))
    # a fracture after a FRAX calculation makes it out of date: it no longer clears anybody, and contradicts nothing
    dated = {rule.id for rule in OF_PEOPLE if {"frax_major", "frax_hip"} & rule.needs}
    changed = resolves(before, after)
    assert set(changed) <= dated and not [i for i in changed if Known.YES in (before[i], after[i])]


@given(records(), courses())
def test_one_more_drug_on_an_open_list_only_resolves(record, course):
    if record.medications_recorded is Known.YES or any(
        c.drug_class == course.drug_class or c.drug == course.drug for c in record.medications
    ):
        return
    before, after = states(record), states(replace(record, medications=(*record.medications, course)))
    # a bone drug of today ends the state of an untreated or uncovered person: that is news, not a contradiction
    news = {rule.id for rule in OF_PEOPLE if {"anabolic_ended_uncovered", "denosumab_not_covered"} & rule.needs}
    assert not set(resolves(before, after)) - news


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_speaks_when_nothing_is_known_of_the_person(rule):
    nothing = {name: Known.UNKNOWN if isinstance(f, Known) else Interval() for name, f in kinds().items()}
    nothing |= dict.fromkeys(ABOUT_THE_RECORD, Known.NO)
    if rule.when == All(()):
        assert rule.only_for_plans
    else:
        assert speaks(rule, nothing) is not Known.YES


@cache
def kinds():
    found = facts(assess(Record("p", Sex.FEMALE, 70.0, TODAY, "row 1")))
    return {name: found[name] for name in FACTS}


@pytest.mark.parametrize("rule", RULES)
def test_every_fact_of_a_rule_flipped_from_unknown_to_yes_or_no_only_resolves_what_it_says(rule):
    """Over every way in which the facts of one rule can be known one by one, from nothing to all."""
    limits = sorted({part.limit for part in leaves(rule.when) + leaves(rule.scope) if isinstance(part, Compare)})
    values = [*(limit + shift for limit in limits for shift in (-0.5, 0, 0.5)), 0.0]
    base = kinds()
    unknown = {n: Known.UNKNOWN if isinstance(base[n], Known) else Interval() for n in rule.needs}
    for name in rule.needs:
        options = (Known.YES, Known.NO) if isinstance(base[name], Known) else [Interval(v, v) for v in values]
        for others in (Known.UNKNOWN, Known.YES, Known.NO):
            for at in values:
                world = {
                    n: (
                        others
                        if isinstance(base[n], Known)
                        else Interval()
                        if others is Known.UNKNOWN
                        else Interval(at, at)
                    )
                    for n in rule.needs
                }
                before = speaks(rule, {**world, name: unknown[name]})
                afters = [speaks(rule, {**world, name: option}) for option in options]
                assert before is Known.UNKNOWN or set(afters) == {before}


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=20)
@given(data=st.data())
def test_facts_known_in_any_order_only_resolve_what_a_rule_says(rule, data):
    """From nothing to everything, one fact after the other, in any order and with any answers."""
    world = {n: Known.UNKNOWN if isinstance(f, Known) else Interval() for n, f in kinds().items() if n in rule.needs}
    limits = [part.limit for part in leaves(rule.when) + leaves(rule.scope) if isinstance(part, Compare)]
    near = st.sampled_from([limit + shift for limit in (*limits, 0.0) for shift in (-1, -0.01, 0, 0.01, 1)])
    said = [speaks(rule, world)]
    for name in data.draw(st.permutations(sorted(rule.needs))):
        if isinstance(world[name], Known):
            world[name] = data.draw(st.sampled_from((Known.YES, Known.NO)))
        else:
            low, high = sorted((data.draw(near), data.draw(near)))
            for known in (Interval(low, high), Interval(high, high)):
                world[name] = known
                said.append(speaks(rule, world))
        said.append(speaks(rule, world))
    told = [state for state in said if state is not Known.UNKNOWN]
    assert len(set(told)) == 1, "all known: it speaks or is silent, and never turned around"
    assert said == [*[Known.UNKNOWN] * (len(said) - len(told)), *told]


def leaves(condition):
    match condition:
        case Is() | Compare():
            return [condition]
        case Not(part):
            return leaves(part)
        case All(parts) | Some(parts):
            return [leaf for part in parts for leaf in leaves(part)]


@given(records(), st.sampled_from(["", *FRAMEWORKS]))
def test_no_advice_ever_proposes_an_antidepressant_with_a_bone_goal(record, framework):
    advice = advise(assess(record), framework or None)
    for rule in (*advice.fired, *advice.to_confirm):
        assert not (ANTIDEPRESSANTS & set(rule.proposes) and rule.goal == "bone")
        assert not (rule.goal == "bone" and "antidepressant" in rule.message.lower() and rule.verb == "CONSIDER")


@given(records(), st.sampled_from(["", *FRAMEWORKS]))
def test_every_rule_that_waits_is_behind_a_question_and_frameworks_are_kept_apart(record, framework):
    advice = advise(assess(record), framework or None)
    allowed = {"all", "nice", "us", "nogg_2021", framework}
    assert all(rule.framework in allowed for rule in (*advice.fired, *advice.to_confirm))
    known = facts(assess(record), framework)
    for question in advice.open_questions:
        assert question.rules and question.facts
        for fact in question.facts:
            assert known[fact] is Known.UNKNOWN or isinstance(known[fact], Interval)
    asked = {identity for question in advice.open_questions for identity in question.rules}
    waiting = {r.id for r in rules() if evaluate(r.when, known) is Known.UNKNOWN}
    assert asked <= waiting | {r.id for r in rules() if evaluate(r.scope, known) is Known.UNKNOWN}


@given(records(), st.integers(1, 3), maybe_days, st.dictionaries(st.integers(1, 8), st.integers(0, 3)))
def test_item_9_always_raises_the_flag_and_the_referral(record, answer, day, others):
    form = Answers("phq9", {**others, 9: answer}, None, day, "row 9")
    said = assess(replace(record, answers=(form,)))
    assert said.flags[0].severity == "safety"
    assert "phq9_item9" in {flag.code for flag in said.flags}
    for framework in ("", *FRAMEWORKS):
        assert "D02" in {rule.id for rule in advise(said, framework or None).fired}
