#!/usr/bin/env python3
"""Write the tables of docs/beliefs.md: findings, numbers of both beliefs, and one made-up patient under both.

A page asks for a table between markers, and everything else on it is written by hand:

    <!-- found: NE-01 NE-02 -->         published findings, by code
    <!-- sides: stress_to_bone.* -->    numbers under both beliefs, those that differ first
    <!-- differing -->                  every number in which the beliefs differ, with the reason
    <!-- person: S6 -->                 what statement S6 means for the patient, from a forecast under both beliefs
    <!-- run -->                        who was forecast, how, and with which numbers
    <!-- end -->

python scripts/make_beliefs_page.py               write the tables; about a minute
python scripts/make_beliefs_page.py --no-person   without a forecast: the tables of findings and numbers alone
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from make_cycle_docs import chosen, described, published

from boneloop.assess.person import assess
from boneloop.compare.contrast import Paired, Table
from boneloop.compare.forecast import Forecast
from boneloop.compare.two_beliefs import Sided, forecast_both
from boneloop.evidence.entry import Entry
from boneloop.evidence.published import findings
from boneloop.evidence.registry import BELIEFS, load
from boneloop.exchange import demo_path, read
from boneloop.patient.profile import Profile
from boneloop.patient.record import Record
from boneloop.report.two_beliefs import relative, signed
from boneloop.report.words import at_horizon, banded, change, number, outcome_of
from boneloop.therapy.care_plan import load_plans

PAGE = Path(__file__).parents[1] / "docs/beliefs.md"
PATIENT, YEARS, SEED = "mrs-li", 10, 1
PLANS, DRAWS = ("none", "bone", "mind", "integrated", "ssri", "snri", "tca", "beta_blocker"), 600
CROWD_PLANS, CROWD_DRAWS = ("none", "mind", "bone", "integrated"), 100
_BLOCK = re.compile(
    r"^(<!-- (found|sides|differing|person|run)(?:: ([^\n>]*?))? -->)\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL
)
_LEAST_ERROR = 0.001
_SIDES = "| number | *evidence* | *hypothesis* |\n|---|---|---|\n"
_PERSON = "| | *evidence* | *hypothesis*, assumed |\n|---|---|---|\n"

Row = tuple[str, str, str]
"""What, under the first belief, under the second."""
Asked = Callable[[Sided], Row]


def written(text: str, person: bool = True) -> str:
    """The page with every table as it is now; without ``person`` those of the patient stay as they are."""

    def block(found: re.Match[str]) -> str:
        kept = found[2] in ("person", "run") and not person
        return found[0] if kept else f"{found[1]}\n{_block(found[2], found[3] or '')}<!-- end -->"

    return _BLOCK.sub(block, text)


def _block(kind: str, asked: str) -> str:
    match kind:
        case "found":
            return published(findings()[code] for code in asked.split())
        case "sides":
            return sides(asked.split())
        case "differing":
            return differing()
        case "person":
            return person(asked)
        case _:
            return run_words()


def sides(patterns: Sequence[str]) -> str:
    """Numbers under both beliefs."""
    first, second = (load(belief) for belief in BELIEFS)
    pairs = [(entry, second[entry.id]) for entry in chosen(patterns, first)]
    rows = [f"| `{one.id}` | {described(one)} | {_other(one, other)} |\n" for one, other in pairs]
    return _SIDES + "".join(rows)


def _other(one: Entry, other: Entry) -> str:
    return "the same" if one == other else f"{described(other)}, {other.word}"


def differing() -> str:
    """Every number in which the beliefs differ."""
    first, second = (load(belief) for belief in BELIEFS)
    rows = [
        f"| `{entry.id}` | {described(entry)}, {entry.word} | {described(second[entry.id])}, {second[entry.id].word} |"
        f" {second[entry.id].note} |\n"
        for entry in first
        if entry != second[entry.id]
    ]
    return "| number | *evidence* | *hypothesis* | why, under *hypothesis* |\n|---|---|---|---|\n" + "".join(rows)


# The patient and the crowd


@dataclass(frozen=True)
class People:
    """Who is forecast: one made-up patient under many plans, all of them under few."""

    one: Profile
    sided: Sided
    crowd: tuple[Sided, ...]


@cache
def people() -> People:
    """Forecast them under both beliefs."""
    records = [one for one in read(demo_path()) if isinstance(one, Record)]
    profiles = [found for record in records if (found := assess(record).profile)]
    one = next(profile for profile in profiles if profile.id == PATIENT)
    (sided,) = _answered([one], PLANS, DRAWS)
    return People(one, sided, tuple(_answered(profiles, CROWD_PLANS, CROWD_DRAWS)))


def _answered(profiles: Sequence[Profile], plans: Sequence[str], draws: int) -> Iterator[Sided]:
    for found in forecast_both(profiles, load_plans(plans), draws=draws, years=YEARS, seed=SEED, jobs=1):
        if not isinstance(found, Sided):
            sys.exit(f"{found.profile.id}: {found.reason}")
        yield found


def run_words() -> str:
    """Who was forecast, how, and with which numbers."""
    who, digests = people().one, " and ".join(f"`{load(belief).digest}` ({belief})" for belief in BELIEFS)
    return (
        f"The patient is `{who.id}`, one of the bundled made-up patients: {who.sex}, {who.age:.0f} years. "
        f"{DRAWS} lives of {YEARS} years under each plan and belief, seed {SEED}; the crowd is all "
        f"{len(people().crowd)} bundled patients with {CROWD_DRAWS} lives each. Numbers of the registry: {digests}.\n"
    )


def person(statement: str) -> str:
    """The table of one statement."""
    rows = [asked(people().sided) for asked in STATEMENTS[statement]]
    if statement == "S11":
        rows = list(_crowd_rows())
    return _PERSON + "".join(f"| {what} | {one} | {other} |\n" for what, one, other in rows)


def _sided(what: str, said: Callable[[Forecast], str]) -> Asked:
    """A row that is read off each forecast."""
    return lambda sided: (what, *map(said, sided.forecasts))


def _cut(arrow: str, outcome: str) -> Asked:
    """What cutting one arrow changes at the horizon, one central run without a band."""

    def said(forecast: Forecast) -> str:
        found = next(one for one in forecast.circle.arrows if one.name == arrow)
        return change(outcome_of(outcome), found.when_cut[outcome], finer=1).replace(" %", " points")

    title = arrow.replace("_to_", " → ")
    return _sided(f"{outcome_of(outcome).title}, if *{title}* were cut (one central run)", said)


def _share(arrow: str) -> Asked:
    """How much of what drives its target an arrow supplies."""

    def said(forecast: Forecast) -> str:
        found = next(one for one in forecast.circle.arrows if one.name == arrow)
        return f"{number(100 * found.share, 1)} %{', active' if found.active else ''}"

    return _sided(f"Share of *{arrow.replace('_to_', ' → ')}* in what drives its target", said)


def _end(plan: str, outcome: str) -> Asked:
    """An outcome at the horizon with its band."""

    def said(forecast: Forecast) -> str:
        spread = at_horizon(forecast.plan(plan), outcome)
        return banded(outcome_of(outcome), spread) if spread else "not forecast"

    return _sided(f"{outcome_of(outcome).title} after {YEARS} years, plan `{plan}`", said)


def _paired(what: str, tables: Callable[[Sided], dict[str, Table]], plan: str, outcome: str, percent: bool) -> Asked:
    def said(paired: Paired) -> str:
        if percent:
            return relative(paired)
        return f"{signed(outcome_of(outcome), paired)}; Monte-Carlo error {_error(paired.error)}"

    return lambda sided: (what, *(said(tables(sided)[belief][plan][outcome]) for belief in BELIEFS))


def _error(error: float) -> str:
    return "below 0.001" if error < _LEAST_ERROR else f"{error:.2g}"


def _saved(plan: str, event: str) -> Asked:
    """The relative change of a chance by a plan."""
    title = outcome_of(event).title.lower()
    return _paired(f"Chance of a {title}, plan `{plan}` against none", lambda s: s.contrast.cuts, plan, event, True)


def _effect(plan: str, outcome: str) -> Asked:
    """A plan against none at the horizon."""
    title = f"{outcome_of(outcome).title}, plan `{plan}` against none, after {YEARS} years"
    return _paired(title, lambda s: s.contrast.effects, plan, outcome, False)


def _average(plan: str, outcome: str) -> Asked:
    """A plan against none, averaged over the years."""
    title = f"{outcome_of(outcome).title}, plan `{plan}` against none, average of {YEARS} years"
    return _paired(title, lambda s: s.contrast.averages, plan, outcome, False)


def _cycle_number(forecast: Forecast) -> str:
    median, low, high = (number(v, 2) for v in forecast.circle.cycle_number)
    return f"{median} ({low} to {high})"


def _crowd_rows() -> Iterator[Row]:
    """Means over all bundled patients."""
    for event in ("fracture_any", "fracture_hip"):
        for plan in CROWD_PLANS:
            yield (
                f"{outcome_of(event).title} within {YEARS} years, mean of {len(people().crowd)}, plan `{plan}`",
                *(f"{100 * _mean_chance(plan, event, side):.1f} %" for side in range(len(BELIEFS))),
            )


def _mean_chance(plan: str, event: str, side: int) -> float:
    ends: Iterable[float] = (one.forecasts[side].plan(plan).bands[event].mean[-1] for one in people().crowd)
    return float(np.mean(list(ends)))


STATEMENTS: dict[str, tuple[Asked, ...]] = {
    "S1": (
        _end("none", "fracture_any"),
        _cut("bone_to_fracture", "fracture_any"),
        _cut("fracture_to_pain", "pain"),
        _cut("fracture_to_function", "function"),
    ),
    "S2": (
        _end("none", "phq9"),
        _cut("pain_to_mood", "phq9"),
        _cut("function_to_mood", "phq9"),
        _cut("wellbeing_to_mood", "phq9"),
    ),
    "S3": (_end("none", "pain"), _share("mood_to_pain"), _cut("mood_to_pain", "pain")),
    "S4": (
        _sided("Cycle number, untreated", _cycle_number),
        _sided("Lives in which the circle feeds itself", lambda f: f"{100 * f.circle.self_feeding:.1f} %"),
        _sided("Felt pain with the circle, against without", lambda f: f"{f.circle.amplification['pain']:.2f} times"),
        _end("none", "bmd_change"),
        _end("none", "fracture_hip"),
    ),
    "S5": (
        _end("none", "function"),
        _cut("mood_to_function", "function"),
        _cut("mood_to_wellbeing", "utility"),
        _cut("mood_to_wellbeing", "qaly"),
    ),
    "S6": (
        _share("stress_to_bone"),
        _cut("stress_to_bone", "bmd_change"),
        _cut("stress_to_bone", "fracture_any"),
        _effect("beta_blocker", "bmd_change"),
    ),
    "S7": tuple(
        asked
        for plan in ("ssri", "snri", "tca")
        for asked in (
            _average(plan, "phq9"),
            _effect(plan, "bmd_change"),
            _effect(plan, "falls"),
            _saved(plan, "fracture_hip"),
        )
    ),
    "S8": (
        _average("mind", "calcium"),
        _average("mind", "calcium_absorption"),
        _average("mind", "pain"),
        _share("inflammation_to_pain"),
        _share("stress_to_inflammation"),
        _effect("mind", "bmd_change"),
    ),
    "S9": (
        _average("snri", "pain"),
        _average("snri", "phq9"),
        _average("mind", "pain"),
        _average("mind", "phq9"),
    ),
    "S10": tuple(
        asked
        for plan in ("bone", "mind", "integrated")
        for asked in (_saved(plan, "fracture_hip"), _average(plan, "phq9"), _effect(plan, "qaly"))
    ),
    "S11": (),
}


def main(arguments: list[str]) -> None:
    """Write the tables."""
    text = PAGE.read_text("utf-8")
    text = written(text, person=False)  # what is quick goes first: a number that nobody knows stops it here
    PAGE.write_text(text if "--no-person" in arguments else written(text), "utf-8")
    print(f"wrote {PAGE.relative_to(PAGE.parents[1])}")


if __name__ == "__main__":
    main(sys.argv[1:])
