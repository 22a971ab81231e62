"""What a forecast has done so far: one file for each finished group of people, so that it can be stopped and go on.

    DIR/unfinished/question.json    what was asked: options, digests of the input and of the numbers, version
    DIR/unfinished/000012.part      everything that group 12 gives to the result

A part is written beside and then moved, so a part that is there is whole, however the run ended.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from boneloop.compare.contrast import Contrast
from boneloop.compare.forecast import Forecast
from boneloop.errors import InputError
from boneloop.exchange.refusal import Refusal

FOLDER = "unfinished"


class Part(msgspec.Struct):
    """What one group of people gives to the result.

    used      how many people were forecast
    patients, chances  their rows of the two tables
    refusals  what was refused of the group, in the order in which it came
    kept      their forecasts as the report needs them, as far as it shows them; of two beliefs one after the other
    contrasts what the belief changes for them, where both were asked for
    fhir      their lines of FHIR, where it is asked for
    """

    used: int
    patients: str
    chances: str
    refusals: list[Refusal]
    kept: list[Forecast]
    contrasts: list[Contrast] = []
    fhir: str = ""


def encoded(part: Part) -> bytes:
    """A part as bytes: MessagePack, arrays as their float64 bytes."""
    return msgspec.msgpack.encode(part, enc_hook=lambda array: np.asarray(array, dtype=np.float64).tobytes())


def decoded(data: bytes) -> Part:
    """The part again, bit for bit."""
    return msgspec.msgpack.decode(data, type=Part, dec_hook=lambda _, numbers: np.frombuffer(numbers))


class Unfinished:
    """The folder of one question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def open(cls, out: Path, question: Mapping[str, Any], resume: bool) -> Unfinished:
        """The folder in ``out`` for this question: empty, or with what is done of it.

        Raises InputError where an unfinished forecast is in the way or answers another question.
        """
        kept = cls(out / FOLDER)
        asked = json.loads(json.dumps(question, default=str))
        file = kept.folder / "question.json"
        if file.exists():
            _agree(json.loads(file.read_text(encoding="utf-8")), asked, kept.folder, resume)
        else:
            kept.folder.mkdir(parents=True, exist_ok=True)
            partial = file.with_suffix(".partial")
            partial.write_text(json.dumps(asked, indent=2) + "\n", encoding="utf-8")
            os.replace(partial, file)
        return kept

    def size(self, wanted: int) -> int:
        """How many people a group has: as before where groups are there, else as wanted now."""
        file = self.folder / "size"
        if not file.exists():
            file.write_text(str(wanted), encoding="utf-8")
        return int(file.read_text(encoding="utf-8"))

    def has(self, index: int) -> bool:
        """Whether a group is done."""
        return self._place(index).exists()

    def put(self, index: int, data: bytes) -> None:
        """Keep a finished group."""
        partial = self._place(index).with_suffix(".partial")
        partial.write_bytes(data)
        os.replace(partial, self._place(index))

    def part(self, index: int) -> Part:
        """What a group has given."""
        return decoded(self._place(index).read_bytes())

    def parts(self, groups: int) -> Iterator[Part]:
        """All groups in order, one at a time."""
        return (self.part(index) for index in range(groups))

    def forget(self) -> None:
        """Remove the folder: the result is written."""
        shutil.rmtree(self.folder)

    def _place(self, index: int) -> Path:
        return self.folder / f"{index:06d}.part"


def _agree(before: Mapping[str, Any], now: Mapping[str, Any], folder: Path, resume: bool) -> None:
    if not resume:
        rule = "no unfinished forecast in the folder: add --resume to go on with it, or remove it to begin anew"
        raise InputError(str(folder), rule)
    other = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    if other:
        said = "; ".join(f"{name}: {before.get(name)!r} then, {now.get(name)!r} now" for name in other)
        raise InputError(
            str(folder), "--resume goes on with the same question only; remove the folder to begin anew", said
        )
