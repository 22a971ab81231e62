"""Two records of one id: joined if they agree, refused together if they do not, wherever they stand."""

from __future__ import annotations

import pytest


def told(make, value, name="a", **fields):
    return make.bundle(
        make.patient(name, **fields), make.observation("72514-3", value, about=name, day=f"2024-0{value}-01")
    )


@pytest.mark.parametrize("fields", [{"gender": "male"}, {"birthDate": "1951-06-15"}])
def test_records_that_disagree_are_both_refused_with_both_places(make, read_all, fields):
    found = read_all(make.lines(told(make, 3), told(make, 4, "b"), told(make, 5, **fields)))
    assert [r.id for r in found.records] == ["b"]
    assert [r.place for r in found.refusals] == ["line 1, Patient/a", "line 3, Patient/a"]
    assert all("disagree" in r.rule and r.level == "patient" for r in found.refusals)
    assert all("line 1" in r.value and "line 3" in r.value for r in found.refusals)


def test_records_that_agree_are_joined(make, read_all):
    record = read_all(make.lines(told(make, 3), told(make, 5))).record
    assert [m.value for m in record.series("pain_nrs")] == [3, 5]
    assert "line 1" in record.source
    assert "line 2" in record.source


def test_a_birth_year_agrees_with_a_birth_date_in_it(make, read_all):
    assert read_all(make.lines(told(make, 3, birthDate="1950"), told(make, 5))).record.age == 73.88


def test_the_same_bundle_twice_is_the_person_once(make, read_all):
    record = read_all(make.document(told(make, 3), "1.json"), make.document(told(make, 3), "2.json")).record
    assert len(record.measurements) == 1


def test_a_disagreement_over_files_of_different_kinds_is_found(make, read_all):
    table = make.text("id,date,sex,age\na,2024-02-01,male,73\n", "in.csv")
    found = read_all(make.document(told(make, 3)), table)
    assert not found.records
    assert [r.place for r in found.refusals] == ["Patient/a", "row 2"]


def test_rows_whose_ages_cannot_be_one_person_are_refused(table):
    found = table({"age": "70"}, {"date": "2025-03-01", "age": "75"})
    assert not found.records
    assert all("disagree on the date of birth" in r.rule for r in found.refusals)


@pytest.mark.parametrize("later", ["70", "71"])
def test_ages_a_year_apart_may_be_one_person(table, later):
    assert table({"age": "70"}, {"date": "2024-12-01", "age": later}).record.age == float(later)


def test_a_bad_row_does_not_keep_the_good_ones_of_a_person_waiting(table):
    found = table({"pain_nrs": "4"}, {"pain_nrs": "44"}, {"id": "q", "pain_nrs": "1"})
    assert [getattr(item, "id", "refusal") for item in found.order] == ["refusal", "p", "q"]


def test_people_come_in_the_order_of_the_input(make, read_all):
    path = make.lines(*(told(make, n, name) for n, name in ((1, "z"), (2, "a"), (3, "z"), (4, "b"))))
    assert [r.id for r in read_all(path).records] == ["a", "z", "b"]


def test_little_input_held_in_memory_and_much_input_counted_first_give_the_same(make, read_all, monkeypatch):
    from boneloop.exchange import reading

    weight = make.observation("29463-7", 61, "kg")
    once, again = (
        make.bundle(make.patient(), weight),
        make.bundle(make.patient(), make.observation("8302-2", 160, "cm")),
    )
    other = make.bundle(make.patient("b", gender="other"), make.observation("29463-7", 61, "kg", about="b"))
    third = make.bundle(make.patient("c"), make.observation("29463-7", 61, "kg", about="c"))
    disagrees = make.bundle(make.patient("c", gender="male"), make.observation("29463-7", 61, "kg", about="c"))
    path = make.lines(once, other, third, again, disagrees, "{")
    held = read_all(path)
    monkeypatch.setattr(reading, "SMALL", 0)
    counted = read_all(path)
    assert held.records == counted.records
    assert sorted(map(str, held.refusals)) == sorted(map(str, counted.refusals))
    assert [len(record.measurements) for record in held.records] == [2]
