"""The kinds of treatment that a care plan can name: how they are given, what they move, how people stay on them.

    injection   a dose in mg every so many months
    daily       a dose per day (or month) taken all along; a like drug is counted as its equivalent
    share       1 is the usual treatment in full, 0 none

Usual doses, intervals and equivalents are entries of ``evidence/numbers/therapy_regimens.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass

from boneloop.evidence.registry import load

INJECTION, DAILY, SHARE = "injection", "daily", "share"


@dataclass(frozen=True)
class Kind:
    """One kind of treatment.

    channels     of ``exposure`` that it drives
    dose_unit    of the dose in a plan; "1" for a share
    persistence  whose rows say how people stay on it; "" where nobody asks (care that is not a drug)
    group        antiresorptive, anabolic, antidepressant or "": what may follow or exclude what
    """

    name: str
    title: str
    form: str
    channels: tuple[str, ...]
    dose_unit: str = "1"
    persistence: str = "oral"
    group: str = ""

    @property
    def usual_dose(self) -> float:
        """The usual dose, in ``dose_unit``."""
        return 1.0 if self.form == SHARE else _number(f"{self.name}_dose", self.dose_unit)

    @property
    def usual_interval(self) -> int | None:
        """Months from one injection to the next; None for what is taken all along."""
        return int(_number(f"{self.name}_every", "month")) if self.form == INJECTION else None

    @property
    def strength(self) -> float:
        """Dose of the channel's own drug that acts as one unit of this one."""
        identity = f"regimen.{self.name}_equivalent"
        if identity not in load().entries:
            return 1.0
        return load().number(identity, load()[identity].unit) / self.usual_dose


def _number(name: str, unit: str) -> float:
    return load().number(f"regimen.{name}", unit)


_ORAL_BISPHOSPHONATE = ("oral_bisphosphonate",)
_TERIPARATIDE = ("teriparatide", "teriparatide_injected")

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("alendronate", "alendronate", DAILY, _ORAL_BISPHOSPHONATE, "mg/day", group="antiresorptive"),
        Kind("risedronate", "risedronate", DAILY, _ORAL_BISPHOSPHONATE, "mg/day", group="antiresorptive"),
        Kind("ibandronate", "ibandronate", DAILY, _ORAL_BISPHOSPHONATE, "mg/month", group="antiresorptive"),
        Kind("zoledronate", "zoledronate", INJECTION, ("zoledronate",), "mg", "zoledronate", "antiresorptive"),
        Kind("denosumab", "denosumab", INJECTION, ("denosumab",), "mg", "denosumab", "antiresorptive"),
        Kind("romosozumab", "romosozumab", INJECTION, ("romosozumab",), "mg", "romosozumab", "anabolic"),
        Kind("teriparatide", "teriparatide", DAILY, _TERIPARATIDE, "ug/day", "teriparatide", "anabolic"),
        Kind("abaloparatide", "abaloparatide", DAILY, _TERIPARATIDE, "ug/day", "teriparatide", "anabolic"),
        Kind("raloxifene", "raloxifene", SHARE, ("raloxifene",), group="antiresorptive"),
        Kind("estrogen", "menopausal hormone therapy", SHARE, ("estrogen",), group="antiresorptive"),
        Kind("ssri", "an SSRI antidepressant", SHARE, ("ssri", "ssri_adaptation"), "1", "long_term", "antidepressant"),
        Kind("snri", "an SNRI antidepressant", SHARE, ("snri", "snri_pain"), "1", "long_term", "antidepressant"),
        Kind("tca", "a tricyclic antidepressant", SHARE, ("tca", "tca_adaptation"), "1", "long_term", "antidepressant"),
        Kind("beta_blocker", "a beta1-selective blocker", SHARE, ("beta_blocker",), "1", "long_term"),
        Kind("analgesia", "analgesia", SHARE, ("analgesia",), "1", "long_term"),
        Kind("calcium_vitamin_d", "calcium with vitamin D", DAILY, ("calcium_vitamin_d",), "mg/day"),
        Kind("psychological", "psychological care", SHARE, ("psychological", "psychological_skills"), "1", "effort"),
        Kind("exercise", "supervised exercise", SHARE, ("exercise", "exercise_adaptation"), "1", "effort"),
        Kind("attention", "attention without a treatment, as in a placebo arm", SHARE, ("attention",), persistence=""),
        Kind("collaborative_care", "collaborative care", SHARE, ("collaborative_care",), persistence=""),
    )
}
