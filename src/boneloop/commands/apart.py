"""What a command writes is kept apart from what it reads: no patient's file is ever overwritten by its own results."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer


def check_file_apart(read: Iterable[Path], out: Path, option: str) -> None:
    """Complain about a file to be written that is one of those to be read, or already lies in a folder of them.

    Raises typer.BadParameter naming the file and the option.
    """
    here = out.resolve()
    for path in map(Path.resolve, read):
        if path == here or (path.is_dir() and here.exists() and here.is_relative_to(path)):
            raise typer.BadParameter(f"{out} is read and would be overwritten: choose another name", param_hint=option)
