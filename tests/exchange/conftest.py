"""What the tests of reading share: small Bundles and tables written to a temporary folder, and everything read back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boneloop.exchange import Refusal, read
from boneloop.patient.record import Record

LOINC = "http://loinc.org"
Resource = dict[str, Any]


class Outcome:
    """Records and refusals of one reading."""

    def __init__(self, found: list[Record | Refusal]) -> None:
        self.records = [item for item in found if isinstance(item, Record)]
        self.refusals = [item for item in found if isinstance(item, Refusal)]
        self.order = found

    @property
    def record(self) -> Record:
        """The only record."""
        assert len(self.records) == 1, [str(r) for r in self.refusals]
        return self.records[0]

    @property
    def refusal(self) -> Refusal:
        """The only refusal."""
        assert len(self.refusals) == 1, [str(r) for r in self.refusals]
        return self.refusals[0]


@pytest.fixture
def read_all() -> Callable[..., Outcome]:
    """Read paths to the end."""
    return lambda *paths, **options: Outcome(list(read(list(paths), **options)))


class Maker:
    """Writes FHIR files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def patient(name: str = "a", **fields: Any) -> Resource:
        """A woman born in 1950, unless told otherwise."""
        return {"resourceType": "Patient", "id": name, "gender": "female", "birthDate": "1950-06-15"} | fields

    @staticmethod
    def observation(
        code: str, value: Any = None, unit: str = "", *, about: str = "a", day: str = "2024-03-01", **fields: Any
    ) -> Resource:
        """A final observation under a LOINC code; a number becomes a valueQuantity."""
        made: Resource = {
            "resourceType": "Observation",
            "id": f"o-{code}",
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "subject": {"reference": f"Patient/{about}"},
            "effectiveDateTime": day,
        }
        if value is not None:
            made["valueQuantity"] = {"value": value} | ({"unit": unit, "code": unit} if unit else {})
        return made | fields

    @staticmethod
    def condition(system: str, code: str, *, about: str = "a", onset: str = "2020-05-05", **fields: Any) -> Resource:
        """An active condition."""
        return {
            "resourceType": "Condition",
            "id": f"c-{code}",
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"coding": [{"system": system, "code": code}]},
            "subject": {"reference": f"Patient/{about}"},
            "onsetDateTime": onset,
        } | fields

    @staticmethod
    def bundle(*resources: Resource) -> Resource:
        """A collection."""
        return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}

    def document(self, content: Any, name: str = "in.json") -> Path:
        """One JSON document."""
        return self.text(json.dumps(content), name)

    def lines(self, *contents: Any, name: str = "in.ndjson") -> Path:
        """One JSON object a line; a text stays as it is."""
        rows = [c if isinstance(c, str) else json.dumps(c) for c in contents]
        return self.text("\n".join(rows) + "\n", name)

    def text(self, content: str | bytes, name: str) -> Path:
        """Any file; packed if its name says so."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(raw, mtime=0) if name.endswith(".gz") else raw)
        return path


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    """A maker of FHIR files."""
    return Maker(tmp_path)


@pytest.fixture
def one(make: Maker, read_all: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Read one Bundle with one patient and these resources."""

    def reading(*resources: Resource, patient: Resource | None = None, **options: Any) -> Outcome:
        who = patient if patient is not None else make.patient()
        return read_all(make.document(make.bundle(who, *resources)), **options)

    return reading


@pytest.fixture
def table(tmp_path: Path, read_all: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Read one CSV whose rows are given as mappings; id, date, sex and age have defaults."""

    def reading(*rows: dict[str, str], **options: Any) -> Outcome:
        given = [{"id": "p", "date": "2024-03-01", "sex": "female", "age": "70"} | row for row in rows]
        header = list(dict.fromkeys(name for row in given for name in row))
        lines = [",".join(header), *(",".join(row.get(name, "") for name in header) for row in given)]
        path = tmp_path / "in.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_all(path, **options)

    return reading
