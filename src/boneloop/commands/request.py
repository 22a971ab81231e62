"""One forecast as it was asked for, from the patients' files to the folder that holds its report."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boneloop.commands import terminal
from boneloop.commands.advice import advice, with_cautions
from boneloop.commands.people import assessed
from boneloop.commands.status import Status
from boneloop.errors import InputError, PlanError

if TYPE_CHECKING:
    from boneloop.assess.assessment import Assessment
    from boneloop.commands.groups import Group, Work
    from boneloop.commands.unfinished import Part, Unfinished
    from boneloop.compare.contrast import Contrast
    from boneloop.compare.forecast import Forecast
    from boneloop.evidence.registry import Registry
    from boneloop.exchange.refusal import Refusal
    from boneloop.report.case import Case
    from boneloop.therapy.care_plan import CarePlan

ALL_PLANS = "none,bone,mind,integrated"
BOTH_BELIEFS = "both"
SHOWN_PEOPLE = 500
"""So many people are in the report; the tables hold everybody."""


Origin = tuple[tuple[str, str], ...]
"""Name and value of what a forecast rests on, for FHIR; empty where none is written."""


@dataclass(frozen=True)
class Request:
    """What is asked of a forecast; the fields are the options of the command."""

    patients: tuple[Path, ...]
    out: Path
    plans: str = ALL_PLANS
    years: int = 10
    draws: int = 100
    seed: int = 1
    belief: str = "evidence"
    format: str = "auto"
    where: str = ""
    limit: int | None = None
    as_of: date | None = None
    jobs: int | None = None
    resume: bool = False
    fhir: bool = False
    strict: bool = False
    title: str = "Ten years of care plans, side by side"

    @property
    def both(self) -> bool:
        """Whether both beliefs are asked for."""
        return self.belief == BOTH_BELIEFS

    def registries(self) -> list[Registry]:
        """The numbers of the belief that is asked for, or of both."""
        from boneloop.evidence.registry import BELIEFS, load

        return [load(belief) for belief in (BELIEFS if self.both else (self.belief,))]

    def options(self) -> dict[str, Any]:
        """What bears on the result, as provenance.json keeps it; the number of processes does not."""
        asked = ("plans", "years", "draws", "seed", "belief", "format", "where", "limit", "as_of")
        chosen = ("fhir", "strict")
        return {name: getattr(self, name) for name in asked} | {name: True for name in chosen if getattr(self, name)}


@dataclass
class Account:
    """What is known of a run so far: counts, and what the report shows."""

    people: int = 0
    used: int = 0
    groups: int = 0
    cases: list[Case] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    refused: int = 0

    def note(self, group: Group, part: Part, plans: Sequence[CarePlan]) -> None:
        """One group is done."""
        self.groups += 1
        self.people += len(group.assessments)
        self.used += part.used
        self.refused += len(part.refusals)
        self.refusals += part.refusals[: max(0, SHOWN_PEOPLE - len(self.refusals))]
        forecasts: dict[str, list[Forecast]] = {}
        for one in part.kept:
            forecasts.setdefault(one.profile.id, []).append(one)
        contrasts = {one.patient: one for one in part.contrasts}
        room = max(0, SHOWN_PEOPLE - len(self.cases))
        for person in group.assessments[:room]:
            who = person.record.id
            self.cases.append(_case(person, forecasts.get(who, []), contrasts.get(who), plans))

    @property
    def status(self) -> Status:
        """How the command ends."""
        if not self.used:
            return Status.NOTHING_USABLE
        return Status.PARTLY if self.refused else Status.DONE


def run(request: Request) -> int:
    """Do what is asked: read, assess, forecast, write; how it ended."""
    from boneloop.commands.unfinished import Unfinished

    begun = time.monotonic()
    request.out.mkdir(parents=True, exist_ok=True)
    plans, bad_plans = usable_plans(request.plans)
    registries = request.registries()
    account = Account(refusals=list(bad_plans), refused=len(bad_plans))
    try:
        store = Unfinished.open(request.out, _question(request, registries), request.resume)
    except InputError as error:
        terminal.complain(str(error))
        return Status.WRONG_USAGE
    try:
        _live(request, plans, store, account)
        _write(request, plans, bad_plans, store, account, registries, begun)
    except KeyboardInterrupt:
        done = f"{account.people} people are done and kept in {store.folder}"
        terminal.complain(f"stopped; {done}. Go on with the same command and --resume.")
        return Status.INTERRUPTED
    store.forget()
    return account.status


def usable_plans(names: str) -> tuple[list[CarePlan], list[Refusal]]:
    """The plans that can be lived, in the order asked for, and those that cannot."""
    from boneloop.exchange.refusal import Refusal
    from boneloop.therapy.care_plan import load_plan

    plans: dict[str, CarePlan] = {}
    refused: list[Refusal] = []
    for name in filter(None, (part.strip() for part in names.split(","))):
        try:
            plan = load_plan(name)
            if plan.name in plans:
                raise PlanError(f"plan {name!r}", "every plan has a name of its own", plan.name)
            plans[plan.name] = plan
        except PlanError as error:
            refused.append(Refusal.of(error, name, "plan"))
    return list(plans.values()), refused


def _question(request: Request, registries: Sequence[Registry]) -> dict[str, Any]:
    """What decides on the result: two runs with the same question give the same."""
    from boneloop.report.provenance import input_digests, version

    return {
        "options": request.options(),
        "inputs": input_digests(path for path in request.patients if path.exists()),
        "plan_files": input_digests(path for path in map(Path, request.plans.split(",")) if path.is_file()),
        "evidence_digest": ", ".join(registry.digest for registry in registries),
        "version": version("boneloop"),
    }


def _live(request: Request, plans: Sequence[CarePlan], store: Unfinished, account: Account) -> None:
    """Everybody's forecast, group by group; what a run before has done is taken as it is."""
    from boneloop.commands.groups import group_size, grouped, work_through
    from boneloop.commands.unfinished import decoded
    from boneloop.compare.run import LANES_AT_ONCE, Question

    jobs = request.jobs or os.cpu_count() or 1
    question = Question(tuple(plans), request.belief, request.draws, request.years, request.seed)
    asked = _origin(request) if request.fhir else ()
    found = assessed(
        request.patients,
        format=request.format,
        where=request.where,
        limit=request.limit,
        as_of=request.as_of,
        strict=request.strict,
    )
    size, people = group_size(iter(found if plans else ()), max(1, LANES_AT_ONCE // request.draws), jobs)
    groups = grouped(people, store.size(size))
    with terminal.progress("Forecast", None) as advance:

        def done(work: Work, data: bytes) -> None:
            store.put(work.index, data)
            account.note(work.group, decoded(data), plans)
            advance(account.people, None)

        work_through(_left(groups, store, account, plans, asked), question, jobs, done)


def _origin(request: Request) -> tuple[tuple[str, str], ...]:
    """What the FHIR of a forecast says of where it comes from."""
    from boneloop.commands.fhir import origin

    return (*origin(), ("seed", str(request.seed)), ("draws", str(request.draws)))


def _left(
    groups: Iterator[Group], store: Unfinished, account: Account, plans: Sequence[CarePlan], origin: Origin
) -> Iterator[Work]:
    """The groups that are still to do; those that are done are noted on the way."""
    from boneloop.commands.groups import Work

    read = 0
    for index, group in enumerate(groups):
        shown = read < SHOWN_PEOPLE
        read += len(group.assessments)
        if store.has(index):
            account.note(group, store.part(index), plans)
        else:
            yield Work(index, group, shown, origin)


def _write(
    request: Request,
    plans: Sequence[CarePlan],
    bad_plans: Sequence[Refusal],
    store: Unfinished,
    account: Account,
    registries: Sequence[Registry],
    begun: float,
) -> None:
    """What was refused and where the result comes from, always; tables and report, if there is anything to report."""
    from boneloop.compare.origins import origins_of_people
    from boneloop.report import files
    from boneloop.report.behind import NUMBERS, write_numbers_csv
    from boneloop.report.page import write_report
    from boneloop.report.provenance import provenance

    out, groups = request.out, account.groups
    origin = provenance(
        *registries,
        seed=request.seed,
        draws=request.draws,
        inputs=[path for path in request.patients if path.exists()],
        options=request.options(),
        wall_seconds=time.monotonic() - begun,
    )
    of_groups = itertools.chain.from_iterable(part.refusals for part in store.parts(groups))
    refusals = itertools.chain(bad_plans, of_groups)
    files.write_rejects(out / "rejects.ndjson", (one.as_json() for one in refusals))
    files.write_provenance(out / "provenance.json", origin)
    terminal.say_refusals(account.refusals, out / "rejects.ndjson", account.refused)
    if not account.used:
        terminal.complain("nothing to forecast: " + ("no usable patient" if plans else "no usable care plan"))
        return
    for name, columns, pieces in (
        ("patients.csv", files.PATIENT_COLUMNS, (part.patients for part in store.parts(groups))),
        ("chances.csv", files.CHANCE_COLUMNS, (part.chances for part in store.parts(groups))),
    ):
        files.write_pieces(out / name, files.with_belief(columns) if request.both else columns, pieces)
    people = [case.assessment.profile for case in account.cases if case.forecast and case.assessment.profile]
    found = origins_of_people(people, plans, registries[0], request.years)
    write_numbers_csv(out / NUMBERS, found, registries)
    if request.fhir:
        files.write_joined(out / "forecast.ndjson", (part.fhir for part in store.parts(groups)))
    page = out / "report.html"
    rejects = [one.as_json() for one in account.refusals]
    counts = {"people_count": account.people, "rejects_count": account.refused}
    first, *others = registries
    write_report(
        page,
        account.cases,
        rejects=rejects,
        provenance=origin,
        registry=first,
        other=others[0] if others else None,
        title=request.title,
        origins=found,
        **counts,
    )
    asked = f"{len(plans)} plans, {request.years} years" + (", both beliefs" if request.both else "")
    terminal.say(f"{account.used} patients, {asked}: {page}")


def _case(
    assessment: Assessment, forecasts: Sequence[Forecast], contrast: Contrast | None, plans: Sequence[CarePlan]
) -> Case:
    from boneloop.report.case import Case

    told = [with_cautions(forecast, assessment, plans) for forecast in forecasts]
    first, second = (*told, None, None)[:2]
    return Case(assessment, first, advice(assessment), second, contrast)
