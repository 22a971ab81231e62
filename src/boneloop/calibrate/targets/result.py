"""One [[result]] of a target file, checked: what was published, and where to look for it in the simulation."""

from __future__ import annotations

from boneloop.calibrate.targets.fields import Table
from boneloop.calibrate.targets.format import GROUPS, KINDS, ROLES, STATUSES, USUAL_LEVEL, Result
from boneloop.calibrate.targets.outcomes import (
    COUNT,
    EVENT,
    LEVEL,
    MEASURES,
    ONCE,
    Outcome,
    known,
    person_years,
    units,
    usual_measure,
)
from boneloop.errors import TargetError

_MOST_MONTHS = 600
_ACCUMULATED = ("rate", "hazard", "risk")


def result(table: Table, study: str, arms: tuple[str, ...], refused: tuple[str, ...]) -> Result:
    """A result of a study with these arms.

    refused  arms that are written but cannot be lived
    Raises TargetError.
    """
    identity = table.text("id")
    table.place = f"{table.place} {identity!r}"
    kind = table.one_of("kind", KINDS)
    arm, against, order = _arms(table, kind, arms, refused)
    name = table.text("outcome")
    outcome = known(name)
    if outcome is None:
        raise table.fault("outcome", "an outcome of the list in docs/how-to/validate.md")
    measure = table.one_of("measure", MEASURES[outcome.sort], usual_measure(outcome, kind))
    month, from_month = table.number("month", 0, _MOST_MONTHS), table.optional("from_month", 0, _MOST_MONTHS) or 0.0
    if from_month > month or (from_month == month and _needs_time(outcome, measure)):
        raise table.fault("month", f"after from_month ({from_month:g})")
    counted = _counted(table, outcome, measure)
    value, interval, level, se, tolerance, why = _published(table, kind)
    found = Result(
        id=identity,
        study=study,
        title=table.text("title", "") or _title(outcome, kind, arm, against, order, month),
        kind=kind,
        outcome=name,
        measure=measure,
        unit=_unit(table, outcome, measure, kind),
        month=month,
        from_month=from_month,
        value=value,
        role=table.one_of("role", ROLES),
        status=table.one_of("status", STATUSES),
        group=table.one_of("group", GROUPS),
        arm=arm,
        against=against,
        order=order,
        interval=interval,
        level=level,
        se=se,
        tolerance=tolerance,
        tolerance_reason=why,
        newly=table.flag("newly"),
        seen_every=_visits(table, month - from_month),
        person_sd=table.optional("person_sd", 0),
        reason=table.text("reason", ""),
        note=table.text("note", ""),
        **counted,
    )
    table.end()
    _contrast_is_one(table, found)
    return found


def _visits(table: Table, months: float) -> float | None:
    """Months from one visit to the next; they divide the time, and only a new state is looked for at several visits."""
    every = table.optional("seen_every", 1, _MOST_MONTHS)
    if every is not None and (not table.fields.get("newly") or months % every):
        raise table.fault("seen_every", f"with newly, and a part of the {months:g} months")
    return every


