"""Patients' files in, assessed people and refusals out: the first half of every command that takes PATIENTS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from boneloop.commands.status import Status
from boneloop.errors import InputError, InstrumentError, RecordError

if TYPE_CHECKING:
    from datetime import date

    from boneloop.assess.assessment import Assessment
    from boneloop.exchange.refusal import Refusal
    from boneloop.patient.record import Record


class Asked(NamedTuple):
    """Which people are asked for, and how they are read."""

    format: str = "auto"
    where: str = ""
    limit: int | None = None
    as_of: date | None = None
    strict: bool = False
    framework: str | None = None


@dataclass
class People:
    """Everybody who could be assessed, in the order of the files, and everything that was refused."""

    assessments: list[Assessment] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def rows(self) -> list[dict[str, str]]:
        """The refusals as lines of rejects.ndjson."""
        return [refusal.as_json() for refusal in self.refusals]

    def status(self, used: int) -> Status:
        """How a command ends that did its work for so many of them."""
        if not used:
            return Status.NOTHING_USABLE
        return Status.PARTLY if self.refusals else Status.DONE


def gather(
    patients: Sequence[Path],
    *,
    format: str = "auto",
    where: str = "",
    limit: int | None = None,
    as_of: date | None = None,
    strict: bool = False,
    framework: str | None = None,
    patient: str = "",
    key: bytes | None = None,
) -> People:
    """Read and assess everybody in these files, or the one person whose id is asked for.

    framework  a name of ``assess.framework.FRAMEWORKS``; None: that of each record's country
    key        everybody under a pseudonym; None: as they are
    """
    from boneloop.exchange import Refusal
    from boneloop.exchange.pseudonyms import pseudonym

    people = People()
    patient = pseudonym(key, patient) if patient and key else patient
    everybody = assessed(
        patients, format=format, where=where, limit=limit, as_of=as_of, strict=strict, framework=framework, key=key
    )
    for found in only(everybody, patient):
        kept: list[Any] = people.refusals if isinstance(found, Refusal) else people.assessments
        kept.append(found)
    return people


def only(found: Iterable[Assessment | Refusal], patient: str) -> Iterator[Assessment | Refusal]:
    """The one person of that id, or everybody where it is empty; refusals stay."""
    from boneloop.exchange import Refusal

    for one in found:
        if not patient or isinstance(one, Refusal) or one.record.id == patient:
            yield one


def assessed(
    patients: Sequence[Path],
    *,
    format: str = "auto",
    where: str = "",
    limit: int | None = None,
    as_of: date | None = None,
    strict: bool = False,
    framework: str | None = None,
    key: bytes | None = None,
) -> Iterator[Assessment | Refusal]:
    """Everybody in these files, assessed one after the other, and what is refused in between."""
    from boneloop.assess.person import assess
    from boneloop.exchange import Refusal, read
    from boneloop.exchange.pseudonyms import pseudonymous

    wanted = None if format == "auto" else format
    for found in read(patients, format=wanted, where=where or None, limit=limit, as_of=as_of, strict=strict):
        if isinstance(found, Refusal):
            yield found
            continue
        try:
            yield assess(pseudonymous(found, key) if key else found, framework=framework)
        except (InputError, InstrumentError) as error:
            yield of_person(found, error)


def of_person(record: Record, error: InputError | InstrumentError) -> Refusal:
    """The refusal of a whole person whose record was read."""
    from boneloop.exchange.refusal import Refusal

    file, _, place = record.source.partition(", ")
    stated = error if isinstance(error, InputError) else RecordError(place or record.id, str(error))
    return Refusal.of(stated, file, "patient", record.id)
