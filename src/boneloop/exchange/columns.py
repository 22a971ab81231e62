"""Columns: what a CSV or Parquet table of patients may hold, one row for each patient and date.

Every column is made here from the tables of quantities, questionnaires, conditions and drugs, so that the reader, its
messages and the printed documentation cannot differ. An empty cell is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from boneloop.instruments.table import Instrument, instrument, names
from boneloop.patient.conditions import SITES, titles
from boneloop.patient.drugs import drugs
from boneloop.patient.quantities import Quantity, quantities


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    kind   what its cells are: identity, quantity, unit, answer, total, condition, fracture, drug
    about  the quantity, questionnaire, condition, site or drug
    part   the unit of a quantity, the number of an answer, which fact of a fracture or drug
    text   what a cell holds, for the documentation
    """

    name: str
    kind: str
    about: str
    part: str
    text: str


IDENTITY = (
    ("id", "the patient; rows with one id are one person", "required"),
    ("date", "the day of the row, YYYY-MM-DD", "required"),
    ("sex", "female or male", "required"),
    ("birth_date", "YYYY-MM-DD", "this or age"),
    ("age", "years on the day of the row, whole or decimal", "this or birth_date"),
    ("country", "two letters (US, GB, CN)", ""),
    ("ethnicity", "white, black, hispanic, chinese, asian or other", ""),
    ("t_score_reference", "reference population of the T-scores of the row", ""),
    ("frax_country", "country of the FRAX calculation of the row, two letters", ""),
    ("frax_version", "version of FRAX, or of its page", ""),
    ("frax_with_bmd", "yes or no: was the density of the femoral neck entered into FRAX", ""),
    ("frax_with_tbs", "yes or no: was the trabecular bone score entered into FRAX", ""),
    (
        "frax_adjusted_for",
        "what FRAXplus was told beside: recency, falls, glucocorticoid dose, hip axis length ...",
        "",
    ),
    ("frax_entered_by", "who typed the FRAX numbers in: a role, not a name", ""),
    ("fractures_recorded", "yes if every fracture of the person is in the table", ""),
    ("medications_recorded", "yes if every drug of the person is in the table", ""),
)
ETHNICITIES = ("white", "black", "hispanic", "chinese", "asian", "other")

_FRACTURE = {
    "": "yes or no: has it ever broken",
    "_date": "when it broke",
    "_low_energy": "yes or no: from a fall from standing height or less",
}
_DRUG = {
    "": "yes (taken now), no (not taken now) or past",
    "_start": "first day of the course",
    "_stop": "last day of the course",
    "_given": "days of single doses, separated by ;",
    "_dose_mg": "one dose, or the daily amount of a drug taken daily, mg",
}


@cache
def columns() -> Mapping[str, Column]:
    """Every column by name, in the order of the documentation."""
    found: dict[str, Column] = {}
    for part in (_identity(), _measured(), _asked(), _diagnosed(), _broken(), _taken()):
        for column in part:
            found.setdefault(column.name, column)
    return found


def _identity() -> Iterator[Column]:
    for name, text, need in IDENTITY:
        yield Column(name, "identity", name, need, text)


def _measured() -> Iterator[Column]:
    for quantity in quantities().values():
        if not quantity.unit_required:
            yield Column(quantity.column, "quantity", quantity.name, "", f"{quantity.title}, {quantity.unit}")
        for unit in quantity.units:
            if with_unit := _with_unit(quantity, unit):
                yield Column(with_unit, "quantity", quantity.name, unit, f"{quantity.title}, {unit}")
        if len(quantity.units) > 1:
            text = f"{quantity.title}, in the unit of {quantity.column}_unit"
            yield Column(quantity.column, "quantity", quantity.name, "", text)
            text = f"the unit of {quantity.column}: {' or '.join(quantity.units)}"
            yield Column(f"{quantity.column}_unit", "unit", quantity.name, "", text)


def _with_unit(quantity: Quantity, unit: str) -> str:
    """The column that carries its unit in its name: creatinine_umol_per_l; "" where a unit is only a bare number."""
    if unit == "1" or unit.startswith(("{", "(")) or unit == "0-10":
        return ""
    plain = unit.lower().replace("^", "").replace("²", "2").replace("%", "percent").replace("/", "_per_")
    plain = re.sub(r"[\[\]{}()]", "", plain).replace(".", "_")
    return "" if quantity.column.endswith(plain) else f"{quantity.column}_{plain}"


