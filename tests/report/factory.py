"""Made-up people with plausible forecasts, so that the report can be tested without a simulation."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from boneloop.assess.assessment import Assessment, Flag, Gap, Risk, Score
from boneloop.compare.contrast import Contrast, Paired
from boneloop.compare.forecast import Arrow, Band, Circle, Forecast, PlanForecast
from boneloop.evidence.entry import Entry, Spread
from boneloop.evidence.registry import Registry, Source
from boneloop.patient.profile import BoneReading, Profile, Reading
from boneloop.patient.record import Answers, Condition, Fracture, Measurement, Medication, Record
from boneloop.report.case import Case
from boneloop.types import Array, Known, Sex

TODAY = date(2026, 3, 2)
YEARS = np.linspace(0.0, 10.0, 41)
PLANS = {
    "none": ("No new treatment", 1.0, 0.0, 1.0),
    "bone": ("Bone drug", 0.62, 0.02, 0.98),
    "mind": ("Care for the mind", 0.97, 0.22, 0.86),
    "integrated": ("Integrated care", 0.58, 0.26, 0.80),
}
STEPS = {
    "none": (),
    "bone": ("alendronate 70 mg weekly, month 0 to 60", "calcium 500 mg and vitamin D 800 IU daily"),
    "mind": ("psychological care, 12 weekly sessions, month 0 to 3", "booster session every 3 months to month 24"),
    "integrated": (
        "alendronate 70 mg weekly, month 0 to 60",
        "psychological care, 12 weekly sessions, month 0 to 3",
        "supervised exercise twice weekly, month 0 to 120",
    ),
}
ARROWS = {
    "bone_to_fracture": ("Bone → fracture: thin bone breaks under loads that it used to bear.", 0.72, 0.0),
    "fracture_to_pain": ("Fracture → pain: a broken vertebra hurts for months, in one of three for years.", 0.41, 0.0),
    "fracture_to_function": ("Fracture → function: what is broken is not used.", 0.22, 0.0),
    "pain_to_function": ("Pain → function: what hurts is avoided.", 0.38, 0.072),
    "pain_to_mood": ("Pain → mood: pain that lasts wears mood down.", 0.34, 0.041),
    "function_to_wellbeing": ("Function → wellbeing: lost daily activities lower the quality of life.", 0.31, 0.0),
    "wellbeing_to_mood": ("Wellbeing → mood: a poorer life lowers mood.", 0.12, 0.057),
    "mood_to_pain": ("Mood → pain: low mood makes pain stronger.", 0.16, 0.03),
    "mood_to_function": ("Mood → function: low mood keeps people in.", 0.14, 0.02),
    "mood_to_stress": ("Mood → stress: depression raises sympathetic tone and cortisol.", 0.46, 0.045),
    "stress_to_bone": ("Stress → bone: norepinephrine and cortisol speed up bone loss.", 0.04, 0.0),
    "stress_to_inflammation": ("Stress → inflammation: stress hormones raise inflammatory signals.", 0.11, 0.012),
    "stress_to_mineral": ("Stress → mineral: through cortisol, less calcium is taken up.", 0.02, 0.0),
    "inflammation_to_pain": ("Inflammation → pain: inflammatory factors sensitize nerves.", 0.05, 0.009),
    "inflammation_to_mood": ("Inflammation → mood: inflammatory signals lower mood a little.", 0.04, 0.006),
    "inflammation_to_bone": ("Inflammation → bone: cytokines drive resorption.", 0.03, 0.0),
    "mineral_to_bone": ("Mineral → bone: without calcium no bone is laid down.", 0.06, 0.0),
    "function_to_bone": ("Function → bone: bone that is not loaded is lost.", 0.08, 0.0),
    "function_to_fracture": ("Function → fracture: weak legs fall.", 0.18, 0.0),
}


def registry() -> Registry:
    """A few entries of every kind."""
    seen = {"status": "measured", "checked": "verified"}
    recalled = {"status": "measured", "checked": "recalled"}
    own = {"population": "none: a modelling choice", "source": "team", "checked": "not needed"}
    johnell = {"source": "johnell-2005", "population": "women, 65 years"}
    curve = _entry("fracture.hip_rate", (0.3, 1.5, 6.0, 22.0), "1/1000 person-years", "figure 1", johnell | recalled)
    entries = [
        _entry("fracture.hip_gradient", 2.88, "1", "table 3", johnell | seen, Spread("normal", sd=0.3), (2.31, 3.59)),
        _entry("function.wrist_share", 0.3, "1", "from memory", recalled | {"source": "marshall-1996"}),
        _entry("links.pain_to_mood", 0.1, "1", "docs", own | {"status": "assumed"}, Spread("lognormal", sd_log=0.6)),
        _entry("bone.formation_rate", 0.0021, "1/day", "fit", own | {"status": "fitted"}),
        replace(curve, over=(52.0, 67.0, 77.0, 87.0), over_unit="year of age"),
    ]
    cited = (
        ("johnell-2005", "Predictive value of BMD for fractures", "J Bone Miner Res 2005;20:1185-1194"),
        ("marshall-1996", "How well do measures of bone density predict fractures", "BMJ 1996;312:1254-1259"),
    )
    sources = {key: Source(key, title, journal, "") for key, title, journal in cited}
    about = "Every gain of the circle is taken from human data, with its uncertainty."
    return Registry("evidence", about, {e.id: e for e in entries}, sources, "0123456789abcdef")


def _entry(
    identity: str,
    value: float | tuple[float, ...],
    unit: str,
    where: str,
    fields: dict[str, Any],
    spread: Spread | None = None,
    interval: tuple[float, float] | None = None,
) -> Entry:
    fields = {"population": "people", **fields}
    return Entry(identity, value, unit, where=where, interval=interval, spread=spread or Spread(), **fields)


def case(
    identity: str = "Made-up 1",
    severity: float = 0.6,
    *,
    age: float = 74,
    item9: bool = False,
    sex: Sex = Sex.FEMALE,
    forecast: bool = True,
    known: bool = True,
) -> Case:
    """One made-up person; ``severity`` from 0 (well) to 1 (worst) moves everything."""
    profile = _profile(identity, severity, age, sex, known)
    assessment = Assessment(
        record=_record(identity, severity, age, sex, known),
        scores=_scores(severity, known),
        risks=_risks(severity),
        flags=_flags(severity, item9),
        gaps=(
            Gap("bone", "Spine radiograph or VFA", "A silent vertebral fracture would change the class and the plan."),
            Gap("mind", "GAD-7", "Anxiety is not recorded; it drives stress and pain."),
        ),
        completeness={"bone": 0.8, "pain": 0.5, "mind": 0.67 if known else 0.0, "function": 0.25},
        profile=profile if forecast else None,
        not_forecast="" if forecast else "Age 43 is below 50, where the fracture rates begin.",
    )
    advice = ("Verify creatinine clearance (Cockcroft-Gault) before a bisphosphonate. NOGG 2024, section 5.",)
    return Case(assessment, _forecast(profile, severity) if forecast else None, advice)


def cohort(size: int) -> list[Case]:
    """People spread over the whole range; the third has a safety flag, the fifth no forecast."""
    return [
        case(
            f"P{index + 1:03d}",
            severity=(index * 37 % 100) / 100,
            age=52 + index * 7 % 40,
            item9=index == 2,
            sex=Sex.MALE if index % 5 == 3 else Sex.FEMALE,
            forecast=index != 4,
            known=index % 4 != 1,
        )
        for index in range(size)
    ]


def other_registry() -> Registry:
    """The same entries under the second belief, with one of them replaced."""
    first = registry()
    changed = replace(first["links.pain_to_mood"], value=0.4, spread=Spread())
    entries = {**first.entries, changed.id: changed}
    return replace(first, belief="hypothesis", about="Contested arrows at face value.", entries=entries, digest="fed")


def sided(one: Case) -> Case:
    """The same person under both beliefs; the second breaks a little more and has one active arrow more."""
    first = one.forecast
    assert first is not None
    circle = replace(
        first.circle,
        cycle_number=(0.9, 0.5, 1.1),
        arrows=tuple(replace(a, active=a.active or a.name == "stress_to_bone") for a in first.circle.arrows),
    )
    second = replace(first, belief="hypothesis", circle=circle)
    paired = Paired(0.012, -0.004, 0.03, 0.001)
    table = {name: dict.fromkeys(first.plans[0].bands, paired) for name in PLANS}
    others = {name: table[name] for name in PLANS if name != "none"}
    stronger = {name: dict.fromkeys(rows, Paired(0.12, 0.02, 0.3, 0.01)) for name, rows in others.items()}
    each = {"evidence": others, "hypothesis": stronger}
    lasting = {b: {p: dict.fromkeys(("pain", "phq9"), Paired(-1.5, -3, 0.1, 0.1)) for p in others} for b in each}
    beliefs = ("evidence", "hypothesis")
    return replace(one, other=second, contrast=Contrast(one.id, beliefs, "none", table, each, lasting, each))


def _profile(identity: str, severity: float, age: float, sex: Sex, known: bool) -> Profile:
    return Profile(
        id=identity,
        age=age,
        sex=sex,
        country="GB",
        bone=BoneReading("total_hip", 0.9 - 0.3 * severity, 0.012, "measured", TODAY),
        pain=Reading(0.8 * severity, 0.1, "NRS 0-10", TODAY) if known else None,
        depression=Reading(0.6 * severity, 0.08, "PHQ-9 total", TODAY) if known else None,
        function_loss=Reading(0.5 * severity, 0.1, "RAND-36 physical function", TODAY) if known else None,
    )


def _record(identity: str, severity: float, age: float, sex: Sex, known: bool) -> Record:
    density = 0.9 - 0.3 * severity
    answered = Answers("phq9", {i: 1.0 for i in range(1, 10)}, round(18 * severity), TODAY, "QuestionnaireResponse/3")
    return Record(
        id=identity,
        sex=sex,
        age=age,
        as_of=TODAY,
        source="made-up.ndjson",
        country="GB",
        measurements=(
            Measurement("bmd_total_hip", density, TODAY, "Observation/7", f"{density:.3f} g/cm2"),
            Measurement("creatinine", 119.0, None, "Observation/9", "1.35 mg/dL"),
        ),
        answers=(answered,) if known else (),
        fractures=(Fracture("vertebra", date(2025, 6, 1), "Condition/2", Known.YES),),
        conditions=(Condition("depression", Known.UNKNOWN, None, "Condition/5"),),
        medications=(Medication("sertraline", "ssri", date(2025, 1, 4), None, Known.YES, "MedicationRequest/1"),),
    )


def _scores(severity: float, known: bool) -> tuple[Score, ...]:
    t_score = round(-0.5 - 3.4 * severity, 1)
    shown, band = f"{t_score:.1f}".replace("-", "−"), "osteoporosis" if t_score <= -2.5 else "osteopenia"
    basis = ("0.712 g/cm2 on 2026-03-02 (Observation/7)", "reference NHANES III, women 20-29")
    bone = Score("bone", "t_score_total_hip", "T-score, total hip", t_score, shown, band, "complete", TODAY, basis)
    total, answered = float(round(18 * severity)), ("QuestionnaireResponse/3",)
    if known:
        return bone, Score(
            "mind", "phq9", "PHQ-9", total, f"{total:.0f} of 27", "moderate", "complete", TODAY, answered
        )
    missing = "not computed: 6 of 9 items missing"
    return bone, Score("mind", "phq9", "PHQ-9", None, missing, "", "incomplete", TODAY, answered)


def _risks(severity: float) -> tuple[Risk, ...]:
    percent, basis = f"{10 + 30 * severity:.0f} %", ("age, T-score, falls, earlier fractures",)
    index = "An index, not a probability."
    return (
        Risk("garvan", "Garvan, bone density model", "any fracture", 10.0, 0.1 + 0.3 * severity, percent, basis),
        Risk("osta", "OSTA", "low bone density", None, None, "−4.8 (high)", ("weight 52 kg, age 74",), index),
    )


def _flags(severity: float, item9: bool) -> tuple[Flag, ...]:
    flags = [Flag("vitamin_d_old", "info", "Vitamin D was last measured 26 months ago.", ())]
    if severity > 0.5:
        message = "Vertebral fracture 9 months ago, and no bone drug is recorded."
        flags.append(Flag("untreated_fracture", "warning", message, ("Condition/2",)))
    if item9:
        message = "PHQ-9 item 9 was answered 1 or more: a person must talk with this patient today, whatever the total."
        flags.append(Flag("phq9_item9", "safety", message, ("QuestionnaireResponse/3",)))
    return tuple(flags)


def _forecast(profile: Profile, severity: float) -> Forecast:
    assumed = ("pain: not recorded, drawn given age and sex", "PHQ-9: not recorded, drawn given age and sex")
    return Forecast(
        profile=profile,
        belief="evidence",
        draws=200,
        seed=7,
        years=10.0,
        plans=tuple(_plan(name, profile, severity) for name in PLANS),
        circle=_circle(severity),
        known=("total hip BMD 0.712 g/cm², 2 Mar 2026, Observation/7", "PHQ-9 14 of 27, 2 Mar 2026"),
        assumed=() if profile.pain else assumed,
        numbers_used=tuple(registry().entries),
    )


def _plan(name: str, profile: Profile, severity: float) -> PlanForecast:
    title, hazard, relief, cycle = PLANS[name]
    grow, settle = YEARS / 10, 1 - np.exp(-YEARS)
    rate = (0.06 + 0.5 * severity) * hazard * (1 + grow)
    start = 0.9 - 0.3 * severity
    bone = (-0.06 if name in ("none", "mind") else 0.05) * grow
    bands = {
        "fracture_any": _band(1 - np.exp(-rate * grow), 0.3, upper=1.0),
        "fracture_hip": _band(1 - np.exp(-0.25 * rate * grow**1.4), 0.45, upper=1.0),
        "death": _band(1 - np.exp(-(0.02 + 0.02 * math.exp((profile.age - 75) / 10)) * YEARS), 0.15, upper=1.0),
        "falls": _band((0.4 + severity) * YEARS, 0.3),
        "bmd": _band(start * (1 + bone), 0.03),
        "bmd_change": Band(
            100 * bone, 100 * bone - 3 * grow, 100 * bone + 3 * grow, 0.1 * grow, 100 * bone, 0.1 * grow
        ),
        "pain": _band(8 * severity * (1 - relief * settle), 0.35, upper=10.0),
        "phq9": _band(18 * severity * (1 - 1.4 * relief * settle), 0.4, upper=27.0),
        "function": _band(100 - 50 * severity * (1 - relief * settle) - 8 * grow, 0.1, upper=100.0),
        "utility": _band(0.9 - 0.5 * severity * (1 - relief * settle) - 0.03 * grow, 0.12, upper=1.0),
        "qaly": _band((0.9 - 0.5 * severity * (1 - relief)) * (1 - np.exp(-0.035 * YEARS)) / 0.035, 0.12),
    }
    number = cycle * (0.25 + 0.3 * severity)
    caution = "Creatinine clearance is not recorded: verify before the first dose."
    cautions = (caution,) if name in ("bone", "integrated") else ()
    return PlanForecast(name, title, STEPS[name], YEARS, bands, (number, number * 0.4, number * 2.3), cautions)


def _band(median: Array, relative: float, upper: float = math.inf) -> Band:
    width = relative * median * np.sqrt(0.2 + 0.8 * YEARS / 10)
    low, high = np.maximum(median - width, 0.0), np.minimum(median + 1.2 * width, upper)
    return Band(median, low, high, 0.02 * median, median, 0.02 * median)


def _circle(severity: float) -> Circle:
    levels = {"bone": 0.75, "fracture": 0.4, "pain": 0.8, "function": 0.5, "wellbeing": 0.45, "mood": 0.6}
    levels |= {"stress": 0.3, "inflammation": 0.18}
    number = 0.25 + 0.3 * severity
    return Circle(
        cycle_number=(number, number * 0.4, number * 2.3),
        informed_by="prior only",
        self_feeding=0.013,
        local_gain=(0.21, 0.08, 0.52),
        amplification={"pain": 1.18, "mood": 1.31},
        trap=0.0,
        stations={name: min(1.0, level * (0.3 + severity)) for name, level in levels.items()},
        arrows=tuple(_arrow(name, severity) for name in ARROWS),
    )


def _arrow(name: str, severity: float) -> Arrow:
    sentence, share, elasticity = ARROWS[name]
    source, target = name.split("_to_")
    now = min(1.0, share * (0.4 + severity))
    cut = {
        "fracture_any": -0.08 * now * (target in ("fracture", "bone")),
        "pain": -1.5 * now * (target == "pain") - 0.2 * now,
        "phq9": -4 * now * (target == "mood") - 0.1 * now,
        "qaly": 0.4 * now,
    }
    return Arrow(name, source, target, f"{source} → {target}", sentence, now, now >= 0.1, elasticity, cut)
