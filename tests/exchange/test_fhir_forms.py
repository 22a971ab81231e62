"""Questionnaires out of observations, panels, components and questionnaire responses."""

from __future__ import annotations

import pytest

from boneloop.instruments.table import instrument

PHQ9 = instrument("phq9").loinc_items
GAD7 = instrument("gad7").loinc_items
PEG = instrument("peg").loinc_items
GDS15 = instrument("gds15").loinc_items
CODES = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
ANSWERS = (1, 1, 2, 0, 1, 0, 3, 0, 1)


def coded(answer):
    return {"valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": CODES[answer]}]}}


def singles(make, answers=ANSWERS, codes=PHQ9, **fields):
    return [make.observation(code, **coded(a), **fields) for code, a in zip(codes, answers, strict=False)]


def items(answers):
    return dict(enumerate((float(a) for a in answers), start=1))


def test_single_answers_of_one_time_make_one_questionnaire(one, make):
    (answers,) = one(*singles(make)).record.answers
    assert (answers.instrument, answers.items, answers.total) == ("phq9", items(ANSWERS), None)


def test_answers_of_two_times_make_two_questionnaires(one, make):
    first = singles(make, (0,) * 9, day="2023-01-01")
    record = one(*first, *singles(make)).record
    assert [a.items for a in sorted(record.answers, key=lambda a: a.date)] == [items((0,) * 9), items(ANSWERS)]


def test_a_panel_holds_its_members_together_whatever_their_times(one, make):
    members = [o | {"effectiveDateTime": f"2024-03-01T10:0{n}:00Z"} for n, o in enumerate(singles(make))]
    panel = make.observation("44249-1", hasMember=[{"reference": f"Observation/{m['id']}"} for m in members])
    (answers,) = one(*members, panel).record.answers
    assert answers.items == items(ANSWERS)
    assert answers.source == "Observation/o-44249-1"


def test_components_make_a_questionnaire(one, make):
    parts = [
        {"code": {"coding": [{"system": "http://loinc.org", "code": c}]}, "valueInteger": a}
        for c, a in zip(PEG, (7, 5, 4), strict=True)
    ]
    (answers,) = one(make.observation("91147-9", 5, component=parts)).record.answers
    assert (answers.instrument, answers.items, answers.total) == ("peg", {1: 7, 2: 5, 3: 4}, 5)


def response(codes, answers, **fields):
    found = [
        {"linkId": f"/{c}", "answer": [{"valueCoding": {"code": CODES[a]}}]}
        for c, a in zip(codes, answers, strict=False)
    ]
    subject = {"reference": "Patient/a"}
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "status": "completed",
        "subject": subject,
        "authored": "2024-03-01",
        "item": found,
    } | fields


def test_a_questionnaire_response_makes_a_questionnaire(one, make):
    (answers,) = one(response(GAD7, (1, 1, 0, 2, 0, 2, 0))).record.answers
    assert (answers.instrument, sum(answers.items.values()), answers.source) == ("gad7", 6, "QuestionnaireResponse/q")


def test_nested_items_and_other_kinds_of_answer_are_read(one):
    inner = [{"linkId": PEG[0], "answer": [{"valueInteger": 6}]}, {"linkId": PEG[1], "answer": [{"valueDecimal": 5}]}]
    inner.append({"linkId": PEG[2], "answer": [{"valueQuantity": {"value": 4}}]})
    (answers,) = one(response((), (), item=[{"linkId": "group", "item": inner}])).record.answers
    assert answers.items == {1: 6, 2: 5, 3: 4}


def test_observations_derived_from_a_response_are_the_same_sitting(one, make):
    derived = singles(make, derivedFrom=[{"reference": "QuestionnaireResponse/q"}], day="2024-03-01T11:00:00Z")
    assert len(one(response(PHQ9, ANSWERS), *derived).record.answers) == 1


