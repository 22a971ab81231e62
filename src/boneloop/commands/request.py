"""One forecast as it was asked for, from the patients' files to the folder that holds its report."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boneloop.commands import terminal
from boneloop.commands.advice import advice, with_cautions
from boneloop.commands.people import People, gather, of_person
from boneloop.commands.status import Status
from boneloop.errors import PlanError, RecordError

if TYPE_CHECKING:
    from boneloop.assess.assessment import Assessment
    from boneloop.compare.forecast import Forecast
    from boneloop.report.case import Case
    from boneloop.therapy.care_plan import CarePlan

ALL_PLANS = "none,bone,mind,integrated"


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
    title: str = "Ten years of care plans, side by side"

    def options(self) -> dict[str, Any]:
        """What bears on the result, as provenance.json keeps it; the number of processes does not."""
        asked = ("plans", "years", "draws", "seed", "belief", "format", "where", "limit", "as_of")
        return {name: getattr(self, name) for name in asked}


def run(request: Request) -> Status:
    """Do what is asked: read, assess, forecast, write; how it ended."""
    begun = time.monotonic()
    request.out.mkdir(parents=True, exist_ok=True)
    people = gather(
        request.patients, format=request.format, where=request.where, limit=request.limit, as_of=request.as_of
    )
    plans = usable_plans(request.plans, people)
    _refuse_who_cannot_be_forecast(people)
    forecasts = _live(request, people, plans) if plans else {}
    rejects = request.out / "rejects.ndjson"
    _write(request, people, plans, forecasts, rejects, begun)
    terminal.say_refusals(people.refusals, rejects)
    if forecasts:
        terminal.say(
            f"{len(forecasts)} patients, {len(plans)} plans, {request.years} years: {request.out / 'report.html'}"
        )
    else:
        terminal.complain("nothing to forecast: " + ("no usable patient" if plans else "no usable care plan"))
    return people.status(len(forecasts))


def usable_plans(names: str, people: People) -> list[CarePlan]:
    """The plans that can be lived, in the order asked for; the others become refusals."""
    from boneloop.exchange.refusal import Refusal
    from boneloop.therapy.care_plan import load_plan

    plans: dict[str, CarePlan] = {}
    for name in filter(None, (part.strip() for part in names.split(","))):
        try:
            plan = load_plan(name)
            if plan.name in plans:
                raise PlanError(f"plan {name!r}", "every plan has a name of its own", plan.name)
            plans[plan.name] = plan
        except PlanError as error:
            people.refusals.append(Refusal.of(error, name, "plan"))
    return list(plans.values())


def _refuse_who_cannot_be_forecast(people: People) -> None:
    for assessment in people.assessments:
        if assessment.profile is None:
            record = assessment.record
            reason = f"a forecast needs more: {assessment.not_forecast}"
            people.refusals.append(of_person(record, RecordError(record.source.partition(", ")[2], reason)))


def _live(request: Request, people: People, plans: Sequence[CarePlan]) -> dict[str, Forecast]:
    """Everybody's forecast by id; patients.csv is written as they come."""
    from boneloop.compare.run import forecast
    from boneloop.report.files import write_chances_csv, write_patients_csv

    profiles = [one.profile for one in people.assessments if one.profile]
    if not profiles:
        return {}
    found: dict[str, Forecast] = {}
    partial = request.out / f"patients.csv.{os.getpid()}.partial"
    with terminal.progress("Forecast", len(profiles)) as advance:
        lived = forecast(
            profiles,
            plans,
            belief=request.belief,
            draws=request.draws,
            years=request.years,
            seed=request.seed,
            jobs=request.jobs,
            progress=advance,
        )
        write_patients_csv(partial, _kept(lived, found))
    os.replace(partial, request.out / "patients.csv")
    write_chances_csv(request.out / "chances.csv", found.values())
    return found


def _kept(forecasts: Iterable[Forecast], found: dict[str, Forecast]) -> Iterator[Forecast]:
    for forecast in forecasts:
        found[forecast.profile.id] = forecast
        yield forecast


def _write(
    request: Request,
    people: People,
    plans: Sequence[CarePlan],
    forecasts: dict[str, Forecast],
    rejects: Path,
    begun: float,
) -> None:
    """What was refused and where the result comes from, always; the report, if there is anything to report."""
    from boneloop.evidence.registry import load
    from boneloop.report.files import write_provenance, write_rejects
    from boneloop.report.page import write_report
    from boneloop.report.provenance import provenance

    registry = load(request.belief)
    origin = provenance(
        registry,
        seed=request.seed,
        draws=request.draws,
        inputs=[path for path in request.patients if path.exists()],
        options=request.options(),
        wall_seconds=time.monotonic() - begun,
    )
    write_rejects(rejects, people.rows())
    write_provenance(request.out / "provenance.json", origin)
    if forecasts:
        cases = [_case(one, forecasts.get(one.record.id), plans) for one in people.assessments]
        page = request.out / "report.html"
        write_report(page, cases, rejects=people.rows(), provenance=origin, registry=registry, title=request.title)


def _case(assessment: Assessment, forecast: Forecast | None, plans: Sequence[CarePlan]) -> Case:
    from boneloop.report.case import Case

    told = with_cautions(forecast, assessment, plans) if forecast else None
    return Case(assessment, told, advice(assessment))
