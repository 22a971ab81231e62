"""The numbers of a population that a forecast's priors need, derived from public tables.

    python -m boneloop.calibrate.population ../shared/data --out src/boneloop/evidence/numbers

writes three files of the registry, the same bytes each time: ``bmd_reference.toml`` (bone density by age),
``population.toml`` (pain, mood, function, history) and ``mortality.toml`` (death rates). The tables themselves stay
where they are; only means, shares, correlations and rates at a few ages come over.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from boneloop.calibrate import (
    population_falls,
    population_history,
    population_minerals,
    population_reference,
    population_states,
)
from boneloop.calibrate.population_entry import Derived, file_text
from boneloop.calibrate.population_falls import FallArrows
from boneloop.calibrate.population_survey import read
from boneloop.errors import BoneloopError

_SURVEY = Path("nhanes", "nhanes_bone_mood.parquet")
_DENSITY = Path("bmd_reference", "bmd_nhanes_2005_2010_by_age_sex_race.csv")
_DEATHS = Path("lifetables", "wpp2022_mx_abridged.csv")
_ABOUT = {
    "bmd_reference": "Bone density that is normal for an age: United States, Hologic densitometers.",
    "population": "The people of an age: what a forecast assumes of one of whom a record does not say it.",
    "mortality": "Death rates of whole populations, by sex and age.",
}


def derive(data: Path, arrows: FallArrows) -> dict[str, list[Derived]]:
    """All entries, by the table they belong to.

    data    the folder that holds nhanes, bmd_reference and lifetables
    arrows  how function, mood and pain raise the fall rate; its mean over the population depends on them
    """
    columns = dict.fromkeys(
        name
        for part in (population_reference, population_states, population_history, population_minerals)
        for name in part.COLUMNS
    )
    survey = read(data / _SURVEY, tuple(columns))
    states = population_states.priors(survey) + population_states.correlations(survey)
    history = (
        population_history.fractures(survey)
        + population_history.drugs(survey)
        + population_history.treated(survey)
        + population_history.menopause(survey)
    )
    minerals = population_minerals.minerals(survey)
    return {
        "bmd_reference": population_reference.bone_density(data / _DENSITY, survey),
        "population": states + population_falls.fall_factors(states, arrows) + history + minerals,
        "mortality": population_reference.mortality(data / _DEATHS),
    }


def write(entries: dict[str, list[Derived]], folder: Path) -> None:
    """Write one file per table."""
    for table, derived in entries.items():
        (folder / f"{table}.toml").write_text(file_text(table, _ABOUT[table], derived), encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the folder, derive, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder that holds nhanes, bmd_reference and lifetables")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write the three files to")
    asked = parser.parse_args(arguments)
    try:
        write(derive(asked.data, FallArrows.registered()), asked.out)
    except (BoneloopError, OSError) as problem:
        parser.error(str(problem))


if __name__ == "__main__":
    main()
