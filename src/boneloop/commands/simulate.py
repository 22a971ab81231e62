"""``boneloop simulate``: one protocol, lived by the mineral engine, as a table of what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from boneloop.commands import terminal
from boneloop.commands.status import Status

if TYPE_CHECKING:
    from boneloop.simulate.protocol.reading import Protocol
    from boneloop.simulate.protocol.running import Piece, Stopped
    from boneloop.types import Array

EXAMPLES = {
    "boneloop simulate my-protocol.toml --out my-table.csv": "a protocol of your own",
    "boneloop simulate my-protocol.toml --check": "say what a protocol means, or all that is wrong with it",
    "boneloop simulate --list": "the protocols that come along, to start from",
    "boneloop simulate denosumab-60mg --show": "the text of one of them",
    "boneloop simulate denosumab-60mg --out denosumab.parquet --plot denosumab.html": "run it; a page of curves too",
}
SHOWN = 10


def simulate(
    protocol: Annotated[
        str, typer.Argument(metavar="PROTOCOL.toml", help="A TOML file, or a name of --list.", show_default=False)
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="F.csv|F.parquet", dir_okay=False, help="The table.", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a table that is there.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Read the protocol and say what it means; run nothing.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the text of the protocol; run nothing.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Name the protocols that come along; run nothing.")] = False,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="F.html", dir_okay=False, help="Curves too, as one page.", show_default=False),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Left out, one per core. The result is the same.", show_default=False),
    ] = None,
) -> None:
    """Live one protocol (who, what is given when, what changes, what is recorded) and write the table of it.

    A row is a patient at a time; the names of the columns hold the units. Calcium, phosphate, PTH, calcitriol, drug
    levels, bone cells and every state and flux of the mineral engine can be recorded. Everything that is wrong with a
    protocol is said at once, each with its line. A patient whose model cannot go on stops alone, is named here and in
    F.stopped.csv, and the exit status is 3.
    """
    if list_:
        _list()
    elif show:
        _show(_wanted(protocol))
    elif check:
        _say(_read(_wanted(protocol)))
    else:
        out = _place(out, force)
        raise typer.Exit(_run(_wanted(protocol), out, _page(plot, force), threads))


def _wanted(protocol: str) -> str:
    if not protocol:
        raise typer.BadParameter("a TOML file, or a name of --list", param_hint="PROTOCOL.toml")
    return protocol


def _place(out: Path | None, force: bool) -> Path:
    """Where the table goes; refused before anything is computed."""
    if out is None:
        raise typer.BadParameter("where the table goes, as F.csv or F.parquet", param_hint="--out")
    if out.suffix.lower() not in (".csv", ".parquet"):
        raise typer.BadParameter(f"a table ends in .csv or .parquet, not {out.suffix!r}", param_hint="--out")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    if out.exists() and not force:
        raise typer.BadParameter(f"{out} is there already; --force writes over it", param_hint="--out")
    return out


def _page(plot: Path | None, force: bool) -> Path | None:
    """Where the curves go, if they are asked for."""
    if plot is not None:
        if not plot.parent.is_dir():
            raise typer.BadParameter(f"there is no folder {plot.parent}", param_hint="--plot")
        if plot.exists() and not force:
            raise typer.BadParameter(f"{plot} is there already; --force writes over it", param_hint="--plot")
    return plot


def _read(name: str) -> Protocol:
    """The protocol; whatever is wrong with it is said line by line, and the program ends."""
    from boneloop.errors import ProtocolError
    from boneloop.simulate.protocol.reading import read

    try:
        return read(name)
    except ProtocolError as error:
        for fault in error.faults:
            terminal.complain(str(fault))
        count = len(error.faults)
        terminal.say(f"{name}: nothing was run, {count} {'thing is' if count == 1 else 'things are'} wrong")
        raise typer.Exit(Status.NOTHING_USABLE) from None


def _list() -> None:
    from boneloop.simulate.protocol.reading import examples, read

    table = terminal.plain_table("Protocols", "name", "what")
    for name in examples():
        table.add_row(name, read(name).title)
    terminal.results().print(table)


def _show(name: str) -> None:
    from boneloop.simulate.protocol.reading import text

    typer.echo(text(name), nl=False)


def _say(protocol: Protocol) -> None:
    from boneloop.simulate.protocol.words import story

    table = terminal.plain_table(protocol.title, "what", "how")
    for what, how in story(protocol):
        table.add_row(what, how)
    terminal.results().print(table)


def _run(name: str, out: Path, plot: Path | None, threads: int | None) -> Status:
    import time

    from boneloop.simulate.protocol import tables
    from boneloop.simulate.protocol.running import run

    begun, protocol = time.monotonic(), _read(name)
    stopped: list[Stopped] = []
    curves: list[Array] = []
    with (
        terminal.progress("Simulate", len(protocol.people)) as advance,
        tables.writing(out, protocol) as take,
    ):
        for piece in run(protocol, threads, advance):
            take(piece)
            stopped += piece.stopped
            if plot:
                curves.append(_drawn(piece))
    _write_beside(name, out, protocol, stopped, time.monotonic() - begun)
    if plot:
        _plot(plot, protocol, curves)
    _say_stopped(stopped, tables.beside(out, "stopped.csv"))
    people = f"{len(protocol.people)} patient" + ("s" if len(protocol.people) > 1 else "")
    terminal.say(f"{protocol.title}: {people}, {len(protocol.record.times)} times: {out}")
    if len(stopped) == len(protocol.people) and not any(one.hour for one in stopped):
        return Status.NOTHING_USABLE
    return Status.PARTLY if stopped else Status.DONE


def _drawn(piece: Piece) -> Array:
    """The values of some people that are drawn, NaN where there is no row."""
    import numpy as np

    from boneloop.report.protocol_page import thinned

    some = thinned(piece.values.shape[1])
    return np.where(piece.kept[some], piece.values[:, some], np.nan)


def _plot(path: Path, protocol: Protocol, pieces: Sequence[Array]) -> None:
    """Write the page of curves."""
    import numpy as np

    from boneloop.report.protocol_page import Curves, thinned, write_protocol_page
    from boneloop.simulate.protocol import tables
    from boneloop.simulate.protocol.words import story

    clock, per_hour = protocol.record.clock, protocol.calendar.hours(1.0, protocol.record.clock)
    given = sorted({(time / per_hour, dose.what) for dose in protocol.doses for time in dose.times})
    curves = Curves(
        names=[one.word.replace("_", " ") for one in protocol.record.what],
        units=["" if one.unit == "1" else one.unit for one in protocol.record.what],
        clock=clock,
        times=tables.clock(protocol)[thinned(len(protocol.record.times))],
        people=[person.id for person in protocol.people],
        values=np.concatenate(pieces, axis=2),
        marks=given,
    )
    write_protocol_page(path, protocol.title, list(story(protocol)), curves)


def _write_beside(name: str, out: Path, protocol: Protocol, stopped: list[Stopped], seconds: float) -> None:
    """Who stopped, who the patients are, and where the table comes from."""
    from boneloop.simulate.protocol import tables

    stops = tables.beside(out, "stopped.csv")
    stops.unlink(missing_ok=True)
    if stopped:
        tables.write_stopped(stops, stopped)
    if len(protocol.people) > 1:
        tables.write_people(tables.beside(out, "people.csv"), protocol)
    _write_provenance(name, out, protocol, seconds)


def _write_provenance(name: str, out: Path, protocol: Protocol, seconds: float) -> None:
    from boneloop.evidence.registry import load
    from boneloop.report.files import write_provenance
    from boneloop.report.provenance import provenance
    from boneloop.simulate.protocol import tables

    path = Path(name)
    options: dict[str, Any] = {"protocol": name, "form": protocol.form, "tolerance": protocol.tolerance}
    origin = provenance(
        load(),
        seed=protocol.seed,
        draws=1,
        inputs=[path] if path.is_file() else [],
        options=options,
        wall_seconds=seconds,
        precision={"double": "float64", "single": "float32"}[protocol.precision],
    )
    write_provenance(tables.beside(out, "provenance.json"), origin)


def _say_stopped(stopped: list[Stopped], written_to: Path) -> None:
    if not stopped:
        return
    terminal.say(f"Stopped: {len(stopped)}, all in {written_to}")
    for one in stopped[:SHOWN]:
        terminal.say(f"  {one.id}, at hour {one.hour:g}: {one.reason}")
    if len(stopped) > SHOWN:
        terminal.say(f"  and {len(stopped) - SHOWN} more")
