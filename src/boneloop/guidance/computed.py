"""Facts that are made: bone, body, mind and falls, as intervals where only half is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from boneloop.assess import bone_health, mind
from boneloop.assess.body_size import body_mass_index
from boneloop.assess.falls_and_fractures import falls
from boneloop.assess.fracture_risk import frax_country, stale
from boneloop.assess.framework import COUNTRY
from boneloop.assess.screening import ost
from boneloop.assess.seen import any_known
from boneloop.guidance import computed_drugs
from boneloop.guidance.condition import Fact, Interval
from boneloop.guidance.facts import Person, table
from boneloop.types import Known

FOREVER = Interval(0, math.inf)
HIP = ("total_hip", "femoral_neck")
SPINE = ("lumbar_spine",)


def _low_energy(person: Person) -> Interval:
    """How many fractures were of low energy: those known to be, up to all that are not known not to be."""
    broken = person.seen.record.fractures
    surely = sum(f.low_energy is Known.YES for f in broken)
    perhaps = sum(f.low_energy is not Known.NO for f in broken)
    return Interval(surely, perhaps if person.seen.record.fractures_recorded is Known.YES else math.inf)


def _hip_or_spine(person: Person) -> Known:
    broken = [f for f in person.seen.record.fractures if f.site in ("hip", "vertebra")]
    if any(f.low_energy is Known.YES for f in broken):
        return Known.YES
    unclear = any(f.low_energy is Known.UNKNOWN for f in broken)
    return Known.UNKNOWN if unclear or person.seen.record.fractures_recorded is not Known.YES else Known.NO


def _fracture_count(person: Person, site: str) -> Interval:
    broken = person.seen.record.fractures
    count = sum(f.site == site and f.low_energy is not Known.NO for f in broken)
    return Interval(count, count if person.seen.record.fractures_recorded is Known.YES else math.inf)


def _months_since(person: Person, *sites: str) -> Interval:
    """Months since the newest fracture of these sites (any, if none is named); never broken is infinitely long ago."""
    seen = person.seen
    counted = [f for f in seen.record.fractures if (not sites or f.site in sites) and f.low_energy is not Known.NO]
    dated = [months for f in counted if (months := seen.months_ago(f.date)) is not None]
    newest = min(dated, default=math.inf)
    whole = seen.record.fractures_recorded is Known.YES and len(dated) == len(counted)
    return Interval(newest if whole else 0, newest)


def _lowest_t(person: Person, *sites: str) -> Interval:
    """The lowest T-score of these sites, where T-scores may be read as classes."""
    if bone_health.t_score_applies(person.seen) is not Known.YES:
        return Interval()
    found = bone_health.t_scores(person.seen)
    values = [t.value for site, t in found.items() if not sites or site in sites]
    return Interval.of(min(values, default=None))


def _either(one: Known, other: Known) -> Known:
    """Two ways to ask the same thing: the first answer of either; yes where they disagree."""
    if Known.YES in (one, other):
        return Known.YES
    return Known.NO if Known.NO in (one, other) else Known.UNKNOWN


def _risk_factor(person: Person) -> Known:
    seen = person.seen
    return any_known(
        seen.low_energy_fractures()[0],
        seen.any_condition("parental_hip_fracture", "smoking", "rheumatoid_arthritis"),
        _either(seen.condition("glucocorticoid_use"), seen.taking("glucocorticoid")),
    )


def _frax(person: Person, outcome: str) -> Interval:
    """A FRAX risk typed in; one that is out of date can reach a threshold but does not clear anybody of it.

    Unknown where it was calculated for another country than that of the thresholds.
    """
    typed = [r.probability for r in person.assessment.risks if r.engine == "frax" and r.outcome == outcome]
    measured = person.seen.newest(table()["frax_hip" if outcome == "hip fracture" else "frax_major"].quantities[0])
    if not typed or typed[0] is None or measured is None:
        return Interval()
    asked, of = frax_country(measured.reference), COUNTRY.get(person.framework, "")
    if asked and of and asked != of:
        return Interval()
    return Interval(typed[0], math.inf if stale(person.seen, measured.date) else typed[0])


def _frax_entered(person: Person) -> Known:
    return Known.of(any(r.engine == "frax" and r.probability is not None for r in person.assessment.risks))


def _density_measured(person: Person) -> Known:
    return Known.of(bool(bone_health.t_scores(person.seen)))


def _density_months(person: Person) -> Interval:
    days = [m.date for name in table()["density_months"].quantities if (m := person.seen.newest(name)) and m.date]
    return Interval.of(person.seen.months_ago(max(days))) if days else FOREVER


def _osta(person: Person) -> Interval:
    weight = person.seen.newest("weight")
    if weight is None or not person.seen.female:
        return Interval()
    return Interval.of(ost(weight.value, person.seen.record.age))


def _since_menopause(person: Person) -> Interval:
    ended = person.seen.newest("menopause_age")
    return FOREVER if ended is None else Interval.of(max(0.0, person.seen.record.age - ended.value))


def _renal(person: Person) -> Interval:
    """The lower of clearance and estimated GFR; without a recent clearance it is at most that."""
    clearance, rate = person.scores.get("cockcroft_gault"), person.scores.get("egfr")
    known = [score.value for score in (clearance, rate) if score is not None and score.value is not None]
    lower = min(known, default=math.inf)
    if clearance is not None and clearance.value is not None and person.recent(clearance.date):
        return Interval(lower, lower)
    return Interval(0, lower)


def _calcium(person: Person, band: str, condition: str) -> Known:
    """By today's blood; an old value or a diagnosis can only say yes, one that is not recorded says nothing."""
    score = person.scores.get("corrected_calcium")
    measured = score is not None and score.value is not None
    if (score is not None and measured and score.band == band) or person.seen.condition(condition) is Known.YES:
        return Known.YES
    return Known.NO if score is not None and measured and person.recent(score.date) else Known.UNKNOWN


