"""The patient's two pages, as data in one language: what was found, what it means, what can be done, whom to call.

Short sentences, everyday words, no number without its meaning. It is made from the record without the private answers
(see ``private``), and from nothing else: neither flags nor rules nor care plans of the clinician's page reach it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from boneloop.assess.assessment import Assessment, Score
from boneloop.assess.bone_health import decimals
from boneloop.assess.falls_and_fractures import falls
from boneloop.assess.person import assess
from boneloop.assess.seen import Seen
from boneloop.patient.record import Record
from boneloop.report.language import Language
from boneloop.report.sheets import private
from boneloop.report.sheets.doing import questions, things_to_do
from boneloop.report.sheets.fit import Paper, letters
from boneloop.report.sheets.injection import Injection, injection
from boneloop.report.sheets.phrases import N_
from boneloop.report.sheets.pictograph import Pictograph, pictograph, why_none
from boneloop.report.signs import readable

Reading = TypeVar("Reading", bound=private.Mood | Score)
FIRST, SECOND = Paper(fill=450, smallest=12, largest=14.4), Paper(fill=505, smallest=12, largest=14.6)
MOST_TO_BRING = 5
CHANGES = {
    "better": N_("Better than last time"),
    "worse": N_("Worse than last time"),
    "no real change": N_("About the same as last time"),
}
MOODS = {
    "minimal": (1, N_("Few signs of low mood")),
    "normal": (1, N_("Few signs of low mood")),
    "mild": (2, N_("Some signs of low mood")),
    "possible": (2, N_("Some signs of low mood")),
    "moderate": (3, N_("Clear signs of low mood")),
    "probable": (3, N_("Clear signs of low mood")),
    "moderately severe": (4, N_("Strong signs of low mood")),
    "severe": (4, N_("Strong signs of low mood")),
}
"""Step of the gauge and words, by the band of a questionnaire on depression."""
WORRIES = {
    "minimal": N_("Few signs of worry."),
    "normal": N_("Few signs of worry."),
    "mild": N_("Some signs of worry."),
    "possible": N_("Some signs of worry."),
    "moderate": N_("Clear signs of worry."),
    "probable": N_("Clear signs of worry."),
    "severe": N_("Strong signs of worry."),
}
PAINS = {
    "none": (1, N_("No pain")),
    "mild": (2, N_("Mild pain")),
    "moderate": (3, N_("Medium pain")),
    "severe": (4, N_("Strong pain")),
}
BROKEN = {
    "hip": N_("hip"),
    "vertebra": N_("a bone of the back"),
    "wrist": N_("wrist"),
    "humerus": N_("upper arm"),
    "pelvis": N_("pelvis"),
    "other": N_("another bone"),
}
TESTS = ("tug", "gait_speed", "chair_stand_5", "grip_strength", "sppb")
FINE = ("within the cut points", "not low")
BRING = {
    "bone density of the hip (DXA)": N_("A bone scan (DXA) of the hip"),
    "bone density of the spine": N_("A bone scan (DXA) of the spine"),
    "creatinine and body weight": N_("A blood test of your kidneys, and your weight"),
    "calcium with albumin": N_("A blood test of calcium"),
    "25-hydroxyvitamin D": N_("A blood test of vitamin D"),
    "all fractures, with dates and how they came about": N_("A list of bones you have broken: when and how"),
    "falls in the last 12 months": N_("How many times you fell in the last year"),
    "body weight": N_("Your weight"),
    "glucocorticoid use and dose": N_("If you take steroid tablets: which ones, how much"),
    "hip fracture of a parent": N_("If your mother or father broke a hip"),
    "pain intensity (0 to 10) or PEG": N_("How strong your pain is, from 0 to 10"),
    "gait speed, timed up and go, or chair stands": N_("A short walking test"),
    "quality of life (EQ-5D, RAND-36, QUALEFFO-41)": N_("A form on how well you live day to day"),
    "the whole list of medicines": N_("All your medicines, in their boxes"),
    "age at menopause": N_("Your age when your periods stopped"),
    "GAD-7": N_("A short form on worry"),
}
"""What to bring or measure next, in plain words, by the item of the assessment; what is not here is not asked for."""
FIRST_TO_BRING = ("treatment", "fracture_risk", "bone", "pain", "function", "mind", "wellbeing")


@dataclass(frozen=True, slots=True)
class Card:
    """One gauge with words: ``step`` of ``steps`` is filled; 0 where nothing is known.

    measured  when, "" where it was on the day of the sheet
    """

    icon: str
    title: str
    word: str
    says: tuple[str, ...]
    change: str
    step: int
    measured: str = ""
    steps: int = 4


@dataclass(frozen=True, slots=True)
class Help:
    """Whom to call."""

    emergency: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Patient:
    """Everything on the two pages of one person, in one language."""

    id: str
    day: str
    cards: tuple[Card, ...]
    picture: Pictograph | None
    no_picture: str
    injection: Injection | None
    things: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]
    bring: tuple[str, ...]
    help: Help
    contact: str
    t_score: str
    sources: tuple[str, ...]

    @property
    def sizes(self) -> tuple[float, float]:
        """Size of the letters on the first and the second page, points."""
        tallest = [
            max(letters((*self.cards[n].says, self.cards[n].change, self.cards[n].measured)) for n in row)
            for row in ((0, 1), (2, 3))
        ]
        lists = max(letters(self.questions), letters(self.bring))
        plan = (self.injection, self.things, self.help, self.contact)
        return FIRST.size(2 * sum(tallest) + letters((self.t_score, self.picture))), SECOND.size(
            letters(plan) + 2 * lists
        )


def patient(
    record: Record, to: Language, sources: Sequence[str], contact: str = "", framework: str | None = None
) -> Patient:
    """The pages of one person.

    record     as recorded; the private answers are taken out here
    sources    version and other lines of provenance, already in words
    contact    name and telephone number of the clinic; "" leaves a line to write on
    framework  whose cut points hold; None: those of the record's country
    """
    open_record = private.without_the_private(record)
    known = assess(open_record, framework=framework)
    seen = Seen(open_record)
    moods = private.moods(open_record)
    mood = _mood(known, moods, to)
    cards = (_bones(known, seen, to), _pain(known, to), mood, _strength(known, seen, to))
    return Patient(
        id=record.id,
        day=to.date(record.as_of),
        cards=cards,
        picture=pictograph(known.risks, to),
        no_picture=why_none(known.risks, to),
        injection=injection(seen, to),
        things=things_to_do(known, seen, cards[1].step, _low(mood), to),
        questions=questions(known, seen, cards[1].step, _low(mood), to),
        bring=_bring(known, bool(mood.step), to),
        help=_help(record.country, to),
        contact=contact,
        t_score=_t_score(known, to),
        sources=tuple(sources),
    )


def _low(mood: Card) -> bool:
    return mood.step > 1


def _change(verdicts: Sequence[str], to: Language) -> str:
    """One word for several comparisons: worse if any is, then better if any is."""
    for verdict in ("worse", "better", "no real change"):
        if verdict in verdicts:
            return to.text(CHANGES[verdict])
    return ""


def _verdicts(known: Assessment, *names: str) -> list[str]:
    return [one.verdict for one in known.trends if one.name in names]


def _bones(known: Assessment, seen: Seen, to: Language) -> Card:
    present, found = known.score("osteoporosis"), known.score("who_class")
    band = found.band if found else ""
    if present is not None and present.value == 1:
        thin = to.text("Your bones are thin or weak. They can break from a small fall.")
        step, word, says = 4, to.text("Osteoporosis"), [thin]
    elif band == "low bone mass":
        step, word = 3, to.text("A little thin")
        says = [to.text("Your bones are thinner than those of a young adult. They are not yet very thin.")]
    elif band == "normal":
        step, word, says = 1, to.text("In the healthy range"), [to.text("Your bones are as thick as they should be.")]
    elif found is not None:  # measured, but no class: only the Z-score is read, or the T-score leaves it open
        step, word, says = 0, to.text("Not clear yet"), [to.text("Your scan needs to be read with more facts. Ask us.")]
    else:
        step, word, says = 0, to.text("Not measured yet"), [to.text("A bone scan would tell us more.")]
    says += _broken(seen, to)
    change = _change(_verdicts(known, "bmd_total_hip", "bmd_femoral_neck", "bmd_lumbar_spine"), to)
    measured = _measured(found.date if found else None, known, to) if found and step else ""
    return Card("bone", to.text("My bones"), word, tuple(says), change, step, measured)


def _broken(seen: Seen, to: Language) -> list[str]:
    sites = dict.fromkeys(one.site for one in seen.record.fractures)
    if not sites:
        return []
    named = to.text(", ").join(to.text(BROKEN.get(site, BROKEN["other"])) for site in sites)
    return [to.text("Bones you have broken: %(list)s.", list=named)]


def _pain(known: Assessment, to: Language) -> Card:
    score = _newest(_scored(known, "pain_nrs", "peg"))
    title = to.text("My pain")
    if score is None or score.value is None or score.band not in PAINS:
        return Card("pain", title, to.text("Not measured yet"), (to.text("Tell us if you have pain."),), "", 0)
    step, word = PAINS[score.band]
    shown = readable(f"{score.value:.2g}")
    says = (
        to.text("Pain and what it stops you from doing: %(number)s out of 10. 10 is the worst.", number=shown)
        if score.name == "peg"
        else to.text("You gave it %(number)s out of 10. 0 is no pain, 10 is the worst.", number=shown)
    )
    change = _change(_verdicts(known, score.name), to)
    return Card("pain", title, to.text(word), (says,), change, step, _measured(score.date, known, to))


def _mood(known: Assessment, moods: Sequence[private.Mood], to: Language) -> Card:
    title = to.text("My mood")
    readings: list[private.Mood | Score] = [*moods[-1:], *_scored(known, "gds15", "hads_d")]
    newest = _newest(readings)
    band = newest.band if newest else ""
    worry = _newest(_scored(known, "gad7", "hads_a"))
    says = [to.text(WORRIES[worry.band])] if worry is not None and worry.band in WORRIES else []
    if newest is None or band not in MOODS:
        return Card("mood", title, to.text("Not measured yet"), (to.text("Tell us how you feel."), *says), "", 0)
    step, word = MOODS[band]
    says += [to.text("Low mood is common when bones hurt. It can be treated.")] if step > 1 else []
    verdicts = [private.changed(tuple(moods))] if isinstance(newest, private.Mood) else _verdicts(known, newest.name)
    change = _change(verdicts, to)
    return Card("mood", title, to.text(word), tuple(says), change, step, _measured(_day_of(newest), known, to))


def _strength(known: Assessment, seen: Seen, to: Language) -> Card:
    title, found = to.text("My strength"), [s for name in TESTS if (s := known.score(name)) is not None and s.band]
    says, fallen = [], falls(seen)
    if fallen.known:
        many = round(fallen.least)
        none = to.text("You did not fall in the last year.")
        fell = to.count(
            many, "You fell %(number)s time in the last year.", "You fell %(number)s times in the last year."
        )
        says.append(fell if many else none)
    if not found:
        return Card("strength", title, to.text("Not measured yet"), (*says, _walking_test(to)), "", 0)
    change = _change(_verdicts(known, *TESTS), to)
    days = [score.date for score in found if score.date is not None]
    measured = _measured(max(days, default=None), known, to)
    if all(score.band in FINE for score in found):
        fine = to.text("You did well in the tests of walking or strength.")
        return Card("strength", title, to.text("Good"), (fine, *says), change, 1, measured)
    slow = to.text("You were slower or weaker in a test than we would like. Training can change that.")
    return Card("strength", title, to.text("Can get better"), (slow, *says), change, 3, measured)


def _walking_test(to: Language) -> str:
    return to.text("A short walking test would tell us more.")


def _scored(known: Assessment, *names: str) -> list[Score]:
    found = (known.score(name) for name in names)
    return [score for score in found if score is not None and score.value is not None]


def _newest(found: Sequence[Reading]) -> Reading | None:
    """The one of the latest day, those without a day last; of one day the first."""
    return max(found, key=lambda one: _day_of(one) or date.min, default=None)


def _day_of(one: private.Mood | Score) -> date | None:
    return one.day if isinstance(one, private.Mood) else one.date


def _measured(day: date | None, known: Assessment, to: Language) -> str:
    """When something was measured; "" where it was on the day of the sheet."""
    if day is None:
        return to.text("We do not know when this was measured.")
    return "" if day == known.record.as_of else to.text("Measured on %(date)s", date=to.date(day))


def _bring(known: Assessment, mood_known: bool, to: Language) -> tuple[str, ...]:
    ordered = sorted(known.gaps, key=lambda gap: FIRST_TO_BRING.index(gap.domain))
    wanted = [to.text(BRING[gap.item]) for gap in ordered if gap.item in BRING]
    if not mood_known:
        wanted.insert(1, to.text("A short form on your mood"))
    return tuple(wanted[:MOST_TO_BRING])


def _t_score(known: Assessment, to: Language) -> str:
    found = known.score("who_class")
    if found is None or found.value is None:
        return ""
    return to.text(
        "Your lowest T-score is %(number)s. A T-score compares your bones with those of a young adult: 0 is average, "
        "−2.5 or lower is called osteoporosis.",
        number=readable(decimals(found.value)),
    )


def _help(country: str, to: Language) -> Help:
    row = help_lines()[country if country in help_lines() else "other"]
    return Help(row["emergency"], tuple((to.text(name), number) for name, number in row["lines"]))


@cache
def help_lines() -> dict[str, Any]:
    """Help lines by country, as in ``help_lines.toml``."""
    return tomllib.loads(resources.files("boneloop.report.sheets").joinpath("help_lines.toml").read_text("utf-8"))
