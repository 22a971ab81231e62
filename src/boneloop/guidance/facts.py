"""Facts: what the rules may ask about a person, each with the words in which it is asked when nobody knows.

A number that is only half known is an interval: a fracture list that nobody called whole gives "at least two"; without
a body weight, kidney function is "at most the estimated GFR". What no record carries (a working esophagus, past
radiation of bone) stays unknown, so that a rule that needs it always ends as a question. A laboratory value that is old
or has no date can still speak against a drug; it no longer clears one.
"""

from __future__ import annotations

import math

from boneloop.assess import bone_drugs, bone_health, mind
from boneloop.assess.assessment import Assessment, Score
from boneloop.assess.falls_and_fractures import Count, falls
from boneloop.assess.seen import ANTIDEPRESSANTS, Seen, any_known
from boneloop.evidence.registry import load
from boneloop.guidance.condition import Fact, Interval
from boneloop.types import Known

FACTS: dict[str, str] = {
    "age": "age",
    "woman": "sex",
    "man": "sex",
    "after_menopause": "whether the menopause is past",
    "osteoporosis": "whether osteoporosis is present",
    "lowest_t_score": "a T-score of hip, neck or spine",
    "fragility_fracture": "whether a fracture was of low energy",
    "hip_or_spine_fragility_fracture": "whether a fracture of hip or spine was of low energy",
    "vertebral_fractures": "how many vertebrae are broken",
    "vertebral_fracture_months": "when a vertebra broke last",
    "fracture_months": "when the last fracture was",
    "clinical_risk_factor": "clinical risk factors (fracture, parent's hip, smoking, glucocorticoid, arthritis)",
    "frax_major": "FRAX, major osteoporotic fracture",
    "frax_hip": "FRAX, hip fracture",
    "glucocorticoid": "oral glucocorticoid, dose per day",
    "renal_function": "creatinine clearance (creatinine and body weight)",
    "hypocalcemia": "serum calcium with albumin",
    "hypercalcemia": "serum calcium with albumin",
    "vitamin_d": "25-hydroxyvitamin D",
    "myocardial_infarction": "whether there was a heart attack",
    "stroke": "whether there was a stroke",
    "venous_thromboembolism": "whether there was a venous thrombosis or embolism",
    "hyperparathyroidism": "whether there is hyperparathyroidism",
    "paget": "whether there is Paget's disease",
    "bone_malignancy": "whether there is cancer of or in the bone",
    "skeletal_radiation": "whether bone was ever irradiated",
    "esophageal_disorder": "whether the esophagus empties slowly",
    "cannot_sit_upright": "whether the person can sit or stand upright for half an hour",
    "dental_work_due": "whether invasive dental work is due",
    "housebound": "whether the person is housebound",
    "falls": "falls in the last 12 months",
    "gait_speed": "usual gait speed",
    "tug": "timed up and go",
    "phq2": "PHQ-2",
    "phq9": "PHQ-9, all nine items",
    "gad7": "GAD-7",
    "pain": "pain intensity, 0 to 10",
    "self_harm": "PHQ-9 item 9",
    "suicidal_thoughts": "whether suicidal thoughts were recorded",
    "taking_antidepressant": "whether an antidepressant is taken",
    "taking_ssri_or_snri": "whether an SSRI or SNRI is taken",
    "taking_nsaid": "whether an NSAID is taken",
    "taking_beta_blocker": "whether a beta-blocker is taken",
    "taking_oral_bisphosphonate": "whether an oral bisphosphonate is taken",
    "denosumab": "whether denosumab was ever given",
    "denosumab_months": "when the last denosumab was given",
    "denosumab_doses": "how many doses of denosumab were given",
    "denosumab_not_covered": "whether another bone drug followed the last denosumab",
    "anabolic_ended_uncovered": "whether an antiresorptive drug followed the anabolic one",
    "on_bone_drug": "whether a bone drug is taken now",
    "density_measured": "whether a density was measured",
    "frax_entered": "whether FRAX was typed in",
    "phq9_scored": "whether the PHQ-9 was scored",
}
ORAL_BISPHOSPHONATES = ("alendronate", "risedronate", "ibandronate")


def facts(assessment: Assessment) -> dict[str, Fact]:
    """Every fact of ``FACTS`` about one person."""
    seen = Seen(assessment.record)
    return {
        **_person(seen, assessment),
        **_bone(seen),
        **_body(seen, assessment),
        **_mind(seen, assessment),
        **_drugs(seen),
    }


