"""What is normal for an age: bone thins, death comes nearer, and both as the public tables say."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from boneloop.evidence.registry import load
from boneloop.types import Sex

REGISTRY = load()
SITES = ("total_hip", "femoral_neck", "lumbar_spine")
COUNTRIES = {"us": "840", "gb": "826", "cn": "156"}


@pytest.mark.parametrize("sex", Sex)
@pytest.mark.parametrize("site", ["total_hip", "femoral_neck"])
def test_the_hip_thins_with_every_decade_after_fifty(site: str, sex: Sex) -> None:
    assert np.all(np.diff(REGISTRY.at(f"bmd_reference.{site}_{sex}_mean", np.arange(50, 86), "g/cm2")) < 0)


@pytest.mark.parametrize("site", SITES)
def test_women_have_thinner_bones_than_men_after_fifty(site: str) -> None:
    ages = np.arange(50, 86)
    women, men = (REGISTRY.at(f"bmd_reference.{site}_{sex}_mean", ages, "g/cm2") for sex in Sex)
    assert np.all(women < men)


@pytest.mark.parametrize("site", SITES)
def test_the_order_of_the_ethnic_means_is_the_one_the_survey_found(site: str) -> None:
    asian, hispanic, black = (
        REGISTRY.number(f"bmd_reference.{site}_{group}_ratio") for group in ("asian", "hispanic", "black")
    )
    assert asian < hispanic < black


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_rate_of_death_rises_with_age_and_is_higher_in_men(country: str) -> None:
    ages = np.arange(40, 101)
    women, men = (REGISTRY.at(f"mortality.{country}_{sex}", ages, "1/year", logarithmic=True) for sex in Sex)
    assert np.all(np.diff(women) > 0) and np.all(np.diff(men) > 0) and np.all(men > women)


@pytest.mark.parametrize("sex", Sex)
@pytest.mark.parametrize("country", COUNTRIES)
def test_a_life_under_these_rates_lasts_as_long_as_published(country: str, sex: Sex, shared: Path) -> None:
    """Below 50 the table's own rates, from 50 ours: the sum is the life expectancy at birth that its authors print."""
    lived, alive = young_years(country, sex, shared)
    ages = np.arange(50, 130, 0.01)
    rate = REGISTRY.at(f"mortality.{country}_{sex}", ages, "1/year", logarithmic=True)
    old_years = np.exp(-np.cumsum(rate) * 0.01).sum() * 0.01
    published = [row[f"e0{sex.value[0].upper()}"] for row in rows(shared / "data/lifetables/wpp2022_e0.csv", country)]
    assert lived + alive * old_years == pytest.approx(float(published[0]), abs=0.1)


def young_years(country: str, sex: Sex, shared: Path) -> tuple[float, float]:
    """Years lived before 50, and the share alive at 50."""
    lived, alive = 0.0, 1.0
    young = [r for r in rows(shared / "data/lifetables/wpp2022_mx_abridged.csv", country) if int(r["age"]) < 50]
    for row, upper in zip(young, [1, *range(5, 51, 5)], strict=True):
        rate, width = float(row[f"mx{sex.value[0].upper()}"]), upper - int(row["age"])
        dying = 1 - np.exp(-width * rate)
        lived += alive * dying / rate
        alive *= 1 - dying
    return lived, alive


def rows(table: Path, country: str) -> list[dict[str, str]]:
    with table.open(encoding="utf-8") as lines:
        return [
            r for r in csv.DictReader(lines) if r["country_code"] == COUNTRIES[country] and r["period"] == "2015-2020"
        ]
