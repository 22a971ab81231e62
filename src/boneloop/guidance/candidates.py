"""Candidate care plans: which of none, bone, mind and integrated a person's findings point to, and why.

All four are compared for everybody; this says which fit. A plan fits when its condition is met, does not when it
is known not to be, and otherwise waits for what is not known. Standard bone treatment is the base; care for the mind
is for the mind, for pain and for function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from boneloop.assess.seen import any_known
from boneloop.guidance.condition import Compare, Condition, Facts, Is, Some, both, compiled, undecided
from boneloop.guidance.facts import FACTS
from boneloop.guidance.rule import Rule
from boneloop.instruments.table import instrument
from boneloop.types import Known

NONE, BONE, MIND, INTEGRATED = "none", "bone", "mind", "integrated"
OF_BONE, OF_MIND = ("bone",), ("mood", "pain", "function", "falls")
"""The goals of the rules whose proposals are parts of a plan for bone, and of one for the mind."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One care plan by name, whether it fits this person, the reasons or what is not known, and the rules behind it.

    rules  ids of the rules that speak and propose a part of this plan
    """

    plan: str
    fits: Known
    why: tuple[str, ...]
    rules: tuple[str, ...] = ()


def candidates(known: Facts, fired: Iterable[Rule] = ()) -> tuple[Candidate, ...]:
    """The four plans, always all of them, in the order none, bone, mind, integrated.

    fired  the rules that speak: those that propose a part of a plan are named with it
    """
    led = {goals: tuple(r.id for r in fired if r.goal in goals and r.proposes) for goals in (OF_BONE, OF_MIND)}
    bone, mind = _candidate(BONE, _bone(), known, led[OF_BONE]), _candidate(MIND, _mind(), known, led[OF_MIND])
    together = both(bone.fits, mind.fits)
    why = (*(f"bone: {line}" for line in bone.why), *(f"mind: {line}" for line in mind.why))
    nothing = Candidate(NONE, Known.YES, ("the comparison for the others",))
    return nothing, bone, mind, Candidate(INTEGRATED, together, why, (*bone.rules, *mind.rules))


@cache
def _bone() -> Some:
    return Some((Is("osteoporosis"), Is("hip_or_spine_fragility_fracture")))


@cache
def _mind() -> Some:
    depressed, anxious, hurting = (instrument(name).cut_points for name in ("phq9", "gad7", "nrs"))
    return Some(
        (
            Compare("phq9", "at_least", depressed["screen_positive"]),
            Compare("gad7", "at_least", anxious["screen_positive"]),
            Compare("pain", "at_least", hurting["moderate"]),
        )
    )


def _candidate(plan: str, condition: Some, known: Facts, rules: tuple[str, ...]) -> Candidate:
    states = [(words, asks(known)) for words, asks in _asked(plan)]
    fits = any_known(*(state for _, state in states))
    if fits is Known.YES:
        return Candidate(plan, fits, tuple(words for words, state in states if state is Known.YES), rules)
    if fits is Known.UNKNOWN:
        asked = dict.fromkeys(FACTS[fact] for fact in undecided(condition, known))
        return Candidate(plan, fits, (f"not known: {'; '.join(asked)}",), rules)
    return Candidate(plan, fits, ("none of its reasons is present",), rules)


@cache
def _asked(plan: str) -> tuple[tuple[str, Callable[[Facts], Known]], ...]:
    """The reasons for a plan: each in words, and how it is asked."""
    condition = _bone() if plan == BONE else _mind()
    return tuple((_words(part), compiled(part)) for part in condition.parts)


def _words(part: Condition) -> str:
    match part:
        case Is(fact):
            return fact.replace("_", " ")
        case Compare(fact, _, limit):
            return f"{FACTS[fact]}: {limit:g} or more"
        case _:
            return ""