def _person(seen: Seen, said: Assessment) -> dict[str, Fact]:
    risk = {(r.engine, r.outcome): r.probability for r in said.risks}
    return {
        "age": Interval.of(seen.record.age),
        "woman": Known.of(seen.female),
        "man": Known.of(not seen.female),
        "after_menopause": bone_health.after_menopause(seen),
        "frax_major": Interval.of(risk.get(("frax", "major osteoporotic fracture"))),
        "frax_hip": Interval.of(risk.get(("frax", "hip fracture"))),
        "frax_entered": Known.of(any(r.engine == "frax" and r.probability is not None for r in said.risks)),
        "falls": _interval(falls(seen)),
        "gait_speed": _value(said, "gait_speed"),
        "tug": _value(said, "tug"),
        "housebound": Known.UNKNOWN,
    }


def _bone(seen: Seen) -> dict[str, Fact]:
    fragile, which = seen.low_energy_fractures()
    severe = Known.YES if any(f.site in ("hip", "vertebra") for f in which) else fragile
    if fragile is Known.YES and severe is Known.YES and not any(f.site in ("hip", "vertebra") for f in which):
        severe = _unclear_hip_or_spine(seen)
    worst = bone_health.lowest(bone_health.t_scores(seen))
    applies = bone_health.t_score_applies(seen)
    return {
        "osteoporosis": bone_health.osteoporosis(seen)[0],
        "density_measured": Known.of(worst is not None),
        "lowest_t_score": Interval.of(worst.value if worst and applies is Known.YES else None),
        "fragility_fracture": fragile,
        "hip_or_spine_fragility_fracture": severe,
        "vertebral_fractures": _fracture_count(seen, "vertebra"),
        "vertebral_fracture_months": _months_since(seen, ("vertebra",)),
        "fracture_months": _months_since(seen, ()),
        "clinical_risk_factor": any_known(
            fragile,
            seen.any_condition("parental_hip_fracture", "smoking", "rheumatoid_arthritis", "glucocorticoid_use"),
        ),
    }


def _unclear_hip_or_spine(seen: Seen) -> Known:
    unclear = any(f.site in ("hip", "vertebra") and f.low_energy is Known.UNKNOWN for f in seen.record.fractures)
    return Known.UNKNOWN if unclear or seen.record.fractures_recorded is not Known.YES else Known.NO


def _body(seen: Seen, said: Assessment) -> dict[str, Fact]:
    return {
        "renal_function": _renal(seen, said),
        "hypocalcemia": _calcium(seen, said, "low", "hypocalcemia"),
        "hypercalcemia": _calcium(seen, said, "high", "hypercalcemia"),
        "vitamin_d": _vitamin_d(seen, said),
        "myocardial_infarction": seen.condition("myocardial_infarction"),
        "stroke": seen.condition("stroke"),
        "venous_thromboembolism": seen.condition("venous_thromboembolism"),
        "hyperparathyroidism": seen.condition("hyperparathyroidism"),
        "paget": seen.condition("paget"),
        "bone_malignancy": seen.condition("multiple_myeloma"),
        "skeletal_radiation": Known.UNKNOWN,
        "esophageal_disorder": Known.UNKNOWN,
        "cannot_sit_upright": Known.UNKNOWN,
        "dental_work_due": Known.UNKNOWN,
    }


def _mind(seen: Seen, said: Assessment) -> dict[str, Fact]:
    pain = said.score("pain_nrs") or said.score("peg")
    return {
        "phq2": _phq2(seen, said),
        "phq9": _value(said, "phq9"),
        "phq9_scored": Known.of(_value(said, "phq9") != Interval()),
        "gad7": _value(said, "gad7"),
        "pain": Interval.of(pain.value if pain else None),
        "self_harm": mind.self_harm(seen)[0],
        "suicidal_thoughts": seen.condition("suicidal_thoughts"),
    }


def _drugs(seen: Seen) -> dict[str, Fact]:
    given = bone_drugs.denosumab(seen)
    ever = Known.YES if given else _absent(seen)
    doses = None if given is None or given.doses is None else float(given.doses)
    glucocorticoid = (
        None if seen.newest("glucocorticoid_mg_per_day") is None else seen.newest("glucocorticoid_mg_per_day")
    )
    none_taken = Known.NO in (seen.taking("glucocorticoid"), seen.condition("glucocorticoid_use"))
    return {
        "taking_antidepressant": seen.taking(*ANTIDEPRESSANTS),
        "taking_ssri_or_snri": seen.taking("ssri", "snri"),
        "taking_nsaid": seen.taking("nsaid"),
        "taking_beta_blocker": seen.taking("beta_blocker"),
        "taking_oral_bisphosphonate": _taking_drugs(seen, ORAL_BISPHOSPHONATES),
        "on_bone_drug": seen.taking(*bone_drugs.BONE_CLASSES),
        "glucocorticoid": Interval.of(glucocorticoid.value if glucocorticoid else 0.0 if none_taken else None),
        "denosumab": ever,
        "denosumab_months": Interval.of(given.months if given else None),
        "denosumab_doses": Interval(doses or 1, doses or math.inf) if given else _none_or_unknown(ever),
        "denosumab_not_covered": _not_covered(given),
        "anabolic_ended_uncovered": _anabolic_ended(seen),
    }


