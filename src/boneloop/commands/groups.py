"""People in groups: read and assessed as they come, forecast on all processors, in the order in which they came.

Only a few groups are in memory at a time, however many people there are.
"""

from __future__ import annotations

import itertools
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from io import StringIO
from multiprocessing import get_context

from boneloop.assess.assessment import Assessment
from boneloop.commands.fhir import belief_origin, forecast_line
from boneloop.commands.people import of_person
from boneloop.commands.unfinished import Part, encoded
from boneloop.compare.contrast import BOTH
from boneloop.compare.forecast import Forecast, Stopped, Tabled
from boneloop.compare.run import Question, forecast_chunk, table_chunk
from boneloop.compare.two_beliefs import Sided, SidedTables, both_chunk, both_tables
from boneloop.errors import RecordError
from boneloop.evidence.registry import BELIEFS
from boneloop.exchange.refusal import Refusal
from boneloop.patient.profile import Profile
from boneloop.report.files import chance_rows, patient_rows, with_belief, written_rows

AHEAD = 2
"""Groups that wait for each processor."""
MOST_REFUSED = 1000
"""A group is closed at so many refusals, even if it has few people."""


@dataclass
class Group:
    """Some people in the order in which they came, and what was refused between them."""

    assessments: list[Assessment] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Those who can be forecast."""
        return tuple(one.profile for one in self.assessments if one.profile)


def grouped(people: Iterable[Assessment | Refusal], size: int) -> Iterator[Group]:
    """Groups with at most ``size`` people who can be forecast; who cannot is refused here, with the reason."""
    group, count = Group(), 0
    for found in people:
        if isinstance(found, Refusal):
            group.refusals.append(found)
        else:
            group.assessments.append(found)
            count += found.profile is not None
            if found.profile is None:
                group.refusals.append(_needs_more(found))
        if count >= size or len(group.refusals) >= MOST_REFUSED:
            yield group
            group, count = Group(), 0
    if group.assessments or group.refusals:
        yield group


def _needs_more(assessment: Assessment) -> Refusal:
    record = assessment.record
    reason = f"a forecast needs more: {assessment.not_forecast}"
    return of_person(record, RecordError(record.source.partition(", ")[2], reason))


def group_size(
    people: Iterator[Assessment | Refusal], most: int, jobs: int
) -> tuple[int, Iterator[Assessment | Refusal]]:
    """How many people a group has, and the people again: few people are spread evenly over the processors."""
    head = list(itertools.islice(people, most * jobs))
    forecastable = sum(isinstance(one, Assessment) and one.profile is not None for one in head)
    spread = -(-forecastable // jobs) if len(head) < most * jobs else most
    return max(1, min(most, spread)), itertools.chain(head, people)


def lived(group: Group, question: Question, shown: bool, origin: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Forecast a group; the part it leaves.

    shown   the report shows these people
    origin  what the forecast rests on, where it is also written as FHIR
    """
    part = Part(0, "", "", list(group.refusals), [])
    patients, chances, fhir = StringIO(), StringIO(), StringIO()
    by_id = {one.record.id: one for one in group.assessments}
    for found in _answers(group.profiles, question, shown):
        if isinstance(found, Stopped):
            record = by_id[found.profile.id].record
            part.refusals.append(of_person(record, RecordError(record.source.partition(", ")[2], found.reason)))
            continue
        part.used += 1
        for belief, table in _tables(found):
            written_rows(patients, (with_belief(row, belief) if belief else row for row in patient_rows(table)))
            written_rows(chances, (with_belief(row, belief) if belief else row for row in chance_rows(table)))
        if origin:
            fhir.write(_fhir(by_id, found, question, origin))
        if isinstance(found, Sided):
            part.kept += found.forecasts
            part.contrasts.append(found.contrast)
        elif isinstance(found, Forecast):
            part.kept.append(found)
    part.patients, part.chances, part.fhir = patients.getvalue(), chances.getvalue(), fhir.getvalue()
    return encoded(part)


def _fhir(
    by_id: Mapping[str, Assessment],
    found: Forecast | Tabled | Sided | SidedTables,
    question: Question,
    origin: tuple[tuple[str, str], ...],
) -> str:
    """One person as a line of FHIR, with what speaks against each plan, under one belief or both."""
    from boneloop.commands.advice import with_cautions
    from boneloop.guidance.advice import advise
    from boneloop.report.fhir.document import Foretold, Told

    told, tables = [], list(_tables(found))
    assessment = by_id[tables[0][1].profile.id]
    for belief, table in tables:
        one = with_cautions(table, assessment, question.plans) if isinstance(table, Forecast) else table
        told.append(Foretold(one, question.plans, (*origin, *belief_origin(belief or question.belief))))
    return forecast_line(Told(assessment, advise(assessment), told, origin))


Answer = Forecast | Tabled | Sided | SidedTables | Stopped


def _answers(profiles: tuple[Profile, ...], question: Question, shown: bool) -> Sequence[Answer]:
    """What is said of each person, under one belief or both, with or without what the report shows."""
    if question.belief == BOTH:
        return both_chunk(profiles, question) if shown else both_tables(profiles, question)
    return forecast_chunk(profiles, question) if shown else table_chunk(profiles, question)


def _tables(found: Forecast | Tabled | Sided | SidedTables) -> Iterator[tuple[str, Forecast | Tabled]]:
    """What goes into the tables, with its belief; one belief alone is not named in every row."""
    if isinstance(found, Sided):
        yield from zip(BELIEFS, found.forecasts, strict=True)
    elif isinstance(found, SidedTables):
        yield from zip(BELIEFS, found.tables, strict=True)
    else:
        yield "", found


@dataclass(frozen=True)
class Work:
    """One group to do: its number, and whether the report shows it."""

    index: int
    group: Group
    shown: bool
    origin: tuple[tuple[str, str], ...] = ()


def work_through(works: Iterable[Work], question: Question, jobs: int, done: Callable[[Work, bytes], None]) -> None:
    """Forecast group after group on ``jobs`` processors; ``done`` is told in order.

    An interruption stops the processors and goes up; what was done stays done.
    """
    if jobs == 1:
        for work in works:
            done(work, lived(work.group, question, work.shown, work.origin))
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_leave_interrupts) as pool:
        waiting: deque[tuple[Work, Future[bytes]]] = deque()
        try:
            for work in works:
                waiting.append((work, pool.submit(lived, work.group, question, work.shown, work.origin)))
                if len(waiting) >= AHEAD * jobs:
                    first, future = waiting.popleft()
                    done(first, future.result())
            for first, future in waiting:
                done(first, future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _leave_interrupts() -> None:
    """Ctrl-C is for the first process, which ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