def _marker_on_treatment(person: Person) -> Known:
    begun = computed_drugs.begun(person.seen, table()["bone_drug_months"])
    days = [m.date for name in ("ctx", "p1np") if (m := person.seen.newest(name)) and m.date]
    return Known.of(begun is not None and any(day > begun for day in days))


def _vessel_months(person: Person) -> Interval:
    """Months since a heart attack or stroke; never is infinitely long ago."""
    months, whole = [math.inf], True
    for name in ("myocardial_infarction", "stroke"):
        stated = person.seen.statement(name)
        if stated is None or stated.status is Known.UNKNOWN:
            whole = False
        elif stated.status is Known.YES:
            ago = person.seen.months_ago(stated.date)
            whole = whole and ago is not None
            months += [] if ago is None else [ago]
    return Interval(min(months) if whole else 0, min(months))


def _falls(person: Person) -> Interval:
    count = falls(person.seen)
    return Interval(count.least, math.inf if count.most is None else count.most)


def _frail(person: Person) -> Known:
    score = person.scores.get("frail")
    scored = Known.of(None if score is None or score.value is None else score.band == "frail")
    return _either(person.seen.condition("frailty"), scored)


def _phq2(person: Person) -> Interval:
    value = person.number("phq2")
    form = next((a for a in person.seen.answers if a.instrument == "phq9"), None)
    if value == Interval() and form is not None and {1, 2} <= set(form.items):
        return Interval.of(form.items[1] + form.items[2])
    return value


def _item_9(person: Person) -> Interval:
    """The answer to item 9 itself, where one was given."""
    answer = mind.item_9(person.seen)
    return FOREVER if answer is None else Interval.of(answer)


def _before(person: Person, name: str) -> Interval:
    """The first complete total that the newest one is compared with."""
    trend = person.trend(name)
    return FOREVER if trend is None else Interval.of(trend.before)


def _fall_of(person: Person, name: str) -> Interval:
    """By which share a score has fallen since the first one; below 0 where it has risen."""
    trend = person.trend(name)
    if trend is None or not trend.before > 0 or trend.verdict.startswith("not judged"):
        return Interval()
    return Interval.of(-trend.change / trend.before)


def _pain(person: Person) -> Interval:
    score = person.scores.get("pain_nrs") or person.scores.get("peg")
    return Interval.of(score.value if score else None)


COMPUTED: Mapping[str, Callable[[Person], Fact]] = {
    "age": lambda p: Interval.of(p.seen.record.age),
    "woman": lambda p: Known.of(p.seen.female),
    "man": lambda p: Known.of(not p.seen.female),
    "after_menopause": lambda p: bone_health.after_menopause(p.seen),
    "years_since_menopause": _since_menopause,
    "framework_chosen": lambda p: Known.of(bool(p.framework)),
    "osteoporosis": lambda p: bone_health.osteoporosis(p.seen)[0],
    "density_measured": _density_measured,
    "density_months": _density_months,
    "lowest_t_score": _lowest_t,
    "lowest_hip_or_spine_t_score": lambda p: _lowest_t(p, *HIP, *SPINE),
    "hip_t_score": lambda p: _lowest_t(p, *HIP),
    "spine_t_score": lambda p: _lowest_t(p, *SPINE),
    "fragility_fracture": lambda p: p.seen.low_energy_fractures()[0],
    "fragility_fractures": _low_energy,
    "hip_or_spine_fragility_fracture": _hip_or_spine,
    "vertebral_fractures": lambda p: _fracture_count(p, "vertebra"),
    "vertebral_fracture_months": lambda p: _months_since(p, "vertebra"),
    "hip_fracture_months": lambda p: _months_since(p, "hip"),
    "fracture_months": _months_since,
    "clinical_risk_factor": _risk_factor,
    "risk_assessed": lambda p: any_known(_frax_entered(p), _density_measured(p)),
    "frax_entered": _frax_entered,
    "frax_major": lambda p: _frax(p, "major osteoporotic fracture"),
    "frax_hip": lambda p: _frax(p, "hip fracture"),
    "osta": _osta,
    "renal_function": _renal,
    "hypocalcemia": lambda p: _calcium(p, "low", "hypocalcemia"),
    "hypercalcemia": lambda p: _calcium(p, "high", "hypercalcemia"),
    "turnover_marker_on_treatment": _marker_on_treatment,
    "bmi": lambda p: Interval.of(body_mass_index(p.seen)[0]),
    "infarction_or_stroke_months": _vessel_months,
    "falls": _falls,
    "frail": _frail,
    "phq2": _phq2,
    "phq9_scored": lambda p: Known.of(p.number("phq9") != Interval()),
    "phq9_before": lambda p: _before(p, "phq9"),
    "phq9_fall": lambda p: _fall_of(p, "phq9"),
    "peg_fall": lambda p: _fall_of(p, "peg"),
    "item9": _item_9,
    "self_harm": lambda p: mind.self_harm(p.seen)[0],
    "pain": _pain,
    **computed_drugs.COMPUTED,
}
