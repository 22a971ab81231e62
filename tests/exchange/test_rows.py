"""Tables with one row for each patient and date."""

from __future__ import annotations

from datetime import date

import pytest

from boneloop.exchange import read
from boneloop.types import Known, Sex


def test_a_row_becomes_a_record(table):
    record = table(
        {
            "id": "li",
            "age": "74",
            "country": "cn",
            "ethnicity": "chinese",
            "bmd_total_hip_g_per_cm2": "0.58",
            "t_score_femoral_neck": "-3.1",
            "t_score_reference": "Chinese women",
            "creatinine_umol_per_l": "62",
            "pain_nrs": "6",
            "phq9_total": "14",
            "osteoporosis": "yes",
            "depression": "no",
        }
    ).record
    assert (record.id, record.sex, record.age, record.as_of) == ("li", Sex.FEMALE, 74, date(2024, 3, 1))
    assert (record.country, record.ethnicity) == ("CN", "chinese")
    assert record.latest("creatinine").value == pytest.approx(0.70136, abs=1e-5)
    assert record.latest("creatinine").source == "row 2, column creatinine_umol_per_l"
    assert record.latest("t_score_femoral_neck").reference == "Chinese women"
    assert record.latest_answers("phq9").total == 14
    assert record.condition("osteoporosis") is Known.YES
    assert record.condition("depression") is Known.NO
    assert record.condition("anxiety") is Known.UNKNOWN


@pytest.mark.parametrize(
    ("cell", "place", "rule", "value"),
    [
        ({"bmd_total_hip_g_per_cm2": "85"}, "bmd_total_hip_g_per_cm2", "between 0.2 and 2 g/cm2", "85 g/cm2"),
        ({"bmd_total_hip": "85"}, "bmd_total_hip", "between 0.2 and 2 g/cm2", "85"),
        ({"creatinine": "1.2"}, "creatinine", "needs a unit", "1.2"),
        ({"calcium": "9.4"}, "calcium", "needs a unit", "9.4"),
        ({"vitamin_d_25oh": "30"}, "vitamin_d_25oh", "needs a unit", "30.0"),
        ({"pth": "40"}, "pth", "needs a unit", "40.0"),
        ({"creatinine_mg_per_dl": "120"}, "creatinine_mg_per_dl", "120 umol/L would be plausible", "120 mg/dL"),
        ({"creatinine": "1.2", "creatinine_unit": "g"}, "creatinine", "mg/dL or umol/L", "1.2 g"),
        ({"phq9_3": "5"}, "phq9_3", "item 3: a whole number from 0 to 3", "5.0"),
        ({"phq9_3": "1.5"}, "phq9_3", "item 3: a whole number from 0 to 3", "1.5"),
        ({"phq9_total": "31"}, "phq9_total", "a total from 0 to 27", "31.0"),
        ({"age": "140"}, "age", "18 to 120", "140"),
        ({"age": "12"}, "age", "18 to 120", "12"),
        ({"age": ""}, "age", "an age or a birth date", ""),
        ({"t_score_total_hip": "6"}, "t_score_total_hip", "between -7 and 4", "6"),
        ({"weight_kg": "61,5".replace(",", "x")}, "weight_kg", "a decimal point", "61x5"),
        ({"weight_kg": "nan"}, "weight_kg", "is a number", "nan"),
        ({"sex": "x"}, "sex", "female or male", "x"),
        ({"date": "01/03/2024"}, "date", "YYYY-MM-DD", "01/03/2024"),
        ({"date": "2024"}, "date", "to the day", "2024"),
        ({"osteoporosis": "maybe"}, "osteoporosis", "yes, no or empty", "maybe"),
        ({"country": "China"}, "country", "two letters", "China"),
        ({"ethnicity": "martian"}, "ethnicity", "one of white", "martian"),
        ({"fracture_hip": "no", "fracture_hip_date": "2019"}, "fracture_hip", "tells more", "no"),
        ({"alendronate": "yes", "alendronate_dose_mg": "-70"}, "alendronate_dose_mg", "above 0 mg", "-70"),
        (
            {"alendronate_start": "2023-01-01", "alendronate_stop": "2022-01-01"},
            "alendronate_stop",
            "on or after the start",
            "2022-01-01",
        ),
        ({"birth_date": "1950-01-01", "age": "60"}, "age", "the age that birth_date", "60"),
    ],
)
def test_a_bad_cell_refuses_its_row_with_place_rule_and_value(table, cell, place, rule, value):
    found = table({"id": "good"}, {"id": "bad", "tug": "12"} | cell)
    assert [r.id for r in found.records] == ["good"]
    refusal = found.refusal
    assert (refusal.level, refusal.patient, refusal.place) == ("row", "bad", f"row 3, column {place}")
    assert rule in refusal.rule
    assert refusal.value == value