@pytest.mark.parametrize(
    "code_and_instrument",
    [("44261-6", "phq9"), ("70274-6", "gad7"), ("55758-7", "phq2"), ("48545-8", "gds15"), ("91147-9", "peg")],
)
def test_a_total_alone_is_a_total_and_no_items(one, make, code_and_instrument):
    code, name = code_and_instrument
    (answers,) = one(make.observation(code, valueInteger=4)).record.answers
    assert (answers.instrument, answers.items, answers.total) == (name, {}, 4)


def test_a_total_written_as_text_is_a_number(one, make):
    (answers,) = one(make.observation("44261-6", valueString="12")).record.answers
    assert answers.total == 12


def test_two_items_alone_are_phq_2_and_with_any_other_they_are_phq_9(one, make):
    assert one(*singles(make)[:2]).record.answers[0].instrument == "phq2"
    assert [a.instrument for a in one(*singles(make)[:3]).record.answers] == ["phq9"]
    both = one(*singles(make), make.observation("55758-7", valueInteger=2)).record.answers
    assert {a.instrument: (len(a.items), a.total) for a in both} == {"phq9": (9, None), "phq2": (0, 2)}


def test_a_phq_9_answer_of_5_is_refused_and_the_other_eight_stay(one, make):
    told = singles(make)
    told[4] = make.observation(PHQ9[4], valueInteger=5)
    found = one(*told)
    assert found.refusal.level == "value"
    assert found.refusal.place == f"Observation/o-{PHQ9[4]}"
    assert "item 5: a whole number from 0 to 3" in found.refusal.rule
    assert found.refusal.value == "5.0"
    (answers,) = found.record.answers
    assert sorted(answers.items) == [1, 2, 3, 4, 6, 7, 8, 9]
    assert any("item 5" in note for note in found.record.notes)


@pytest.mark.parametrize("total", [-1, 28])
def test_a_total_out_of_range_is_refused(one, make, total):
    assert "a total from 0 to 27" in one(make.observation("44261-6", valueInteger=total)).refusal.rule


def test_an_answer_without_a_score_is_refused_with_its_words(one, make):
    told = make.observation(PHQ9[2], valueCodeableConcept={"text": "sometimes"})
    assert one(told).refusal.value == "sometimes"


def test_the_score_may_come_with_the_code_in_an_extension(one, make):
    extension = [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 2}]
    told = make.observation(PHQ9[2], valueCodeableConcept={"coding": [{"code": "local", "extension": extension}]})
    assert one(told).record.answers[0].items == {3: 2}


def test_two_answers_that_differ_in_one_sitting_are_refused(one, make):
    found = one(*singles(make), make.observation(PHQ9[0], valueInteger=3, id="again"))
    assert "one answer a sitting" in found.refusal.rule
    assert found.refusal.value == "1 and 3"
    assert 1 not in found.record.answers[0].items


def test_an_answer_about_self_harm_is_never_lost_to_a_disagreement(one, make):
    found = one(*singles(make, (0,) * 9), make.observation(PHQ9[8], valueInteger=1, id="again"))
    assert found.record.answers[0].items[9] == 1
    assert not found.refusals
    assert any("higher one is kept" in note for note in found.record.notes)


def test_gds_answers_are_words_and_a_bare_number_is_refused(one, make):
    yes = {"valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA33-6"}]}}
    told = [make.observation(GDS15[0], **yes), make.observation(GDS15[1], valueBoolean=False)]
    found = one(*told, make.observation(GDS15[2], valueInteger=1))
    assert found.record.answers[0].items == {1: 1, 2: 0}
    assert "yes or no" in found.refusal.rule


def test_a_response_that_was_entered_in_error_is_skipped(one, make):
    found = one(response(PHQ9, ANSWERS, status="entered-in-error"), make.observation("72514-3", 4))
    assert not found.record.answers


def test_missing_answers_stay_missing(one, make):
    (answers,) = one(*singles(make)[:4]).record.answers
    assert sorted(answers.items) == [1, 2, 3, 4]
    assert answers.total is None
