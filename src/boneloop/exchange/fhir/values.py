"""Values as FHIR carries them: numbers with units, scored answers, yes and no, and how to show what came."""

from __future__ import annotations

import math

from boneloop.errors import RecordError
from boneloop.exchange.fhir.codes import score_of, table, words_of
from boneloop.exchange.fhir.resources import Amount, Answer, Coding, Component, Observation

Valued = Answer | Component | Observation
"""What can carry a value[x]."""


def parts_of(observation: Observation) -> tuple[Observation | Component, ...]:
    """The observation itself and its components."""
    return (observation, *observation.component)


def quantity_of(part: Component | Observation, place: str) -> tuple[float, str] | None:
    """The number and its unit, "" where it has none; None where there is no number.

    Raises RecordError for a number that is only a limit (less than, at least).
    """
    amount = part.valueQuantity
    if amount is not None and amount.value is not None:
        if amount.comparator:
            shown = f"{amount.comparator} {amount.value:g} {amount.unit or ''}"
            raise RecordError(place, "an exact value, not a limit", shown.strip())
        return amount.value, unit_of(amount)
    if part.valueInteger is not None:
        return float(part.valueInteger), ""
    return None


def unit_of(amount: Amount) -> str:
    """The coded unit, else the printed one; a coded "1" says less than a printed unit."""
    if amount.code and amount.code != "1":
        return amount.code
    return amount.unit or amount.code or ""


def codings_of(part: Valued) -> tuple[Coding, ...]:
    """The codes of a coded value."""
    if isinstance(part, Answer):
        return (part.valueCoding,) if part.valueCoding is not None else ()
    return part.valueCodeableConcept.coding if part.valueCodeableConcept is not None else ()


def score_in(part: Valued) -> float | None:
    """The score that a value is: a number, a scored code, or a number written as text."""
    if part.valueInteger is not None:
        return float(part.valueInteger)
    if isinstance(part, Answer) and part.valueDecimal is not None:
        return part.valueDecimal
    if part.valueQuantity is not None and part.valueQuantity.value is not None and not part.valueQuantity.comparator:
        return part.valueQuantity.value
    scores = [score for coding in codings_of(part) if (score := score_of(coding)) is not None]
    return scores[0] if scores else _number(part.valueString)


def yes_or_no(part: Valued) -> float | None:
    """1 for yes and 0 for no, where a value says one of them in so many words; a bare number does not."""
    if part.valueBoolean is not None:
        return float(part.valueBoolean)
    told = [table("yes_no")[c.code] for c in codings_of(part) if c.code and c.code in table("yes_no")]
    return float(told[0]) if told else None


def shown(part: Valued) -> str:
    """What came, in words."""
    amount = part.valueQuantity
    if amount is not None and amount.value is not None:
        return f"{amount.comparator or ''}{amount.value:g} {amount.unit or ''}".strip()
    if part.valueInteger is not None:
        return str(part.valueInteger)
    if isinstance(part, Answer):
        coding = part.valueCoding
        words = (coding.display or coding.code or "") if coding is not None else ""
    else:
        words = words_of(part.valueCodeableConcept) or " ".join(c.code or "" for c in codings_of(part))
    return part.valueString or words or "nothing"


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None
