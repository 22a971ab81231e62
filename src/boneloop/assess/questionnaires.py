"""Questionnaires of one person as scores: the newest form of each, scored by its table."""

from __future__ import annotations

from boneloop.assess.assessment import Score
from boneloop.assess.seen import Seen
from boneloop.errors import InstrumentError
from boneloop.instruments.scorer import Scored, score
from boneloop.instruments.table import Instrument, instrument
from boneloop.patient.record import Answers

NAMES = {"nrs": "pain_nrs"}
"""Instruments whose score goes by the name of the quantity that is the same thing."""


def scored(seen: Seen, name: str) -> tuple[Scored, Answers] | None:
    """The newest form of one questionnaire, scored; None where there is none or its answers are refused."""
    answers = next((a for a in seen.answers if a.instrument == name), None)
    if answers is None:
        return None
    try:
        return score(name, answers.items, answers.total), answers
    except InstrumentError:
        return None


def refused(seen: Seen) -> list[str]:
    """Forms that cannot be scored, each with the reason and the place."""
    said = []
    for answers in seen.answers:
        try:
            score(answers.instrument, answers.items, answers.total)
        except InstrumentError as fault:
            said.append(f"{fault} ({answers.source})")
    return said


def scores(seen: Seen, domains: tuple[str, ...]) -> list[Score]:
    """The newest form of every questionnaire of these domains."""
    made: list[Score] = []
    for answers in seen.answers:
        found = scored(seen, answers.instrument)
        if found is None:
            continue
        form = instrument(answers.instrument)
        if form.scoring == "scales":
            made += [one for one in _scales(form, *found) if one.domain in domains]
        elif form.domain in domains:
            made.append(_total(form, *found))
    return made


def _total(form: Instrument, found: Scored, answers: Answers) -> Score:
    basis = (source(answers), *found.notes)
    shown = _shown(form, found)
    name = NAMES.get(form.name, form.name)
    return Score(form.domain, name, form.title, found.value, shown, found.band, found.status, answers.date, basis)


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
        made.append(Score(form.scale_domains[scale], name, title, value, shown, "", status, answers.date, basis))
    return made


def source(answers: Answers) -> str:
    """A form as a basis: when, and where it was read."""
    when = answers.date.isoformat() if answers.date else "date not recorded"
    return f"{when} ({answers.source})"