def _asked() -> Iterator[Column]:
    for name in names():
        form = instrument(name)
        for number in range(1, form.items + 1):
            text = f"{form.title}, item {number}: {_shown([form.allowed(number)], form)}"
            yield Column(f"{name}_{number}", "answer", name, str(number), text)
        if form.total_range is not None:
            lowest, highest = form.total_range
            kind = "mean" if form.scoring == "mean" else "total"
            yield Column(f"{name}_total", "total", name, "", f"{form.title}, {kind}: {lowest:g} to {highest:g}")


def _diagnosed() -> Iterator[Column]:
    for name, title in titles().items():
        yield Column(name, "condition", name, "", f"{title}: yes or no")


def _broken() -> Iterator[Column]:
    for site in SITES:
        for part, text in _FRACTURE.items():
            yield Column(f"fracture_{site}{part}", "fracture", site, part, f"Fracture, {site}: {text}")


def _taken() -> Iterator[Column]:
    for drug in drugs().values():
        stem = f"drug_{drug.name}" if drug.name in quantities() else drug.name
        for part, text in _DRUG.items():
            if part != "_given" or drug.every_months is not None:
                yield Column(f"{stem}{part}", "drug", drug.name, part, f"{drug.name.replace('_', ' ')}: {text}")


def documented(kind: str) -> list[Column]:
    """The columns of one kind."""
    return [column for column in columns().values() if column.kind == kind]


def as_markdown() -> str:
    """The documentation of all columns, as the page about input shows it."""
    parts = []
    for kind, title in KINDS.items():
        rows = _folded(documented(kind))
        table = "\n".join(f"| `{name}` | {text} |" for name, text in rows)
        parts.append(f"### {title}\n\n| column | cells |\n|---|---|\n{table}\n")
    return "\n".join(parts)


def codes_as_markdown() -> str:
    """The documentation of all quantities: units, the range that is accepted, LOINC codes."""
    rows = ["| name | quantity | units | accepted | LOINC |", "|---|---|---|---|---|"]
    for quantity in quantities().values():
        lowest, highest = quantity.plausible
        units = ", ".join(quantity.units) + (" (must be given)" if quantity.unit_required else "")
        codes = ", ".join(code + ("" if told == "verified" else "?") for code, told in quantity.loinc.items())
        accepted = f"{lowest:g} to {highest:g} {quantity.unit}"
        rows.append(f"| `{quantity.name}` | {quantity.title} | {units} | {accepted} | {codes or 'none'} |")
    return "\n".join(rows) + "\n"


KINDS = {
    "identity": "Who and when",
    "quantity": "Measurements",
    "unit": "Units in a column of their own",
    "answer": "Answers to questionnaires",
    "total": "Totals of questionnaires",
    "condition": "Diagnoses and habits",
    "fracture": "Fractures",
    "drug": "Drugs",
}


def _folded(found: list[Column]) -> list[tuple[str, str]]:
    """Rows of the documentation: the answers of one questionnaire, and the columns of one drug, take one row."""
    by_subject: dict[str, list[Column]] = {}
    for column in found:
        folds = column.kind in ("answer", "drug", "fracture")
        by_subject.setdefault(column.about if folds else column.name, []).append(column)
    return [_folded_row(group) for group in by_subject.values()]


def _folded_row(group: list[Column]) -> tuple[str, str]:
    first = group[0]
    if first.kind == "answer":
        form = instrument(first.about)
        ranges = sorted({form.allowed(number) for number in range(1, form.items + 1)})
        return f"{first.name} … {group[-1].name}", f"{form.title}: {_shown(ranges, form)}"
    need = f" ({first.part})" if first.kind == "identity" and first.part else ""
    return "`, `".join(column.name for column in group), first.text + need


def _shown(ranges: list[tuple[float, float]], form: Instrument) -> str:
    """The answers that are allowed, in words."""
    if form.labels == ("no", "yes"):
        return "1 yes, 0 no"
    return " or ".join(f"{lowest:g} to {highest:g}" for lowest, highest in ranges)


if __name__ == "__main__":  # pragma: no cover - prints the documentation
    print(codes_as_markdown())
    print(as_markdown())
