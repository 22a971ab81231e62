"""Patients' files in, assessed people and refusals out: the first half of every command that takes PATIENTS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from boneloop.commands.options import Format
from boneloop.commands.status import Status
from boneloop.errors import BoneloopError

if TYPE_CHECKING:
    from datetime import date

    from boneloop.assess.assessment import Assessment
    from boneloop.exchange.refusal import Refusal


@dataclass
class People:
    """Everybody who could be assessed, in the order of the files, and everything that was refused."""

    assessments: list[Assessment] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def rows(self) -> list[dict[str, str]]:
        """The refusals as lines of rejects.ndjson."""
        return [refusal.as_json() for refusal in self.refusals]

    def status(self) -> Status:
        """How a command ends that did its work for these people."""
        if not self.assessments:
            return Status.NOTHING_USABLE
        return Status.PARTLY if self.refusals else Status.DONE
