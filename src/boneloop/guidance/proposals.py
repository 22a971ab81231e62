"""Proposals: the care plans that the rules which speak lead to, put together so that they can be lived side by side.

    for the bone    a plan for each bone drug that a rule for bone or safety proposes, with what has to follow it
    for the mind    one plan of everything that rules for mood, pain, function and falls propose
    integrated      the first plan for the bone together with the one for the mind

Nothing comes first: the plan that does nothing. What a rule forbids is in none of them, also where that rule is still
to be confirmed; an antidepressant is never part of a plan for the bone, and a drug that builds bone is always followed
by one that keeps it. A plan that boneloop knows by name is taken as it is; other drugs are taken all along, with
calcium and vitamin D.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

from boneloop.guidance.advice import Advice
from boneloop.guidance.candidates import OF_MIND
from boneloop.guidance.rule import Rule
from boneloop.therapy.care_plan import CarePlan, known_plans, load_plan
from boneloop.therapy.course import Course, course
from boneloop.therapy.kinds import KINDS

BONE_DRUGS = frozenset(name for name, kind in KINDS.items() if kind.group in ("antiresorptive", "anabolic"))
SUPPLEMENT = "calcium_vitamin_d"
FOR_MIND, TOGETHER = "advised-mind", "advised-integrated"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One care plan and the rules that led to it; none for the plan that does nothing."""

    plan: CarePlan
    rules: tuple[Rule, ...] = ()

    @property
    def why(self) -> tuple[str, ...]:
        """Each rule in words, with where it comes from."""
        return tuple(f"{rule.message} ({rule.origin})" for rule in self.rules)


def proposals(advice: Advice) -> tuple[Proposal, ...]:
    """The plans to compare for one person, at least the one that does nothing; their names are all different."""
    spoken = (*advice.fired, *(rule for rule, _ in advice.answered))
    forbidden = frozenset(one.kind for one in advice.blocked)
    bone = list(_for_bone(spoken, forbidden))
    mind = _for_mind(spoken, forbidden)
    both = [_together(bone[0], mind)] if bone and mind else []
    return (Proposal(load_plan("none")), *bone, *([mind] if mind else ()), *both)


def _for_bone(spoken: Iterable[Rule], forbidden: frozenset[str]) -> Iterator[Proposal]:
    led: dict[str, list[Rule]] = {}
    for rule in spoken:
        if rule.goal not in OF_MIND:
            for kind in rule.proposes:
                led.setdefault(kind, []).append(rule)
    for kind in (kind for kind in led if kind in BONE_DRUGS - forbidden):
        plan = _drug_plan(kind, forbidden)
        if plan is not None:
            yield Proposal(plan, tuple(led[kind]))


def _drug_plan(kind: str, forbidden: frozenset[str]) -> CarePlan | None:
    """The first plan known by name that begins with this drug, holds bone drugs alone and nothing forbidden; else ours.

    None for a drug that builds bone where whatever would have to follow it is forbidden.
    """
    allowed = (BONE_DRUGS | {SUPPLEMENT}) - forbidden
    for plan in map(load_plan, known_plans()):
        kinds = [one.kind for one in plan.courses]
        if kinds[:1] == [kind] and allowed.issuperset(kinds):
            return plan
    if KINDS[kind].group == "anabolic":
        return None
    added = (course(SUPPLEMENT),) if SUPPLEMENT in allowed else ()
    return CarePlan(kind, KINDS[kind].title.capitalize(), (course(kind), *added))


def _for_mind(spoken: Iterable[Rule], forbidden: frozenset[str]) -> Proposal | None:
    rules = [rule for rule in spoken if rule.goal in OF_MIND and set(rule.proposes) - forbidden]
    kinds = dict.fromkeys(kind for rule in rules for kind in rule.proposes if kind not in forbidden | BONE_DRUGS)
    if not kinds:
        return None
    title = f"Advised: {', '.join(KINDS[kind].title for kind in kinds)}"
    return Proposal(CarePlan(FOR_MIND, title, tuple(_usual(kind) for kind in kinds)), tuple(rules))


def _usual(kind: str) -> Course:
    """A treatment as the named plans give it."""
    for one in load_plan("integrated").courses:
        if one.kind == kind:
            return one
    return course(kind)


def _together(bone: Proposal, mind: Proposal) -> Proposal:
    courses = (*bone.plan.courses, *mind.plan.courses)
    title = f"{bone.plan.title}; with {', '.join(KINDS[one.kind].title for one in mind.plan.courses)}"
    return Proposal(CarePlan(TOGETHER, title, courses), tuple(dict.fromkeys((*bone.rules, *mind.rules))))


def as_toml(proposal: Proposal) -> str:
    """A proposal as the file of a care plan, its rules above it; ``load_plan`` reads it back."""
    lines = [f"# {line}" for line in proposal.why]
    lines += ["[plan]", f'name = "{proposal.plan.name}"', f'title = "{proposal.plan.title}"']
    for one in proposal.plan.courses:
        lines += ["", "[[course]]", *_written(one)]
    return "\n".join(lines) + "\n"


def _written(one: Course) -> Sequence[str]:
    values = {field.name: getattr(one, field.name) for field in fields(one)}
    if KINDS[one.kind].usual_interval is not None:
        values["lasts_months"] = None
    return [
        f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value:g}"
        for name, value in values.items()
        if value is not None
    ]
