"""Guidance and reasons on the terminal: what the rules say, and with ``--explain`` why everything is as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from boneloop.assess.assessment import Assessment
    from boneloop.guidance.advice import Advice
    from boneloop.guidance.why import RuleWhy

QUESTIONS_SHOWN = 5


def print_completeness(console: Console, assessment: Assessment) -> None:
    """How much of each domain is known."""
    shares = [f"{domain.replace('_', ' ')} {share:.0%}" for domain, share in assessment.completeness.items()]
    console.print(Text(f"Known of each domain: {', '.join(shares)}", style="dim"))


def print_advice(console: Console, advice: Advice) -> None:
    """What the rules of the framework say, what is to be confirmed, what they ask, which plans fit."""
    from boneloop.assess.framework import FRAMEWORKS

    name = FRAMEWORKS.get(advice.framework, "no framework chosen: only what holds everywhere")
    console.print(Text(f"Guidance, {name}", style="bold"))
    for rule in advice.fired:
        _line(console, f"{rule.verb}  {rule.message} ({rule.origin}; {rule.strength})")
    if not advice.fired:
        _line(console, "no rule speaks")
    for _, answer in advice.answered:
        _line(console, f"Quiet, {answer.words}", "dim")
    if advice.past_review:
        ids = ", ".join(advice.past_review)
        _line(console, f"Past their date of review, the guideline may have been replaced: {ids}", "yellow")
    if advice.to_confirm:
        ids = ", ".join(rule.id for rule in advice.to_confirm)
        _line(console, f"Switched off, written from memory and to be confirmed; they would speak: {ids}", "dim")
    for blocked in advice.blocked:
        doubt = "" if blocked.confirmed else ", to be confirmed"
        _line(console, f"Not to be offered here: {blocked.kind} (rule {', '.join(blocked.rules)}{doubt})")
    for question in advice.open_questions[:QUESTIONS_SHOWN]:
        waiting = len(question.rules)
        _line(
            console, f"Not known: {question.words} ({waiting} {'rule waits' if waiting == 1 else 'rules wait'} for it)"
        )
    for plan in advice.plans:
        led = f"; rules {', '.join(plan.rules)}" if plan.rules else ""
        _line(console, f"Plan {plan.plan}: fits {plan.fits} ({'; '.join(plan.why)}{led})", "dim")
    console.print()


def print_reasons(console: Console, assessment: Assessment, rules: Sequence[RuleWhy], off: Iterable[str]) -> None:
    """For each flag, score, trend, risk and rule: inputs with dates and sources, formula or rule, result."""
    from boneloop.assess.explain import explain

    console.print(Text("Why", style="bold"))
    for said in explain(assessment):
        _line(console, f"{said.kind}  {said.title} = {said.result}")
        _under(console, "from", said.inputs)
        _under(console, "rule", [said.rule] if said.rule else [])
        _under(console, "note", [said.note] if said.note else [])
    switched_off = set(off)
    for one in rules:
        state = {"yes": "speaks", "no": "is silent", "unknown": "asks"}[one.state.value]
        doubt = ", switched off: to be confirmed" if one.rule.id in switched_off else ""
        _line(console, f"rule  {one.rule.id} {state}{doubt}: {one.rule.verb} {one.rule.message}")
        _under(console, "from", one.inputs)
        _under(console, "condition", one.condition)
        _under(console, "origin", [one.origin])
    console.print()


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Padding(Text(text, style=style), (0, 0, 0, 2)))


def _under(console: Console, word: str, lines: Sequence[str]) -> None:
    for line in lines:
        console.print(Padding(Text(f"{word}  {line}", style="dim"), (0, 0, 0, 6)))
