"""A hundred people like you: a published risk of fracture over ten years, drawn as so many of a hundred.

One calculator is shown and named: the number that the clinic typed in, else one with the bone scan, else another.
Where its numbers contradict each other (a hip fracture likelier than any fracture) none is shown. What treatment would
change is not computed here: no simulation was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from boneloop.assess.assessment import Risk
from boneloop.assess.fracture_risk import incoherent
from boneloop.report.language import Language
from boneloop.report.sheets.phrases import N_

HUNDRED, YEARS = 100, 10
ENGINES = ("frax", "garvan", "qfracture_2012")
NAMES = {"frax": "FRAX", "garvan": "Garvan", "qfracture_2012": "QFracture-2012 algorithm"}
BONES = {
    "major osteoporotic fracture": N_("a hip, spine, wrist or shoulder"),
    "osteoporotic fracture (hip, spine, wrist, shoulder)": N_("a hip, spine, wrist or shoulder"),
    "any fracture": N_("a bone"),
}
"""What breaks, by the outcome of an engine; a risk of the hip alone is not drawn."""


@dataclass(frozen=True, slots=True)
class Pictograph:
    """The picture.

    filled     people of a hundred that are filled in; ``says`` and ``others`` its two sentences
    range      what other calculators say, "" where there is none
    """

    filled: int
    says: str
    others: str
    range: str
    source: str
    disclaimer: str


def pictograph(risks: Sequence[Risk], to: Language) -> Pictograph | None:
    """The picture of one person; None where no calculator gives a number that can be drawn."""
    broken = "\n".join(incoherent(list(risks)))
    drawn = [risk for engine in ENGINES for risk in risks if risk.engine == engine and _can_be_drawn(risk, broken)]
    if not drawn:
        return None
    first, *rest = drawn
    filled = people(first)
    values = {"number": _words(first, to), "years": YEARS, "bone": to.text(BONES[first.outcome])}
    says = to.text("%(number)s of 100 people like you will break %(bone)s in the next %(years)s years.", **values)
    spared = to.text("%(number)s will not.", number=HUNDRED - filled) if _exact(first) else ""
    other = [people(risk) for risk in rest if _exact(risk)]
    beside = to.text("Another calculator says %(number)s of 100.", number=other[0]) if other else ""
    return Pictograph(filled, says, spared, beside, NAMES[first.engine], first.disclaimer)


def why_none(risks: Sequence[Risk], to: Language) -> str:
    """What is said where there is no picture: facts are missing, or the calculators do not fit or disagree."""
    asked = [risk.shown for risk in risks if risk.engine in ENGINES and risk.probability is None]
    if any("not known" in shown or "not answered" in shown for shown in asked):
        return to.text("We cannot work out this number yet. Some facts are missing. Ask us which ones.")
    return to.text("We cannot work out this number for you. The calculators do not fit you, or they do not agree.")


def _can_be_drawn(risk: Risk, broken: str) -> bool:
    """A number over ten years that nothing speaks against: no contradiction, and not older than it may be."""
    in_time = risk.years == YEARS and risk.outcome in BONES and risk.probability is not None
    doubted = risk.note.removesuffix(risk.disclaimer).strip()
    return in_time and not doubted and f"{risk.title}:" not in broken


def people(risk: Risk) -> int:
    """So many of a hundred, a whole number; what a calculator does not tell apart is not told apart here."""
    if not _exact(risk):
        return int(risk.shown.removeprefix("more than ").removesuffix(" %"))
    return round(HUNDRED * (risk.probability or 0))


def _exact(risk: Risk) -> bool:
    return not risk.shown.startswith("more than")


def _words(risk: Risk, to: Language) -> str:
    if not _exact(risk):
        return to.text("More than %(number)s", number=people(risk))
    return to.text("About %(number)s", number=people(risk)) if people(risk) else to.text("Fewer than 1")
