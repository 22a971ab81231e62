"""What it costs to read FHIR here: the typed pass, the record, strict checking, and full validation by others.

    python benchmarks/fhir_reading.py BUNDLES.ndjson[.gz] [--schema fhir.schema.json.gz] [--out figures.json]

The Bundles, one a line, are unpacked and written to a file until it holds ``--bundles`` of them. Times are processor
time of this one process, so they are per core; each is the best of ``--repeat`` runs, taken in turn, since a busy
machine can only make a run slower. ``per second`` counts Bundles of 350 kB. The others check a few Bundles only: they
are slow. Nothing here is asserted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

KILOBYTES = 350
FEW = 62
HELD = 1 << 30
"""Bytes of input that are read once; what is larger has its ids counted first."""


@dataclass(frozen=True)
class Figure:
    """One way of reading: processor microseconds for a Bundle of 350 kB, and Bundles of 350 kB a second and core."""

    what: str
    microseconds: float
    per_second: float


class Nothing(msgspec.Struct):
    """A structure without fields: everything is skipped."""


Way = tuple[str, Callable[[], object], int]
"""What is measured, how it is run, and over how many bytes."""


def figures_of(ways: list[Way], repeat: int) -> list[Figure]:
    """The best of ``repeat`` runs of each way, in turn: what else the machine does meets all of them alike."""
    best = [float("inf")] * len(ways)
    for _ in range(repeat):
        for place, (_, run, _) in enumerate(ways):
            begun = time.process_time()
            run()
            best[place] = min(best[place], time.process_time() - begun)
    return [figure(what, seconds, size) for (what, _, size), seconds in zip(ways, best, strict=True)]


def figure(what: str, seconds: float, size: int) -> Figure:
    """So many seconds for ``size`` bytes."""
    bundles = size / (KILOBYTES * 1000)
    return Figure(what, round(seconds / bundles * 1e6, 1), round(bundles / seconds, 1))


def ours(lines: list[bytes], path: Path, packed: Path, repeat: int) -> list[Figure]:
    """Our own ways, from the lightest."""
    from boneloop.assess.person import assess
    from boneloop.exchange import Refusal, read, reading
    from boneloop.exchange.fhir import documents, quick
    from boneloop.exchange.files import lines_of
    from boneloop.exchange.person import Person
    from boneloop.guidance.advice import advise

    size, skip = sum(map(len, lines)), msgspec.json.Decoder(Nothing)

    def every(work: Callable[[bytes], object]) -> Callable[[], None]:
        def run() -> None:
            for line in lines:
                work(line)

        return run

    def people(line: bytes) -> int:
        return sum(isinstance(p, Person) for p in documents._quickly(line, "", "").people())

    def whole(file: Path, strict: bool = False, held: bool = True) -> Callable[[], object]:
        def run() -> None:
            reading.SMALL = HELD if held else 0
            for _ in read(file, strict=strict):
                pass

        return run

    indented = path.with_name("indented")
    indented.mkdir()
    for number, line in enumerate(lines[:FEW]):
        (indented / f"{number}.json").write_text(json.dumps(json.loads(line), indent=2), encoding="utf-8")
    spaced = sum(one.stat().st_size for one in indented.iterdir())
    records = [one for one in read(path) if not isinstance(one, Refusal)]
    ways: list[Way] = [
        ("lines of the file", lambda: [None for _ in lines_of(path)], size),
        ("skip everything (msgspec)", every(skip.decode), size),
        ("one typed pass (what is ours, decoded)", every(quick.entries), size),
        ("typed pass, gathered by person", every(lambda line: documents._quickly(line, "", "")), size),
        ("typed pass and person", every(people), size),
        ("read: file to records", whole(path), size),
        ("read, ids counted first (larger input)", whole(path, held=False), size),
        ("read, packed with gzip", whole(packed), size),
        ("read, indented, a file each", whole(indented), spaced),
    ]
    found = figures_of(ways, repeat)
    found += figures_of([("read --strict: R4 table and rules", whole(path, strict=True), size)], 1)
    each = float("inf")
    for _ in range(repeat):
        begun = time.process_time()
        for record in records:
            advise(assess(record))
        each = min(each, (time.process_time() - begun) / len(records))
    return [*found, Figure("assess one record, with guidance", round(each * 1e6, 1), round(1 / each, 1))]


def others(lines: list[bytes], schema: Path | None) -> list[Figure]:
    """Full validation by a library of models and by the standard's JSON Schema, on the first Bundles."""
    few = lines[:3]
    size = sum(map(len, few))
    found = figures_of(
        [("json.loads (standard library)", lambda: [json.loads(line) for line in lines], _size(lines))], 3
    )
    try:
        from fhir.resources.R4B.bundle import Bundle
    except ImportError:
        print("fhir.resources is not installed: left out")
    else:
        found += figures_of([("fhir.resources, R4B models", lambda: [_tried(Bundle, line) for line in few], size)], 1)
    try:
        import jsonschema
    except ImportError:
        print("jsonschema is not installed: left out")
        return found
    if schema is None:
        print("no --schema: validation by the standard's JSON Schema is left out")
        return found
    text = schema.read_bytes()
    definitions = json.loads(gzip.decompress(text) if schema.suffix == ".gz" else text)["definitions"]
    checks: dict[str, object] = {}

    def valid(line: bytes) -> None:
        for entry in json.loads(line)["entry"]:
            kind = entry["resource"]["resourceType"]
            if kind not in checks:
                whole = {"$ref": f"#/definitions/{kind}", "definitions": definitions}
                checks[kind] = jsonschema.Draft6Validator(whole)
            assert not list(checks[kind].iter_errors(entry["resource"]))

    by_schema = ("jsonschema, each resource by its type", lambda: valid(few[0]), len(few[0]))
    return [*found, *figures_of([by_schema], 1)]


