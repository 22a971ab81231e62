"""Sensitive: what tells of somebody's mood is labeled, so that the system that takes it in can keep it apart.

The labels are those of the standard: psychiatric information, restricted. They stand on answers, scores, diagnoses,
drugs, flags, goals and tasks about mood, and on a care plan that holds one of them. Who may see what is so labeled is
for the site to decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from boneloop.assess.seen import ANTIDEPRESSANTS
from boneloop.exchange.fhir import ours
from boneloop.guidance.facts import table as facts
from boneloop.guidance.rule import rules
from boneloop.instruments.table import instrument, names
from boneloop.patient.drugs import drugs
from boneloop.report.fhir.codes import table
from boneloop.report.fhir.elements import TERMS, Element, coding, reference

LABELS = (coding(TERMS + "v3-Confidentiality", "R"), coding(TERMS + "v3-ActCode", "PSY"))
Pair = tuple[str, str]


def labeled(resources: Sequence[Element]) -> list[Element]:
    """The resources in the same order, those about mood with the labels."""
    about_mood = _codes()
    apart = {_address(one) for one in resources if not about_mood.isdisjoint(_named(one))}
    apart |= {_address(one) for one in resources if one["resourceType"] == "CarePlan" and _holds(one, apart)}
    return [_label(one) if _address(one) in apart else one for one in resources]


def _address(resource: Element) -> str:
    return str(reference(resource)["reference"])


def _holds(plan: Element, apart: set[str]) -> bool:
    """Does a care plan have a goal or an activity that is kept apart."""
    parts = (*plan.get("goal", ()), *(one["reference"] for one in plan.get("activity", ()) if "reference" in one))
    return any(part.get("reference") in apart for part in parts)


def _label(resource: Element) -> Element:
    return {**resource, "meta": {**resource.get("meta", {}), "security": list(LABELS)}}


@cache
def _codes() -> frozenset[Pair]:
    """Our own codes of what is about mood."""
    mood, forms = table("mood"), _forms()
    scales = [
        f"{name}_{scale}" for name in forms for scale, of in instrument(name).scale_domains.items() if of == "mind"
    ]
    found = {(ours.QUESTIONNAIRE, name) for name in forms}
    found |= {(ours.SCORE, name) for name in (*forms, *scales, *mood["scores"])}
    found |= {(ours.DRUG, name) for name in _drugs()} | {(ours.CONDITION, name) for name in mood["conditions"]}
    found |= {(ours.FLAG, name) for name in mood["flags"]} | {(ours.QUANTITY, name) for name in mood["quantities"]}
    return frozenset(found | {(ours.TASK, name) for name in mood["tasks"]} | {(ours.RULE, name) for name in _rules()})


def _forms() -> list[str]:
    """Questionnaires of the mind, or with a scale of it."""
    return [name for name in names() if "mind" in (instrument(name).domain, *instrument(name).scale_domains.values())]


def _drugs() -> set[str]:
    return {name for name, row in drugs().items() if row.drug_class in ANTIDEPRESSANTS}


def _rules() -> Iterator[str]:
    """Rules for mood, and those that look at something about it: that one of them speaks tells of it."""
    names_of = {*_forms(), *_drugs(), *ANTIDEPRESSANTS, *table("mood")["conditions"]}
    about = {
        name
        for name, row in facts().items()
        if not names_of.isdisjoint((*row.scores, *row.forms, *row.drugs, *row.classes, *row.conditions))
    }
    yield from (rule.id for rule in rules() if rule.goal == "mood" or about & rule.needs)


def _named(node: Any) -> Iterator[Pair]:
    """Every code that stands anywhere in a resource, and the questionnaire that it answers."""
    if isinstance(node, dict):
        if "system" in node and "code" in node:
            yield node["system"], node["code"]
        if isinstance(form := node.get("questionnaire"), str):
            yield ours.QUESTIONNAIRE, form.removeprefix(f"{ours.QUESTIONNAIRE}:")
        for part in node.values():
            yield from _named(part)
    elif isinstance(node, list):
        for part in node:
            yield from _named(part)
