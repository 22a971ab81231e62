"""Worklists: who has to be looked at and why. Safety first, then denosumab, fracture without treatment, forms due.

A person may stand on several lists. Nobody leaves a list because something is not known: a fracture after which nobody
wrote down whether it is treated is asked about, below those that are known not to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from boneloop.assess import bone_drugs, mind, questionnaires
from boneloop.assess.assessment import Assessment, Score
from boneloop.assess.seen import Seen
from boneloop.errors import InstrumentError
from boneloop.evidence.registry import load
from boneloop.exchange.dates import is_rough, rough_dates
from boneloop.guidance.indicators import recent, youngest
from boneloop.patient.record import Fracture
from boneloop.types import Known

SELF_HARM = ("phq9_item9", "suicidal_thoughts")
DENOSUMAB = ("denosumab_overdue", "denosumab_due", "denosumab_dates_unknown")
FORMS = {
    "depressive symptoms": ("phq9", "gds15", "hads_d", "promis_depression"),
    "anxiety": ("gad7", "hads_a", "promis_anxiety"),
    "pain": ("pain_nrs", "peg", "bpi_severity"),
}
"""What a form asks about, with the scores any of which answers it; the first is named where none is there."""


FRACTURES = {
    "hip": "Hip fracture",
    "vertebra": "Vertebral fracture",
    "wrist": "Wrist fracture",
    "humerus": "Fracture of the humerus",
    "pelvis": "Fracture of the pelvis",
    "other": "Fracture (site not named)",
}


class Worklist(NamedTuple):
    """One list: its title, who stands on it, in which order; day: what ``since`` of its entries is, "" for none."""

    name: str
    title: str
    who: str
    order: str
    day: str


class Entry(NamedTuple):
    """One person on one list.

    group   0 stands before 1, and so on; weight: within a group, the larger first
    reason  why, with the fact first
    since   the day that counts: of the last dose, the fracture, the oldest form; None where none is known
    """

    worklist: str
    group: int
    weight: float
    reason: str
    since: date | None


@cache
def worklists() -> tuple[Worklist, ...]:
    """The lists, in the order in which they are to be looked at."""
    fractured, form = f"{recent():.0f} months", f"{_form_months():.0f} months"
    return (
        Worklist(
            "safety", "Safety flags", "A person must look at these today.",
            "Thoughts of death or self-harm, then denosumab overdue, then the others.", "",
        ),
        Worklist(
            "denosumab", "Denosumab overdue or due", "Counted from the last dose that was really given.",
            "Overdue, then due, then those with no day of a dose; the longest ago first.", "Last dose",
        ),
        Worklist(
            "fracture", "Fracture without treatment",
            f"No bone drug on record after a fracture in the last {fractured}: of low energy, or from the age of "
            f"{youngest():.0f} on with no energy recorded.",
            "Known not to be treated, then those of whom it is not known; the newest fracture first.", "Fracture",
        ),
        Worklist(
            "forms", "Forms due", f"A form that cannot be scored, is older than {form}, or was never filled in.",
            "Unfinished forms, then old ones, then those never filled in; more forms first.", "Oldest form",
        ),
    )  # fmt: skip


@cache
def _form_months() -> float:
    return load().number("forms.due_after", "month")


def entries(assessment: Assessment, seen: Seen) -> tuple[Entry, ...]:
    """The lists on which one person stands, in their order."""
    made = (make(assessment, seen) for make in MAKERS)
    return tuple(entry for entry in made if entry is not None)


def _safety(assessment: Assessment, seen: Seen) -> Entry | None:
    found = [flag for flag in assessment.flags if flag.severity == "safety"]
    if not found:
        return None
    codes = {flag.code for flag in found}
    group = 0 if codes & set(SELF_HARM) else 1 if DENOSUMAB[0] in codes else 2
    return Entry("safety", group, len(found), " ".join(flag.message for flag in found), None)


def _denosumab(assessment: Assessment, seen: Seen) -> Entry | None:
    found = next((flag for flag in assessment.flags if flag.code in DENOSUMAB), None)
    if found is None:
        return None
    given = bone_drugs.denosumab(seen)
    months, last = (given.months, given.last) if given else (None, None)
    return Entry("denosumab", DENOSUMAB.index(found.code), months or 0, found.message, last)


def _fracture(assessment: Assessment, seen: Seen) -> Entry | None:
    broken = _newest_fracture(seen)
    treated = seen.taking(*bone_drugs.BONE_CLASSES)
    if broken is None or treated is Known.YES:
        return None
    months = seen.months_ago(broken.date) or 0
    energy = "" if broken.low_energy is Known.YES else ", energy not recorded"
    taking = "no bone drug is taken" if treated is Known.NO else "whether a bone drug is taken is not known: ask"
    rough = is_rough(broken.source, "date", rough_dates(seen.record.notes))
    when = f"about {months:.0f} months ago (day not known" if rough else f"{months:.1f} months ago ({broken.date}"
    reason = f"{FRACTURES[broken.site]} {when}{energy}): {taking}."
    return Entry("fracture", 0 if treated is Known.NO else 1, -months, reason, broken.date)


def _newest_fracture(seen: Seen) -> Fracture | None:
    """The newest dated one that is recent and counts; None without one."""
    found = [
        (months, fracture)
        for fracture in seen.record.fractures
        if _counts(seen, fracture)
        and (months := seen.months_ago(fracture.date)) is not None
        and 0 <= months <= recent()
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _counts(seen: Seen, fracture: Fracture) -> bool:
    """Of low energy, or of energy that nobody recorded at an age from which fractures are taken for fragile."""
    if fracture.low_energy is not Known.UNKNOWN:
        return fracture.low_energy is Known.YES
    age = seen.age_on(fracture.date)
    return age is not None and age >= youngest()


def _forms(assessment: Assessment, seen: Seen) -> Entry | None:
    found = list(_forms_due(assessment, seen))
    if not found:
        return None
    group = min(group for group, _, _ in found)
    days = [day for _, _, day in found if day is not None]
    said = "; ".join(words for _, words, _ in sorted(found, key=lambda one: one[0]))
    return Entry("forms", group, len(found), f"{said[0].upper()}{said[1:]}.", min(days, default=None))


def _forms_due(assessment: Assessment, seen: Seen) -> Iterator[tuple[int, str, date | None]]:
    """What is due: 0 unfinished, 1 old, 2 never filled in; what it is in words; the day of the last one."""
    scores = {score.name: score for score in assessment.scores}
    for about, names in FORMS.items():
        found = [scores[name] for name in names if name in scores]
        whole = [score for score in found if score.status != "incomplete"]
        if whole:
            yield from _old(about, max(whole, key=lambda score: score.date or date.min), seen)
        elif found:
            yield 0, f"{about}: {found[0].title} is unfinished", found[0].date
        elif _not_scored(seen, names):
            yield 0, f"{about}: a form cannot be scored", None
        else:
            yield 2, f"{about}: never", None
    state, form = mind.self_harm(seen)
    if state is Known.UNKNOWN and form is not None:
        yield 0, "PHQ-9 item 9 was not seen: ask", form.date


def _old(about: str, newest: Score, seen: Seen) -> Iterator[tuple[int, str, date | None]]:
    """A form that is due again: older than the limit, or of no day."""
    ago = seen.months_ago(newest.date)
    if ago is None or ago > _form_months():
        when = "no day recorded" if newest.date is None else f"last {newest.date}"
        yield 1, f"{about}: {when}", newest.date


def _not_scored(seen: Seen, names: tuple[str, ...]) -> bool:
    faults = (found for name, (_, found) in questionnaires.forms(seen).items() if name in names)
    return any(isinstance(found, InstrumentError) for found in faults)


MAKERS: tuple[Callable[[Assessment, Seen], Entry | None], ...] = (_safety, _denosumab, _fracture, _forms)
