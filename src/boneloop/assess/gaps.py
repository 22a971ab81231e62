"""Gaps: what is not known of each domain, and why it would be worth knowing.

``completeness`` is the share of a domain's key items that are known. The list is short on purpose: an item stands here
when a score, a rule or the forecast needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from boneloop.assess import mind
from boneloop.assess.assessment import Gap, Score
from boneloop.assess.falls_and_fractures import falls
from boneloop.assess.seen import Seen
from boneloop.types import Known

Named = dict[str, Score]


@dataclass(frozen=True, slots=True)
class KeyItem:
    """One item of a domain; ``known`` says whether it is, ``applies`` whether it is asked of this person."""

    domain: str
    item: str
    why: str
    known: Callable[[Seen, Named], bool]
    applies: Callable[[Seen], bool] = lambda seen: True


def _scored(*names: str) -> Callable[[Seen, Named], bool]:
    return lambda seen, named: any(name in named and named[name].value is not None for name in names)


def _measured(*quantities: str) -> Callable[[Seen, Named], bool]:
    return lambda seen, named: any(seen.newest(quantity) is not None for quantity in quantities)


def _stated(*conditions: str) -> Callable[[Seen, Named], bool]:
    return lambda seen, named: seen.any_condition(*conditions) is not Known.UNKNOWN


def _glucocorticoid(seen: Seen, named: Named) -> bool:
    states = (seen.condition("glucocorticoid_use"), seen.taking("glucocorticoid"))
    none_taken = Known.YES not in states and Known.NO in states
    return none_taken or seen.newest("glucocorticoid_mg_per_day") is not None


def _menopause(seen: Seen, named: Named) -> bool:
    return seen.newest("menopause_age") is not None or seen.any_condition("menopause", "early_menopause") is Known.YES


FUNCTION_SCALES = ("sppb", "rand36_physical_functioning", "promis_physical_function", "katz", "lawton", "nhanes_pfq")
KEY_ITEMS = (
    KeyItem("bone", "bone density of the hip (DXA)", "every class, the Garvan risk and the forecast start from it",
            _measured("bmd_total_hip", "bmd_femoral_neck", "t_score_total_hip", "t_score_femoral_neck")),
    KeyItem("bone", "bone density of the spine", "the class follows the lowest site",
            _measured("bmd_lumbar_spine", "t_score_lumbar_spine")),
    KeyItem("bone", "creatinine and body weight", "creatinine clearance decides on bisphosphonates",
            _scored("cockcroft_gault")),
    KeyItem("bone", "calcium with albumin", "low calcium forbids denosumab, zoledronate and romosozumab",
            _scored("corrected_calcium")),
    KeyItem("bone", "25-hydroxyvitamin D", "to be replete before a drug by injection", _scored("vitamin_d")),
    KeyItem("bone", "age at menopause", "the model loses bone from then on", _menopause, lambda seen: seen.female),
    KeyItem("fracture_risk", "all fractures, with dates and how they came about",
            "the strongest single predictor, most of all in the first two years",
            lambda seen, named: seen.record.fractures_recorded is Known.YES),
    KeyItem("fracture_risk", "falls in the last 12 months", "Garvan needs the count; falls break hips",
            lambda seen, named: falls(seen).known),
    KeyItem("fracture_risk", "body weight", "OST, ORAI and creatinine clearance need it",
            lambda seen, named: seen.newest("weight") is not None),
    KeyItem("fracture_risk", "glucocorticoid use and dose", "bone protection starts with the steroid", _glucocorticoid),
    KeyItem("fracture_risk", "smoking", "raises risk and can be changed", _stated("smoking")),
    KeyItem("fracture_risk", "hip fracture of a parent", "a factor in every published engine",
            _stated("parental_hip_fracture")),
    KeyItem("pain", "pain intensity (0 to 10) or PEG", "pain feeds low mood and inactivity, and is what patients feel",
            _scored("pain_nrs", "peg", "bpi_severity")),
    KeyItem("mind", "PHQ-9, all nine items", "depressive symptoms drive pain, falls, and missed doses",
            _scored("phq9", "gds15", "hads_d", "promis_depression")),
    KeyItem("mind", "PHQ-9 item 9", "thoughts of self-harm need a person, not a total",
            lambda seen, named: mind.self_harm(seen)[0] is not Known.UNKNOWN),
    KeyItem("mind", "GAD-7", "anxiety goes with pain, sleep and fear of falling",
            _scored("gad7", "hads_a", "promis_anxiety")),
    KeyItem("function", "a function score (SPPB, RAND-36, ADL)", "lost function is the way from fracture to low mood",
            _scored(*FUNCTION_SCALES)),
    KeyItem("function", "gait speed, timed up and go, or chair stands", "a slow walk predicts falls",
            _scored("gait_speed", "tug", "chair_stand_5", "sppb")),
    KeyItem("wellbeing", "quality of life (EQ-5D, RAND-36, QUALEFFO-41)", "else quality of life is only modeled",
            _scored("eq5d_index", "eq5d5l", "eq5d3l", "eq5d_vas", "qualeffo41", "rand36_general_health")),
    KeyItem("treatment", "the whole list of medicines", "without it no drug can be said not to be taken",
            lambda seen, named: seen.record.medications_recorded is Known.YES),
)  # fmt: skip


def gaps(seen: Seen, scores: list[Score]) -> tuple[tuple[Gap, ...], dict[str, float]]:
    """What is missing, and the share of key items known by domain."""
    named = {score.name: score for score in scores}
    missing = []
    counts: dict[str, list[int]] = {}
    for key in KEY_ITEMS:
        if not key.applies(seen):
            continue
        known = key.known(seen, named)
        counts.setdefault(key.domain, []).append(int(known))
        if not known:
            missing.append(Gap(key.domain, key.item, key.why))
    return tuple(missing), {domain: sum(known) / len(known) for domain, known in counts.items()}
