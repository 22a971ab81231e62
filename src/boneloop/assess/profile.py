"""From the record to the profile: the few facts a forecast starts from, each with its error, and what is only assumed.

Nothing is filled in here. What is not known stays None or unknown, is drawn from a stated prior later, and is named in
``assumed``. A reading that stands in for another (a geriatric scale for the PHQ-9, a T-score for a density) is used,
carries a wider error, and says what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from boneloop.assess.assessment import Score
from boneloop.assess.bone_drugs import courses
from boneloop.assess.bone_health import REFERENCE_WORDS, young_reference
from boneloop.assess.falls_and_fractures import falls
from boneloop.assess.seen import ANTIDEPRESSANTS, Seen
from boneloop.evidence.registry import load
from boneloop.instruments.table import instrument
from boneloop.patient.drugs import drugs
from boneloop.patient.profile import Blood, BoneReading, PastFracture, PastTreatment, Profile, Reading
from boneloop.patient.record import Measurement, Medication
from boneloop.types import Known
from boneloop.units import DAYS_PER_MONTH

COUNTRIES = ("US", "GB", "SE", "CN")
DEFAULT_COUNTRY = "US"
BONE_SITES = ("total_hip", "femoral_neck", "lumbar_spine")
FRACTURE_SITES = ("hip", "vertebra", "wrist")
REPLAYED = {
    **{
        name: name
        for name in (
            "alendronate", "risedronate", "ibandronate", "zoledronate", "denosumab", "teriparatide", "abaloparatide",
            "romosozumab", "raloxifene",
        )
    },
    "estradiol": "estrogen",
    "estrogen": "estrogen",
}  # fmt: skip
"""Drugs whose past courses a forecast can replay, with the kind of therapy they are."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One questionnaire that can show a state; ``error`` is the entry of its error on the scale from 0 to 1."""

    score: str
    instrument: str
    error: str = "profile.other_questionnaire_error"


PAIN = (
    Choice("pain_nrs", "nrs", "observe.pain_error"),
    Choice("peg", "peg", "observe.pain_error"),
    Choice("bpi_severity", "bpi_severity"),
    Choice("rand36_pain", "rand36"),
)
DEPRESSION = (
    Choice("phq9", "phq9", "observe.depression_error"),
    Choice("gds15", "gds15"),
    Choice("hads_d", "hads_d"),
)
ANXIETY = (
    Choice("gad7", "gad7", "observe.anxiety_error"),
    Choice("hads_a", "hads_a"),
)
FUNCTION = (
    Choice("sppb", "sppb", "observe.function_error"),
    Choice("rand36_physical_functioning", "rand36", "observe.function_error"),
    Choice("katz", "katz", "profile.wide_function_error"),
    Choice("lawton", "lawton", "profile.wide_function_error"),
    Choice("nhanes_pfq", "nhanes_pfq", "profile.wide_function_error"),
)


@cache
def _number(name: str, unit: str) -> float:
    return load().number(name, unit)


def not_forecast(seen: Seen) -> str:
    """Why no forecast can start from this record; empty where one can."""
    age, country = seen.record.age, seen.record.country
    youngest, oldest = _number("profile.youngest", "year"), _number("profile.oldest", "year")
    if not youngest <= age <= oldest:
        return (
            f"age {age:g} is outside {youngest:.0f} to {oldest:.0f}, for which the model has fracture and death rates"
        )
    if country and country not in COUNTRIES:
        return f"no fracture and death rates for country {country}; there are: {', '.join(COUNTRIES)}"
    return ""


def build(seen: Seen, scores: list[Score]) -> Profile | None:
    """The profile, or None when ``not_forecast`` says why."""
    if not_forecast(seen):
        return None
    assumed: list[str] = []
    named = {score.name: score for score in scores}
    record = seen.record
    ended = seen.newest("menopause_age")
    return Profile(
        id=record.id,
        age=record.age,
        sex=record.sex,
        country=_country(seen, assumed),
        ethnicity=_ethnicity(seen, assumed),
        bone=_bone(seen, assumed),
        pain=_reading(seen, named, PAIN, "pain", assumed),
        depression=_reading(seen, named, DEPRESSION, "depressive symptoms", assumed),
        anxiety=_reading(seen, named, ANXIETY, "anxiety symptoms", assumed),
        function_loss=_reading(seen, named, FUNCTION, "function", assumed),
        menopause_age=_menopause(seen, ended, assumed),
        falls=_falls(seen, assumed),
        fractures=_fractures(seen, assumed),
        fractures_known=_whole_list(seen, assumed),
        vertebral_fractures=_vertebral_fractures(seen),
        treatments=_treatments(seen, assumed),
        antidepressant=_stated(seen.taking(*ANTIDEPRESSANTS), "whether an antidepressant is taken", assumed),
        beta_blocker=_stated(seen.taking("beta_blocker"), "whether a beta-blocker is taken", assumed),
        depression_diagnosis=_stated(seen.condition("depression"), "whether depression was ever diagnosed", assumed),
        glucocorticoid_mg_per_day=_glucocorticoid(seen, assumed),
        blood=_blood(seen, named, assumed),
        assumed=tuple(dict.fromkeys(assumed)),
    )


