"""Bone drugs → bone: exposures Ψ at osteoclasts, osteoblasts and sclerostin; → fracture: what density does not explain.

A PTH analog also reaches the mineral engine as hormone, and denosumab as the doses themselves (``DOSED``).

Denosumab holds back the maturing of osteoclasts and lets bone mineralize further, a bisphosphonate kills osteoclasts,
teriparatide drives both sides, a sclerostin antibody frees formation: the equations are the bone station's, this file
hands over the exposures.

Trials saw fewer fractures than density explains. The rest acts as a factor on the hazard of each site while the drug
acts:

    ln hazard = Σ_d w_d·b_ds / max(1, Σ_d w_d)      w_d = min(1, g+(Ψ_d)/g+(Ψ_d usual)),  g+(x) = x/(1+x)

b_ds = ln(trial RR) + Δz·ln(gradient), Δz the trial's mean gain in density. Ψ usual is the plateau of the usual daily
dose, or what is left of one injection when the next is due: at the usual rhythm the drug acts in full all the time,
and a missed dose is felt from then on. Two drugs at once share one effect; they do not multiply.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.mathematics import maximum, minimum, rising
from boneloop.types import Fraction, Scalar

SITES = ("hip", "vertebra", "wrist", "other")
DOSED = "denosumab"
"""The channel whose doses, in mg, the mineral engine takes in at the time of the injection."""


class BeyondDensity(NamedTuple):
    """ln of the hazard factor by drug and site; a site that the drug's trial did not count is left out."""

    alendronate_hip: Fraction
    alendronate_vertebra: Fraction
    alendronate_wrist: Fraction
    alendronate_other: Fraction
    zoledronate_hip: Fraction
    zoledronate_vertebra: Fraction
    zoledronate_wrist: Fraction
    zoledronate_other: Fraction
    denosumab_hip: Fraction
    denosumab_vertebra: Fraction
    denosumab_wrist: Fraction
    denosumab_other: Fraction
    teriparatide_vertebra: Fraction
    teriparatide_wrist: Fraction
    teriparatide_other: Fraction
    romosozumab_vertebra: Fraction
    romosozumab_wrist: Fraction
    romosozumab_other: Fraction


class Parameters(NamedTuple):
    """``usual`` exposure by channel at which a drug acts in full."""

    beyond_density: BeyondDensity
    usual: Mapping[str, Scalar]


_TRIAL_DRUG = {
    "oral_bisphosphonate": "alendronate",
    "zoledronate": "zoledronate",
    "denosumab": "denosumab",
    "teriparatide": "teriparatide",
    "romosozumab": "romosozumab",
}
CHANNELS = tuple(_TRIAL_DRUG)
INJECTED = "teriparatide_injected"
"""What of a PTH analog reaches the blood, µg of teriparatide a day, taken as an even flow."""


def effects(activity: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    """Exposures by place, and ln hazard factors by site; nothing if no bone drug is in ``activity``."""
    present = [channel for channel in CHANNELS if channel in activity]
    if not present and INJECTED not in activity:
        return {}
    bisphosphonate = activity.get("oral_bisphosphonate", 0.0) + activity.get("zoledronate", 0.0)
    return {
        "bone.bisphosphonate": bisphosphonate,
        "bone.denosumab": activity.get("denosumab", 0.0),
        "bone.teriparatide": activity.get("teriparatide", 0.0),
        "bone.sclerostin_antibody": activity.get("romosozumab", 0.0),
        "mineral.teriparatide": activity.get(INJECTED, 0.0),
        **_beyond_density({channel: activity[channel] for channel in present}, parameters),
    }


def acting(exposure: Scalar, usual: Scalar) -> Scalar:
    """Share of a drug's full effect at an exposure, 0 to 1."""
    return minimum(1.0, rising(exposure) / rising(usual))


def _beyond_density(exposures: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    share = {channel: acting(amount, parameters.usual[channel]) for channel, amount in exposures.items()}
    crowd = maximum(1.0, sum(share.values()))
    return {
        f"fracture.{site}_log": sum(
            share[channel] * getattr(parameters.beyond_density, f"{_TRIAL_DRUG[channel]}_{site}", 0.0)
            for channel in share
        )
        / crowd
        for site in SITES
    }
