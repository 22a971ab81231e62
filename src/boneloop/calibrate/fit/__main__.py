"""Refit the model to published results, one stage after another, and write the registry's files of fits.

python -m boneloop.calibrate.fit                            every stage, in order
python -m boneloop.calibrate.fit bone --seed 2 --out new    one stage, into another folder
python -m boneloop.calibrate.fit --list                     the stages
python -m boneloop.calibrate.fit coverage bone --rounds 40  do the intervals hold what they say
python -m boneloop.calibrate.fit seeds bone --seeds 1 2 3   how far two refits are apart
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path

from boneloop.calibrate.fit.fitted import Fitted
from boneloop.calibrate.fit.problem import Request
from boneloop.calibrate.fit.stages import Stage, registry_before, stages
from boneloop.calibrate.fit.writing import write
from boneloop.errors import BoneloopError, EvidenceError

_SHARED = Path("..", "shared", "data")
STORED = Path(str(resources.files("boneloop.evidence"))) / "fits"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 0 done, 1 something could not be fitted, 2 a fit does not cover what it says."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    deed = given.pop(0) if given and given[0] in ("coverage", "seeds") else "refit"
    asked = _parser(deed).parse_args(given)
    try:
        if deed == "coverage":
            return _coverage(asked)
        if deed == "seeds":
            return _seeds(asked)
        if asked.list:
            return _list()
        _refit(stages(asked.stages), asked.seed, asked.shared, asked.out)
    except (BoneloopError, OSError) as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return 1
    return 0


def _parser(deed: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m boneloop.calibrate.fit",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--shared", type=Path, help="the folder of the public data sets (../shared/data)")
    if deed == "seeds":
        parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2], help="of the refits")
    else:
        parser.add_argument("--seed", type=int, default=1, help="of everything random in a fit")
    if deed == "refit":
        parser.add_argument("stages", nargs="*", metavar="STAGE", help="which stages; none: all of them")
        parser.add_argument("--out", type=Path, default=STORED, help="where the files go; left out, into the package")
        parser.add_argument("--list", action="store_true", help="the stages, and nothing else")
        return parser
    parser.add_argument("stage", metavar="STAGE", help="which stage")
    if deed == "coverage":
        parser.add_argument("--quick", action="store_true", help="slopes at the first place only, mended by each step")
        parser.add_argument("--rounds", type=int, default=40, help="truths that are drawn and fitted again")
        parser.add_argument(
            "--truths", choices=("prior", "posterior"), default="posterior", help="where the truths are drawn from"
        )
    return parser


def _coverage(asked: argparse.Namespace) -> int:
    from boneloop.calibrate import coverage
    from boneloop.evidence.registry import load

    (stage,) = stages([asked.stage])
    say = speaker(stage.name)
    problem = stage.problem(Request(registry_before(stage.name), asked.seed, shared_folder(asked.shared), say))
    prior = None
    if asked.truths == "posterior":
        fit = load().fits.get(stage.name)
        if fit is None:
            raise EvidenceError(f"stage {stage.name} has no stored fit: draw truths with --truths prior")
        problem = coverage.drawn_part(problem, load(), fit)
        prior = coverage.stored_posterior(problem, load(), fit).as_prior()
    method = stage.method
    if asked.quick:
        method = replace(method, settings=replace(method.settings, renewed=False))
    found = coverage.cover(problem, asked.rounds, asked.seed, method, prior=prior, say=say)
    print("\n".join(coverage.lines(found)))
    return 2 if found.unsound() else 0


def _seeds(asked: argparse.Namespace) -> int:
    from boneloop.calibrate.fit import agreement
    from boneloop.evidence.registry import load

    (stage,) = stages([asked.stage])
    before, shared, say = registry_before(stage.name), shared_folder(asked.shared), speaker(stage.name)
    refits = [stage.run(Request(before, seed, shared, say)) for seed in asked.seeds]
    print("\n".join(agreement.lines(agreement.apart(refits, load()), agreement.results_apart(refits))))
    return 0


def _list() -> int:
    for stage in stages():
        print(f"{stage.name:16s} {stage.about}")
    return 0


def shared_folder(given: Path | None) -> Path | None:
    """The folder named, or the usual one where it is there."""
    return given or (_SHARED if _SHARED.is_dir() else None)


def speaker(name: str) -> Callable[[str], None]:
    """Says how far a stage is, with the seconds since it began."""
    begun = time.monotonic()
    return lambda line: print(f"{name} {time.monotonic() - begun:7.1f} s  {line}", file=sys.stderr, flush=True)


def _refit(wanted: Sequence[Stage], seed: int, shared: Path | None, out: Path) -> None:
    for stage in wanted:
        say = speaker(stage.name)
        result = stage.run(Request(registry_before(stage.name, out), seed, shared_folder(shared), say))
        print(summary(result))
        say(f"written: {write(result, out)}")


def summary(result: Fitted) -> str:
    """What a fit found, as a table to read."""
    width = max((len(number.id) for number in result.replaced), default=2)
    lines = [
        f"{result.stage}: {result.title}",
        f"  chi-square {result.chi_square:.1f} of {len(result.residuals)} results",
    ]
    lines.append(f"  the results told {result.informed:.1f} numbers' worth, of {len(result.names)}")
    for number in result.replaced:
        low, high = number.interval or (number.value, number.value)
        lines.append(f"  {number.id:{width}s}  {number.value:10.4g}  ({low:.4g} to {high:.4g})  {number.note}")
    for label, residual in zip(result.labels, result.residuals, strict=True):
        lines.append(f"  {residual:+6.2f} standard errors  {label}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
