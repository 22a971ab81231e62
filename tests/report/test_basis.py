"""The numbers that a result rests on."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from boneloop.errors import EvidenceError
from boneloop.evidence.layers import Fit
from boneloop.report.basis import WORDS, count_words, number_rows


def test_unchecked_numbers_stand_first_and_every_one_is_counted_once(made_up: ModuleType) -> None:
    registry = made_up.registry()
    ids = [*registry.entries, *registry.entries]
    rows = number_rows(registry, ids)
    assert [WORDS.index(row.word) for row in rows] == sorted(WORDS.index(row.word) for row in rows)
    assert rows[0].word == "recalled" and rows[-1].word == "verified"
    assert count_words(registry, ids) == {"recalled": 2, "assumed": 1, "fitted": 1, "verified": 1}


def test_a_number_shows_value_unit_interval_and_source(made_up: ModuleType) -> None:
    row = next(r for r in number_rows(made_up.registry(), ["fracture.hip_gradient"]))
    assert (row.value, row.interval) == ("2.88", "2.31 to 3.59")
    assert row.source.startswith("Predictive value of BMD") and row.where == "table 3"


def test_a_curve_is_shown_by_its_ends(made_up: ModuleType) -> None:
    row = next(r for r in number_rows(made_up.registry(), ["fracture.hip_rate"]))
    assert row.value == "0.3 to 22 1/1000 person-years; curve of 4 points, 52 to 87 year of age"


def test_a_number_that_nobody_entered_is_an_error(made_up: ModuleType) -> None:
    with pytest.raises(EvidenceError, match=r"bone\.made_up"):
        number_rows(made_up.registry(), ["bone.made_up"])


def test_a_fitted_number_shows_its_prior_and_whether_the_targets_informed_it(made_up: ModuleType) -> None:
    first = made_up.registry()
    prior = first["links.pain_to_mood"]
    fitted = replace(prior, value=0.2, status="fitted", prior=prior)
    fit = Fit("mind", "Pain and mood", "", "again", 1, (), (prior.id,), frozenset(), None)
    registry = replace(first, entries={**first.entries, prior.id: fitted}, fits={"mind": fit})
    (row,) = number_rows(registry, [prior.id])
    assert row.word == "fitted" and row.value == "0.2"
    assert row.fit == "Fit mind, informed by the targets; prior 0.1, drawn, log-normal."
    alone = replace(registry, fits={"mind": replace(fit, uninformed=frozenset({prior.id}))})
    assert "next to nothing" in number_rows(alone, [prior.id])[0].fit
    assert number_rows(first, [prior.id])[0].fit == ""
