"""What is normal for an age: bone density by sex, site and ethnicity, and the death rates of three countries."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from boneloop.calibrate.population_entry import TEAM, WPP, Derived
from boneloop.calibrate.population_survey import GROUPS, Survey, interval, mean
from boneloop.errors import FileError
from boneloop.types import Array, Sex

SITES = {
    "total_hip": ("total_hip", "DXXOFBMD"),
    "femoral_neck": ("femoral_neck", "DXXNKBMD"),
    "lumbar_spine": ("lumbar_spine_L1_L4", "DXXOSBMD"),
}
"""Our name of a site: its name in the reference table, and the survey's variable (g/cm2, Hologic)."""

COLUMNS = ("RIDRETH1", "RIDRETH3", *(variable for _, variable in SITES.values()))
_DECADES = {25: "20-29", 35: "30-39", 45: "40-49", 55: "50-59", 65: "60-69", 75: "70-79", 85: "80+"}
_ETHNICITIES = {"white": (3,), "black": (4,), "hispanic": (1, 2)}
_ASIAN = 6
_COUNTRIES = {"us": (840, "United States"), "gb": (826, "United Kingdom"), "cn": (156, "China")}
_PERIOD = "2015-2020"
_FIRST_AGE, _OPEN_AGE, _MIDDLE = 35, 100, 2.5
_OPEN_MIDDLE = 2.0
_OLD = 50


def bone_density(table: Path, survey: Survey) -> list[Derived]:
    """Mean and SD by age for each site and sex, and each ethnicity's mean over the mean of all at 50 and over."""
    rows = {(row["site"], row["sex"], row["age_group"]): row for row in _rows(table) if row["race_ethnicity"] == "All"}
    entries = [_density_curve(rows, site, sex, moment) for site in SITES for sex in Sex for moment in ("mean", "sd")]
    for site in SITES:
        entries += [_ethnic_ratio(survey, site, ethnicity) for ethnicity in (*_ETHNICITIES, "asian")]
        entries.append(_chinese_ratio(entries[-1]))
    return entries


def _density_curve(rows: dict[tuple[str, str, str], dict[str, str]], site: str, sex: Sex, moment: str) -> Derived:
    groups = [rows[SITES[site][0], sex.value, decade] for decade in _DECADES.values()]
    return Derived(
        f"{site}_{sex.value}_{moment}",
        [float(group[f"{moment}_g_cm2"]) for group in groups],
        "g/cm2",
        f"US adults, not pregnant, {sex.value}, all ethnicities, 2005-2010 (n = {sum(int(g['n']) for g in groups)})",
        f"{SITES[site][1]} by decade of age, exam weights; Hologic fan beam",
        status="measured",
        over=list(_DECADES),
        note="knots at the middle of each decade; 85 stands for 80 and over"
        + ("; degenerative change raises the spine of the old" if site == "lumbar_spine" else ""),
    )


def _ethnic_ratio(survey: Survey, site: str, ethnicity: str) -> Derived:
    density = survey.columns[SITES[site][1]]
    if ethnicity == "asian":
        surveyed, chosen = survey.cycle == "2013-2014", survey.columns["RIDRETH3"] == _ASIAN
    else:
        surveyed = survey.cycle != "2013-2014"
        chosen = np.isin(survey.columns["RIDRETH1"], _ETHNICITIES[ethnicity])
    seen = surveyed & np.isfinite(density) & survey.people(lowest_age=_OLD)

    def ratio(weights: Array) -> float:
        return _standardized_ratio(survey, density, weights, seen, chosen)

    return Derived(
        f"{site}_{ethnicity}_ratio",
        ratio(survey.exam_weight),
        "1",
        f"US adults of 50 and over, both sexes, {'2013-2014' if ethnicity == 'asian' else '2005-2010'} "
        f"(n = {int(np.sum(seen & chosen))})",
        f"{SITES[site][1]} by RIDRETH1 and RIDRETH3, exam weights: mean over the mean of all",
        interval=interval(ratio, survey.exam_weight, survey),
        note="within sex and decade of age, then averaged over the group's own people",
    )


def _standardized_ratio(survey: Survey, density: Array, weights: Array, seen: np.ndarray, chosen: np.ndarray) -> float:
    ratios, people = [], []
    for sex in Sex:
        for _, lowest, below in GROUPS[1:]:
            everybody = seen & survey.people(sex, lowest, below)
            group = everybody & chosen
            if weights[group].sum() > 0:
                ratios.append(mean(density[group], weights[group]) / mean(density[everybody], weights[everybody]))
                people.append(weights[group].sum())
    return float(np.average(ratios, weights=people))


def _chinese_ratio(asian: Derived) -> Derived:
    return Derived(
        asian.name.replace("asian", "chinese"),
        asian.value,
        "1",
        "none: the ratio of US residents of Asian origin stands in",
        asian.name,
        status="assumed",
        source=TEAM,
        note="no Chinese reference table was at hand; a Chinese reference replaces it",
    )


def mortality(table: Path) -> list[Derived]:
    """Central death rates by age for each country and sex, each at the middle of its age interval."""
    rows = [row for row in _rows(table) if row["period"] == _PERIOD and int(row["age"]) >= _FIRST_AGE]
    return [_death_curve(rows, country, sex) for country in _COUNTRIES for sex in Sex]


def _death_curve(rows: list[dict[str, str]], country: str, sex: Sex) -> Derived:
    code, name = _COUNTRIES[country]
    rates = {
        int(row["age"]): float(row[f"mx{sex.value[0].upper()}"]) for row in rows if int(row["country_code"]) == code
    }
    return Derived(
        f"{country}_{sex.value}",
        list(rates.values()),
        "1/year",
        f"{name}, {sex.value}, {_PERIOD}",
        "mx5dt: central death rate of each five-year age interval",
        status="measured",
        source=WPP,
        over=[age + (_OPEN_MIDDLE if age == _OPEN_AGE else _MIDDLE) for age in rates],
        note="log-linear between knots; a knot is the middle of its interval, where its rate is reached; 100 and "
        "over at 102. The last period of estimates: 2020-2025 is a projection and holds the pandemic",
    )


def _rows(table: Path) -> list[dict[str, str]]:
    if not table.is_file():
        raise FileError(str(table), "is a table that the numbers are derived from", "no such file")
    with table.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
