"""What a forecast rests on, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from boneloop.evidence.registry import Registry
from boneloop.patient.profile import Profile
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.schedule import schedule
from boneloop.types import Known
from boneloop.units import DAYS_PER_YEAR

_SCORES_ONLY = (
    "assess",
    "bisphosphonate_renal",
    "ckd_epi_2021",
    "cockcroft_gault",
    "corrected_calcium",
    "denosumab_interval",
    "freshness",
    "frax",
    "garvan",
    "orai",
    "ost",
    "osta",
    "physical_test",
    "trial",
    "vitamin_d",
    "who_class",
)
_ENGINE_ONLY = ("density", "search")
"""Tables of the mineral engine that no forecast rests on: its own links to density, and how a rest is looked for."""
_OPTIONAL = (
    "antidepressant",
    "beta_blocker",
    "psychological",
    "exercise",
    "analgesia",
    "estrogenic",
    "collaborative_care",
)
_CHANNELS = {
    "antidepressant": ("ssri", "snri", "tca"),
    "estrogenic": ("raloxifene", "estrogen"),
}


def known_sentences(profile: Profile) -> tuple[str, ...]:
    """What was measured or recorded, with its date."""
    said = [f"age {profile.age:g}, {profile.sex}"]
    if profile.bone:
        b = profile.bone
        said.append(f"{b.site.replace('_', ' ')} density {b.value:.3f} g/cm2, {b.basis}{_on(b.date)}")
    for name in ("pain", "depression", "anxiety", "function_loss"):
        reading = getattr(profile, name)
        if reading:
            said.append(f"{name.replace('_', ' ')}: {reading.instrument}{_on(reading.date)}")
    said += [_fracture(f.site, f.days_ago) for f in profile.fractures]
    if profile.fractures_known is Known.YES and not profile.fractures:
        said.append("no earlier fracture recorded")
    said += [f"{t.drug}, {'still taken' if t.ongoing else 'in the past'}" for t in profile.treatments]
    if profile.falls is not None:
        said.append(f"{profile.falls:g} falls in the last 12 months")
    return tuple(said)


def already_taken(profile: Profile, plan: CarePlan) -> tuple[str, ...]:
    """What a plan does to treatment that the person has already: a plan is all the care that is given from now on."""
    kinds = {course.kind for course in plan.courses}
    said = [
        f"{t.drug} is taken now and is not part of this plan: here it stops at the start, with all that follows."
        for t in profile.treatments
        if t.ongoing and t.drug not in kinds
    ]
    if profile.antidepressant is Known.YES and kinds & {"ssri", "snri", "tca"}:
        said.append("An antidepressant is taken already: this plan counts a second one on top of it.")
    if profile.beta_blocker is Known.YES and "beta_blocker" in kinds:
        said.append("A beta-blocker is taken already: this plan counts a second one on top of it.")
    if "collaborative_care" in kinds:
        said.append(
            "Collaborative care includes antidepressants for many: their harm to falls and bone is not counted."
        )
    return tuple(said)


def readings_stretched(profile: Profile) -> tuple[str, ...]:
    """Where the model has less than the record: what was read at one place and is used for another."""
    said = []
    if profile.bone and profile.bone.site != "total_hip":
        site = profile.bone.site.replace("_", " ")
        said.append(f"The {site} was measured: the risk of fracture goes by a total hip of the same Z-score.")
    if not profile.ethnicity and profile.country.upper() == "CN":
        said.append("Ancestry is not recorded: density is compared with people of Chinese ancestry, as in the country.")
    if profile.bone is None:
        said.append("Density is not known: a total hip is drawn from people of that age and sex.")
    return tuple(said)


def plans_stretched(plans: Iterable[CarePlan]) -> tuple[str, ...]:
    """Where the model says more than is known of what a plan does."""
    if not any(course.kind == "denosumab" for plan in plans for course in plan.courses):
        return ()
    return (
        "Calcium falls further after denosumab in the mineral engine than in people, most of all with weak kidneys or "
        "little vitamin D: the chance of severe hypocalcemia is there to compare people and plans; it is no rate.",
    )


def _on(day: date | None) -> str:
    return f" ({day.isoformat()})" if day else " (undated)"


def _fracture(site: str, days_ago: float | None) -> str:
    return f"{site} fracture, " + ("undated" if days_ago is None else f"{days_ago / DAYS_PER_YEAR:.1f} years ago")


def _only_scores(table: str) -> bool:
    """Whether a table is one of the scores', or a part of one ("garvan_female_hip")."""
    return any(table == name or table.startswith(f"{name}_") for name in _SCORES_ONLY)


def numbers_used(registry: Registry, plans: Iterable[CarePlan]) -> tuple[str, ...]:
    """Ids of the registry entries that take part in a forecast under these plans."""
    channels = {channel for plan in plans for channel in schedule(plan, 1).channels}
    idle = {t for t in _OPTIONAL if not channels & {t, *_CHANNELS.get(t, ())}}
    kept = []
    for entry in registry:
        table = entry.id.split(".")[0]
        always = entry.id in ("antidepressant.ssri_falls", "beta_blocker.falls")
        if table in _ENGINE_ONLY:
            continue
        if not _only_scores(table) and (table not in idle or always):
            kept.append(entry.id)
    return tuple(sorted(kept))
