"""Questionnaires of one person as scores: the newest form of each, scored by its table."""

from __future__ import annotations

from functools import cache

from boneloop.assess.assessment import Score
from boneloop.assess.seen import UNDATED, Seen, once
from boneloop.errors import InstrumentError
from boneloop.instruments.scorer import Scored, score
from boneloop.instruments.table import Instrument, instrument
from boneloop.patient.record import Answers

NAMES = {"nrs": "pain_nrs"}
"""Instruments whose score goes by the name of the quantity that is the same thing."""


@once
def forms(seen: Seen) -> dict[str, tuple[Answers, Scored | InstrumentError]]:
    """The newest form of each questionnaire, scored, or the reason why it cannot be."""
    found: dict[str, tuple[Answers, Scored | InstrumentError]] = {}
    for answers in seen.answers:
        try:
            found[answers.instrument] = answers, score(answers.instrument, answers.items, answers.total)
        except InstrumentError as fault:
            found[answers.instrument] = answers, fault
    return found


def refused(seen: Seen) -> list[str]:
    """Forms that cannot be scored, each with the reason and the place."""
    return [f"{fault} ({a.source})" for a, fault in forms(seen).values() if isinstance(fault, InstrumentError)]


def scores(seen: Seen, domains: tuple[str, ...]) -> list[Score]:
    """The newest form of every questionnaire of these domains."""
    made: list[Score] = []
    for name, (answers, found) in forms(seen).items():
        if isinstance(found, InstrumentError):
            continue
        form = instrument(name)
        if form.scoring == "scales":
            made += [one for one in _scales(form, found, answers) if one.domain in domains]
        elif form.domain in domains:
            made.append(_total(form, found, answers))
    return made


def _total(form: Instrument, found: Scored, answers: Answers) -> Score:
    basis = (source(answers), *found.notes)
    shown = _shown(form, found)
    name = NAMES.get(form.name, form.name)
    facts = (found.value, shown, found.band, found.status, answers.date, basis, rule(form.name))
    return Score(form.domain, name, form.title, *facts)


def _shown(form: Instrument, found: Scored) -> str:
    if form.scoring == "profile" and found.value is None:
        return "profile " + "".join(f"{level:.0f}" for level in found.subscales.values())
    if found.value is None:
        return "no total"
    number = f"{found.value:.2f}" if form.scoring == "profile" or form.name == "eq5d_index" else f"{found.value:.3g}"
    if form.total_range is None or form.total_range[0] < 0 or "T-score" in form.title:
        return number
    return f"{number} of {form.total_range[1]:g}"


def _scales(form: Instrument, found: Scored, answers: Answers) -> list[Score]:
    made = []
    for scale in form.scales:
        title = f"{form.title}, {scale.replace('_', ' ')}"
        value = found.subscales.get(scale)
        status = "incomplete" if value is None else found.status if found.status != "incomplete" else "prorated"
        shown = "no score" if value is None else f"{value:.3g} of 100"
        name = f"{form.name}_{scale}"
        basis = (source(answers), *(note for note in found.notes if note.startswith(scale)))
        facts = (value, shown, "", status, answers.date, basis, rule(form.name))
        made.append(Score(form.scale_domains[scale], name, title, *facts))
    return made


@cache
def rule(name: str) -> str:
    """How a questionnaire makes its number, in words: items, range, what may be missing, bands."""
    form = instrument(name)
    made = {
        "sum": f"sum of {len(form.counted)} items",
        "mean": f"mean of {len(form.counted)} items",
        "scales": "mean of the recoded answers of each scale, 0 to 100",
        "profile": "the levels as answered; an index needs a value set",
        "total only": "total as recorded",
    }[form.scoring]
    lowest, highest = form.total_range or (None, None)
    parts = [made, f"{lowest:g} to {highest:g}" if lowest is not None else "", form.direction]
    if form.missing.allowed:
        never = f", never item {form.missing.never[0]}" if form.missing.never else ""
        parts.append(f"at most {form.missing.allowed} missing{never}, else no total")
    elif form.scoring in ("sum", "mean"):
        parts.append("all items needed")
    if form.scoring == "scales":
        parts.append(f"a scale needs {form.missing.least_answered:.0%} of its items")
    parts.append(", ".join(f"{band} from {least:g}" for band, least in form.bands))
    return "; ".join(part for part in (*parts, form.source) if part)


def source(answers: Answers) -> str:
    """A form as a basis: when, and where it was read."""
    when = answers.date.isoformat() if answers.date else UNDATED
    return f"{when} ({answers.source})"