def test_every_bad_cell_of_a_row_is_named(table):
    refusals = table({"phq9_1": "7", "pain_nrs": "11", "osteoporosis": "perhaps"}).refusals
    assert [r.place for r in refusals] == [f"row 2, column {c}" for c in ("pain_nrs", "phq9_1", "osteoporosis")]


@pytest.mark.parametrize("value", ["-0.5", "-3.1", "-7"])
def test_a_negative_t_score_survives(table, value):
    assert table({"t_score_lumbar_spine": value}).record.measurements[0].value == float(value)


def test_an_unknown_column_is_reported_once_with_what_it_may_mean_and_is_not_read(table):
    found = table({"creatinin_mg_per_dl": "1.2"}, {"id": "q", "creatinin_mg_per_dl": "1.3"})
    assert len(found.records) == 2
    assert found.refusal.level == "value"
    assert found.refusal.place == "column creatinin_mg_per_dl"
    assert "did you mean creatinine_mg_per_dl?" in found.refusal.rule


def test_a_row_with_too_few_cells_is_refused_and_the_others_stay(make, read_all):
    path = make.text("id,date,sex,age\na,2024-01-01,female,70\nb,2024-01-01,female\nc,2024-01-01,male,71\n", "in.csv")
    found = read_all(path)
    assert [r.id for r in found.records] == ["a", "c"]
    assert (found.refusal.place, found.refusal.value) == ("row 3", "3 cells")


@pytest.mark.parametrize("header", ["id,sex,age", "id,date,sex", "name,value"])
def test_a_table_without_the_columns_of_every_table_is_refused(make, read_all, header):
    refusal = read_all(make.text(f"{header}\n1,2,3\n", "in.csv")).refusal
    assert refusal.level == "file"
    assert "columns id, date, sex" in refusal.rule


def test_a_column_that_comes_twice_is_refused(make, read_all):
    refusal = read_all(make.text("id,date,sex,age,age\na,2024-01-01,female,70,71\n", "in.csv")).refusal
    assert refusal.level == "file"
    assert refusal.value == "age"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_comma_semicolon_and_tab_all_separate(make, read_all, delimiter):
    rows = [["id", "date", "sex", "age", "pain_nrs"], ["a", "2024-01-01", "female", "70", "4"]]
    path = make.text("\n".join(delimiter.join(row) for row in rows), "in.csv")
    assert read_all(path).record.latest("pain_nrs").value == 4


def test_quotes_keep_a_comma_in_a_cell(make, read_all):
    text = 'id,date,sex,age,t_score_reference,t_score_total_hip\na,2024-01-01,female,70,"NHANES, women",-2\n'
    assert read_all(make.text(text, "in.csv")).record.measurements[0].reference == "NHANES, women"


def test_rows_of_one_id_are_one_person_over_time(table):
    record = table(
        {"age": "70", "pain_nrs": "4"}, {"date": "2025-03-01", "age": "71", "pain_nrs": "6", "phq9_total": "9"}
    ).record
    assert [m.value for m in record.series("pain_nrs")] == [4, 6]
    assert (record.as_of, record.age) == (date(2025, 3, 1), 71)


def test_a_stated_age_grows_with_the_index_date(table):
    assert table({"age": "70"}, as_of=date(2026, 3, 1)).record.age == 72


def test_a_birth_date_gives_the_age(table):
    assert table({"age": "", "birth_date": "1950-03-01"}).record.age == 74


def test_answers_are_kept_by_number_and_missing_ones_stay_missing(table):
    (answers,) = table({"phq9_1": "2", "phq9_9": "1"}).record.answers
    assert (answers.instrument, answers.items, answers.total) == ("phq9", {1: 2, 9: 1}, None)


def test_answers_of_a_yes_or_no_form_may_be_words(table):
    (answers,) = table({"gds15_1": "yes", "gds15_2": "0"}).record.answers
    assert answers.items == {1: 1, 2: 0}


def test_fractures_have_site_date_and_energy(table):
    record = table({"fracture_hip": "yes", "fracture_hip_date": "2019-03", "fracture_hip_low_energy": "yes"}).record
    (fracture,) = record.fractures
    assert (fracture.site, fracture.date, fracture.low_energy) == ("hip", date(2019, 3, 15), Known.YES)
    assert record.fractures_recorded is Known.UNKNOWN


