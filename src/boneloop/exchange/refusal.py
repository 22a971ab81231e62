"""A refusal: what could not be used, where it stands, which rule it breaks, what came."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from boneloop.errors import InputError


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing of the input that is not used.

    file     the file it came from
    place    where in the file: line, row, column, resource
    patient  id of the person, "" where not known
    rule     what was expected, in words
    value    what came, as text
    level    file: the whole file; patient: the person is left out; row: one row of a table; value: one item, the
             person is used without it
    """

    file: str
    place: str
    patient: str
    rule: str
    value: str
    level: str

    @classmethod
    def of(cls, error: InputError, file: str, level: str, patient: str = "") -> Refusal:
        """The refusal that an error states."""
        return cls(file, error.place, patient, error.rule, str(error.value), level)

    def as_json(self) -> dict[str, str]:
        """Plain names and texts, as a line of ``rejects.ndjson`` has them."""
        return asdict(self)

    def __str__(self) -> str:
        came = f" (came: {self.value})" if self.value else ""
        return f"{self.file}: {self.place}: {self.rule}{came}"
