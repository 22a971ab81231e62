"""The store keeps every state of a record and can show that nothing was changed behind its back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.errors import FileError, RecordError
from boneloop.patient.record import Answers, Condition, Fracture, Measurement, Medication, Record
from boneloop.registry.encoding import decode, encode
from boneloop.registry.store import Store
from boneloop.types import Known, Sex

ANNA = Record(id="anna", sex=Sex.FEMALE, age=71.0, as_of=date(2026, 3, 1), source="row 1")

days = st.none() | st.dates(date(1950, 1, 1), date(2026, 12, 31))
words = st.text(max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False)
records = st.builds(
    Record,
    id=words,
    sex=st.sampled_from(Sex),
    age=st.floats(0, 120),
    as_of=st.dates(),
    source=words,
    country=words,
    ethnicity=words,
    measurements=st.lists(st.builds(Measurement, words, numbers, days, words, words, words), max_size=2).map(tuple),
    answers=st.lists(
        st.builds(Answers, words, st.dictionaries(st.integers(1, 36), numbers), st.none() | numbers, days, words),
        max_size=2,
    ).map(tuple),
    fractures=st.lists(st.builds(Fracture, words, days, words, st.sampled_from(Known)), max_size=2).map(tuple),
    fractures_recorded=st.sampled_from(Known),
    conditions=st.lists(st.builds(Condition, words, st.sampled_from(Known), days, words), max_size=2).map(tuple),
    medications=st.lists(
        st.builds(
            Medication,
            words,
            words,
            days,
            days,
            st.sampled_from(Known),
            words,
            given=st.lists(st.dates(), max_size=2).map(tuple),
            dose_mg=st.none() | numbers,
        ),
        max_size=2,
    ).map(tuple),
    medications_recorded=st.sampled_from(Known),
    notes=st.lists(words, max_size=2).map(tuple),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    moments: Iterator[datetime] = (datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(1000))
    return Store(tmp_path / "clinic.sqlite", now=lambda: next(moments))


@given(record=records)
def test_a_record_comes_back_from_json_as_it_was(record: Record) -> None:
    assert decode(encode(record)) == record


def test_a_record_with_not_a_number_is_refused() -> None:
    broken = replace(ANNA, measurements=(Measurement("creatinine", float("nan"), None, "row 1", "nan"),))
    with pytest.raises(RecordError):
        encode(broken)


def test_the_store_keeps_every_state_of_a_record(store: Store) -> None:
    older = replace(ANNA, age=72.0)
    assert [store.put(ANNA), store.put(older)] == ["added", "changed"]
    assert [version.record for version in store.history("anna")] == [ANNA, older]
    assert [version.number for version in store.history("anna")] == [1, 2]
    assert store.latest("anna") == older
    assert store.ids() == ("anna",)


def test_the_same_record_again_is_written_down_but_makes_no_new_version(store: Store) -> None:
    store.put(ANNA)
    assert store.put(ANNA) == "seen again"
    assert len(store.history("anna")) == 1
    assert [act.act for act in store.audit()] == ["added", "seen again"]


def test_an_age_of_71_and_of_71_0_are_one_record(store: Store) -> None:
    assert store.put(replace(ANNA, age=71)) == "added"
    assert store.put(replace(ANNA, age=71.0)) == "seen again"
    assert store.verify()


def test_the_audit_says_when_and_what(store: Store) -> None:
    store.put(ANNA)
    act = store.audit()[0]
    assert (act.at, act.id) == (datetime(2026, 3, 1, tzinfo=UTC), "anna")
    assert act.digest == store.history("anna")[0].digest


def test_a_store_opened_again_goes_on_where_it_was(store: Store) -> None:
    store.put(ANNA)
    assert Store(store.path).latest("anna") == ANNA
    assert Store(store.path).verify() == store.audit()[-1].seal


def test_an_id_never_stored_is_named(store: Store) -> None:
    with pytest.raises(RecordError, match="nobody"):
        store.history("nobody")


@pytest.mark.parametrize("table", ["versions", "audit"])
@pytest.mark.parametrize("act", ["delete from {}", "update {} set id = 'other'"])
def test_the_database_refuses_to_rewrite_history(store: Store, table: str, act: str) -> None:
    store.put(ANNA)
    with closing(sqlite3.connect(store.path)) as database, pytest.raises(sqlite3.IntegrityError, match="stays"):
        database.execute(act.format(table))


def test_a_forged_row_breaks_the_chain(store: Store) -> None:
    store.put(ANNA)
    store.put(replace(ANNA, age=72.0))
    with closing(sqlite3.connect(store.path)) as database:
        database.executescript("drop trigger audit_stays; update audit set act = 'added' where number = 2;")
    with pytest.raises(FileError, match="audit row 2"):
        store.verify()


def test_a_forged_record_is_found(store: Store) -> None:
    store.put(ANNA)
    with closing(sqlite3.connect(store.path)) as database:
        database.execute("drop trigger versions_stay")
        database.execute("update versions set record = ?", (encode(replace(ANNA, age=50.0)),))
        database.commit()
    with pytest.raises(FileError, match="anna, version 1"):
        store.verify()


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.sqlite"
    text.write_text("this is not a database, and long enough to be taken for one if nobody looked at its head" * 20)
    with pytest.raises(FileError, match="must be a store"):
        Store(text)
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as database:
        database.execute("create table t (x)")
        database.commit()
    with pytest.raises(FileError, match="another SQLite file"):
        Store(other)


def test_a_store_of_a_newer_version_is_refused(store: Store) -> None:
    with closing(sqlite3.connect(store.path)) as database:
        database.execute("pragma user_version = 99")
    with pytest.raises(FileError, match="newer boneloop"):
        Store(store.path)
