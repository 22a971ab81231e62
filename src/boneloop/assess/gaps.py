"""Gaps: what is not known of each domain, and why it would be worth knowing.

``completeness`` is the share of a domain's key items that are known. The list is short on purpose: an item stands here
when a score, a rule or the forecast needs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from boneloop.assess import mind
from boneloop.assess.assessment import Gap, Score
from boneloop.assess.falls_and_fractures import falls
from boneloop.assess.seen import Seen
from boneloop.types import Known

Valued = frozenset[str]


@dataclass(frozen=True, slots=True)
class KeyItem:
    """One item of a domain; ``known`` says whether it is, from the scores that have a value and the record.

    of_women  asked of women only
    gap       what is said where it is not known
    """

    domain: str
    item: str
    why: str
    known: Callable[[Seen, Valued], bool]
    of_women: bool = False
    gap: Gap = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "gap", Gap(self.domain, self.item, self.why))


def _scored(*names: str) -> Callable[[Seen, Valued], bool]:
    wanted = frozenset(names)
    return lambda seen, valued: not wanted.isdisjoint(valued)


def _measured(*quantities: str) -> Callable[[Seen, Valued], bool]:
    def known(seen: Seen, valued: Valued) -> bool:
        return any(map(seen.newest, quantities))

    return known


def _stated(*conditions: str) -> Callable[[Seen, Valued], bool]:
    return lambda seen, valued: seen.any_condition(*conditions) is not Known.UNKNOWN


def _glucocorticoid(seen: Seen, valued: Valued) -> bool:
    states = (seen.condition("glucocorticoid_use"), seen.taking("glucocorticoid"))
    none_taken = Known.YES not in states and Known.NO in states
    return none_taken or seen.newest("glucocorticoid_mg_per_day") is not None


def _menopause(seen: Seen, valued: Valued) -> bool:
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
    KeyItem("bone", "age at menopause", "the model loses bone from then on", _menopause, of_women=True),
    KeyItem("fracture_risk", "all fractures, with dates and how they came about",
            "the strongest single predictor, most of all in the first two years",
            lambda seen, valued: seen.record.fractures_recorded is Known.YES),
    KeyItem("fracture_risk", "falls in the last 12 months", "Garvan needs the count; falls break hips",
            lambda seen, valued: falls(seen).known),
    KeyItem("fracture_risk", "body weight", "OST, ORAI and creatinine clearance need it",
            lambda seen, valued: seen.newest("weight") is not None),
    KeyItem("fracture_risk", "glucocorticoid use and dose", "bone protection starts with the steroid", _glucocorticoid),
    KeyItem("fracture_risk", "smoking", "raises risk and can be changed", _stated("smoking")),
    KeyItem("fracture_risk", "hip fracture of a parent", "a factor in every published engine",
            _stated("parental_hip_fracture")),
    KeyItem("pain", "pain intensity (0 to 10) or PEG", "pain feeds low mood and inactivity, and is what patients feel",
            _scored("pain_nrs", "peg", "bpi_severity")),
    KeyItem("mind", "PHQ-9, all nine items", "depressive symptoms drive pain, falls, and missed doses",
            _scored("phq9", "gds15", "hads_d", "promis_depression")),
    KeyItem("mind", "PHQ-9 item 9", "thoughts of self-harm need a person, not a total",
            lambda seen, valued: mind.self_harm(seen)[0] is not Known.UNKNOWN),
    KeyItem("mind", "GAD-7", "anxiety goes with pain, sleep and fear of falling",
            _scored("gad7", "hads_a", "promis_anxiety")),
    KeyItem("function", "a function score (SPPB, RAND-36, ADL)", "lost function is the way from fracture to low mood",
            _scored(*FUNCTION_SCALES)),
    KeyItem("function", "gait speed, timed up and go, or chair stands", "a slow walk predicts falls",
            _scored("gait_speed", "tug", "chair_stand_5", "sppb")),
    KeyItem("wellbeing", "quality of life (EQ-5D, RAND-36, QUALEFFO-41)", "else quality of life is only modeled",
            _scored("eq5d_index", "eq5d5l", "eq5d3l", "eq5d_vas", "qualeffo41", "rand36_general_health")),
    KeyItem("treatment", "the whole list of medicines", "without it no drug can be said not to be taken",
            lambda seen, valued: seen.record.medications_recorded is Known.YES),
)  # fmt: skip


def gaps(seen: Seen, scores: list[Score]) -> tuple[tuple[Gap, ...], dict[str, float]]:
    """What is missing, and the share of key items known by domain."""
    valued = frozenset([score.name for score in scores if score.value is not None])
    asked, counts = _asked(seen.female)
    missing = tuple([key.gap for key in asked if not key.known(seen, valued)])
    unknown = [gap.domain for gap in missing]
    return missing, {domain: 1 - unknown.count(domain) / count for domain, count in counts.items()}


@cache
def _asked(female: bool) -> tuple[tuple[KeyItem, ...], Mapping[str, int]]:
    """The key items of one sex, and how many there are of each domain."""
    asked = tuple(key for key in KEY_ITEMS if female or not key.of_women)
    return asked, Counter(key.domain for key in asked)
