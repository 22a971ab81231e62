"""Every error boneloop raises on purpose.

BoneloopError
├── InputError            what came in cannot be used (names place, rule, value)
│   ├── FileError         the file as a whole: missing, empty, truncated, not UTF-8, unknown format
│   ├── RecordError       one patient or one value: out of range, no unit, contradiction
│   ├── PlanError         a care plan: unknown name, unknown therapy, impossible dose or date
│   ├── ProtocolError     a protocol to simulate: everything that is wrong with it, line by line
│   └── TargetError       a published result to compare with: file, table, field, or what the model cannot run
├── InstrumentError       an answer that the questionnaire does not allow
├── EvidenceError         a number that the registry lacks, or that breaks its format
└── SimulationError       the solver could not go on, or the model left its range
"""

from __future__ import annotations

from collections.abc import Sequence


class BoneloopError(Exception):
    """The root: catch this to catch everything boneloop raises on purpose."""


class InputError(BoneloopError):
    """Something that came in breaks a rule.

    place  where it stands: file, line or row, column or element
    rule   what was expected, in words
    value  what came
    """

    def __init__(self, place: str, rule: str, value: object = "") -> None:
        self.place, self.rule, self.value = place, rule, value
        came = f" (came: {value!r})" if value != "" else ""
        super().__init__(f"{place}: {rule}{came}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.place, self.rule, self.value), self.__dict__


class FileError(InputError):
    """The file as a whole cannot be read."""


class RecordError(InputError):
    """One patient, or one value of a patient, cannot be used."""


class PlanError(InputError):
    """A care plan that cannot be lived."""


class ProtocolError(InputError):
    """A protocol that cannot be simulated.

    faults  everything that is wrong with it, each with its line, in the order of the lines
    """

    @property
    def faults(self) -> tuple[ProtocolError, ...]:
        """The faults that this error gathers; itself, where it is a single one."""
        return self._faults or (self,)

    _faults: tuple[ProtocolError, ...] = ()

    @classmethod
    def of(cls, faults: Sequence[ProtocolError]) -> ProtocolError:
        """One error that stands for several; it reads like the first of them."""
        first = faults[0]
        whole = cls(first.place, first.rule, first.value)
        whole._faults = tuple(faults)
        return whole


class TargetError(InputError):
    """A published result, or the study around it, that cannot be run."""


class InstrumentError(BoneloopError):
    """An answer that the questionnaire does not allow."""


class EvidenceError(BoneloopError):
    """A number that the registry lacks or that breaks its format."""


class SimulationError(BoneloopError):
    """The solver could not go on, or a state left its range."""
