"""One assessment in the terminal: safety first, then scores, risks, what to check and what to measure next."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from boneloop.assess.assessment import Assessment, Flag
from boneloop.report.words import day, number, spoken

_STYLES = {"safety": "bold yellow", "warning": "yellow", "info": "dim"}
_WORDS = {"safety": "Safety", "warning": "Check", "info": "Note"}


def print_assessment(console: Console, assessment: Assessment) -> None:
    """Show one assessment."""
    console.print(render_assessment(assessment))


def render_assessment(assessment: Assessment) -> RenderableType:
    """One assessment as something that rich can print. Text of the record is never read as markup."""
    return Group(*_parts(assessment))


def _parts(assessment: Assessment) -> Iterator[RenderableType]:
    record = assessment.record
    country = f", {record.country}" if record.country else ""
    yield Text(record.id, style="bold")
    yield Text(f"{record.sex.value}, {number(record.age, 0)} years{country}; as of {day(record.as_of)}", style="dim")
    safety = [f for f in assessment.flags if f.severity == "safety"]
    if safety:
        yield Panel(Group(*map(_flag, safety)), title="A person must look at this today", style="yellow")
    for flag in (f for severity in ("warning", "info") for f in assessment.flags if f.severity == severity):
        yield _flag(flag)
    if assessment.scores:
        yield _scores(assessment)
    if assessment.risks:
        yield _risks(assessment)
        for note in _notes(assessment):
            yield Padding(Text(note, style="dim"), (0, 0, 0, 2))
    if assessment.trends:
        yield _trends(assessment)
    if assessment.gaps:
        yield Text("\nMeasure next", style="bold")
        for gap in assessment.gaps:
            yield Padding(Text.assemble((gap.item, "bold"), f": {gap.why}"), (0, 0, 0, 2))
    if assessment.not_forecast:
        yield Text(f"\nNo forecast: {assessment.not_forecast}", style="yellow")
    yield Text("")


def _flag(flag: Flag) -> Text:
    basis = f" ({'; '.join(flag.basis)})" if flag.basis else ""
    word = _WORDS.get(flag.severity, flag.severity)
    return Text.assemble((f"{word}  ", _STYLES.get(flag.severity, "")), flag.message, (basis, "dim"))


def _scores(assessment: Assessment) -> Table:
    table = _table("", "Score", "Value", "Class", "Date")
    domain = ""
    for score in assessment.scores:
        band = ", ".join(part for part in (score.band, "" if score.status == "complete" else score.status) if part)
        first = spoken(score.domain) if score.domain != domain else ""
        table.add_row(*map(Text, (first, score.title, score.shown, band, day(score.date))))
        domain = score.domain
    return table


def _risks(assessment: Assessment) -> Table:
    table = _table("Published risk engine", "Outcome", "Answer")
    for risk in assessment.risks:
        years = f", {risk.years:g} years" if risk.years else ""
        table.add_row(*map(Text, (risk.title, risk.outcome + years, risk.shown)))
    return table


def _notes(assessment: Assessment) -> Iterator[str]:
    """What must stand beside the answers; a disclaimer that several share is said once."""
    for risk in assessment.risks:
        if note := risk.note.removesuffix(risk.disclaimer).strip():
            yield f"{risk.title}, {risk.outcome}: {note}"
    yield from dict.fromkeys(risk.disclaimer for risk in assessment.risks if risk.disclaimer)


def _trends(assessment: Assessment) -> Table:
    table = _table("Change", "Before", "Now", "Judged")
    for trend in assessment.trends:
        before, after = (f"{value:g} {trend.unit}" for value in (trend.before, trend.after))
        days = (f"{before}, {day(trend.before_date)}", f"{after}, {day(trend.after_date)}")
        table.add_row(*map(Text, (trend.title, *days, trend.verdict)))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
