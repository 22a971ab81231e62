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
    forms = [name for name in names() if "mind" in (instrument(name).domain, *instrument(name).scale_domains.values())]
    scales = [
        f"{name}_{scale}" for name in forms for scale, of in instrument(name).scale_domains.items() if of == "mind"
    ]
    found = {(ours.QUESTIONNAIRE, name) for name in forms} | {(ours.SCORE, name) for name in (*forms, *scales)}
    found |= {(ours.DRUG, name) for name, row in drugs().items() if row.drug_class in ANTIDEPRESSANTS}
    found |= {(ours.RULE, rule.id) for rule in rules() if rule.goal == "mood"}
    mood = table("mood")
    found |= {(ours.CONDITION, name) for name in mood["conditions"]} | {(ours.FLAG, name) for name in mood["flags"]}
    found |= {(ours.QUANTITY, name) for name in mood["quantities"]} | {(ours.TASK, name) for name in mood["tasks"]}
    found |= {(ours.RULE, name) for name in mood["rules"]} | {(ours.SCORE, name) for name in mood["scores"]}
    return frozenset(found)


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
