"""The page of a run: goals, machine, tables and the figure, in Markdown; everything on it comes from the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from boneloop.bench import results as record
from boneloop.bench.cases import cases
from boneloop.bench.figure import figure
from boneloop.bench.goals import Goal, goals, shares
from boneloop.bench.results import Answer, ChainRow, Results, Row

INTRODUCTION = """\
One run, one machine, one contestant at a time, each in a process of its own. Throughput is in patient-decades per
processor second, that is per core. The error of a patient is |y - reference| / max(|reference|, 0.001), the largest
over all recorded times and states except the drug pools; *worst* is over patients, *median* is the median patient's.
The reference is the same model at a relative tolerance of 1e-10; where a tool ran fewer patients than the reference
has, its worst is over those, which flatters it. Every tool gets the same algebra: common subexpressions once, constants
folded, what depends on parameters alone worked out beforehand where the tool can take it so. Absolute tolerance is a
thousandth of the relative one; states are scaled to about 1."""
FLOOR = """\
One step costs at least its operations at the machine's rate of fused multiply-adds (two operations each) plus its
exponentials, logarithms and tangents at the rate of vector exponentials: no loads, no divisions, no waiting. The share
is that time over the time the steps took, refused steps included."""
CHAIN = """\
Four states (well, fracture, depressed, dead), yearly cycles, one draw per person and cycle, hazards by age and sex.
Final shares must agree within sampling noise (*apart*: the largest difference in standard errors). The plain tools
work hazards out from the age of each year in float64, as one would write it; the *tuned* ones get our algebra (hazards
that grow by a factor) and float32, and NumPy by itself blocks of people that stay in the cache."""


def write(place: Path, results: Results) -> list[Path]:
    """Write the record to ``place`` (.json), and beside it the page (.md) and the figure (.svg)."""
    page, picture = place.with_suffix(".md"), place.with_suffix(".svg")
    record.write(place, results)
    picture.write_text(figure(results), encoding="utf-8", newline="\n")
    page.write_text(markdown(results, picture.name), encoding="utf-8", newline="\n")
    return [place, page, picture]


def markdown(results: Results, picture: str) -> str:
    """The whole page."""
    parts = ["# Benchmarks", INTRODUCTION, _command(results), f"![Throughput against worst error]({picture})"]
    parts += ["## Goals", _goals(goals(results)), "## Machine", _machine(results)]
    titles = {name: case.title for name, case in cases().items()}
    for name in dict.fromkeys(row.case for answer in results.answers for row in answer.rows):
        parts += [f"## {name}: {titles.get(name, name)}", _case(results, name)]
    if results.answers:
        parts += ["## First call and memory", _first_calls(results.answers)]
    if results.floors:
        parts += ["## Counted floor", FLOOR, _floors(results)]
    if results.chain:
        parts += ["## Four-state chain", CHAIN, _chain(results.chain)]
    return "\n\n".join(parts) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column is text, the others are numbers."""
    lines = [f"| {' | '.join(heads)} |", "|---|" + "---:|" * (len(heads) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows)])


def _command(results: Results) -> str:
    how = " --quick" if results.quick else ""
    made = f"Made by `boneloop bench --peers{how}` on {results.date} with boneloop {results.version}"
    return f"{made}; the numbers are in the JSON beside it."


def _goals(found: Sequence[Goal]) -> str:
    def reached(goal: Goal) -> str:
        return "" if goal.reached is None else f"{goal.reached:,.3g} {goal.unit}"

    def aim(goal: Goal) -> str:
        return f"{'at most' if goal.at_most else 'at least'} {goal.aim:,g} {goal.unit}"

    rows = ((goal.what, aim(goal), reached(goal), goal.distance, goal.how) for goal in found)
    return table(("goal", "aim", "reached", "", "how"), rows)


def _machine(results: Results) -> str:
    machine = results.machine
    rates = [
        f"{each.precision}: {each.multiply_add / 1e9:.1f} thousand million multiply-adds and "
        f"{each.exponential / 1e9:.2f} thousand million exponentials a second and core"
        for each in results.rates
    ]
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    busy = f"busy processes before and after (mean of a minute): {machine.load_before}, {machine.load_after}"
    lines = [f"{machine.processor}, {machine.cores} cores, {machine.system}; {machine.vectors}", machine.python]
    return "\n".join(f"- {line}" for line in [*lines, packages, *rates, busy])


def _case(results: Results, name: str) -> str:
    known = {id(row): share for _, row, share in shares(results)}
    rows = [
        _row(answer, row, known.get(id(row))) for answer in results.answers for row in answer.rows if row.case == name
    ]
    rows += [(answer.title, *([""] * 8), why) for answer in results.answers if (why := _why(answer, name))]
    heads = ("tool", "rtol", "/s per core", "/s all cores", "worst", "median", "steps", "of floor", "patients", "")
    return table(heads, rows)


def _row(answer: Answer, row: Row, share: float | None) -> tuple[str, ...]:
    steps = "" if row.taken is None else f"{row.taken:.0f}+{row.refused or 0:.0f}"
    return (
        answer.title,
        f"{row.tolerance:g}",
        f"{row.rate:,.{0 if row.rate >= 10 else 1}f}" if row.rate else "",
        "" if row.wall_rate is None else f"{row.wall_rate:,.0f}",
        "" if row.worst is None else f"{row.worst:.1e}",
        "" if row.median is None else f"{row.median:.1e}",
        steps,
        "" if share is None else f"{100 * share:.0f} %",
        f"{row.patients}" if row.patients else "",
        row.failed,
    )


def _why(answer: Answer, case: str) -> str:
    """Why a contestant has nothing to show in a case that peers are given."""
    if any(row.case == case for row in answer.rows):
        return ""
    if answer.missing:
        return f"not installed: {answer.missing}" if case in ("nat", "den") else ""
    return answer.failed if case in ("nat", "den") else ""


def _first_calls(answers: Sequence[Answer]) -> str:
    def seconds(value: float | None) -> str:
        return "" if value is None else f"{value:.2f}"

    def memory(answer: Answer) -> str:
        return f"{answer.memory_mb:.0f}" if answer.memory_mb else ""

    rows = (
        (each.title, each.version, seconds(each.first_s), seconds(each.cached_s), memory(each), each.failed)
        for each in answers
        if not each.missing
    )
    return table(("tool", "version", "first patient, s", "again, s", "largest memory, MB", ""), rows)


def _floors(results: Results) -> str:
    rows = (
        (f"{floor.case}, {floor.precision}", f"{floor.operations:,}", f"{floor.calls}", f"{floor.step_s * 1e9:.0f}")
        for floor in results.floors
    )
    return table(("case", "operations a step", "exp, log, tanh", "floor, ns a step"), rows)


def _chain(chain: Sequence[ChainRow]) -> str:
    from boneloop.bench.chain import disagreement

    ours = next((row for row in chain if row.ours and row.shares), None)

    def line(row: ChainRow) -> tuple[str, ...]:
        why = f"not installed: {row.missing}" if row.missing else row.failed
        if not row.rate:
            return (row.title, row.version, "", "", "", "", why)
        apart = f"{disagreement(ours, row):.1f}" if ours and row is not ours and row.shares else ""
        wall = f"{row.wall_rate / 1e6:,.0f}" if row.wall_rate else ""
        size = f"{row.people:,} x {row.cycles}"
        return (row.title, row.version, f"{row.rate / 1e6:,.1f}", wall, size, apart, why)

    heads = ("tool", "version", "million person-cycles/s", "all cores", "people x cycles", "apart, s.e.", "")
    return table(heads, (line(row) for row in chain))
