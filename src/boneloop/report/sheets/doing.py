"""What a person can do, and what to ask: short sentences chosen by what was found.

No sentence proposes a drug for the mind for the sake of bone, and none says that something is safe.
"""

from __future__ import annotations

from boneloop.assess.assessment import Assessment
from boneloop.assess.bone_drugs import BONE_CLASSES, denosumab
from boneloop.assess.seen import Seen
from boneloop.report.language import Language
from boneloop.types import Known

MOST_QUESTIONS = 4
PAIN_FROM = 3
"""Step of the pain gauge from which pain is spoken of."""


def things_to_do(known: Assessment, seen: Seen, pain: int, low: bool, to: Language) -> tuple[tuple[str, str], ...]:
    """What helps, each with a heading."""
    found = [
        (to.text("Medicine"), _medicine(known, seen, to)),
        (to.text("Move"), _move(seen, to)),
        (to.text("Eat"), _eat(seen, to)),
        (to.text("Stay safe"), to.text("Use good light. Clear loose rugs. Wear firm shoes. Have your eyes checked.")),
        (to.text("Pain"), to.text("Pain can be treated. Tell us what it stops you from doing.")),
        (to.text("Mood"), _mood(low, to)),
    ]
    return tuple(one for one in found if one[0] != to.text("Pain") or pain >= PAIN_FROM)


def _medicine(known: Assessment, seen: Seen, to: Language) -> str:
    present, injected = known.score("osteoporosis"), denosumab(seen)
    if injected is not None and not injected.covered_by:
        return to.text("Bone can be lost fast when denosumab stops. Never stop or put it off without asking us.")
    if seen.taking(*BONE_CLASSES) is Known.YES:
        return to.text("You take a medicine for your bones. Keep taking it. Do not stop without asking us.")
    if present is not None and present.value == 1:
        return to.text("There are medicines that make bones stronger. Ask us which one is right for you.")
    return to.text("Ask us if you need a medicine for your bones, and when to check again.")


def _move(seen: Seen, to: Language) -> str:
    if any(one.site == "vertebra" for one in seen.record.fractures):
        return to.text(
            "Walk on most days. Train strength and balance with a trainer. Do not bend or twist with a load."
        )
    return to.text("Walk on most days. Train strength and balance two or three times a week.")


def _eat(seen: Seen, to: Language) -> str:
    if seen.condition("smoking") is Known.YES:
        return to.text("Eat foods with calcium: milk, yogurt, tofu, greens. We can help you stop smoking.")
    return to.text("Eat foods with calcium: milk, yogurt, tofu, greens. Ask if you need vitamin D.")


def _mood(low: bool, to: Language) -> str:
    if low:
        return to.text("Talking with a trained person helps many people. It can make pain lighter too. Ask us.")
    return to.text("Pain, poor sleep and low mood feed each other. Tell us soon if your mood gets worse.")


def questions(known: Assessment, seen: Seen, pain: int, low: bool, to: Language) -> tuple[str, ...]:
    """What to ask at the next visit."""
    present = known.score("osteoporosis")
    thin, treated = present is not None and present.value == 1, seen.taking(*BONE_CLASSES) is Known.YES
    injected = denosumab(seen) is not None
    found = [
        to.text("How likely am I to break a bone, and how much can treatment help?"),
        to.text("How long do I take my medicine? What if I stop?") if treated or injected else "",
        to.text("Which medicine suits me? What side effects can it have?")
        if thin and not (treated or injected)
        else "",
        to.text("What can help my mood or my worry?") if low else "",
        to.text("What can I do about my pain?") if pain >= PAIN_FROM else "",
        to.text("Which exercises are good for me?"),
        to.text("When do we check again?"),
    ]
    return tuple(one for one in found if one)[:MOST_QUESTIONS]
