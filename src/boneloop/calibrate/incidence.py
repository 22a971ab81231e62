"""The fracture rates of countries: the factor on each site's curve that gives what was reported there.

    python -m boneloop.calibrate.incidence UN_TABLES --out src/boneloop/evidence/numbers

writes ``incidence.toml``. UN_TABLES holds four tables of the World Population Prospects as its R packages carry them:
popF.txt, popM.txt (wpp2019: thousands of people by five-year age) and mxF5.txt, mxM5.txt (wpp2022: death rates).

A crude rate above an age is met over the real ages of that country's people in the years of the report:

    factor = reported / Σ_a share(a)·curve(a)

a remaining lifetime risk is met along the death rates of its time:

    risk = 1 - e^(-factor·H) weighed by survival:  ∫ factor·curve(a)·e^(-∫ factor·curve + mortality) da = reported

What is reported stands in ``incidence_reported.toml``. "Other" fractures are what all reported fractures leave after
hip, vertebra and wrist. Where no rate of a country was found the factor is 1, assumed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from boneloop.calibrate.population_entry import TEAM, WPP, Derived, file_text
from boneloop.calibrate.un_tables import death_rates, people
from boneloop.cycle.body.fracture import SITES
from boneloop.errors import BoneloopError
from boneloop.evidence.registry import Registry, load
from boneloop.simulate.population_rates import COUNTRIES, curve
from boneloop.therapy.response import crossing
from boneloop.types import Array, Sex

NAMES = {"us": "United States", "gb": "United Kingdom", "se": "Sweden", "cn": "China"}
_COMMAND = "python -m boneloop.calibrate.incidence UN_TABLES"
_ABOUT = "Fracture rates of countries, the ages of their people, and the death rates that no other file has."
_LIFETIME_FROM, _LIFETIME_TO, _STEP = 45, 105, 0.25
_FEW, _MANY = 0.01, 50.0
"""Between which a country's factor is looked for."""


@dataclass(frozen=True)
class Crude:
    """A reported rate of everybody above an age; ``year`` whose population it is met over."""

    country: str
    site: str
    above: int
    year: int


@dataclass(frozen=True)
class Lifetime:
    """A reported remaining lifetime risk; ``period`` whose death rates it is met along."""

    country: str
    site: str
    period: str


CRUDE = (
    Crude("us", "hip", 65, 2005),
    Crude("gb", "hip", 50, 2010),
    Crude("gb", "vertebra", 50, 2010),
    Crude("cn", "hip", 55, 2015),
)
_MALMO = "1990-1995"
LIFETIME = tuple(Lifetime("se", site, _MALMO) for site in ("hip", "vertebra", "wrist"))
_ALL = Crude("gb", "all", 50, 2000)
"""All fractures of the United Kingdom in 1988-2012: what the others leave is the curve of "other"."""


def derive(tables: Path) -> dict[str, list[Derived]]:
    """All entries, by the table they belong to; ``tables``: the folder of the four UN tables."""
    registry = load()
    found: dict[tuple[str, str, Sex], Derived] = {}
    for sex in Sex:
        for crude in CRUDE:
            found[crude.country, crude.site, sex] = _from_crude(crude, sex, tables, registry)
        for lifetime in LIFETIME:
            found[lifetime.country, lifetime.site, sex] = _from_lifetime(lifetime, sex, tables, registry)
    factors = [
        found.get((country, site, sex)) or _unknown(country, site, sex)
        for site in SITES
        for country in COUNTRIES
        for sex in Sex
    ]
    other = [_other(sex, found, tables, registry) for sex in Sex]
    humerus = [_humerus(entry, sex, tables, registry) for entry, sex in zip(other, Sex, strict=True)]
    return {
        "hazard": [*other, *factors, *humerus],
        "pyramid": [_pyramid(country, sex, tables) for country in COUNTRIES for sex in Sex],
        "mortality": [_mortality("se", sex, tables) for sex in Sex],
    }


def _reported(crude: Crude | Lifetime, sex: Sex, registry: Registry) -> str:
    middle = "_lifetime" if isinstance(crude, Lifetime) else ""
    return f"reported.{crude.country}_{crude.site}{middle}_{sex.value}"


def _mean(site: str, sex: Sex, country: str, above: int, year: int, tables: Path, registry: Registry) -> float:
    """The curve over the ages of the people above an age, per year."""
    ages, shares = people(tables, NAMES[country], sex, year, above)
    male = np.full(ages.shape, sex is Sex.MALE)
    return float(shares @ curve(site, ages, male, registry, registry.number))


def _from_crude(crude: Crude, sex: Sex, tables: Path, registry: Registry) -> Derived:
    identity = _reported(crude, sex, registry)
    average = _mean(crude.site, sex, crude.country, crude.above, crude.year, tables, registry)
    return _factor(
        crude.country,
        crude.site,
        sex,
        registry.number(identity, "1/year") / average,
        identity,
        f"over the people of {crude.above} and over in {crude.year} (wpp-2019)",
        registry,
    )


def _from_lifetime(lifetime: Lifetime, sex: Sex, tables: Path, registry: Registry) -> Derived:
    identity = _reported(lifetime, sex, registry)
    wanted = registry.number(identity)
    risk = partial(lifetime_risk, lifetime.site, sex, lifetime.country, lifetime.period, tables, registry)
    factor = crossing(lambda factor: risk(factor=factor) - wanted, _FEW, _MANY)
    return _factor(
        lifetime.country,
        lifetime.site,
        sex,
        factor,
        identity,
        f"along the death rates of {lifetime.period} (wpp-2022)",
        registry,
    )


