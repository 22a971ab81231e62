"""Patients over time in one SQLite file, with an audit trail that shows if it was tampered with.

    versions  one row for each state in which a person's record was ever stored; none is changed or removed
    audit     one row for each act; its seal is the SHA-256 of the row and of the seal before it, so that a row that
              is changed, removed or put in between breaks the chain (``verify``)

The database itself refuses to update or delete these rows. It does not keep a determined owner of the file from
writing a new chain: keep the last seal elsewhere if that matters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from boneloop.errors import FileError, RecordError
from boneloop.patient.record import Record
from boneloop.registry.encoding import decode, digest, encode

FORMAT = 1

_TABLES = """
create table versions (
  id text not null, version integer not null, stored text not null, digest text not null, record blob not null,
  primary key (id, version)
);
create table audit (
  number integer primary key autoincrement, at text not null, act text not null, id text not null,
  digest text not null, seal text not null
);
create trigger versions_stay before update on versions begin select raise(abort, 'a stored version stays'); end;
create trigger versions_kept before delete on versions begin select raise(abort, 'a stored version stays'); end;
create trigger audit_stays before update on audit begin select raise(abort, 'the audit trail stays'); end;
create trigger audit_kept before delete on audit begin select raise(abort, 'the audit trail stays'); end;
"""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a record. number counts from 1; stored is the moment in UTC; digest is of the record's JSON."""

    number: int
    stored: datetime
    digest: str
    record: Record


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the audit trail. act: "added", "changed", or "seen again" (the same content came in once more)."""

    number: int
    at: datetime
    act: str
    id: str
    digest: str
    seal: str


def _now() -> datetime:
    return datetime.now(UTC)


class Store:
    """Records over time in the SQLite file at ``path``, made if it is not there.

    Raises FileError if the file is not a store, or is one of a newer boneloop.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = _now) -> None:
        self.path, self._now = path, now
        with self._open() as database:
            self._prepare(database)

    def put(self, record: Record) -> str:
        """Store a record and say what that was: "added", "changed" or "seen again".

        A record equal to the newest stored one makes no new version, only a row in the audit trail.
        """
        text = encode(record)
        mark, at = digest(text), self._now().astimezone(UTC).isoformat()
        with self._open() as database:
            database.execute("begin immediate")
            newest = database.execute(
                "select version, digest from versions where id = ? order by version desc limit 1", (record.id,)
            ).fetchone()
            act = "added" if newest is None else "seen again" if newest[1] == mark else "changed"
            if act != "seen again":
                row = (record.id, newest[0] + 1 if newest else 1, at, mark, text)
                database.execute("insert into versions values (?, ?, ?, ?, ?)", row)
            _write_down(database, at, act, record.id, mark)
        return act

    def history(self, identity: str) -> tuple[Version, ...]:
        """Every stored state of one person's record, oldest first. Raises RecordError for an id never stored."""
        wanted = "select version, stored, digest, record from versions where id = ? order by version"
        with self._open() as database:
            rows = database.execute(wanted, (identity,)).fetchall()
        if not rows:
            raise RecordError(str(self.path), "no record of this id was ever stored", identity)
        return tuple(Version(n, datetime.fromisoformat(at), mark, decode(text)) for n, at, mark, text in rows)

    def latest(self, identity: str) -> Record:
        """The newest stored record of one person. Raises RecordError for an id never stored."""
        return self.history(identity)[-1].record

    def ids(self) -> tuple[str, ...]:
        """Everybody in the store, sorted."""
        with self._open() as database:
            return tuple(row[0] for row in database.execute("select distinct id from versions order by id"))

    def audit(self) -> tuple[Act, ...]:
        """The audit trail, oldest first."""
        with self._open() as database:
            rows = database.execute("select number, at, act, id, digest, seal from audit order by number").fetchall()
        return tuple(Act(n, datetime.fromisoformat(at), act, who, mark, seal) for n, at, act, who, mark, seal in rows)

    def verify(self) -> str:
        """Check the chain of seals and every stored record against its digest; the last seal.

        Raises FileError naming the first row that does not fit.
        """
        last = ""
        for row in self.audit():
            if row.seal != _seal(last, row.at.isoformat(), row.act, row.id, row.digest):
                raise FileError(f"{self.path}, audit row {row.number}", "the seal must follow from the rows before it")
            last = row.seal
        known = {(row.id, row.digest) for row in self.audit()}
        with self._open() as database:
            rows = database.execute("select id, version, digest, record from versions order by id, version").fetchall()
        for identity, number, mark, text in rows:
            if digest(text) != mark or (identity, mark) not in known:
                place = f"{self.path}, {identity}, version {number}"
                raise FileError(place, "a stored record must be the one that the audit trail names")
        return last

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, isolation_level=None)) as database:
                yield database
                if database.in_transaction:
                    database.commit()
        except sqlite3.Error as trouble:
            raise FileError(str(self.path), f"must be a store that can be read and written: {trouble}") from trouble

    def _prepare(self, database: sqlite3.Connection) -> None:
        found = database.execute("pragma user_version").fetchone()[0]
        if found > FORMAT:
            raise FileError(str(self.path), f"store format {FORMAT} or older; a newer boneloop wrote this", found)
        if found == FORMAT:
            return
        if database.execute("select count(*) from sqlite_master").fetchone()[0]:
            raise FileError(str(self.path), "must be a store of boneloop, not another SQLite file")
        database.executescript(f"begin; {_TABLES} pragma user_version = {FORMAT}; commit;")


def _write_down(database: sqlite3.Connection, at: str, act: str, identity: str, mark: str) -> None:
    before = database.execute("select seal from audit order by number desc limit 1").fetchone()
    seal = _seal(before[0] if before else "", at, act, identity, mark)
    row = (at, act, identity, mark, seal)
    database.execute("insert into audit (at, act, id, digest, seal) values (?, ?, ?, ?, ?)", row)


def _seal(before: str, at: str, act: str, identity: str, mark: str) -> str:
    return digest("\n".join((before, at, act, identity, mark)).encode())
