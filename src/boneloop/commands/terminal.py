"""What a command says: results on standard output, everything else on standard error, never a traceback."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from boneloop.exchange.refusal import Refusal

SHOWN_REFUSALS = 10
PIPED_WIDTH = 160


def results() -> Console:
    """Standard output; wide where nobody looks at it as a screen."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH)


def messages() -> Console:
    """Standard error."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def plain_table(title: str, *columns: str) -> Table:
    """A table that can be read aloud and pasted: few lines, no boxes."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def lesson(about: str, examples: Mapping[str, str]) -> str:
    """The help of a command: what it does, then examples, each with what it is for."""
    lines = [
        f"  [cyan]{escape(line)}[/]" + (f"\n      {escape(what)}" if what else "") for line, what in examples.items()
    ]
    # typer leaves the lines of a paragraph alone if it begins with a backspace
    said = "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(about).split("\n\n"))
    return "\n".join((said, "", "\b", "[bold]Examples[/]", *lines))


def say(message: str) -> None:
    """A message to whoever runs the command."""
    messages().print(escape(message))


def complain(message: str) -> None:
    """What went wrong, in words."""
    messages().print(f"[bold red]Error:[/] {escape(message)}")


def say_refusals(refusals: Sequence[Refusal], written_to: Path | None = None, count: int | None = None) -> None:
    """The first refusals with place, rule and value, how many more there are, and where all of them stand.

    count  how many there are in all, where only the first are handed over
    """
    if not refusals:
        return
    out, count = messages(), count or len(refusals)
    out.print(f"[yellow]Refused: {count}[/]" + (f", all in {escape(str(written_to))}" if written_to else ""))
    for refusal in refusals[:SHOWN_REFUSALS]:
        out.print(f"  {escape(str(refusal))}")
    if count > SHOWN_REFUSALS:
        out.print(f"  and {count - SHOWN_REFUSALS} more")


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error while something runs; gone when it is done, and absent where nobody looks.

    total  None where nobody knows it: then the bar only says how many are done
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    console = messages()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)
