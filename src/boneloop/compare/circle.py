"""Where a person stands on the circle: cycle number, amplification, what each arrow supplies, what cutting it would do."""

from __future__ import annotations

import importlib

import numpy as np

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
_SLOW_TARGETS = ("bone", "fracture", "wellbeing", "mineral")


def circle(start: Start, model: Model, index: int, cuts: dict[str, Course], registry: Registry) -> Circle:
    """The circle of patient ``index`` of ``start``; ``cuts``: course with each arrow cut, and "none" for the whole."""
    here = start.lanes.of(index)
    count = start.lanes.draws
    setting = _setting(start, model, here)
    x = selected(start.state.fast, here)
    matrix = stability.gain_matrix(setting, count)
    radius = stability.spectral_radius(matrix)
    elastic = stability.elasticities(matrix)
    p = setting.parameters
    trapped = stability.can_trap(radius, p.mood.convexity, p.mood.ceiling)
    return Circle(
        cycle_number=spread(radius),
        informed_by="prior only",
        self_feeding=float((radius >= 1).mean()),
        local_gain=spread(stability.local_gain(x, setting, count)),
        amplification=_amplification(x, setting, count),
        trap=float(np.mean(trapped)),
        stations=_stations(x, start, here),
        arrows=tuple(_arrow(name, x, setting, elastic, matrix, cuts, registry, count) for name in loop.ARROWS),
        adjusted=tuple(
            f"{name}: this person's arrows were scaled down in {share:.0%} of the draws, "
            "because alone they would hold it above what was seen"
            for name, values in start.adjusted.items()
            if (share := float(values[here].mean())) > 0
        ),
    )


def treated_cycle_number(start: Start, model: Model, index: int, care: loop.Care) -> tuple[float, float, float]:
    """Cycle number of patient ``index`` with every treatment of a plan acting as it does in ``care`` (one per lane)."""
    here = start.lanes.of(index)
    setting = _setting(start, model, here)._replace(care=selected(dict(care), here))
    return spread(stability.cycle_number(setting, start.lanes.draws))


def _setting(start: Start, model: Model, here: slice) -> stability.Setting:
    return stability.Setting(
        selected(start.person, here), selected(model.body, here), injuries=selected(start.injuries, here)
    )


def _amplification(x: loop.Fast, setting: stability.Setting, count: int) -> dict[str, float]:
    """Pain and depressive severity at rest with the circle, divided by the same with every arrow cut."""
    alone = stability.resting_state(setting._replace(gates=loop.ALL_CUT), stability.HEALTHY, count)
    pairs = {
        "pain": (x.pain.felt, alone.pain.felt),
        "depressive_severity": (x.mood.depressive_severity, alone.mood.depressive_severity),
    }
    return {name: float(np.median(felt / np.maximum(own, 1e-3))) for name, (felt, own) in pairs.items()}


def _stations(x: loop.Fast, start: Start, here: slice) -> dict[str, float]:
    """Severity 0 (none) to 1 of each station, for the picture: the median draw."""
    z = start.reference.of(np.arange(start.lanes.count)[here]).z(start.density[here], start.who.age[here])
    values: dict[str, Array] = {
        "pain": x.pain.felt,
        "mood": x.mood.depressive_severity,
        "function": x.function.loss,
        "stress": np.minimum(x.stress.norepinephrine + x.stress.cortisol, 1),
        "inflammation": np.minimum(x.inflammation.cytokines, 1),
        "bone": np.clip((1 - z) / 4, 0, 1),
        "fracture": (start.history.last[here] < 10).astype(np.float64),
    }
    return {name: float(np.median(value)) for name, value in values.items()}


def _arrow(
    name: str,
    x: loop.Fast,
    setting: stability.Setting,
    elastic: Array,
    matrix: Array,
    cuts: dict[str, Course],
    registry: Registry,
    count: int,
) -> Arrow:
    source, target = name.split("_to_")
    if target in _SLOW_TARGETS:
        supplied, pull = _slow_share(name, x, setting, count), 0.0
    else:
        supplied = float(np.median(stability.shares(x, setting, name, count)))
        without = stability.gain_matrix(setting._replace(gates=loop.OPEN._replace(**{name: 0})), count)
        pull = float(np.median((elastic * np.divide(matrix - without, matrix, where=matrix > 0, out=0 * matrix)).sum(axis=(-2, -1))))
    return Arrow(
        name=name,
        source=source,
        target=target,
        title=f"{source} → {target}",
        sentence=_sentence(name),
        share=supplied,
        active=supplied >= registry.number("circle.active_share"),
        elasticity=pull,
        when_cut=_when_cut(name, cuts),
    )


def _slow_share(name: str, x: loop.Fast, setting: stability.Setting, count: int) -> float:
    """Share of what all arrows to a slow target do now: bone resorption exponent, falls, or lost wellbeing."""
    target = name.split("_to_")[1]
    rivals = [arrow for arrow in loop.ARROWS if arrow.endswith(f"_to_{target}")]
    effects = {arrow: _effect(arrow, x, setting, count) for arrow in rivals}
    total = sum(effects.values())
    return effects[name] / total if total > 0 else 0.0


def _effect(arrow: str, x: loop.Fast, setting: stability.Setting, count: int) -> float:
    """Size of one arrow's effect on a slow target, against the arrow cut (median draw)."""
    cut = loop.ALL_CUT._replace(**{arrow: 1})
    p, person, target = setting.parameters, setting.person, arrow.split("_to_")[1]
    if target == "bone":
        with_it = loop.bone_inputs(x, person, 1, {}, cut, p)
        without = loop.bone_inputs(x, person, 1, {}, loop.ALL_CUT, p)
        size = np.abs(np.log(with_it.osteoclast_death / without.osteoclast_death)) + np.abs(
            np.log(with_it.osteoblast_production / without.osteoblast_production)
        )
    elif target == "wellbeing":
        left = loop.quality(x, setting.injuries, cut, p)
        size = -np.log(left.pain * left.mood * left.function * left.fractures)
    elif target == "mineral":
        size = np.abs(np.log(loop.calcium_absorption(x, {}, cut, p)))
    elif arrow == "bone_to_fracture":
        size = np.abs(np.log(loop.density_factors(1, 1, cut, p).hip))
    else:
        size = np.abs(loop.falls_log(x, {}, cut, p))
    return float(np.median(np.broadcast_to(size, (count,))))


def _sentence(name: str) -> str:
    module = importlib.import_module(f"boneloop.cycle.links.{name}")
    return (module.__doc__ or "").split("\n")[0].split(": ", 1)[1]


def _when_cut(name: str, cuts: dict[str, Course]) -> dict[str, float]:
    whole, cut = cuts["none"], cuts[name]
    return {o: float(cut.values[o][-1, 0] - whole.values[o][-1, 0]) for o in CUT_OUTCOMES}


