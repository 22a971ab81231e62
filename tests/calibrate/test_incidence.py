"""Fracture rates of countries: what was reported comes out again over the people and the deaths of made-up tables."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.calibrate import incidence
from boneloop.calibrate.un_tables import death_rates, people
from boneloop.errors import FileError
from boneloop.evidence.registry import load
from boneloop.simulate.population_rates import curve
from boneloop.types import Sex

YEARS = ["2000", "2005", "2010", "2015"]
PERIODS = ["1990-1995", "2015-2020"]
AGES = [*(f"{age}-{age + 4}" for age in range(0, 100, 5)), "100+"]
DEATH_AGES = ["0", "1", *(str(age) for age in range(5, 100, 5)), "100+"]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Four countries whose people thin out with age and die twice as often every eight years of it."""
    folder = tmp_path_factory.mktemp("un")
    names = [*incidence.NAMES.values()]
    for letter in "FM":
        lines = ["\t".join(["country_code", "name", "age", *YEARS])]
        for name in names:
            lines += ["\t".join(["1", name, age, *[str(1000 * 0.85**n)] * 4]) for n, age in enumerate(AGES)]
        (folder / f"pop{letter}.txt").write_text("\n".join(lines), encoding="utf-8")
        lines = ["\t".join(["country_code", "name", "age", *PERIODS])]
        for name in names:
            for age in DEATH_AGES:
                rate = 0.004 * 2 ** ((int(age.rstrip("+")) - 50) / 8)
                lines.append("\t".join(["1", name, age, f"{rate:.6g}", f"{rate / 2:.6g}"]))
        (folder / f"mx{letter}5.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def derived(tables):
    """Everything derived from them, by table and name."""
    return {table: {e.name: e for e in entries} for table, entries in incidence.derive(tables).items()}


def test_shares_of_people_sum_to_1_and_start_at_the_age_asked(tables):
    ages, shares = people(tables, "Sweden", Sex.FEMALE, 2010, 65)
    assert shares.sum() == pytest.approx(1)
    assert ages[0] == 65.5 and ages[-1] == 104.5


@pytest.mark.parametrize("crude", incidence.CRUDE, ids=lambda c: f"{c.country}-{c.site}")
@pytest.mark.parametrize("sex", list(Sex))
def test_a_reported_rate_is_met_over_the_people_of_the_year(tables, derived, crude, sex):
    registry = load()
    ages, shares = people(tables, incidence.NAMES[crude.country], sex, crude.year, crude.above)
    rates = curve(crude.site, ages, np.full(ages.shape, sex is Sex.MALE), registry, registry.number)
    factor = derived["hazard"][f"{crude.site}_{crude.country}_{sex.value}"].value
    reported = registry.number(f"reported.{crude.country}_{crude.site}_{sex.value}", "1/year")
    assert factor * (shares @ rates) == pytest.approx(reported)


@pytest.mark.parametrize("sex", list(Sex))
def test_a_reported_lifetime_risk_is_met_along_the_deaths_of_its_time(tables, derived, sex):
    registry = load()
    for site in ("hip", "vertebra", "wrist"):
        factor = derived["hazard"][f"{site}_se_{sex.value}"].value
        risk = incidence.lifetime_risk(site, sex, "se", "1990-1995", tables, registry, factor)
        assert risk == pytest.approx(registry.number(f"reported.se_{site}_lifetime_{sex.value}"))


def test_a_lifetime_risk_rises_with_the_factor_and_never_reaches_1(tables):
    risks = [
        incidence.lifetime_risk("hip", Sex.FEMALE, "se", "1990-1995", tables, load(), factor) for factor in (0.5, 1, 4)
    ]
    assert 0 < risks[0] < risks[1] < risks[2] < 1


def test_every_site_and_country_has_a_factor_and_says_when_none_was_found(derived):
    factors = [e for name, e in derived["hazard"].items() if name.split("_")[1] in incidence.NAMES]
    assert len(factors) == 4 * 4 * 2
    for entry in factors:
        assert (entry.status == "assumed") == (entry.value == 1.0)


def test_the_death_rates_written_are_those_of_the_table(tables, derived):
    knots, rates = death_rates(tables, "Sweden", Sex.MALE, "2015-2020")
    entry = derived["mortality"]["se_male"]
    assert list(entry.over) == list(knots) and list(entry.value) == list(rates)
    assert knots[0] == 37.5 and knots[-1] == 102


def test_the_file_written_can_be_read_again(tables, derived):
    import tomllib

    read = tomllib.loads(incidence.text(incidence.derive(tables)))
    assert set(read) == {"hazard", "pyramid", "mortality"}
    assert set(read["hazard"]) == set(derived["hazard"])


def test_a_missing_table_country_or_year_is_named(tables, tmp_path):
    with pytest.raises(FileError, match="no such file"):
        people(tmp_path, "Sweden", Sex.FEMALE, 2010, 50)
    with pytest.raises(FileError, match="Norway"):
        people(tables, "Norway", Sex.FEMALE, 2010, 50)
    with pytest.raises(FileError, match="2011"):
        people(tables, "Sweden", Sex.FEMALE, 2011, 50)