def _value(said: Assessment, name: str) -> Interval:
    score = said.score(name)
    return Interval.of(score.value if score else None)


def _interval(count: Count) -> Interval:
    return Interval(count.least, math.inf if count.most is None else count.most)


def _recent(seen: Seen, score: Score) -> bool:
    """A laboratory value with a date, no older than the limit: an older one may warn, it does not clear."""
    ago = seen.months_ago(score.date)
    return ago is not None and ago <= load().number("freshness.laboratory", "month")


def _calcium(seen: Seen, said: Assessment, band: str, condition: str) -> Known:
    """By today's blood; an old value or a diagnosis can only say yes, one that is not recorded says nothing."""
    score = said.score("corrected_calcium")
    measured = score is not None and score.value is not None
    if (score is not None and measured and score.band == band) or seen.condition(condition) is Known.YES:
        return Known.YES
    return Known.NO if score is not None and measured and _recent(seen, score) else Known.UNKNOWN


def _vitamin_d(seen: Seen, said: Assessment) -> Interval:
    score = said.score("vitamin_d")
    if score is None or score.value is None:
        return Interval()
    return Interval(score.value if _recent(seen, score) else 0, score.value)


def _fracture_count(seen: Seen, site: str) -> Interval:
    count = sum(f.site == site and f.low_energy is not Known.NO for f in seen.record.fractures)
    whole = seen.record.fractures_recorded is Known.YES
    return Interval(count, count if whole else math.inf)


def _months_since(seen: Seen, sites: tuple[str, ...]) -> Interval:
    """Months since the newest fracture of these sites (any, if none is named); never broken is infinitely long ago."""
    counted = [f for f in seen.record.fractures if (not sites or f.site in sites) and f.low_energy is not Known.NO]
    dated = [months for f in counted if (months := seen.months_ago(f.date)) is not None]
    newest = min(dated, default=math.inf)
    whole = seen.record.fractures_recorded is Known.YES and len(dated) == len(counted)
    return Interval(newest if whole else 0, newest)


def _renal(seen: Seen, said: Assessment) -> Interval:
    """The lower of clearance and estimated GFR; without a recent clearance it is at most that."""
    clearance, rate = said.score("cockcroft_gault"), said.score("egfr")
    known = [score.value for score in (clearance, rate) if score is not None and score.value is not None]
    lower = min(known, default=math.inf)
    if clearance is not None and clearance.value is not None and _recent(seen, clearance):
        return Interval(lower, lower)
    return Interval(0, lower)


def _phq2(seen: Seen, said: Assessment) -> Interval:
    value = _value(said, "phq2")
    form = next((a for a in seen.answers if a.instrument == "phq9"), None)
    if value == Interval() and form is not None and {1, 2} <= set(form.items):
        return Interval.of(form.items[1] + form.items[2])
    return value


def _taking_drugs(seen: Seen, drugs: tuple[str, ...]) -> Known:
    states = {course.active for course in seen.courses(*drugs)}
    if Known.YES in states or Known.UNKNOWN in states:
        return Known.YES if Known.YES in states else Known.UNKNOWN
    return Known.NO if seen.taking("bisphosphonate") is Known.NO else _absent(seen)


def _absent(seen: Seen) -> Known:
    """What is not on a drug list: no, if the list is known to be whole."""
    return Known.NO if seen.record.medications_recorded is Known.YES else Known.UNKNOWN


def _none_or_unknown(ever: Known) -> Interval:
    return Interval(0, 0) if ever is Known.NO else Interval(0, math.inf)


def _not_covered(given: bone_drugs.Denosumab | None) -> Known:
    return Known.UNKNOWN if given is None or given.last is None else Known.of(not given.covered_by)


def _anabolic_ended(seen: Seen) -> Known:
    ended = [m for m in seen.courses(*bone_drugs.ANABOLICS) if m.active is Known.NO]
    if not ended:
        return Known.NO if _absent(seen) is Known.NO else Known.UNKNOWN
    stops = [m.stop for m in ended if m.stop is not None]
    after = seen.courses(*bone_drugs.ANTIRESORPTIVES)
    if any(m.active is Known.YES for m in after) or seen.taking(*bone_drugs.ANABOLICS) is Known.YES:
        return Known.NO
    followed = [m for m in after if stops and m.start is not None and m.start >= max(stops)]
    return Known.NO if followed else Known.YES if _absent(seen) is Known.NO else Known.UNKNOWN
