"""Our own names in FHIR: code systems, extensions and tags for what the standard has no word for.

What is written is read again by these names, so in and out cannot differ. Nothing of a validated score has a code here
that somebody else gave out.
"""

from __future__ import annotations

BASE = "urn:boneloop:"
PATIENT = BASE + "patient"
"""Identifiers: the id of a person as it came, where FHIR does not allow it as an id."""

QUANTITY = BASE + "quantity"
"""Codes: names of ``patient/quantities.toml``."""
QUESTIONNAIRE = BASE + "questionnaire"
"""Codes: names of ``instruments/tables``; with ``:name`` behind it, the canonical address of a questionnaire."""
CONDITION = BASE + "condition"
"""Codes: names of ``patient/conditions.toml``."""
FRACTURE = BASE + "fracture"
"""Codes: sites of a fracture."""
DRUG = BASE + "drug"
"""Codes: names of ``patient/drugs.toml``."""
SCORE = BASE + "score"
"""Codes: scores and classes of an assessment."""
ENGINE = BASE + "risk-engine"
"""Codes: published risk engines."""
OUTCOME = BASE + "outcome"
"""Codes: what a risk engine speaks of."""
FORECAST = BASE + "forecast"
"""Codes: outcomes of a forecast. They are never those of a measured value or of a validated score."""
FLAG = BASE + "flag"
"""Codes: flags of an assessment."""
RULE = BASE + "rule"
"""Codes: ids of guideline rules."""
TASK = BASE + "task"
"""Codes: what is asked of a person."""
PLAN = BASE + "care-plan"
"""Codes: care plans by name."""
ORIGIN = BASE + "origin"
"""Tags: what a resource is to us."""

DERIVED = "derived"
"""Tag: a conclusion. It is never read back as something that was measured or said."""
RESTATED = "restated"
"""Tag: says again what another resource of the record says, for readers that look only there."""

_EXTENSION = BASE + "extension:"
RECORD = _EXTENSION + "record"
"""Of a Patient: what was known of the record as a whole. Its parts are age, as-of, source, fractures-recorded,
medications-recorded and note."""
SOURCE = _EXTENSION + "source"
"""Where the fact was first read."""
ORIGINAL = _EXTENSION + "original"
"""Value and unit as they were written there."""
LOW_ENERGY = _EXTENSION + "low-energy"
"""Of a fracture: yes, no or unknown."""
TAKEN = _EXTENSION + "taken"
"""Of a medication: is it taken on the day of the record, yes, no or unknown."""
GIVEN = _EXTENSION + "given"
"""Of a medication: the day of one dose."""
BAND = _EXTENSION + "band"
"""Of a predicted outcome: median, p05, p95, mean, mcse, unit, year."""
SCENARIO = _EXTENSION + "scenario"
"""Of a forecast: care plan, belief, seed, draws, evidence, version."""
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
"""The standard's own extension for the score of an answer."""
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
"""The standard's own extension for why an element is not there."""


def questionnaire_url(name: str) -> str:
    """The canonical address of the questionnaire of one instrument."""
    return f"{QUESTIONNAIRE}:{name}"
