"""What a person must look at: safety first, then what does not fit together, then what was refused at reading."""

from __future__ import annotations

from functools import cache

from boneloop.assess import bone_drugs, bone_health, fracture_risk, mind, questionnaires
from boneloop.assess.assessment import Flag, Risk, Score
from boneloop.assess.seen import Seen
from boneloop.evidence.registry import load
from boneloop.types import Known

ORDER = {"safety": 0, "warning": 1, "info": 2}


RENAL_RULE = "the lower of creatinine clearance and estimated GFR counts for bisphosphonates"
INCOHERENT_RULE = "a hip fracture is one of the fractures: its risk cannot be the higher one; neither is changed"
DISAGREE_RULE = "T-score as recorded against (density - young mean) / SD of the same day and site"


def flags(seen: Seen, scores: list[Score], risks: list[Risk]) -> list[Flag]:
    """All flags, the gravest first."""
    named = {score.name: score for score in scores}
    found = [*mind.flags(seen), *bone_drugs.flags(seen), *_renal(seen, named), *_calcium(seen, named)]
    found += [
        Flag(
            "risks_incoherent",
            "warning",
            f"A hip fracture cannot be likelier than any fracture. {said}. Both are shown.",
            rule=INCOHERENT_RULE,
        )
        for said in fracture_risk.incoherent(risks)
    ]
    found += [
        Flag(
            "t_score_and_density_disagree",
            "warning",
            f"{said}: another reference, another scanner, or an error.",
            rule=DISAGREE_RULE,
        )
        for said in bone_health.disagreements(seen)
    ]
    found += [Flag("answers_refused", "warning", f"Not scored: {said}") for said in questionnaires.refused(seen)]
    if seen.record.notes:
        message = f"{len(seen.record.notes)} values were refused or changed at reading."
        found.append(Flag("values_refused", "info", message, seen.record.notes))
    return sorted(found, key=lambda flag: ORDER[flag.severity])


@cache
def clearance_limit() -> float:
    """Creatinine clearance below which bisphosphonates are not given, mL/min."""
    return load().number("bisphosphonate_renal.clearance_below", "mL/min")


def renal_function(named: dict[str, Score]) -> tuple[float | None, str]:
    """The lower of creatinine clearance and estimated GFR, and which of the two it is; None where neither is known."""
    known = {
        words: score.value
        for name, words in (("cockcroft_gault", "creatinine clearance"), ("egfr", "estimated GFR"))
        if (score := named.get(name)) is not None and score.value is not None
    }
    if not known:
        return None, ""
    words = min(known, key=lambda name: known[name])
    return known[words], words


def _renal(seen: Seen, named: dict[str, Score]) -> list[Flag]:
    lower, words = renal_function(named)
    limit = clearance_limit()
    if lower is None or not lower < limit:
        return []
    taking = seen.taking("bisphosphonate") is Known.YES
    other = named.get("egfr")
    passes = ""
    if words == "creatinine clearance" and other is not None and other.value is not None and other.value >= limit:
        passes = f" The estimated GFR of {other.value:.0f} alone would not show it."
    now = "is on the list now" if taking else "is not to be started without a specialist"
    drugs = "a bisphosphonate (zoledronate, alendronate)"
    message = f"{words[:1].upper()}{words[1:]} {lower:.1f} mL/min is below {limit:.0f}: {drugs} {now}; verify.{passes}"
    lines = [line for name in ("cockcroft_gault", "egfr") if name in named for line in named[name].basis]
    basis = tuple(dict.fromkeys(lines))
    rule = f"{RENAL_RULE}: not below {limit:g} mL/min"
    return [Flag("renal_bisphosphonate", "safety" if taking else "warning", message, basis, rule)]


def _calcium(seen: Seen, named: dict[str, Score]) -> list[Flag]:
    score = named.get("corrected_calcium")
    if score is None or score.band not in ("low", "high"):
        return []
    why = {
        "low": "to be corrected before any denosumab, zoledronate or romosozumab",
        "high": "to be explained before any bone drug; it can also look like depression",
    }[score.band]
    message = f"Corrected calcium {score.shown} is {score.band}: {why}."
    return [Flag(f"calcium_{score.band}", "warning", message, score.basis, score.rule)]
