"""Where a person stands on the circle: cycle number, amplification, each arrow's share and what cutting it does."""

from __future__ import annotations

import importlib
from functools import cache

import numpy as np

from boneloop.compare.arrows import Lanewise
from boneloop.compare.bands import spread
from boneloop.compare.forecast import Arrow, Circle
from boneloop.cycle import loop, stability
from boneloop.evidence.registry import Registry
from boneloop.kernel.vector import selected
from boneloop.simulate.life import Course
from boneloop.simulate.model import Model
from boneloop.simulate.start import Start
from boneloop.types import Array

CUT_OUTCOMES = ("fracture_any", "bmd_change", "pain", "phq9", "function", "utility", "qaly", "falls")
_TINY = 1e-3
_RECENT_YEARS = 10
_Z_SPAN = 4


def circle(start: Start, seen: Lanewise, index: int, cuts: dict[str, Course], registry: Registry) -> Circle:
    """The circle of patient ``index``; ``cuts``: course with each arrow cut, and "none" for the whole."""
    here = start.lanes.of(index)
    radius = seen.radius[here]
    x = selected(start.state.fast, here)
    return Circle(
        cycle_number=spread(radius),
        informed_by="prior only",
        self_feeding=float((radius >= 1).mean()),
        local_gain=spread(seen.local[here]),
        amplification=_amplification(x, selected(seen.alone, here)),
        trap=float(np.mean(seen.trapped[here])),
        stations=_stations(start, seen, here),
        arrows=tuple(_arrow(name, seen, here, cuts, registry) for name in loop.ARROWS),
        adjusted=_adjusted(start, here),
    )


def treated_cycle_numbers(start: Start, model: Model, care: loop.Care) -> Array:
    """Cycle number of every lane with every treatment of a plan acting as it does in ``care``."""
    setting = stability.Setting(start.person, model.body, care=care, injuries=start.injuries)
    return stability.cycle_number(setting, start.lanes.count)


def _amplification(x: loop.Fast, alone: loop.Fast) -> dict[str, float]:
    """Pain and depressive severity with the circle, divided by the same at rest with every arrow cut (median draw)."""
    pairs = {
        "pain": (x.pain.felt, alone.pain.felt),
        "depressive_severity": (x.mood.depressive_severity, alone.mood.depressive_severity),
    }
    return {name: float(np.median(felt / np.maximum(own, _TINY))) for name, (felt, own) in pairs.items()}


def _stations(start: Start, seen: Lanewise, here: slice) -> dict[str, float]:
    """Severity 0 (none) to 1 of each station, for the picture (median draw)."""
    x = start.state.fast
    values: dict[str, Array] = {
        "pain": x.pain.felt,
        "mood": x.mood.depressive_severity,
        "function": x.function.loss,
        "wellbeing": seen.lost_wellbeing,
        "stress": np.minimum(x.stress.norepinephrine + x.stress.cortisol, 1),
        "inflammation": np.minimum(x.inflammation.cytokines, 1),
        "mineral": seen.share["stress_to_mineral"],
        "bone": np.clip((1 - seen.z) / _Z_SPAN, 0, 1),
        "fracture": (start.history.last < _RECENT_YEARS).astype(np.float64),
    }
    return {name: float(np.median(value[here])) for name, value in values.items()}


def _adjusted(start: Start, here: slice) -> tuple[str, ...]:
    said = []
    for name, values in start.adjusted.items():
        share = float(values[here].mean())
        if share > 0:
            said.append(
                f"{name}: this person's arrows were scaled down in {share:.0%} of the draws, "
                "because alone they would hold it above what was seen"
            )
    return tuple(said)


def _arrow(name: str, seen: Lanewise, here: slice, cuts: dict[str, Course], registry: Registry) -> Arrow:
    source, target = name.split("_to_")
    share = float(np.median(seen.share[name][here]))
    whole, cut = cuts["none"], cuts[name]
    return Arrow(
        name=name,
        source=source,
        target=target,
        title=f"{source} → {target}",
        sentence=sentence(name),
        share=share,
        active=share >= registry.number("circle.active_share"),
        elasticity=float(np.median(seen.elasticity[name][here])),
        when_cut={o: float(cut.values[o][-1, 0] - whole.values[o][-1, 0]) for o in CUT_OUTCOMES},
    )


@cache
def sentence(name: str) -> str:
    """What an arrow says of itself: the first line of its file, after its name."""
    module = importlib.import_module(f"boneloop.cycle.links.{name}")
    return (module.__doc__ or "").split("\n")[0].split(": ", 1)[1]
