"""The circle: which station drives which, through which arrow. The only room that knows all of them.

    bone ─► fracture ─► pain ─► mood ─► stress ─► bone ◄─► mineral ◄─ stress
              │  ▲        │  ▲    │  ▲       │
              │  └ falls ─┴──┼────┘  │       └► inflammation ─► pain, mood, bone
              └► function ◄──┴───────┴── wellbeing

    state             all that changes in one person
    gates             how far each arrow is open: 1 as in life, 0 cut
    parameters        of every station and every arrow
    person            what belongs to one person, and the care that reaches them
    fast              stress, inflammation, pain, mood, function: the part whose gains make the cycle number
    bone_and_mineral  what reaches bone, calcium and phosphate
    whole             the rates of everything together
    consequences      falls, the hazard that density makes, and what is left of wellbeing

Care arrives as amounts at named places (``therapy/places.py``).
"""

from __future__ import annotations

from boneloop.cycle.loop.bone_and_mineral import bone_inputs, calcium_absorption, calcium_intake, mineral_inputs
from boneloop.cycle.loop.consequences import Quality, density_factors, falls_log, quality
from boneloop.cycle.loop.fast import FastInputs, fast_drives, fast_inputs, fast_rates
from boneloop.cycle.loop.gates import ALL_CUT, ARROWS, OPEN, Gates
from boneloop.cycle.loop.parameters import Parameters
from boneloop.cycle.loop.person import NO_CARE, Care, Person
from boneloop.cycle.loop.state import FAST_NAMES, MINERAL_NAMES, STATE_NAMES, Fast, Rows, State, fast_of, state_of
from boneloop.cycle.loop.whole import rates

__all__ = [
    "ALL_CUT",
    "ARROWS",
    "FAST_NAMES",
    "MINERAL_NAMES",
    "NO_CARE",
    "OPEN",
    "STATE_NAMES",
    "Care",
    "Fast",
    "FastInputs",
    "Gates",
    "Parameters",
    "Person",
    "Quality",
    "Rows",
    "State",
    "bone_inputs",
    "calcium_absorption",
    "calcium_intake",
    "density_factors",
    "falls_log",
    "fast_drives",
    "fast_inputs",
    "fast_of",
    "fast_rates",
    "mineral_inputs",
    "quality",
    "rates",
    "state_of",
]