def _arms(table: Table, kind: str, arms: tuple[str, ...], refused: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    for field in ("arm", "against", "order"):
        told = table.raw(field, [])
        for name in told if isinstance(told, list) else [told]:
            if name in refused:
                raise TargetError(f"{table.place}, {field}", "an arm that can be run; this one was refused", name)
    wanted = {"arm": ("arm",), "difference": ("arm", "against"), "ratio": ("arm", "against"), "rank": ("order",)}[kind]
    for field in ("arm", "against", "order"):
        if field in table and field not in wanted:
            raise table.fault(field, f"not for kind {kind}, which has {' and '.join(wanted)}")
    order = table.words("order", arms)
    if kind == "rank" and len(order) < 2:
        raise table.fault("order", "two arms or more, highest first")
    arm = table.one_of("arm", arms) if "arm" in wanted else ""
    against = table.one_of("against", arms) if "against" in wanted else ""
    if arm and arm == against:
        raise table.fault("against", "another arm than arm")
    return arm, against, order


def _needs_time(outcome: Outcome, measure: str) -> bool:
    return outcome.sort in (EVENT, ONCE, COUNT) or (outcome.sort == LEVEL and measure == "hazard")


def _counted(table: Table, outcome: Outcome, measure: str) -> dict[str, float | None]:
    """Who is counted in a share; a named outcome such as phq9_response says it itself."""
    fixed = {name: getattr(outcome, name) for name in ("at_least", "at_most", "fallen_by")}
    told = {name: table.optional(name) for name in fixed}
    given = [name for name, value in told.items() if value is not None]
    if any(value is not None for value in fixed.values()):
        if given:
            raise table.fault(given[0], "this outcome says itself who is counted")
        return fixed
    is_share = outcome.sort == LEVEL and measure in ("share", "risk", "odds", "hazard")
    if is_share and not given:
        rule = f"at_least, at_most or fallen_by say who is counted in a {measure}"
        raise TargetError(f"{table.place}, at_least", rule)
    if given and not is_share:
        raise table.fault(given[0], "only where a share, risk, odds or hazard of people is taken")
    return told


def _unit(table: Table, outcome: Outcome, measure: str, kind: str) -> str:
    allowed = units(outcome, measure, kind)
    unit = table.text("unit", next(iter(allowed)) if len(allowed) == 1 or kind == "ratio" else None)
    if kind in ("arm", "difference") and measure in ("rate", "hazard"):
        if person_years(unit) is None:
            raise table.fault("unit", '"per person-year" or "per N person-years"')
    elif unit not in allowed:
        raise table.fault("unit", f"one of {', '.join(allowed)}")
    return unit


def _published(
    table: Table, kind: str
) -> tuple[float, tuple[float, float] | None, float, float | None, float | None, str]:
    """Value, interval and its coverage, standard error, tolerance and its reason."""
    if kind == "rank":
        for field in ("value", "interval", "se", "tolerance"):
            if field in table:
                raise table.fault(field, "a rank has no number: its order is what was published")
        return 1.0, None, USUAL_LEVEL, None, None, ""
    value, interval = table.number("value"), table.pair("interval")
    level = table.optional("level", 0.5, 0.999)
    se, sd, people = (table.optional(name, 0) for name in ("se", "sd", "n"))
    if (sd is None) != (people is None) or (sd is not None and se is not None):
        raise table.fault("n" if sd is None else "sd", "sd and n together, in the place of se")
    se = sd / people**0.5 if sd and people else se
    if sum(one is not None for one in (interval, se)) > 1:
        raise table.fault("interval", "either interval or se")
    if level is not None and interval is None:
        raise table.fault("level", "the coverage of an interval, which is not there")
    if interval and not interval[0] <= value <= interval[1]:
        raise table.fault("interval", f"holds the value ({value:g})")
    tolerance, why = table.optional("tolerance", 0), table.text("tolerance_reason", "")
    if tolerance is not None and (interval or se is not None):
        raise table.fault("tolerance", "only where neither interval nor se is published")
    if (tolerance is None) != (not why):
        raise table.fault("tolerance_reason", "tolerance and its reason together")
    return value, interval, level or USUAL_LEVEL, se, tolerance, why


def _contrast_is_one(table: Table, found: Result) -> None:
    if found.measure == "smd" and found.kind != "difference":
        raise table.fault("measure", "smd is for kind difference")
    if found.measure == "odds" and found.kind == "difference":
        raise table.fault("measure", "odds are for kind arm or ratio")
    if found.kind == "ratio" and found.unit != "%" and found.value <= 0:
        raise table.fault("value", "a ratio is above 0")
    if found.kind == "ratio" and found.measure == "mean" and (found.outcome.endswith("_change")):
        raise table.fault("measure", "a change has no ratio, what is left of the start has: level")
    if found.person_sd is not None and found.measure != "smd":
        raise table.fault("person_sd", "only for measure smd")


def _title(outcome: Outcome, kind: str, arm: str, against: str, order: tuple[str, ...], month: float) -> str:
    who = " > ".join(order) if kind == "rank" else f"{arm} against {against}" if against else arm
    return f"{outcome.title}, {who}, month {month:g}"
