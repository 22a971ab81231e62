"""Antidepressants → mood (better), → falls (more), → bone (SSRI worse, TCA none, SNRI not known), SNRI → pain (less).

Three classes, three signs, each with its own number: what lifts mood does not protect bone. On norepinephrine an SSRI
and a TCA calm an overactive tone at first, an effect that wears off; an SNRI raises it, because it blocks reuptake.
Whether an antidepressant keeps norepinephrine from bone (``receptor_blockade``) is where the two beliefs differ.

Two classes at once do not lift mood twice (trials saw no difference between classes): the larger activity counts.
Their falls and their actions on bone add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.mathematics import maximum
from boneloop.types import Fraction, Scalar

CLASSES = ("ssri", "snri", "tca")


class Parameters(NamedTuple):
    """Reliefs δ in state units; falls as ln of a rate ratio; osteoclast survival as an exponent; the rest as shares."""

    depression_relief: Fraction
    anxiety_relief: Fraction
    snri_pain_relief: Fraction
    ssri_falls: Fraction
    snri_falls: Fraction
    tca_falls: Fraction
    ssri_osteoclast_survival: Fraction
    snri_osteoclast_survival: Fraction
    tca_osteoclast_survival: Fraction
    ssri_norepinephrine_loss: Fraction
    tca_norepinephrine_loss: Fraction
    snri_norepinephrine_input: Fraction
    receptor_blockade: Fraction


def effects(activity: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    """What the three classes do together, for activities 0 to 1."""
    if not any(kind in activity for kind in CLASSES):
        return {}
    ssri, snri, tca = (activity.get(kind, 0.0) for kind in CLASSES)
    p = parameters
    lifted = maximum(maximum(ssri, snri), tca)
    eased = p.snri_pain_relief * activity.get("snri_pain", 0.0)
    return {
        "mood.depression_relief": p.depression_relief * lifted,
        "mood.anxiety_relief": p.anxiety_relief * lifted,
        "pain.pain_relief": eased,
        "pain.sensitization_relief": eased,
        "fracture.falls_log": p.ssri_falls * ssri + p.snri_falls * snri + p.tca_falls * tca,
        "bone.osteoclast_survival": p.ssri_osteoclast_survival * ssri
        + p.snri_osteoclast_survival * snri
        + p.tca_osteoclast_survival * tca,
        "stress.norepinephrine": _early(p.ssri_norepinephrine_loss, ssri, activity.get("ssri_adaptation", 0.0))
        * _early(p.tca_norepinephrine_loss, tca, activity.get("tca_adaptation", 0.0)),
        "stress.norepinephrine_input": p.snri_norepinephrine_input * snri,
        "stress.receptor_blockade": p.receptor_blockade * lifted,
    }


def _early(loss: Scalar, activity: Scalar, adaptation: Scalar) -> Scalar:
    """Factor on the drive of sympathetic tone: 1 before, less at first, 1 again once the body has adapted."""
    return 1 - loss * activity * maximum(0.0, 1 - adaptation)