def test_the_list_of_fractures_is_complete_if_said_so_or_if_every_site_is_answered(table):
    sites = ("hip", "vertebra", "wrist", "humerus", "pelvis", "other")
    assert table({f"fracture_{site}": "no" for site in sites}).record.fractures_recorded is Known.YES
    assert table({"fractures_recorded": "yes"}).record.fractures_recorded is Known.YES
    partial = table({"fracture_hip": "no"}).record
    assert partial.fractures_recorded is Known.UNKNOWN
    assert "stated as never broken: hip" in partial.notes


def test_drugs_have_dates_and_the_newest_row_says_if_they_are_taken(table):
    record = table(
        {"age": "70", "sertraline": "yes", "sertraline_start": "2023-01-01"},
        {"date": "2025-03-01", "age": "71", "sertraline": "no"},
    ).record
    (medication,) = record.medications
    assert (medication.start, medication.active) == (date(2023, 1, 1), Known.NO)
    assert record.taking("ssri") is Known.UNKNOWN or record.taking("ssri") is Known.NO


def test_single_doses_are_dates_separated_by_semicolons(table):
    found = table({"denosumab_given": "2023-07-01; 2023-01-01"}).record.medications
    assert found[0].given == (date(2023, 1, 1), date(2023, 7, 1))
    assert found[0].active is Known.UNKNOWN


def test_a_drug_that_is_not_taken_makes_no_course_and_is_noted(table):
    record = table({"alendronate": "no"}).record
    assert not record.medications
    assert "stated as not taken: alendronate" in record.notes
    complete = table({"alendronate": "no", "medications_recorded": "yes"}).record
    assert complete.taking("bisphosphonate") is Known.NO


def test_a_filter_in_sql_chooses_rows_by_their_values(table):
    rows = [{"id": str(n), "age": str(60 + n)} for n in range(5)]
    assert [r.id for r in table(*rows, where="age >= 63").records] == ["3", "4"]


def test_a_filter_that_sql_does_not_understand_is_refused(table):
    refusal = table({}, where="agee > 60").refusal
    assert refusal.level == "file"
    assert refusal.place == "--where"
    assert refusal.value == "agee > 60"


def test_a_broken_row_does_not_change_what_a_filter_chooses(make, read_all):
    path = make.text("id,date,sex,age\na,2024-01-01,female,60\nb,2024\nc,2024-01-01,male,71\n", "in.csv")
    found = read_all(path, where="age > 65")
    assert [r.id for r in found.records] == ["c"]
    assert found.refusal.place == "row 3"


def test_parquet_reads_as_csv_does(tmp_path, table, read_all):
    duckdb = pytest.importorskip("duckdb")
    told = table({"age": "70.5", "pain_nrs": "4", "osteoporosis": "true"}, {"id": "q", "pain_nrs": "9", "sex": "male"})
    source, path = tmp_path / "in.csv", tmp_path / "in.parquet"
    with duckdb.connect() as database:
        database.execute(f"COPY (SELECT * FROM read_csv('{source}')) TO '{path}' (FORMAT parquet)")
    found = read_all(path)
    assert [(r.id, r.sex, r.latest("pain_nrs").value) for r in found.records] == [
        (r.id, r.sex, r.latest("pain_nrs").value) for r in told.records
    ]
    assert found.records[0].condition("osteoporosis") is Known.YES
    assert [r.id for r in read_all(path, where="pain_nrs > 5").records] == ["q"]


def test_what_was_entered_into_frax_stays_with_its_numbers(tmp_path):
    file = tmp_path / "clinic.csv"
    of_frax = ("mof", "country", "version", "with_bmd", "with_tbs", "adjusted_for", "entered_by")
    head = ",".join(["id,date,sex,age", *(f"frax_{name}" for name in of_frax)])
    file.write_text(
        f"{head}\np,2026-08-01,female,70,22,gb,4.4,yes,no,recency and falls,nurse\nq,2026-08-01,female,70,22,,,,,,\n",
        "utf-8",
    )
    told, untold = read([file])
    words = (
        "GB",
        "version 4.4",
        "with bone density",
        "without trabecular bone score",
        "adjusted for recency and falls",
    )
    assert told.latest("frax_mof").reference == ", ".join([*words, "entered by nurse"])
    assert untold.latest("frax_mof").reference == ""
    file.write_text(f"{head}\np,2026-08-01,female,70,22,England,4.4,perhaps,no,,nurse\n", "utf-8")
    refused = [str(one) for one in read([file])]
    assert any("column frax_country: a country of two letters" in one for one in refused)
    assert any("column frax_with_bmd" in one for one in refused)
