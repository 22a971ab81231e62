"""The scorer: published worked examples, the rules of completeness, and laws that hold for every form."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.errors import InstrumentError
from boneloop.instruments.scorer import alerts, real_change, score
from boneloop.instruments.table import instrument, names

SUMMED = [name for name in names() if instrument(name).scoring in ("sum", "mean")]
RAND_EXAMPLE = (
    4,
    4,
    1,
    2,
    1,
    1,
    2,
    1,
    1,
    1,
    2,
    2,
    1,
    1,
    1,
    1,
    1,
    2,
    1,
    4,
    5,
    4,
    5,
    3,
    3,
    4,
    6,
    3,
    2,
    5,
    2,
    2,
    2,
    4,
    3,
    4,
)
RAND_SCALES = (
    "physical_functioning",
    "role_physical",
    "role_emotional",
    "energy",
    "emotional_wellbeing",
    "social",
    "pain",
    "general_health",
)


def numbered(answers):
    return dict(enumerate(answers, start=1))


@st.composite
def forms(draw, complete=False):
    """An instrument and answers to it, some of them missing."""
    name = draw(st.sampled_from(SUMMED))
    form = instrument(name)
    answers = {n: draw(st.integers(*map(int, form.allowed(n)))) for n in form.counted}
    left_out = set() if complete else draw(st.sets(st.sampled_from(form.counted)))
    return name, {n: answer for n, answer in answers.items() if n not in left_out}


@pytest.mark.parametrize(
    ("answers", "total", "band"),
    [
        ([0] * 9, 0, "minimal"),
        ([1] * 9, 9, "mild"),
        ([3] * 9, 27, "severe"),
        ([1, 1, 2, 0, 1, 0, 1, 0, 1], 7, "mild"),
        ([0, 0, 0, 0, 0, 0, 0, 0, 2], 2, "minimal"),
    ],
    ids=["P1", "P2", "P3", "P4", "P6"],
)
def test_phq9_gives_the_published_examples(answers, total, band):
    scored = score("phq9", numbered(answers))
    assert (scored.value, scored.band, scored.status) == (total, band, "complete")
    assert scored.alerts == ((9,) if answers[8] >= 1 else ())


def test_phq9_with_three_items_missing_gives_no_total_and_names_them_example_p5():
    scored = score("phq9", {1: 2, 2: 2, 4: 1, 6: 0, 7: 1, 9: 0})
    assert (scored.value, scored.band, scored.status) == (None, "", "incomplete")
    assert scored.missing == (3, 5, 8)
    assert "3 (sleep), 5 (appetite), 8" in scored.notes[0]


def test_phq9_with_two_items_missing_is_prorated_and_says_so():
    scored = score("phq9", {n: 2 for n in (1, 2, 3, 4, 5, 6, 9)})
    assert (scored.value, scored.status, scored.missing) == (18, "prorated", (7, 8))


def test_phq9_never_fills_in_item_9():
    scored = score("phq9", {n: 1 for n in range(1, 9)})
    assert (scored.value, scored.status) == (None, "incomplete")
    assert "item 9 is never filled in" in scored.notes[0]


def test_item_9_sounds_on_a_form_with_nothing_else():
    assert score("phq9", {9: 1}).alerts == (9,)
    assert score("phq9", {9: 0}).alerts == ()


def test_item_9_sounds_on_a_form_that_cannot_be_scored():
    assert alerts("phq9", {3: 5, 9: 2}) == (9,)


@pytest.mark.parametrize(
    ("answers", "total", "band"),
    [
        ([0] * 7, 0, "minimal"),
        ([1, 1, 0, 2, 0, 2, 0], 6, "mild"),
        ([3, 2, 3, 3, 3, 2, 3], 19, "severe"),
        ([2, 2, 1, 1, 0, 2, 1], 9, "mild"),
    ],
    ids=["G1", "G2", "G3", "G4"],
)
def test_gad7_gives_the_published_examples(answers, total, band):
    scored = score("gad7", numbered(answers))
    assert (scored.value, scored.band) == (total, band)


def test_the_lowest_answer_of_gad7_is_worded_not_at_all_example_g5():
    assert instrument("gad7").labels[0] == "Not at all"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (numbered([1] * 36), (0, 0, 0, 50, 40, 50, 100, 60)),
        (numbered([2] * 36), (50, 100, 100, 50, 44, 50, 77.5, 55)),
        (numbered(RAND_EXAMPLE), (20, 0, 100 / 3, 15, 36, 25, 22.5, 30)),
        (
            {n: a for n, a in numbered(RAND_EXAMPLE).items() if n not in (5, 9, 23, 33)},
            (25, 0, 100 / 3, 40 / 3, 36, 25, 22.5, 31.25),
        ),
    ],
    ids=["R1", "R2", "R4", "R5"],
)
def test_rand36_gives_the_worked_examples(answers, expected):
    scored = score("rand36", answers)
    assert [scored.subscales[scale] for scale in RAND_SCALES] == pytest.approx(expected, abs=1e-9)
    assert scored.status == ("complete" if len(answers) == 36 else "prorated")


def test_rand36_best_answers_give_100_everywhere_example_r3():
    form = instrument("rand36")
    best = {n: 1 + key.values.index(max(key.values)) for key in form.recode for n in key.items}
    assert set(score("rand36", best).subscales.values()) == {100}


@pytest.mark.parametrize(("answer", "expected"), [(0, 0), (1, 25), (2, 50), (3, 75)], ids=["W1", "W2", "W3", "W4"])
def test_whodas36_gives_the_published_examples_in_every_domain_and_overall(answer, expected):
    scored = score("whodas36", numbered([answer] * 36))
    assert set(scored.subscales) == set(instrument("whodas36").scales)
    assert set(scored.subscales.values()) == {expected}
    assert scored.status == "complete"


def test_frail_from_three_of_five():
    assert score("frail", numbered([1, 1, 1, 0, 0])).band == "frail"
    assert score("frail", numbered([1, 1, 0, 0, 0])).band == "pre-frail"
    assert score("frail", {1: 1, 2: 1}).value is None


def test_rand36_scale_with_less_than_half_of_its_items_has_no_score():
    answers = {n: a for n, a in numbered(RAND_EXAMPLE).items() if n not in (23, 27, 29)}
    scored = score("rand36", answers)
    assert "energy" not in scored.subscales
    assert scored.status == "incomplete"
    assert scored.notes == ("energy: 1 of 4 items answered, no score",)


def test_rand36_refuses_an_answer_that_its_item_does_not_have():
    with pytest.raises(InstrumentError, match="item 3: expected a whole number from 1 to 3, got 4"):
        score("rand36", {3: 4})


def test_gds15_counts_no_on_the_items_that_are_turned_around():
    nobody_depressed = {n: 1 if n in (1, 5, 7, 11, 13) else 0 for n in range(1, 16)}
    assert score("gds15", nobody_depressed).value == 0
    assert score("gds15", {n: 1 - a for n, a in nobody_depressed.items()}).value == 15
    assert score("gds15", {n: 1 for n in range(1, 16)}).value == 10


def test_gds15_with_three_missing_is_prorated_and_rounded_up():
    answers = {n: 0 for n in range(4, 16)}  # 4 of the turned-around items score
    scored = score("gds15", answers)
    assert (scored.value, scored.status) == (math.ceil(4 * 15 / 12), "prorated")


def test_peg_is_a_mean_and_needs_all_three():
    assert score("peg", {1: 5, 2: 6, 3: 9}).value == pytest.approx(20 / 3)
    assert score("peg", {1: 5, 2: 6, 3: 9}).band == "moderate"
    assert score("peg", {1: 5, 2: 6}).value is None


def test_independence_is_six_of_six_on_katz():
    assert score("katz", {n: 1 for n in range(1, 7)}).band == "independent"
    assert score("katz", {1: 1, 2: 1, 3: 0, 4: 0, 5: 0, 6: 0}).band == "very dependent"


def test_an_activity_that_a_person_does_not_do_is_missing_and_not_hard():
    with_it = score("nhanes_pfq", {n: 2 for n in range(1, 21)})
    without = score("nhanes_pfq", {n: 5 if n == 2 else 2 for n in range(1, 21)})
    assert with_it.value == without.value == 2
    assert (with_it.status, without.status, without.missing) == ("complete", "prorated", (2,))


def test_an_answer_outside_the_range_is_refused_with_item_expected_and_got():
    with pytest.raises(InstrumentError, match=r"Patient Health Questionnaire-9, item 3: expected .* 0 to 3, got 5"):
        score("phq9", {3: 5})


@pytest.mark.parametrize("strange", [-1, 1.5, math.nan, math.inf])
def test_answers_that_are_not_answers_are_refused(strange):
    with pytest.raises(InstrumentError, match="item 1"):
        score("phq9", {1: strange})


def test_an_item_that_the_form_does_not_have_is_refused():
    with pytest.raises(InstrumentError, match="expected items 1 to 7, got item 9"):
        score("gad7", {9: 1})


def test_the_difficulty_item_is_never_counted():
    assert score("phq9", {**numbered([1] * 9), 10: 3}).value == 9


def test_a_recorded_total_stands_alone_when_no_item_was_seen():
    scored = score("phq9", {}, 14)
    assert (scored.value, scored.band, scored.status) == (14, "moderate", "complete")
    assert "items were not seen" in scored.notes[0]


def test_a_recorded_total_never_replaces_the_rule_of_completeness():
    scored = score("phq9", {1: 3, 2: 3}, total=6)
    assert scored.value is None
    assert "unfinished form" in scored.notes[1]


def test_a_recorded_total_that_disagrees_with_the_answers_is_said():
    scored = score("gad7", numbered([1] * 7), total=12)
    assert scored.value == 7
    assert "differs" in scored.notes[0]


def test_a_total_out_of_range_is_refused():
    with pytest.raises(InstrumentError, match="expected a total from 0 to 27, got 28"):
        score("phq9", {}, 28)
    with pytest.raises(InstrumentError, match="no total"):
        score("rand36", {}, 50)


def test_licensed_questionnaires_take_a_total_only():
    assert score("hads_d", {}, 11).band == "probable"
    with pytest.raises(InstrumentError, match="expected the total only"):
        score("qualeffo41", {1: 2})


def test_a_change_is_real_only_between_complete_totals_and_from_the_smallest_that_matters():
    before, after = score("phq9", {}, 15), score("phq9", {}, 10)
    assert real_change(before, after)
    assert not real_change(before, score("phq9", {}, 11))
    assert not real_change(before, score("phq9", {n: 1 for n in (1, 2, 3, 4, 5, 6, 9)}))
    with pytest.raises(InstrumentError, match="not compared"):
        real_change(before, score("gad7", {}, 10))


def test_an_unknown_instrument_is_refused_with_the_list():
    with pytest.raises(InstrumentError, match=r"no instrument 'phq99'; there are: .*phq9"):
        score("phq99", {})


@given(forms())
def test_a_total_stays_in_its_range_and_its_band_is_the_highest_it_reaches(form):
    name, answers = form
    scored = score(name, answers)
    if scored.value is None:
        assert scored.status == "incomplete" and scored.band == "" and scored.missing
    else:
        lowest, highest = instrument(name).total_range
        assert lowest <= scored.value <= highest
        reached = [band for band, least in instrument(name).bands if scored.value >= least]
        assert scored.band == (reached[-1] if reached else "")


@given(forms(), st.data())
def test_one_more_missing_answer_never_turns_into_a_lower_complete_total(form, data):
    name, answers = form
    if not answers:
        return
    gone = data.draw(st.sampled_from(sorted(answers)))
    fewer = score(name, {n: a for n, a in answers.items() if n != gone})
    assert fewer.status != "complete"
    assert gone in fewer.missing
    if fewer.value is not None:
        rest = [n for n in answers if n != gone]
        key = instrument(name)
        counted = [sum(key.answers) - answers[n] if n in key.reversed else answers[n] for n in rest]
        size = 1 if key.scoring == "mean" else len(key.counted)
        assert fewer.value >= sum(counted) / len(counted) * size - 1e-9


@given(forms(complete=True), st.data())
def test_a_worse_answer_never_lowers_the_total(form, data):
    name, answers = form
    key = instrument(name)
    item = data.draw(st.sampled_from(key.counted))
    worse = data.draw(st.integers(int(answers[item]), int(key.allowed(item)[1])))
    before, after = score(name, answers).value, score(name, {**answers, item: worse}).value
    assert after <= before if item in key.reversed else after >= before


@given(forms())
def test_item_9_sounds_exactly_when_it_is_at_least_one(form):
    name, answers = form
    scored = score(name, answers)
    assert scored.alerts == ((9,) if name == "phq9" and answers.get(9, 0) >= 1 else ())


@given(st.dictionaries(st.integers(1, 36), st.integers(1, 2)))
def test_rand36_scales_stay_between_0_and_100(answers):
    scored = score("rand36", answers)
    assert all(0 <= value <= 100 for value in scored.subscales.values())
    assert (scored.status == "incomplete") == (len(scored.subscales) < len(RAND_SCALES))
