"""Made-up people of whom everything is known and everything is wrong: what must still fit on its paper."""

from __future__ import annotations

from datetime import date, timedelta

from boneloop.instruments.table import instrument, names
from boneloop.patient.conditions import titles
from boneloop.patient.drugs import drugs
from boneloop.patient.record import Answers, Condition, Fracture, Measurement, Medication, Record
from boneloop.types import Known, Sex

TODAY = date(2026, 9, 15)
BEFORE = TODAY - timedelta(days=200)
LONG_AGO = TODAY - timedelta(days=1500)
WORST = {
    "bmd_total_hip": 0.5, "bmd_femoral_neck": 0.45, "bmd_lumbar_spine": 0.6, "t_score_total_hip": -3.6,
    "t_score_femoral_neck": -3.8, "t_score_lumbar_spine": -4.1, "t_score_radius": -3.3, "z_score_total_hip": -2.4,
    "z_score_lumbar_spine": -2.6, "creatinine": 1.9, "weight": 44, "height": 158, "calcium": 2.0, "albumin": 33,
    "vitamin_d_25oh": 21, "falls_12_months": 4, "frax_mof": 42, "frax_hip": 31, "tug": 27, "gait_speed": 0.4,
    "chair_stand_5": 31, "grip_strength": 9, "sppb": 3, "pain_nrs": 9, "height_loss": 7, "menopause_age": 44,
    "tbs": 1.1, "qct_spine": 61, "genant_grade": 3, "spinal_deformity_index": 9, "sodium": 128, "potassium": 3.4,
    "alkaline_phosphatase": 190, "pth": 11, "tsh": 4, "ctx": 620, "p1np": 88, "phosphate": 0.7, "crp": 12,
    "hemoglobin": 10,
}  # fmt: skip
TREATED = (
    "denosumab", "sertraline", "amitriptyline", "duloxetine", "prednisolone", "tramadol", "diazepam", "ibuprofen",
    "warfarin", "omeprazole", "hydrochlorothiazide", "tamoxifen", "pregabalin", "citalopram", "aspirin",
)  # fmt: skip


def people() -> list[Record]:
    """One with too much under each framework, one with nothing, and a man."""
    full = [_full(f"everything-{country}", country) for country in ("GB", "US", "CN", "SE")]
    empty = Record("nobody-knows", Sex.FEMALE, 77.0, TODAY, "row 1", country="GB")
    long_name = "W" * 64
    return [*full, empty, _full(long_name, "GB", Sex.MALE)]


def _full(name: str, country: str, sex: Sex = Sex.FEMALE) -> Record:
    return Record(
        id=name,
        sex=sex,
        age=83.0,
        as_of=TODAY,
        source="row 1",
        country=country,
        ethnicity="white",
        measurements=tuple(
            Measurement(quantity, value * factor, day, f"row {n}", f"{value:g}")
            for quantity, value in WORST.items()
            for n, (day, factor) in enumerate(((LONG_AGO, 1), (BEFORE, 1), (TODAY - timedelta(days=40), 1)))
        ),
        answers=tuple(
            form for name in names() for day in (BEFORE, TODAY - timedelta(days=9)) if (form := _answers(name, day))
        ),
        fractures=tuple(
            Fracture(site, BEFORE, "row 1", Known.YES) for site in ("hip", "vertebra", "vertebra", "wrist")
        ),
        fractures_recorded=Known.YES,
        conditions=tuple(Condition(one, Known.YES, BEFORE, "row 1") for one in titles()),
        medications=tuple(_course(name) for name in TREATED),
        medications_recorded=Known.YES,
        notes=tuple(f"row {n}: refused" for n in range(12)),
    )


def _answers(name: str, day: date) -> Answers | None:
    form = instrument(name)
    if form.items and form.scoring != "total only":
        worst = 0 if form.direction == "higher is better" else 1
        return Answers(name, {n: form.allowed(n)[worst] for n in form.counted}, None, day, f"form {name}")
    return Answers(name, {}, form.total_range[1] if form.total_range else None, day, f"form {name}")


def _course(name: str) -> Medication:
    given = (LONG_AGO, LONG_AGO + timedelta(days=180), BEFORE - timedelta(days=60)) if name == "denosumab" else ()
    return Medication(name, drugs()[name].drug_class, LONG_AGO, None, Known.YES, f"course {name}", given)
