"""Adherence: who is depressed is less likely to take the next dose.

    logit p = a0 - ln(odds ratio)·min(1, D/D_case)      a0 = logit of the share of one step that keeps persistence

a0 comes from the share of people still treated after one and after two years, taken as if nobody were depressed:
over a step of m months of a year in which a share K stays, K^(m/12). A drug without a row for the second year goes
on as in the first. Whoever stops has stopped that course for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.evidence.registry import Registry
from boneloop.mathematics import log, logistic, minimum, power
from boneloop.therapy.schedule import MONTHS_PER_YEAR
from boneloop.types import Array, Fraction, Scalar


class Persistence(NamedTuple):
    """Share still on treatment after one and after two years; odds ratio of not taking it when depressed."""

    depression_odds: Fraction
    oral_one_year: Fraction
    denosumab_one_year: Fraction
    denosumab_two_years: Fraction
    zoledronate_one_year: Fraction
    zoledronate_two_years: Fraction
    teriparatide_one_year: Fraction
    teriparatide_two_years: Fraction
    romosozumab_one_year: Fraction
    long_term_one_year: Fraction
    long_term_two_years: Fraction
    effort_one_year: Fraction
    effort_two_years: Fraction


class Parameters(NamedTuple):
    """``case`` is the depressive severity from which a person counts as a case."""

    persistence: Persistence
    case: Scalar


def parameters(registry: Registry, draws: Mapping[str, Array] | None = None) -> Parameters:
    """Read them; ``draws`` as in ``Registry.parameters``."""
    case = registry.number("mood_to_fracture.caseness")
    return Parameters(registry.parameters(Persistence, "adherence", draws), case)


def stays(depressive_severity: Scalar, drug: str, year: int, months: int, parameters: Parameters) -> Scalar:
    """Probability to take the next dose, or to stay on a daily drug until the next decision.

    drug    ``Line.drug``; year of treatment, from 1; months from one decision to the next, ``Line.ask_months``
    """
    kept = power(_kept_over_year(drug, year, parameters.persistence), months / MONTHS_PER_YEAR)
    share_of_case = minimum(1.0, depressive_severity / parameters.case)
    return logistic(log(kept / (1 - kept)) - log(parameters.persistence.depression_odds) * share_of_case)


def _kept_over_year(drug: str, year: int, persistence: Persistence) -> Scalar:
    first = getattr(persistence, f"{drug}_one_year")
    if year == 1:
        return first
    second = getattr(persistence, f"{drug}_two_years", None)
    return first if second is None else second / first
