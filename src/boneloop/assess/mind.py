"""Mind: depressive and anxiety symptoms as scored, and the one answer that a person must see at once.

Item 9 of the PHQ-9 asks about thoughts of death or self-harm. Any answer of 1 or more is a message for a person, on
unfinished forms and with any total; it never becomes a number for the risk of suicide. A later form that leaves the
item out does not take the message back.
"""

from __future__ import annotations

from collections.abc import Iterator

from boneloop.assess import questionnaires
from boneloop.assess.assessment import Flag, Score
from boneloop.assess.seen import Seen, once, said
from boneloop.instruments.scorer import Scored, alerts
from boneloop.instruments.syndrome import possible
from boneloop.instruments.table import instrument
from boneloop.patient.record import Answers
from boneloop.types import Known

FORM = "phq9"
ALGORITHM_RULE = (
    "item 1 or 2 on more than half the days, and how many items are (item 9: on several days): major from five on, "
    "other from two on; recalled, to be confirmed; what the algorithm says of the answers, not a diagnosis"
)
ITEM_9_RULE = "any answer above 0 to item 9, on any form, finished or not; the newest form that holds an answer counts"


def scores(seen: Seen) -> list[Score]:
    """Every scored questionnaire on mood and anxiety, and what the algorithm of the PHQ-9 says beside its total."""
    return [*questionnaires.scores(seen, ("mind",)), *_algorithm(seen)]


def _algorithm(seen: Seen) -> Iterator[Score]:
    answers, found = questionnaires.forms(seen).get(FORM, (None, None))
    if answers is None or not isinstance(found, Scored) or not answers.items:
        return
    left = possible(FORM, answers.items)
    decided = len(left) == 1
    grade = float(_outcomes().index(left[0])) if decided else None
    shown, band = (left[0], left[0]) if decided else (f"not decided: {' or '.join(left)}", "")
    basis = (questionnaires.source(answers), *_named_missing(found))
    status = "complete" if decided else "incomplete"
    facts = (grade, shown, band, status, answers.date, basis, ALGORITHM_RULE)
    yield Score("mind", "phq9_algorithm", "PHQ-9, by its algorithm", *facts)


def _outcomes() -> tuple[str, ...]:
    rule = instrument(FORM).syndrome
    return rule.names if rule else ()


def _named_missing(found: Scored) -> tuple[str, ...]:
    return (f"missing: items {', '.join(map(str, found.missing))}",) if found.missing else ()


@once
def self_harm(seen: Seen) -> tuple[Known, Answers | None]:
    """Was item 9 answered with 1 or more, on the newest form that holds an answer to it, and which form is that."""
    (item,) = instrument(FORM).alert
    forms = [a for a in seen.record.answers if a.instrument == FORM]
    answered = [a for a in forms if item in a.items]
    if answered:
        newest = max(answered, key=lambda a: a.date.toordinal() if a.date else 0)
        return Known.of(bool(alerts(FORM, newest.items))), newest
    if forms and all(a.total == 0 and not a.items for a in forms):
        return Known.NO, forms[0]
    return Known.UNKNOWN, forms[0] if forms else None


def item_9(seen: Seen) -> float | None:
    """The newest answer to item 9; None where nobody saw one."""
    state, form = self_harm(seen)
    if state is Known.UNKNOWN or form is None:
        return None
    (item,) = instrument(FORM).alert
    return form.items.get(item, 0.0)


def flags(seen: Seen) -> list[Flag]:
    """Item 9, a recorded finding of suicidal thoughts, and a PHQ-9 whose item 9 nobody saw."""
    found = []
    state, form = self_harm(seen)
    where = () if form is None else (questionnaires.source(form),)
    if state is Known.YES:
        message = (
            "PHQ-9 item 9 (thoughts of death or self-harm) is above 0: a person needs to talk with this patient today, "
            "whatever the total. No score of risk is computed."
        )
        found.append(Flag("phq9_item9", "safety", message, where, ITEM_9_RULE))
    elif state is Known.UNKNOWN and form is not None:
        message = "A PHQ-9 was recorded without item 9 (thoughts of death or self-harm): ask."
        found.append(Flag("phq9_item9_unknown", "warning", message, where, ITEM_9_RULE))
    if seen.condition("suicidal_thoughts") is Known.YES:
        message = "Suicidal thoughts are recorded: a person needs to talk with this patient today."
        stated = seen.statement("suicidal_thoughts")
        found.append(Flag("suicidal_thoughts", "safety", message, (said(stated),) if stated else ()))
    return found
