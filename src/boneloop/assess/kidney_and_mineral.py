"""Kidney, calcium and vitamin D: what they say about which bone drugs can be given.

    CKD-EPI 2021     142 · min(Cr/κ, 1)^α · max(Cr/κ, 1)^-1.2 · 0.9938^age · 1.012 if female     mL/min/1.73 m2
    Cockcroft-Gault  (140 - age) · weight / (72 · Cr) · 0.85 if female                            mL/min
    calcium          total + 0.02 · (40 - albumin)                                                mmol/L, g/L

Labels of bisphosphonates are written in Cockcroft-Gault clearance, which is lower than the estimated GFR in small and
old people: the two are never exchanged for one another.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, NamedTuple

from boneloop.assess.assessment import Score
from boneloop.assess.seen import Seen, dated
from boneloop.evidence.registry import load
from boneloop.types import Scalar, Sex, Unit


class CkdEpi(NamedTuple):
    """Numbers of the CKD-EPI 2021 equation."""

    scale: Annotated[Scalar, Unit("mL/min/1.73m2")]
    kappa_female: Annotated[Scalar, Unit("mg/dL")]
    kappa_male: Annotated[Scalar, Unit("mg/dL")]
    alpha_female: Annotated[Scalar, Unit("1")]
    alpha_male: Annotated[Scalar, Unit("1")]
    beta: Annotated[Scalar, Unit("1")]
    per_year: Annotated[Scalar, Unit("1")]
    female: Annotated[Scalar, Unit("1")]


class CockcroftGault(NamedTuple):
    """Numbers of the Cockcroft-Gault equation."""

    age: Annotated[Scalar, Unit("year")]
    divisor: Annotated[Scalar, Unit("kg year per mL/min per mg/dL")]
    female: Annotated[Scalar, Unit("1")]


class CorrectedCalcium(NamedTuple):
    """Numbers of the albumin correction, and the usual range of laboratories."""

    per_albumin: Annotated[Scalar, Unit("mmol/L per g/L")]
    reference_albumin: Annotated[Scalar, Unit("g/L")]
    low_below: Annotated[Scalar, Unit("mmol/L")]
    high_above: Annotated[Scalar, Unit("mmol/L")]


class VitaminD(NamedTuple):
    """Bands of 25-hydroxyvitamin D."""

    deficient_below: Annotated[Scalar, Unit("nmol/L")]
    replete_from: Annotated[Scalar, Unit("nmol/L")]


@cache
def rules() -> dict[str, str]:
    """The formulas in words, with their numbers."""
    ckd, gault, calcium, vitamin = _numbers()
    return {
        "egfr": (
            f"CKD-EPI 2021: {ckd.scale:g} x min(Cr/k, 1)^a x max(Cr/k, 1)^{ckd.beta:g} x {ckd.per_year:g}^age, x "
            f"{ckd.female:g} for women; k {ckd.kappa_female:g} or {ckd.kappa_male:g}, a {ckd.alpha_female:g} or "
            f"{ckd.alpha_male:g} (women, men), Cr in mg/dL; without race"
        ),
        "cockcroft_gault": (
            f"Cockcroft-Gault: ({gault.age:g} - age) x weight / ({gault.divisor:g} x Cr in mg/dL), x {gault.female:g} "
            "for women"
        ),
        "corrected_calcium": (
            f"total + {calcium.per_albumin:g} x ({calcium.reference_albumin:g} - albumin in g/L); low under "
            f"{calcium.low_below:g}, high over {calcium.high_above:g} mmol/L; the laboratory's range goes before ours"
        ),
        "vitamin_d": (f"deficient under {vitamin.deficient_below:g}, replete from {vitamin.replete_from:g} nmol/L"),
        "reported": "as the laboratory reported it",
    }


@cache
def _numbers() -> tuple[CkdEpi, CockcroftGault, CorrectedCalcium, VitaminD]:
    registry = load()
    return (
        registry.parameters(CkdEpi, "ckd_epi_2021"),
        registry.parameters(CockcroftGault, "cockcroft_gault"),
        registry.parameters(CorrectedCalcium, "corrected_calcium"),
        registry.parameters(VitaminD, "vitamin_d"),
    )


def estimated_gfr(sex: Sex, age: float, creatinine: float) -> float:
    """CKD-EPI 2021, mL/min/1.73 m2; age in years, creatinine in mg/dL."""
    equation, *_ = _numbers()
    female = sex is Sex.FEMALE
    ratio = creatinine / (equation.kappa_female if female else equation.kappa_male)
    alpha = equation.alpha_female if female else equation.alpha_male
    rate = equation.scale * min(ratio, 1) ** alpha * max(ratio, 1) ** equation.beta * equation.per_year**age
    return float(rate * (equation.female if female else 1))


def creatinine_clearance(sex: Sex, age: float, weight: float, creatinine: float) -> float:
    """Cockcroft-Gault, mL/min; age in years, weight in kg, creatinine in mg/dL."""
    equation = _numbers()[1]
    clearance = (equation.age - age) * weight / (equation.divisor * creatinine)
    return float(clearance * (equation.female if sex is Sex.FEMALE else 1))


def corrected_calcium(calcium: float, albumin: float) -> float:
    """Total calcium in mmol/L as it would be at normal albumin (g/L)."""
    correction = _numbers()[2]
    return float(calcium + correction.per_albumin * (correction.reference_albumin - albumin))


def scores(seen: Seen) -> list[Score]:
    """eGFR, creatinine clearance, corrected calcium, vitamin D: those that can be made."""
    made = [_gfr(seen), _clearance(seen), _calcium(seen), _vitamin_d(seen)]
    return [score for score in made if score is not None]


def _gfr(seen: Seen) -> Score | None:
    creatinine, reported = seen.newest("creatinine"), seen.newest("egfr_ckd_epi_2021")
    title = "Estimated GFR, CKD-EPI 2021"
    if creatinine is None:
        if reported is None:
            return None
        shown = f"{reported.value:.0f} mL/min/1.73 m²"
        facts = (reported.value, shown, "", "complete", reported.date, (dated(reported),), rules()["reported"])
        return Score("bone", "egfr", title, *facts)
    value = estimated_gfr(seen.record.sex, seen.record.age, creatinine.value)
    basis = (dated(creatinine), _who(seen))
    shown = f"{value:.0f} mL/min/1.73 m²"
    return Score("bone", "egfr", title, value, shown, "", "complete", creatinine.date, basis, rules()["egfr"])


def _who(seen: Seen) -> str:
    return f"{seen.record.sex}, {seen.record.age:.0f} years"


def _clearance(seen: Seen) -> Score | None:
    creatinine, weight = seen.newest("creatinine"), seen.newest("weight")
    title = "Creatinine clearance, Cockcroft-Gault"
    if creatinine is None:
        return None
    rule = rules()["cockcroft_gault"]
    if weight is None:
        why, basis = "not computed: body weight is not known", (dated(creatinine),)
        return Score("bone", "cockcroft_gault", title, None, why, "", "incomplete", creatinine.date, basis, rule)
    value = creatinine_clearance(seen.record.sex, seen.record.age, weight.value, creatinine.value)
    used = (dated(creatinine), dated(weight), _who(seen))
    shown = f"{value:.1f} mL/min"
    return Score("bone", "cockcroft_gault", title, value, shown, "", "complete", creatinine.date, used, rule)


def _calcium(seen: Seen) -> Score | None:
    calcium, albumin = seen.newest("calcium"), seen.newest("albumin")
    title = "Calcium, corrected for albumin"
    if calcium is None:
        return None
    if albumin is None:
        why = f"not corrected: albumin is not known (total {calcium.value:.2f} mmol/L)"
        facts = (None, why, "", "incomplete", calcium.date, (dated(calcium),), rules()["corrected_calcium"])
        return Score("bone", "corrected_calcium", title, *facts)
    value = corrected_calcium(calcium.value, albumin.value)
    limits = _numbers()[2]
    band = "low" if value < limits.low_below else "high" if value > limits.high_above else "normal"
    basis, rule = (dated(calcium), dated(albumin)), rules()["corrected_calcium"]
    shown = f"{value:.2f} mmol/L"
    return Score("bone", "corrected_calcium", title, value, shown, band, "complete", calcium.date, basis, rule)


def _vitamin_d(seen: Seen) -> Score | None:
    level = seen.newest("vitamin_d_25oh")
    if level is None:
        return None
    limits = _numbers()[-1]
    deficient, replete = level.value < limits.deficient_below, level.value >= limits.replete_from
    band = "deficient" if deficient else "replete" if replete else "insufficient"
    shown = f"{level.value:.0f} nmol/L"
    title = "25-hydroxyvitamin D"
    facts = (level.value, shown, band, "complete", level.date, (dated(level),), rules()["vitamin_d"])
    return Score("bone", "vitamin_d", title, *facts)
