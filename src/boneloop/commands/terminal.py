"""What a command says: results on standard output, everything else on standard error, never a traceback."""

from __future__ import annotations

from collections.abc import Sequence
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


def say(message: str) -> None:
    """A message to whoever runs the command."""
    messages().print(escape(message))


def complain(message: str) -> None:
    """What went wrong, in words."""
    messages().print(f"[bold red]Error:[/] {escape(message)}")


def say_refusals(refusals: Sequence[Refusal], written_to: Path | None = None) -> None:
    """The first refusals with place, rule and value, how many more there are, and where all of them stand."""
    if not refusals:
        return
    out = messages()
    out.print(f"[yellow]Refused: {len(refusals)}[/]" + (f", all in {escape(str(written_to))}" if written_to else ""))
    for refusal in refusals[:SHOWN_REFUSALS]:
        out.print(f"  {escape(str(refusal))}")
    if len(refusals) > SHOWN_REFUSALS:
        out.print(f"  and {len(refusals) - SHOWN_REFUSALS} more")
