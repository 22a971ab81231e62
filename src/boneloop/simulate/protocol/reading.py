"""Reading: a TOML file becomes a ``Protocol``, or an error that says everything that is wrong with it, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from boneloop.cycle.body.mineral import parameters
from boneloop.errors import ProtocolError
from boneloop.evidence.registry import load
from boneloop.simulate.protocol import changes as changing
from boneloop.simulate.protocol.changes import Change, EstrogenCourse, Fall
from boneloop.simulate.protocol.dosing import Dose, Frame, Supplement, dosing
from boneloop.simulate.protocol.numbers import AGE, GFR, MENOPAUSE_AGE, numbers
from boneloop.simulate.protocol.page import Page
from boneloop.simulate.protocol.people import WAYS, Person, people
from boneloop.simulate.protocol.quantity import Calendar, printed, real
from boneloop.simulate.protocol.recording import Record, recording
from boneloop.simulate.protocol.section import Section

FORMS = ("smooth", "published")
PRECISIONS = {"double": 1e-6, "single": 1e-4}
"""Usual relative tolerance by precision."""
TIGHTEST = {"double": 1e-9, "single": 1e-6}
"""Below these a step cannot keep what it promises: rounding is as large."""
STARTS = ("rest", "listed")
KEYS = (
    "title",
    "form",
    "precision",
    "tolerance",
    "duration",
    "start",
    *WAYS,
    "give",
    "change",
    "estrogen",
    "gfr",
    "record",
)
_ENDING = ".toml"


@dataclass(frozen=True)
class Protocol:
    """What a file asks for; times in hours from the start.

    form       "smooth" or "published"
    precision  "double" or "single"
    tolerance  relative error allowed in a step; the absolute one is a thousandth of it, of states of about 1
    start      "rest": everybody at their own rest; "listed": everybody at the printed baseline
    seed       that virtual people were drawn with; 0 where none were
    p          the printed numbers
    """

    title: str
    form: str
    precision: str
    tolerance: float
    duration: float
    start: str
    calendar: Calendar
    people: tuple[Person, ...]
    doses: tuple[Dose, ...]
    supplements: tuple[Supplement, ...]
    changes: tuple[Change, ...]
    estrogen: EstrogenCourse | None
    fall: Fall | None
    record: Record
    seed: int
    p: parameters.Parameters

    @property
    def rows(self) -> int:
        """How many rows the table has if everybody arrives."""
        return len(self.people) * len(self.record.times)

    def own(self, person: Person, place: str, usual: float) -> float:
        """A number of a person, in the model's unit."""
        return person.values.get(place, usual)


def examples() -> tuple[str, ...]:
    """Names of the protocols that come with the package."""
    folder = resources.files("boneloop.simulate.protocol") / "examples"
    return tuple(sorted(item.name.removesuffix(_ENDING) for item in folder.iterdir() if item.name.endswith(_ENDING)))


def text(name_or_path: str | Path) -> str:
    """The text of a protocol: of a file, or of one of ``examples`` by its name.

    Raises ProtocolError for a file that cannot be read.
    """
    return _bytes(name_or_path)[0].decode("utf-8", "replace")


def read(name_or_path: str | Path) -> Protocol:
    """A protocol from a TOML file, or one of ``examples`` by its name.

    Raises ProtocolError with all faults, each with file, line, rule and value.
    """
    return parse(*_bytes(name_or_path))


def _bytes(name_or_path: str | Path) -> tuple[bytes, str]:
    """What the file holds, and how it is called."""
    name = str(name_or_path)
    if name in examples():
        file = resources.files("boneloop.simulate.protocol") / "examples" / f"{name}{_ENDING}"
        return file.read_bytes(), file.name
    try:
        return Path(name_or_path).read_bytes(), name
    except OSError as error:
        rule = f"a readable TOML file ({error.strerror}), or one of {', '.join(examples())}"
        raise ProtocolError(name, rule) from None


def parse(data: bytes, name: str) -> Protocol:
    """A protocol from the bytes of a file that is called ``name`` in messages.

    Raises ProtocolError as ``read`` does.
    """
    page = Page(name, data)
    top = Section(page, (), page.document)
    top.only(KEYS)
    p = parameters.read(load())
    form = top.choice("form", FORMS, "smooth")
    precision = top.choice("precision", tuple(PRECISIONS), "double")
    tolerance = top.amount("tolerance", "1", "1e-6", above=0)
    calendar = printed(p.estrogen.year) if form == "published" else real()
    known = numbers(p)
    found = people(page, known)
    frame = Frame(calendar, _duration(top, calendar), {person.id for person in found})
    given = dosing(page, frame)
    rows = changing.changes(page, frame, known)
    kidney = Calendar(calendar.month, p.filtration.year) if form == "published" else calendar
    protocol = Protocol(
        title=top.text("title") or Path(name).stem,
        form=form,
        precision=precision,
        tolerance=tolerance or PRECISIONS[precision],
        duration=frame.duration,
        start=top.choice("start", STARTS, "rest" if form == "smooth" else "listed"),
        calendar=calendar,
        people=found,
        doses=tuple(row for row in given if isinstance(row, Dose)),
        supplements=tuple(row for row in given if isinstance(row, Supplement)),
        changes=rows,
        estrogen=changing.estrogen_course(page),
        fall=changing.gfr_fall(page, frame, kidney),
        record=recording(page, frame, given),
        seed=_seed(page),
        p=p,
    )
    _check_together(page, protocol)
    _check_tolerance(top, protocol)
    page.check()
    return protocol


def _check_tolerance(top: Section, protocol: Protocol) -> None:
    least = TIGHTEST[protocol.precision]
    if not least <= protocol.tolerance < 1:
        rule = f"from {least:g} to below 1 with {protocol.precision} precision"
        top.fault(rule, top.table["tolerance"], "tolerance")


def _duration(top: Section, calendar: Calendar) -> float:
    duration = top.time("duration", calendar, "2 years", above=0)
    if "duration" not in top:
        top.fault('how long: duration = "2 years"')
    return float(duration) if duration else float("inf")


def _seed(page: Page) -> int:
    population = page.document.get("population")
    seed = population.get("seed") if isinstance(population, dict) else 0
    return seed if isinstance(seed, int) else 0


def _check_together(page: Page, protocol: Protocol) -> None:
    """What depends on more than one table."""
    course, found = protocol.estrogen, protocol.people
    without = [one.id for one in found if AGE not in one.values and (course and course.everybody)]
    without += [
        one.id for one in found if MENOPAUSE_AGE in one.values and AGE not in one.values and one.id not in without
    ]
    if without and protocol.form == "smooth":
        page.fault(("estrogen",), f"the course of estrogen needs the age of every patient; {without[0]} has none")
    if found:
        filtration = {one.id: protocol.own(one, GFR, protocol.p.baseline.filtration) for one in found}
        lowest = min(filtration.items(), key=lambda item: item[1])
        changing.check_gfr(page, protocol.fall, protocol.changes, lowest)
