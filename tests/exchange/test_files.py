"""Files that are broken, packed, in folders, or of a kind that nobody knows."""

from __future__ import annotations

import gzip
import json

import pytest

from boneloop.errors import InputError
from boneloop.exchange import read


def good(make, name="a"):
    return make.bundle(make.patient(name), make.observation("72514-3", 4, "{score}", about=name))


def test_a_missing_file_is_named_and_the_others_still_run(make, read_all):
    found = read_all("nowhere.json", make.document(good(make)))
    assert found.refusal.level == "file"
    assert found.refusal.file == "nowhere.json"
    assert "exists" in found.refusal.rule
    assert found.record.id == "a"


@pytest.mark.parametrize("name", ["in.json", "in.ndjson", "in.csv", "in.json.gz"])
@pytest.mark.parametrize("content", ["", "\n  \n", "\ufeff"])
def test_an_empty_file_is_refused(make, read_all, name, content):
    refusal = read_all(make.text(content, name)).refusal
    assert refusal.level == "file"
    assert "empty" in refusal.rule


def test_a_truncated_document_is_refused_with_where_it_ends(make, read_all):
    text = json.dumps(good(make))[:-40]
    refusal = read_all(make.text(text, "cut.json")).refusal
    assert refusal.level == "file"
    assert "complete JSON" in refusal.rule
    assert refusal.value.endswith(text[-10:])


def test_a_truncated_line_loses_that_line_only(make, read_all):
    found = read_all(make.lines(good(make, "a"), json.dumps(good(make, "b"))[:-25], good(make, "c")))
    assert [r.id for r in found.records] == ["a", "c"]
    assert found.refusal.place == "line 2"
    assert found.refusal.level == "patient"


def test_a_truncated_archive_is_refused_and_what_came_before_is_used(make, read_all):
    packed = gzip.compress("\n".join(json.dumps(good(make, str(n))) for n in range(300)).encode(), mtime=0)
    found = read_all(make.text(packed[: len(packed) // 2], "cut.ndjson"))
    assert found.records
    assert any(r.level == "file" and "gzip" in r.rule for r in found.refusals)


def test_text_that_is_not_utf_8_is_refused_with_its_byte(make, read_all):
    text = json.dumps(good(make)).encode().replace(b'"collection"', b'"coll\xe9ction"')
    refusal = read_all(make.text(text, "latin.json")).refusal
    assert refusal.level == "file"
    assert "UTF-8" in refusal.rule
    assert refusal.place == f"byte {text.index(0xE9) + 1}"
    assert "xe9" in refusal.value


def test_a_line_that_is_not_utf_8_loses_that_line_only(make, read_all):
    lines = [json.dumps(good(make, name)).encode() for name in "abc"]
    lines[1] = lines[1].replace(b"collection", b"coll\xffction")
    found = read_all(make.text(b"\n".join(lines), "in.ndjson"))
    assert [r.id for r in found.records] == ["a", "c"]
    assert found.refusal.place.startswith("line 2, byte ")


def test_a_table_that_is_not_utf_8_keeps_the_rows_before(make, read_all):
    text = b"id,date,sex,age\np,2024-01-01,female,70\nq,2024-01-01,fem\xe9le,70\n"
    found = read_all(make.text(text, "in.csv"))
    assert [r.id for r in found.records] == ["p"]
    assert found.refusal.place.startswith("line 3, byte ")


@pytest.mark.parametrize("name", ["in.json", "in.json.gz", "in.ndjson", "in.ndjson.gz", "plain", "plain.gz"])
def test_a_bundle_reads_the_same_packed_or_not_and_under_any_name(make, read_all, name):
    assert read_all(make.document(good(make), name)).record.series("pain_nrs")[0].value == 4


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(make, read_all):
    text = "\ufeff" + "\r\n".join(json.dumps(good(make, name)) for name in "ab") + "\r\n"
    assert [r.id for r in read_all(make.text(text, "in.ndjson")).records] == ["a", "b"]


def test_a_folder_is_read_in_the_order_of_its_names_and_leaves_other_files_alone(make, read_all):
    for name in ("c", "a", "b"):
        make.document(good(make, name), f"folder/{name}.json")
    make.text("not ours", "folder/README.md")
    found = read_all(make.folder / "folder")
    assert [r.id for r in found.records] == ["a", "b", "c"]
    assert not found.refusals


def test_a_folder_without_patient_files_is_refused(make, read_all):
    make.text("not ours", "folder/README.md")
    assert "has none" in read_all(make.folder / "folder").refusal.rule


@pytest.mark.parametrize("content", ["hello there", '{"answer": 42}', "\x00\x01\x02\x03"])
def test_a_file_of_no_known_kind_is_refused(make, read_all, content):
    assert read_all(make.text(content, "thing.bin")).refusal.level == "file"


def test_an_unknown_format_is_an_error_at_once(make):
    with pytest.raises(InputError, match="fhir, csv, parquet, nhanes"):
        read([], format="xml")


def test_one_path_need_not_stand_in_a_list(make):
    assert [r.id for r in read(str(make.document(good(make))))] == ["a"]


def test_a_filter_is_refused_where_there_are_no_columns(make, read_all):
    refusal = read_all(make.document(good(make)), where="age > 60").refusal
    assert "FHIR has no columns" in refusal.rule


def test_a_limit_stops_after_so_many_people(make, read_all):
    path = make.lines(*(good(make, name) for name in "abcd"))
    assert [r.id for r in read_all(path, limit=2).records] == ["a", "b"]
    assert not read_all(path, limit=0).order


def test_a_refusal_says_everything_as_json(make, read_all):
    refusal = read_all("nowhere.json").refusal
    assert refusal.as_json() == {
        "file": "nowhere.json",
        "place": "the whole file",
        "patient": "",
        "rule": "a file or folder that exists",
        "value": "",
        "level": "file",
    }
    assert str(refusal) == "nowhere.json: the whole file: a file or folder that exists"
