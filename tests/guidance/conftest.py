"""A made-up person to change piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from boneloop.patient.record import Answers, Condition, Measurement, Record
from boneloop.types import Known, Sex

TODAY = date(2026, 9, 1)


@pytest.fixture(scope="session")
def person() -> Callable[..., Record]:
    """A record: quantities by name, questionnaires as lists of answers or a total, conditions by name."""

    def make(
        quantities: dict[str, float] | None = None,
        forms: dict[str, object] | None = None,
        conditions: dict[str, Known] | None = None,
        when: date | None = date(2026, 8, 1),
        **fields: object,
    ) -> Record:
        measured = tuple(Measurement(q, v, when, f"row 1, column {q}", f"{v:g}") for q, v in (quantities or {}).items())
        answers = []
        for name, given in (forms or {}).items():
            items = given if isinstance(given, dict) else {}
            if isinstance(given, list):
                items = {n: a for n, a in enumerate(given, start=1) if a is not None}
            total = float(given) if isinstance(given, int | float) else None
            answers.append(Answers(name, items, total, when, f"row 1, {name}"))
        stated = tuple(Condition(name, status, when, "row 1") for name, status in (conditions or {}).items())
        base: dict[str, object] = {"id": "p", "sex": Sex.FEMALE, "age": 70.0, "as_of": TODAY, "source": "row 1"}
        base |= {"measurements": measured, "answers": tuple(answers), "conditions": stated, **fields}
        return Record(**base)  # type: ignore[arg-type]

    return make