def lifetime_risk(
    site: str,
    sex: Sex,
    country: str,
    period: str,
    tables: Path,
    registry: Registry,
    factor: float,
    since: float = _LIFETIME_FROM,
) -> float:
    """Chance of a first fracture of a site between ``since`` and death."""
    ages = np.arange(since, _LIFETIME_TO, _STEP) + _STEP / 2
    knots, rates = death_rates(tables, NAMES[country], sex, period)
    dies = np.exp(np.interp(ages, knots, np.log(rates)))
    breaks = factor * curve(site, ages, np.full(ages.shape, sex is Sex.MALE), registry, registry.number)
    gone = np.cumsum((dies + breaks) * _STEP) - (dies + breaks) * _STEP / 2
    return float(np.sum(breaks * np.exp(-gone) * _STEP))


def _factor(country: str, site: str, sex: Sex, value: float, identity: str, how: str, registry: Registry) -> Derived:
    entry = registry[identity]
    return Derived(
        f"{site}_{country}_{sex.value}",
        value,
        "1",
        entry.population,
        identity,
        source=entry.source,
        note=f"factor on the curve of the {site} that meets {identity}, {how}",
    )


def _unknown(country: str, site: str, sex: Sex) -> Derived:
    return Derived(
        f"{site}_{country}_{sex.value}",
        1.0,
        "1",
        "none: no rate of this country was found",
        "docs/cycle/fracture.md",
        status="assumed",
        source=TEAM,
        note="the curve itself stands in" if (country, site) != ("gb", "other") else "the curve is this country's own",
    )


def _other(sex: Sex, found: dict[tuple[str, str, Sex], Derived], tables: Path, registry: Registry) -> Derived:
    """The level of all other fractures at ``hazard.other_age``: what is left of all of the United Kingdom's."""
    identity = f"reported.gb_all_{sex.value}"
    left = registry.number(identity, "1/year")
    for site in ("hip", "vertebra", "wrist"):
        factor = float(np.asarray(found["gb", site, sex].value)) if ("gb", site, sex) in found else 1.0
        left -= factor * _mean(site, sex, _ALL.country, _ALL.above, _ALL.year, tables, registry)
    ages, shares = people(tables, NAMES["gb"], sex, _ALL.year, _ALL.above)
    since = ages - registry.number("hazard.other_age", "year")
    rise = float(shares @ np.exp(registry.number("hazard.other_slope", "1/year") * since))
    return Derived(
        f"other_{sex.value}",
        1000 * left / rise,
        "per 1000 person-years",
        registry[identity].population,
        identity,
        source=registry[identity].source,
        note="every other bone, at hazard.other_age: what all reported fractures leave after hip, coded vertebral "
        f"and wrist, over the people of {_ALL.above} and over in {_ALL.year} (wpp-2019)",
    )


def _humerus(other: Derived, sex: Sex, tables: Path, registry: Registry) -> Derived:
    """The part of the other fractures that meets the lifetime risk of the shoulder in Malmö."""
    identity = f"reported.se_humerus_lifetime_{sex.value}"
    level = float(np.asarray(other.value)) / 1000 / registry.number(f"hazard.other_{sex.value}", "1/year")
    risk = partial(lifetime_risk, "other", sex, "se", _MALMO, tables, registry)
    factor = crossing(lambda factor: risk(factor=factor) - registry.number(identity), _FEW, _MANY)
    return Derived(
        f"humerus_share_{sex.value}",
        factor / level,
        "1",
        registry[identity].population,
        identity,
        source=registry[identity].source,
        note="share of the curve of other fractures that meets the lifetime risk of the shoulder; only for comparing "
        "with tools that count it among major fractures",
    )


def _pyramid(country: str, sex: Sex, tables: Path) -> Derived:
    year = {"us": 2005, "gb": 2010, "se": 2010, "cn": 2015}[country]
    ages, shares = people(tables, NAMES[country], sex, year, 50)
    middles: Array = np.arange(52.5, 105, 5)
    inside = [float(shares[np.abs(ages - middle) < 2.5].sum()) for middle in middles]
    return Derived(
        f"{country}_{sex.value}",
        inside,
        "1",
        f"{NAMES[country]}, {sex.value}, 50 and over, {year}",
        f"pop{sex.value[0].upper()}: people by five-year age",
        status="measured",
        source="wpp-2019",
        over=list(middles),
        note="share of the people of 50 and over in each five years of age; 100 and over at 102.5",
    )


def _mortality(country: str, sex: Sex, tables: Path, period: str = "2015-2020") -> Derived:
    knots, rates = death_rates(tables, NAMES[country], sex, period)
    return Derived(
        f"{country}_{sex.value}",
        list(rates),
        "1/year",
        f"{NAMES[country]}, {sex.value}, {period}",
        f"mx{sex.value[0].upper()}5: central death rate of each five-year age interval",
        status="measured",
        source=WPP,
        over=list(knots),
        note="log-linear between knots; a knot is the middle of its interval; 100 and over at 102",
    )


def text(entries: dict[str, list[Derived]]) -> str:
    """The file, one table after the other."""
    parts = [file_text(table, _ABOUT, derived, _COMMAND) for table, derived in entries.items()]
    return parts[0] + "".join("\n" + part.split("\n\n", 1)[1] for part in parts[1:])


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the tables, derive, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", type=Path, help="the folder that holds popF.txt, popM.txt, mxF5.txt, mxM5.txt")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write incidence.toml to")
    asked = parser.parse_args(arguments)
    try:
        written = text(derive(asked.tables))
    except (BoneloopError, OSError) as problem:
        parser.error(str(problem))
    (asked.out / "incidence.toml").write_text(written, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