def _size(lines: list[bytes]) -> int:
    return sum(map(len, lines))


def _tried(model: type, line: bytes) -> None:
    try:
        model.model_validate_json(line)
    except ValueError as error:  # it refuses what R4 allows and R4B does not; the time is the same
        print(f"fhir.resources: {str(error).splitlines()[0]}")


def cold(line: bytes) -> tuple[float, float]:
    """Wall and processor seconds of `boneloop assess` on one Bundle, from a cold start of Python."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.json"
        path.write_bytes(line)
        walls, used = [], []
        for _ in range(5):
            begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-m", "boneloop", "assess", str(path)], check=False, capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            walls.append(time.perf_counter() - begun)
            used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return round(min(walls), 2), round(min(used), 2)


def replicated(source: Path, path: Path, wanted: int) -> list[bytes]:
    """A file with so many Bundles, each copy of a person under an id of its own."""
    text = source.read_bytes()
    lines = (gzip.decompress(text) if source.suffix == ".gz" else text).splitlines()
    made: list[bytes] = []
    while len(made) < wanted:
        turn = len(made) // len(lines)
        for line in lines[: wanted - len(made)]:
            name = json.loads(line)["entry"][0]["resource"]["id"].encode()
            made.append(line.replace(name, name[:-4] + b"%04d" % turn) if turn else line)
    path.write_bytes(b"\n".join(made) + b"\n")
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", type=Path)
    parser.add_argument("--schema", type=Path)
    parser.add_argument("--bundles", dest="wanted", type=int, default=248)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, packed = Path(folder) / "bundles.ndjson", Path(folder) / "bundles.ndjson.gz"
        lines = replicated(asked.bundles, path, asked.wanted)
        packed.write_bytes(gzip.compress(path.read_bytes(), 6))
        mean = _size(lines) / len(lines) / 1000
        print(f"{len(lines)} Bundles of {mean:.0f} kB, Python {platform.python_version()}, {platform.machine()}\n")
        figures = [*ours(lines, path, packed, asked.repeat), *others(lines, asked.schema)]
    reading = next(f for f in figures if f.what.startswith("read: "))
    print(f"{'':44} {'us / 350 kB':>12} {'per second':>11} {'times read':>11}")
    for one in figures:
        ratio = "" if one.what.startswith("assess") else f"{one.microseconds / reading.microseconds:.2f}"
        print(f"{one.what:44} {one.microseconds:12.0f} {one.per_second:11.0f} {ratio:>11}")
    wall, used = cold(lines[0])
    size = f"{len(lines[0]) / 1000:.0f} kB"
    print(f"\nboneloop assess on one Bundle of {size}, cold: {wall} s, {used} s of processor time")
    if asked.out:
        start = {"cold_wall_s": wall, "cold_processor_s": used}
        told = {"bundles": len(lines), "figures": [asdict(one) for one in figures], **start}
        asked.out.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