def _blood(seen: Seen, named: dict[str, Score], assumed: list[str]) -> Blood:
    """Calcium, phosphate, kidney and vitamin D as scored; what is missing is drawn later and said here."""
    scored = {name: named[name].value if name in named else None for name in ("corrected_calcium", "egfr", "vitamin_d")}
    phosphate = seen.newest("phosphate")
    found = Blood(
        calcium=scored["corrected_calcium"],
        phosphate=None if phosphate is None else phosphate.value,
        filtration=scored["egfr"],
        vitamin_d=scored["vitamin_d"],
    )
    for name, words in (
        ("calcium", "calcium corrected for albumin"),
        ("phosphate", "phosphate"),
        ("filtration", "kidney function"),
        ("vitamin_d", "25-hydroxyvitamin D"),
    ):
        if getattr(found, name) is None:
            assumed.append(f"{words} not recorded: drawn from people of that age and sex")
    return found


def _country(seen: Seen, assumed: list[str]) -> str:
    if seen.record.country:
        return seen.record.country
    assumed.append("country not recorded: fracture and death rates of the western reference curve (US)")
    return DEFAULT_COUNTRY


def _ethnicity(seen: Seen, assumed: list[str]) -> str:
    if not seen.record.ethnicity:
        assumed.append("ethnicity not recorded: bone density compared with the mean of all groups")
    return seen.record.ethnicity


def _bone(seen: Seen, assumed: list[str]) -> BoneReading | None:
    found = _newest_at_best_site(seen)
    if found is not None:
        site, read = found
        _say_if_old(seen, read, "bone density", "profile.old_scan", assumed)
        if read.quantity.startswith("t_score"):
            return _from_t_score(site, read, "profile.t_score_error", assumed)
        return BoneReading(site, read.value, _number("observe.bmd_error", "g/cm2"), "measured", read.date)
    t = seen.newest("t_score_unspecified")
    if t is not None:
        _say_if_old(seen, t, "bone density", "profile.old_scan", assumed)
        assumed.append("site of the T-score not named: taken as total hip, with a wider error")
        return _from_t_score("total_hip", t, "profile.unspecified_t_score_error", assumed)
    assumed.append("bone density not measured: drawn from people of that age and sex")
    return None


def _newest_at_best_site(seen: Seen) -> tuple[str, Measurement] | None:
    """The first site with a scan that is not old, else the first with any; a density goes before its T-score."""
    found = []
    for site in BONE_SITES:
        both = [m for m in (seen.newest(f"bmd_{site}"), seen.newest(f"t_score_{site}")) if m is not None]
        if both:
            found.append((site, max(both, key=lambda m: m.date or date.min)))
    limit = _number("profile.old_scan", "month")
    fresh = [one for one in found if (ago := seen.months_ago(one[1].date)) is not None and ago <= limit]
    return next(iter([*fresh, *found]), None)


def _from_t_score(site: str, t: Measurement, error: str, assumed: list[str]) -> BoneReading:
    mean, sd = young_reference(site)
    reference = f"{REFERENCE_WORDS}: {mean:.3f} g/cm2, SD {sd:.3f}"
    assumed.append(f"density computed from the T-score {t.value:+.1f} with the reference {reference}")
    if t.reference:
        assumed.append(f"the T-score names a reference of its own: {t.reference}")
    basis = f"from T-score {t.value:+.1f} with reference {reference}"
    return BoneReading(site, mean + t.value * sd, sd * _number(error, "SD"), basis, t.date)


def _say_if_old(seen: Seen, what: Measurement | Score, words: str, limit: str, assumed: list[str]) -> None:
    ago = seen.months_ago(what.date)
    if ago is None:
        assumed.append(f"{words}: the date is not recorded, taken as of today")
    elif ago > _number(limit, "month"):
        assumed.append(f"{words}: read {ago:.0f} months ago, taken as of today")


def _reading(
    seen: Seen, named: dict[str, Score], choices: tuple[Choice, ...], words: str, assumed: list[str]
) -> Reading | None:
    for choice in choices:
        score = named.get(choice.score)
        if score is None or score.value is None:
            continue
        _say_if_old(seen, score, words, "profile.old_reading", assumed)
        if choice is not choices[0]:
            assumed.append(f"{words}: {score.title} stands in for {instrument(choices[0].instrument).title}")
        if score.status == "prorated":
            assumed.append(f"{words}: {score.title} is prorated from the answers given")
        ago = seen.days_ago(score.date) or 0.0
        return Reading(*_severity(choice, score.value), f"{score.title}, {score.shown}", score.date, ago)
    assumed.append(f"{words} not measured: drawn from people of that age and sex")
    return None


