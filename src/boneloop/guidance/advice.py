"""Advice: which rules speak about a person, what would have to be known for the others, and which plans to compare.

    yes      the rule speaks
    no       it is silent
    unknown  it becomes a question: what is not known, and which rules wait for it

A rule marked R stays off unless the site turned it on; where its condition holds it is listed as to be confirmed. A
rule verifies, reviews, considers; it never says that something is safe, and it decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from boneloop.assess.assessment import Assessment
from boneloop.assess.framework import choose
from boneloop.errors import InputError
from boneloop.guidance.answered import Answered, standing
from boneloop.guidance.candidates import Candidate, candidates
from boneloop.guidance.condition import Facts, undecided
from boneloop.guidance.facts import FACTS, facts, table
from boneloop.guidance.rule import TO_BE_CONFIRMED, Rule, past_review, rules, under
from boneloop.guidance.why import RuleWhy, why
from boneloop.types import Known

ORDER = ("AVOID", "VERIFY", "REVIEW", "REFER", "CONSIDER", "INFORM")


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something nobody knows that rules wait for.

    facts  names of ``facts.FACTS`` that the answer would settle; words how to ask for it
    rules  ids of the rules that wait
    """

    facts: tuple[str, ...]
    words: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    """A kind of treatment that should not be offered to this person, and the rules that say so.

    confirmed  False where every one of these rules is still to be confirmed
    """

    kind: str
    rules: tuple[str, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """What the rules of one framework say.

    framework       the one chosen, "" for none (then only what holds everywhere is read)
    fired           rules whose condition holds: what is for today, then safety, contraindications before the rest
    open_questions  what is not known, the question most rules wait for first
    plans           the candidate care plans, each with whether it fits and why
    to_confirm      rules that would speak but are written from memory and switched off
    blocked         treatments that a rule speaks against here, whoever proposes them
    answered        rules that would speak but are quiet, and the answer that keeps them so
    past_review     ids of the rules above that should have been read again by now
    """

    framework: str
    fired: tuple[Rule, ...]
    open_questions: tuple[OpenQuestion, ...]
    plans: tuple[Candidate, ...]
    to_confirm: tuple[Rule, ...]
    blocked: tuple[Blocked, ...] = ()
    answered: tuple[tuple[Rule, Answered], ...] = ()
    past_review: tuple[str, ...] = ()


def advise(
    assessment: Assessment,
    framework: str | None = None,
    confirmed: Collection[str] = (),
    answers: Sequence[Answered] = (),
    today: date | None = None,
) -> Advice:
    """Read the rules of one framework on one person.

    framework  a name of ``assess.framework.FRAMEWORKS``; None: that of the record's country
    confirmed  ids of rules marked R that this site has checked and turned on
    answers    rules that somebody has put aside for a while
    today      the day that dates of review are held against; None: the day of the clock
    Raises InputError for a framework or an id that does not exist.
    """
    chosen = choose(framework, assessment.record.country)
    refuse_unknown(confirmed)
    known, turned_on = facts(assessment, chosen), frozenset(confirmed)
    holds: list[Rule] = []
    waiting: list[Rule] = []
    for rule in _of_people(chosen):
        state = rule.asks(known)
        if state is Known.YES:
            holds.append(rule)
        elif state is Known.UNKNOWN and not is_off(rule, turned_on):
            waiting.append(rule)
    holds.sort(key=_order)
    fired = tuple([rule for rule in holds if not is_off(rule, turned_on)])
    quiet = tuple([(r, answer) for r in fired if answers and (answer := standing(r, known, answers)) is not None])
    quiet_ids = {rule.id for rule, _ in quiet}
    blocked = _blocked(chosen, known, turned_on)
    said = {rule.id for rule in fired} | {identity for one in blocked for identity in one.rules}
    return Advice(
        framework=chosen,
        fired=tuple([rule for rule in fired if rule.id not in quiet_ids]),
        open_questions=_questions(waiting, known),
        plans=candidates(known, fired),
        to_confirm=tuple([rule for rule in holds if is_off(rule, turned_on)]),
        blocked=blocked,
        answered=quiet,
        past_review=tuple([rule.id for rule in past_review(today or date.today()) if rule.id in said]),
    )


@cache
def _of_people(framework: str) -> tuple[Rule, ...]:
    """The rules that speak about a person and not of plans only."""
    return tuple(rule for rule in under(framework) if not rule.only_for_plans)


@cache
def _forbidding(framework: str) -> tuple[Rule, ...]:
    """The rules that may speak against a kind of treatment."""
    return tuple(rule for rule in under(framework) if rule.verb == "AVOID" and rule.against)


def _blocked(framework: str, known: Facts, confirmed: Collection[str]) -> tuple[Blocked, ...]:
    """What rules forbid here, also those that speak only of plans; a drug is never an option and forbidden at once."""
    against: dict[str, list[Rule]] = {}
    for rule in _forbidding(framework):
        if rule.warns(known) is Known.YES:
            for kind in rule.against:
                against.setdefault(kind, []).append(rule)
    return tuple(
        Blocked(kind, tuple(rule.id for rule in found), any(not is_off(rule, confirmed) for rule in found))
        for kind, found in sorted(against.items())
    )


def reasons(
    assessment: Assessment, framework: str | None = None, confirmed: Collection[str] = ()
) -> tuple[RuleWhy, ...]:
    """Every rule of one framework on one person, with its state and everything that led to it.

    Those that speak come first, then those that ask, then the silent ones; arguments as for ``advise``.
    """
    chosen = choose(framework, assessment.record.country)
    refuse_unknown(confirmed)
    known = facts(assessment, chosen)
    made = [why(rule, known, speaks(rule, known)) for rule in sorted(_of_people(chosen), key=_order)]
    states = (Known.YES, Known.UNKNOWN, Known.NO)
    return tuple(sorted(made, key=lambda one: (states.index(one.state), is_off(one.rule, confirmed))))


def is_off(rule: Rule, confirmed: Collection[str] = ()) -> bool:
    """Is a rule switched off: written from memory, and no site has turned it on."""
    return rule.mark == TO_BE_CONFIRMED and rule.id not in confirmed


def speaks(rule: Rule, known: Facts) -> Known:
    """Does a rule speak, given what is known: its scope and its condition."""
    return rule.asks(known)


def cautions(
    assessment: Assessment, therapy_kinds: Sequence[str], framework: str | None = None, confirmed: Collection[str] = ()
) -> tuple[str, ...]:
    """Sentences about this person that speak against steps of a plan, and what must be known before it.

    therapy_kinds  kinds of ``therapy.kinds`` in the plan; a contraindication is said whatever the reason for the drug
    """
    chosen = choose(framework, assessment.record.country)
    refuse_unknown(confirmed)
    known = facts(assessment, chosen)
    asked = [rule for rule in under(chosen) if set(rule.against) & set(therapy_kinds)]
    said: list[str] = []
    waiting: dict[str, list[str]] = {}
    for rule in sorted(asked, key=_order):
        state = rule.warns(known)
        kinds = [kind for kind in therapy_kinds if kind in rule.against]
        if state is Known.YES:
            doubt = "to be confirmed: " if is_off(rule, confirmed) else ""
            said.append(f"{', '.join(kinds)}: {doubt}{rule.message} ({rule.origin})")
        elif state is Known.UNKNOWN:
            for kind in kinds:
                waiting.setdefault(kind, []).extend(undecided(rule.when, known))
    words = {kind: dict.fromkeys(FACTS[fact] for fact in found) for kind, found in waiting.items()}
    return (
        *said,
        *(f"{kind}: verify first, not known or not recent: {'; '.join(asks)}" for kind, asks in words.items()),
    )


def _questions(waiting: Sequence[Rule], known: Facts) -> tuple[OpenQuestion, ...]:
    asked: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for rule in waiting:
        for fact in (*undecided(rule.scope, known), *undecided(rule.when, known)):
            first = table()[fact].after
            if first and known[first] is not Known.YES:
                continue
            of_facts, of_rules = asked.setdefault(FACTS[fact], ({}, {}))
            of_facts[fact], of_rules[rule.id] = None, None
    found = [OpenQuestion(tuple(names), words, tuple(ids)) for words, (names, ids) in asked.items()]
    return tuple(sorted(found, key=lambda question: (-len(question.rules), question.words)))


def _order(rule: Rule) -> tuple[bool, bool, int, str]:
    return (not rule.today, rule.goal != "safety", ORDER.index(rule.verb), rule.id)


def refuse_unknown(confirmed: Collection[str]) -> None:
    """Raises InputError for ids of rules that do not exist."""
    if not confirmed:
        return
    strange = sorted(set(confirmed) - {rule.id for rule in rules()})
    if strange:
        raise InputError("confirmed rules", "ids of rules that exist", ", ".join(strange))
