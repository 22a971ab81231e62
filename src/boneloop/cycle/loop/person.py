"""What belongs to one person, and the care that reaches them at named places (``therapy/places.py``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.types import Scalar

Care = Mapping[str, Scalar]
NO_CARE: Care = {}


class Person(NamedTuple):
    """What belongs to one person: gains on the drives, constant inputs of the states, and bone's own tendency.

    The inputs are what holds the person where they were seen; the gains scale the circle for this person.
    ``osteoclast_survival`` is an exponent: above 0 this person loses bone faster than the model's course.
    ``usual_survival`` and ``usual_production`` are what stress, inflammation and disuse do to bone in the average
    person of that age and sex: bone's own course was fitted to such people, so only the difference acts.
    ``density_now`` is the model's areal density of the total hip at the start, to which relative density refers;
    ``usual_resorption``, ``usual_formation`` and ``usual_rankl_drive`` are turnover and PTH-driven RANKL then.
    ``filtration`` is the GFR and ``vitamin_d`` the 25-hydroxyvitamin D, relative to the mineral engine's own person.
    """

    gain: Scalar = 1
    felt_gain: Scalar = 1
    depression_gain: Scalar = 1
    anxiety_gain: Scalar = 1
    loss_gain: Scalar = 1
    felt_input: Scalar = 0
    depression_input: Scalar = 0
    anxiety_input: Scalar = 0
    loss_input: Scalar = 0
    norepinephrine_input: Scalar = 0
    cortisol_input: Scalar = 0
    cytokine_input: Scalar = 0
    osteoclast_survival: Scalar = 0
    usual_survival: Scalar = 0
    usual_production: Scalar = 1
    density_now: Scalar = 1
    usual_resorption: Scalar = 1
    usual_formation: Scalar = 1
    usual_rankl_drive: Scalar = 1
    filtration: Scalar = 1
    vitamin_d: Scalar = 1