def _severity(choice: Choice, value: float) -> tuple[float, float]:
    """Severity from 0 (best the instrument can say) to 1 (worst), and its error on that scale."""
    form = instrument(choice.instrument)
    best, worst = form.total_range or (0, _number("profile.scale_top", "points"))
    if form.direction == "higher is better":
        best, worst = worst, best
    return (value - best) / (worst - best), _number(choice.error, "1")


def _menopause(seen: Seen, ended: Measurement | None, assumed: list[str]) -> float | None:
    if not seen.female:
        return None
    if ended is None:
        assumed.append("age at menopause not recorded: drawn from women's ages at menopause")
        return None
    return ended.value


def _falls(seen: Seen, assumed: list[str]) -> float | None:
    counted = falls(seen)
    if counted.known:
        return counted.least
    least = f", at least {counted.least:.0f}" if counted.least else ""
    assumed.append(f"number of falls in the last 12 months not known{least}: the average of that age and sex")
    return None


def _fractures(seen: Seen, assumed: list[str]) -> tuple[PastFracture, ...]:
    from_age = _number("profile.fracture_counts_from", "year")
    kept = []
    for fracture in seen.record.fractures:
        age = seen.age_on(fracture.date)
        if fracture.low_energy is Known.NO:
            assumed.append(f"a fracture of the {fracture.site} by high energy is not counted as a sign of fragile bone")
        elif age is not None and age < from_age:
            assumed.append(f"a fracture of the {fracture.site} at {age:.0f}, before {from_age:.0f}, is not counted")
        else:
            site = fracture.site if fracture.site in FRACTURE_SITES else "other"
            kept.append(PastFracture(site, seen.days_ago(fracture.date)))
            if fracture.date is None:
                assumed.append(f"date of a fracture of the {fracture.site} not recorded: taken as long ago")
    return tuple(kept)


def _vertebral_fractures(seen: Seen) -> float | None:
    """How many vertebrae imaging showed broken, whatever was noticed of them."""
    counted = seen.newest("vertebral_fractures")
    return None if counted is None else counted.value


def _whole_list(seen: Seen, assumed: list[str]) -> Known:
    if seen.record.fractures_recorded is not Known.YES:
        assumed.append("it is not known whether there were other fractures")
    return seen.record.fractures_recorded


def _treatments(seen: Seen, assumed: list[str]) -> tuple[PastTreatment, ...]:
    found = [past for course in courses(seen) if (past := _treatment(seen, course, assumed)) is not None]
    if not found and seen.record.medications_recorded is not Known.YES:
        assumed.append("it is not known whether a bone drug was ever taken")
    return tuple(found)


def _treatment(seen: Seen, course: Medication, assumed: list[str]) -> PastTreatment | None:
    kind = REPLAYED.get(course.drug)
    if kind is None:
        words = course.drug.replace("_", " ")
        unnamed = course.drug == course.drug_class
        why = "which drug of this class is not recorded" if unnamed else "a bone drug that the model does not know"
        assumed.append(f"{words}: {why}, not replayed")
        return None
    ongoing = course.active is Known.YES
    every = drugs()[course.drug].every_months
    given = sorted(float(days) for day in course.given if (days := seen.days_ago(day)) is not None and days >= 0)
    if every is not None and given:
        return PastTreatment(kind, tuple(reversed(given)), ongoing)
    begun = seen.days_ago(course.start)
    if begun is None:
        assumed.append(f"{kind}: since when it was taken is not recorded, not replayed")
        return None
    ended = seen.days_ago(course.stop)
    if ended is None and not ongoing:
        assumed.append(f"{kind}: when it was stopped is not recorded, not replayed")
        return None
    last = max(0.0, ended or 0.0)
    if every is None:
        return PastTreatment(kind, (begun, last), ongoing)
    step = every * DAYS_PER_MONTH
    doses = [begun - n * step for n in range(int((begun - last) // step) + 1)]
    assumed.append(f"{kind}: only its start is recorded; doses taken as given every {every:g} months")
    return PastTreatment(kind, tuple(doses), ongoing)


def _glucocorticoid(seen: Seen, assumed: list[str]) -> float | None:
    dose = seen.newest("glucocorticoid_mg_per_day")
    if dose is not None:
        return dose.value
    taken = [m.dose_mg for m in seen.courses("prednisolone") if m.active is Known.YES and m.dose_mg is not None]
    if taken:
        return sum(taken)
    used = seen.taking("glucocorticoid")
    stated = seen.condition("glucocorticoid_use")
    if Known.YES not in (used, stated) and Known.NO in (used, stated):
        return 0.0
    yes = Known.YES in (used, stated)
    if yes:
        usual = load().number("glucocorticoid.usual_dose", "mg/day")
        assumed.append(f"glucocorticoid is taken, the dose is not known: {usual:g} mg of prednisolone a day")
        return usual
    assumed.append("glucocorticoid use not recorded")
    return None


def _stated(state: Known, words: str, assumed: list[str]) -> Known:
    if state is Known.UNKNOWN:
        assumed.append(f"{words}: not recorded")
    return state
