"""QFracture-2012 algorithm: the worked examples, the original program's own answers, and honest silence."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.person import assess
from boneloop.assess.qfracture.equation import DISCLAIMER, equation, risk
from boneloop.assess.qfracture.inputs import FACTORS
from boneloop.errors import InputError
from boneloop.patient.record import Fracture, Medication
from boneloop.types import Known, Sex

F, M = Sex.FEMALE, Sex.MALE
ORIGINAL = Path(__file__).parent / "data/qfracture_2012_original.csv"
ROWS = list(csv.DictReader(ORIGINAL.read_text("utf-8").splitlines()))
COLUMNS = {"female_any": 1, "male_any": 2, "female_hip": 3, "male_hip": 4}
TERMS = {
    "b_antidepressant": "antidepressant", "b_anycancer": "cancer", "b_asthmacopd": "asthma_or_copd",
    "b_carehome": "care_home", "b_corticosteroids": "glucocorticoid", "b_cvd": "cardiovascular_disease",
    "b_dementia": "dementia", "b_endocrine": "endocrine", "b_epilepsy2": "epilepsy", "b_falls": "falls",
    "b_fracture4": "fracture", "b_hrt_oest": "estrogen", "b_liver": "liver_disease",
    "b_malabsorption": "malabsorption", "b_parkinsons": "parkinson", "b_ra_sle": "arthritis_or_lupus",
    "b_renal": "kidney_disease", "b_type1": "diabetes_type_1", "b_type2": "diabetes_type_2",
    "fh_osteoporosis": "parent",
}  # fmt: skip
ASKED = """
falls cancer chronic_lung_disease care_home cardiovascular_disease myocardial_infarction stroke dementia hyperthyroidism
hyperparathyroidism cushing epilepsy liver_disease malabsorption parkinson rheumatoid_arthritis lupus
chronic_kidney_disease diabetes glucocorticoid_use parental_hip_fracture smoking smoking_past
"""
NO_FACTORS = dict.fromkeys(ASKED.split(), Known.NO)
WHOLE = {"fractures_recorded": Known.YES, "medications_recorded": Known.YES}


def mass(height, weight):
    return weight / (height / 100) ** 2


@pytest.mark.parametrize(
    ("sex", "age", "bmi", "years", "more", "osteoporotic", "hip"),
    [
        (F, 65, mass(165, 68), 10, {}, 4.551261, 1.187594),
        (
            F, 75, mass(160, 56), 10,
            {"smoking": 4, "alcohol": 4, "factors": ("fracture", "arthritis_or_lupus", "glucocorticoid", "parent")},
            45.194353, 35.514128,
        ),
        (
            M, 70, mass(175, 92), 10,
            {"smoking": 3, "factors": ("diabetes_type_2", "cardiovascular_disease", "asthma_or_copd")},
            4.146912, 2.527956,
        ),
        (
            M, 80, mass(172, 71), 10, {"factors": ("falls", "parkinson", "diabetes_type_1", "care_home")},
            47.924641, 80.247719,
        ),
        (F, 60, mass(158, 60), 10, {"ethnicity": 2, "factors": ("estrogen", "antidepressant")}, 2.969878, 0.428621),
        (F, 72, 23.0, 10, {}, 7.827453, 3.190374),
        (F, 72, 23.0, 10, {"factors": ("antidepressant",)}, 10.593119, 4.421665),
        (F, 72, 23.0, 5, {"factors": ("antidepressant", "falls", "fracture")}, 6.930976, 3.911311),
        (
            M, 78, 21.5, 10, {"ethnicity": 8, "smoking": 1, "alcohol": 1, "factors": ("antidepressant", "falls")},
            8.247623, 3.689350,
        ),
        (F, 72, 23.0, 1, {"ethnicity": 8, "factors": ("antidepressant",)}, 0.412904, 0.079109),
    ],
    ids=[f"QF{n}" for n in range(1, 11)],
)  # fmt: skip
def test_the_worked_examples_come_out(sex, age, bmi, years, more, osteoporotic, hip):
    found = [100 * risk(sex, outcome, age, bmi, years, **more) for outcome in ("any", "hip")]
    assert found == pytest.approx([osteoporotic, hip], abs=1e-6)


@pytest.mark.parametrize(
    ("age", "bmi", "years", "said"),
    [
        (72, 18.0, 10, "body mass index 18.0 is outside 20 to 40"),
        (72, 40.1, 10, "body mass index 40.1 is outside"),
        (29, 25.0, 10, "age 29 is outside 30 to 100"),
        (101, 25.0, 10, "age 101 is outside"),
        (72, 25.0, 19, "19 years are outside 1 to 18"),
    ],
    ids=["QF11", "too heavy", "too young", "too old", "too far"],
)
def test_outside_its_range_it_refuses_and_moves_nothing_to_the_edge(age, bmi, years, said):
    for outcome in ("any", "hip"):
        with pytest.raises(InputError, match=said):
            risk(F, outcome, age, bmi, years)


@pytest.mark.parametrize("row", ROWS, ids=[f"row {n}" for n in range(2, len(ROWS) + 2)])
def test_the_original_program_gives_the_same(row):
    categories = {name: int(row[name]) for name in ("alcohol", "smoking", "ethnicity")}
    ours = risk(
        Sex(row["sex"]), row["outcome"], int(row["age"]), float(row["bmi"]), int(row["years"]),
        factors=row["factors"].split(), **categories,
    )  # fmt: skip
    assert 100 * ours == pytest.approx(float(row["percent"]), abs=6e-7)


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_every_coefficient_is_that_of_the_published_table(shared, name):
    text = (shared / "spec/clinic.md").read_text(encoding="utf-8").split("## Appendix A")[1].split("## Appendix B")[0]
    table = {cells[0]: cells for line in text.splitlines() if len(cells := re.split(r" ?\| ?", line.strip("| "))) == 5}
    model = equation(Sex(name.split("_")[0]), name.split("_")[1])
    seen = 0
    for term, cells in table.items():
        cell, ours = cells[COLUMNS[name]], _ours(model, term)
        if ours is None:
            assert cell in ("-", "---", name.replace("_", " ")) or "osteoporotic" in cell or "hip" in cell
        else:
            assert ours == pytest.approx(float(cell), rel=1e-11, abs=1e-15)
            seen += 1
    years_printed = 11
    categories = len(model.alcohol) + len(model.smoking) + len(model.ethnicity)
    continuous = 2 * len(model.age_terms) + 2 * len(model.bmi_terms)
    assert seen == continuous + categories + len(model.factors) + years_printed
    assert set(model.factors) <= set(FACTORS)


def _ours(model, term):
    kind, _, last = term.rpartition(" ")
    ages = {f"age_{n}": row for n, row in enumerate(model.age_terms, 1)}
    masses = {f"bmi_{n}": row for n, row in enumerate(model.bmi_terms, 1)}
    if kind == "centre of":
        return ages[last][2] if last in ages else masses[last][1] if last in masses else None
    if kind == "beta":
        if last in ages:
            return ages[last][3]
        return masses[last][2] if last in masses else model.factors.get(TERMS.get(last, ""))
    for name, weights, first in (
        ("alcohol_cat6 =", model.alcohol, 0),
        ("smoke_cat =", model.smoking, 0),
        ("ethrisk =", model.ethnicity, 1),
        ("baseline survival, year", model.survival, 1),
    ):
        if kind == name:
            return weights[int(last) - first]
    return None


def test_the_hazard_ratios_of_antidepressants_are_the_published_ones():
    found = [math.exp(equation(sex, outcome).factors["antidepressant"]) for sex in Sex for outcome in ("any", "hip")]
    assert sorted(round(x, 3) for x in found) == [1.374, 1.395, 1.598, 1.686]


@given(
    st.sampled_from(list(Sex)), st.sampled_from(("any", "hip")), st.floats(30, 100), st.floats(20, 40),
    st.integers(1, 17), st.integers(0, 5), st.integers(0, 4), st.integers(1, 9),
    st.sets(st.sampled_from(sorted(FACTORS))),
)  # fmt: skip
def test_any_profile_stays_in_range_and_rises_with_the_years(
    sex, outcome, age, bmi, years, alcohol, smoking, ethnicity, factors
):
    chosen = {"alcohol": alcohol, "smoking": smoking, "ethnicity": ethnicity, "factors": factors}
    now, later = (risk(sex, outcome, age, bmi, years + n, **chosen) for n in (0, 1))
    assert 0 <= now <= later <= 1


def found(said, outcome):
    (one,) = [r for r in said.risks if r.engine == "qfracture_2012" and r.outcome.startswith(outcome)]
    return one


def test_with_everything_known_the_record_gives_example_qf6(person):
    record = person({"bmi": 23.0, "alcohol_units_per_day": 0}, None, NO_FACTORS, age=72.0, **WHOLE)
    said = assess(record)
    assert found(said, "osteoporotic").probability == pytest.approx(0.07827453, abs=1e-8)
    assert found(said, "hip fracture").shown == "3.2 %"
    drug = Medication("amitriptyline", "tca", None, None, Known.YES, "row 1")
    taking = assess(
        person({"bmi": 23.0, "alcohol_units_per_day": 0}, None, NO_FACTORS, age=72.0, **WHOLE, medications=(drug,))
    )
    assert found(taking, "osteoporotic").probability == pytest.approx(0.10593119, abs=1e-8)


def test_what_is_not_recorded_is_not_counted_as_absent(person):
    one = found(assess(person({"bmi": 23.0}, age=72.0)), "osteoporotic")
    assert one.probability is None
    assert "not answered" in one.shown
    assert "7.8 % if nothing is present that is not recorded" in one.note
    assert re.search(r"^between [\d.]+ % and (more than )?[\d.]+ %, depending on what is not known", one.note)


def test_the_range_holds_whatever_the_answers_turn_out_to_be(person):
    known = {**NO_FACTORS, "diabetes": Known.YES}
    del known["dementia"], known["falls"]
    note = found(assess(person({"bmi": 23.0}, None, known, age=72.0, **WHOLE)), "hip").note
    low, high = (float(x) / 100 for x in re.search(r"between ([\d.]+) % and ([\d.]+) %", note).groups())
    open_to = ("dementia", "falls", "diabetes_type_1", "diabetes_type_2")
    assert high == pytest.approx(risk(F, "hip", 72, 23.0, 10, alcohol=5, factors=open_to), rel=0.05)
    assert low == pytest.approx(risk(F, "hip", 72, 23.0, 10, alcohol=1), rel=0.05)


@pytest.mark.parametrize(
    ("quantities", "fields", "said"),
    [
        ({"bmi": 18.0}, {}, "body mass index 18.0 is outside 20 to 40"),
        ({"bmi": 25.0}, {"age": 28.0}, "age 28 is outside 30 to 100"),
        ({}, {}, "not known: body weight and height"),
    ],
)
def test_a_record_outside_the_range_is_refused(person, quantities, fields, said):
    one = found(assess(person(quantities, **fields)), "hip")
    assert one.probability is None
    assert one.shown == f"not computed: {said}"


def test_the_disclaimer_stands_beside_every_answer(person):
    known = person({"bmi": 23.0, "alcohol_units_per_day": 0}, None, NO_FACTORS, age=72.0, **WHOLE)
    for record in (known, person({"bmi": 23.0}), person()):
        answers = [r for r in assess(record).risks if r.engine == "qfracture_2012"]
        assert len(answers) == 2
        assert all(DISCLAIMER in r.note and "QFracture-2012 algorithm" in r.title for r in answers)


def test_the_terms_of_its_owner_lie_beside_the_numbers():
    notice = (Path(__file__).parents[2] / "src/boneloop/assess/qfracture/NOTICE").read_text("utf-8")
    assert "GNU Lesser General Public" in notice and "must be displayed alongside any risk score" in notice


def test_a_hip_risk_above_the_risk_of_any_fracture_is_shown_with_a_flag_example_qf4(person):
    ill = {
        **NO_FACTORS,
        "falls": Known.YES,
        "parkinson": Known.YES,
        "diabetes_type_1": Known.YES,
        "care_home": Known.YES,
    }
    record = person({"weight": 71, "height": 172, "alcohol_units_per_day": 0}, None, ill, sex=M, age=80.0, **WHOLE)
    said = assess(record)
    assert [round(100 * found(said, o).probability, 6) for o in ("osteoporotic", "hip")] == [47.924641, 80.247719]
    assert any(
        flag.code == "risks_incoherent" and "80 %" in flag.message and "48 %" in flag.message for flag in said.flags
    )


@pytest.mark.parametrize(
    ("quantities", "conditions", "category"),
    [
        ({}, {"smoking": Known.YES}, "not known"),
        ({"cigarettes_per_day": 5}, {"smoking": Known.YES}, "category 2"),
        ({"cigarettes_per_day": 10}, {"smoking": Known.YES}, "category 3"),
        ({"cigarettes_per_day": 20}, {}, "category 4"),
        ({}, {"smoking": Known.NO}, "not known"),
        ({}, {"smoking": Known.NO, "smoking_past": Known.YES}, "category 1"),
        ({}, {"smoking": Known.NO, "smoking_past": Known.NO}, "category 0"),
    ],
)
def test_smoking_is_a_category_only_where_enough_is_known(person, quantities, conditions, category):
    one = found(assess(person({"bmi": 25.0, **quantities}, None, conditions)), "hip")
    assert any(f"smoking: {category}" in line for line in one.basis)


@pytest.mark.parametrize(("units", "category"), [(0, 0), (0.4, 1), (1, 2), (2.9, 2), (3, 3), (7, 4), (9, 4), (9.5, 5)])
def test_alcohol_is_counted_in_units_a_day(person, units, category):
    one = found(assess(person({"bmi": 25.0, "alcohol_units_per_day": units})), "hip")
    assert any(f"alcohol: category {category}" in line for line in one.basis)


def test_a_fracture_of_high_energy_is_not_the_fracture_it_asks_about(person):
    broken = (Fracture("wrist", None, "x", Known.NO),)
    one = found(assess(person({"bmi": 25.0}, fractures=broken, **WHOLE)), "hip")
    assert any(line.startswith("absent:") and "fracture of hip" in line for line in one.basis)
