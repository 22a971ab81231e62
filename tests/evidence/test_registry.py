"""The registry: every number found by its id, converted once, and a belief is nothing but other numbers."""

from __future__ import annotations

from typing import Annotated, NamedTuple, get_type_hints

import numpy as np
import pytest

from boneloop.cycle import loop, observe
from boneloop.cycle.body import fracture, wellbeing
from boneloop.errors import EvidenceError
from boneloop.evidence import layers
from boneloop.evidence.draws import draw
from boneloop.evidence.entry import parse
from boneloop.evidence.registry import BELIEFS, Registry, declared_units, load
from boneloop.types import Days, Fraction, PerDay, Scalar, Unit

EVIDENCE, HYPOTHESIS = load("evidence"), load("hypothesis")


class Measures(NamedTuple):
    """A parameter class made up for these tests."""

    duration: Days
    speed: PerDay
    share: Fraction


def made_up(**tables):
    """A registry with entries made up for a test."""
    common = {"population": "none", "source": "team", "where": "here", "status": "assumed", "checked": "not needed"}
    entries = {identity: parse(identity, {**common, **fields}) for identity, fields in tables.items()}
    return Registry("evidence", "made up", entries, {}, "")


TABLES = made_up(
    **{
        "measures.duration": {"value": 2, "unit": "week"},
        "measures.speed": {"value": 365.25, "unit": "1/year"},
        "measures.share": {"value": 5, "unit": "%"},
        "measures.curve": {"value": [1, 3], "unit": "1/year", "over": [50, 60], "over_unit": "year of age"},
    }
)


def test_a_number_that_is_not_there_is_refused_with_the_command_that_lists_them():
    with pytest.raises(EvidenceError, match=r"no number 'bone\.colour'.*`boneloop evidence`"):
        EVIDENCE["bone.colour"]


def test_an_unknown_belief_is_refused_and_the_known_ones_are_named():
    with pytest.raises(EvidenceError, match=r"'evidence', 'hypothesis'.*not 'faith'"):
        load("faith")


def test_parameters_are_converted_once_into_the_unit_their_field_declares():
    assert TABLES.parameters(Measures, "measures") == pytest.approx(Measures(14.0, 1.0, 0.05))


def test_drawn_values_come_in_the_unit_of_the_entry_and_are_converted_the_same_way():
    drawn = {"measures.duration": np.array([1.0, 4.0])}
    assert TABLES.parameters(Measures, "measures", drawn).duration.tolist() == [7.0, 28.0]


def test_a_curve_is_straight_between_knots_and_flat_beyond_them():
    assert TABLES.at("measures.curve", np.array([0, 50, 55, 60, 99]), "1/year").tolist() == [1, 1, 2, 3, 3]
    assert TABLES.at("measures.curve", 55, "1/day") == pytest.approx(2 / 365.25)
    assert TABLES.at("measures.curve", 55, "1/year", logarithmic=True) == pytest.approx(3**0.5)


def test_a_field_without_a_unit_is_refused_and_named():
    class Bare(NamedTuple):
        size: Scalar

    with pytest.raises(EvidenceError, match=r"Bare\.size declares no unit"):
        declared_units(Bare)


def test_a_number_in_a_unit_that_does_not_fit_its_field_is_refused():
    class Wrong(NamedTuple):
        duration: Annotated[Scalar, Unit("g/cm2")]

    with pytest.raises(EvidenceError, match="no conversion"):
        TABLES.parameters(Wrong, "measures")


@pytest.mark.parametrize("belief", BELIEFS)
def test_every_parameter_of_the_body_has_its_number(belief):
    registry = load(belief)
    rooms = {**get_type_hints(loop.Parameters), "wellbeing": wellbeing.Parameters, "observe": observe.Parameters}
    rooms["healing"] = fracture.Healing
    rooms |= get_type_hints(rooms.pop("mineral_engine"))
    for table, kind in rooms.items():
        assert all(np.isfinite(value) for value in registry.parameters(kind, table))


def test_the_two_beliefs_name_the_same_numbers_and_the_same_sources():
    assert list(EVIDENCE.entries) == list(HYPOTHESIS.entries)
    assert EVIDENCE.sources == HYPOTHESIS.sources
    assert EVIDENCE.digest != HYPOTHESIS.digest


def test_a_belief_changes_values_and_their_basis_and_never_a_unit_or_a_knot():
    for entry in EVIDENCE:
        other = HYPOTHESIS[entry.id]
        assert (entry.unit, entry.over, entry.over_unit) == (other.unit, other.over, other.over_unit)
        assert isinstance(entry.value, tuple) == isinstance(other.value, tuple)


def test_what_the_belief_hypothesis_replaces_is_assumed_and_does_not_vary():
    replaced = [entry for entry in HYPOTHESIS if entry != EVIDENCE[entry.id]]
    assert len(replaced) >= 10
    assert all(entry.word == "assumed" and entry.spread.law == "fixed" for entry in replaced)


def test_a_belief_that_replaces_a_number_nobody_knows_is_refused(monkeypatch):
    def read(name, digest, original=layers.read):
        document = original(name, digest)
        return {**document, "replace": {"bone.colour": {"value": 1}}} if name.startswith("beliefs/") else document

    monkeypatch.setattr(layers, "read", read)
    with pytest.raises(EvidenceError, match=r"beliefs/evidence\.toml replaces 'bone\.colour'"):
        load.__wrapped__("evidence")


def test_a_number_with_a_source_nobody_knows_is_refused(monkeypatch):
    def read(name, digest, original=layers.read):
        return {} if name == "sources.toml" else original(name, digest)

    monkeypatch.setattr(layers, "read", read)
    with pytest.raises(EvidenceError, match=r"source '.*' is not in sources\.toml"):
        load.__wrapped__("evidence")


def test_the_digest_is_the_same_on_every_reading():
    assert load.__wrapped__("evidence").digest == load.__wrapped__("evidence").digest


def test_only_single_numbers_with_a_spread_are_drawn():
    drawn = draw(EVIDENCE, lambda identity: np.array([0.3, 0.7]))
    spread = {entry.id for entry in EVIDENCE if entry.spread.law != "fixed"}
    assert set(drawn) == {identity for identity in spread if not isinstance(EVIDENCE[identity].value, tuple)}
    assert all(values.shape == (2,) for values in drawn.values())


def test_a_draw_asks_for_the_luck_of_each_number_by_its_id_and_once():
    asked = []

    def luck(identity):
        asked.append(identity)
        return np.array([0.5])

    drawn = draw(EVIDENCE, luck)
    assert sorted(asked) == sorted(drawn)
    assert drawn["circle.gain_scale"] == pytest.approx(EVIDENCE.number("circle.gain_scale"))


def test_the_prior_of_the_gains_leaves_about_one_person_in_a_hundred_above_the_threshold():
    """Log-normal, median 0.5, spread of the logarithm 0.6, on a cycle number of 0.4998: 1.0 % lie above 1."""
    luck = (np.arange(100_000) + 0.5) / 100_000
    scale = EVIDENCE["circle.gain_scale"].spread.quantile(EVIDENCE.number("circle.gain_scale"), luck)
    assert np.mean(scale * 0.499797 > 1) == pytest.approx(0.0104, abs=0.001)
