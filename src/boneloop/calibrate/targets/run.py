"""A study run: its made-up people live every arm with the same luck, and each published result is looked up there.

Each lane is one person in one draw of the parameters; a draw is shared by all people. A result is measured in each
draw over the people, so that the band over draws shows what is not known of the parameters, not who took part.
"""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import active_children, get_context

import numpy as np

from boneloop.calibrate.targets.format import Result, Study
from boneloop.calibrate.targets.judge import REFUSED, Simulated, Verdict, judge, simulated
from boneloop.calibrate.targets.lives import Lives, looked_up, outcome_of, parts
from boneloop.calibrate.targets.observed import readings
from boneloop.calibrate.targets.outcomes import pages_of
from boneloop.calibrate.targets.people import made_up
from boneloop.cycle import loop
from boneloop.errors import SimulationError, TargetError
from boneloop.evidence.registry import Registry, load
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.patient.profile import Profile
from boneloop.simulate.lanes import arrange
from boneloop.simulate.life import MONTHS_PER_YEAR, Setting, live
from boneloop.simulate.model import Model, prepare
from boneloop.simulate.outcomes import EVERY_MONTHS
from boneloop.simulate.start import Start, start
from boneloop.types import Mask

LANES_AT_ONCE = 5000
USUAL_DRAWS, USUAL_PEOPLE = 25, 40
MOST_STOPPED = 0.05
"""Share of people whose body the engine could not move on, above which a study is refused."""


@dataclass(frozen=True)
class Found:
    """One result with what the model says to it; ``refusal`` says why there is nothing."""

    result: Result
    simulated: Simulated | None
    verdict: Verdict
    refusal: TargetError | None = None


@dataclass(frozen=True)
class Findings:
    """A study that was run.

    people, draws  as run; left_out  people whose body the engine could not move on, left out of every arm
    """

    study: Study
    found: tuple[Found, ...]
    people: int
    draws: int
    left_out: int


def run_study(
    study: Study,
    *,
    draws: int | None = None,
    people: int | None = None,
    seed: int = 1,
    belief: str = "evidence",
) -> Findings:
    """Run one study and judge its results.

    draws   of the parameters; people  made-up people of each arm, the same in all
    None: what the study asks for, or the usual number
    """
    people, draws = people or study.people or USUAL_PEOPLE, draws or study.draws or USUAL_DRAWS
    registry = load(belief)
    whole = {name: made_up(study.id, study.arms[name], people, seed) for name in _needed_arms(study)}
    size = max(1, LANES_AT_ONCE // draws)
    groups = ({arm: who[at : at + size] for arm, who in whole.items()} for at in range(0, people, size))
    pieces = [_lived(study, group, draws, seed, registry) for group in groups] if whole else []
    kept = ~np.concatenate([piece.stopped for piece in pieces]) if pieces else np.ones(people, dtype=bool)
    lives = {arm: Lives.joined([piece.lives[arm] for piece in pieces], kept) for arm in whole}
    left_out = int((~kept).sum())
    found = tuple(_found(result, study, lives, left_out / people) for result in study.results)
    return Findings(study, found, people, draws, left_out)


@dataclass(frozen=True)
class Order:
    """How studies are run: see ``run_study``; ``jobs`` processes."""

    draws: int | None = None
    people: int | None = None
    seed: int = 1
    belief: str = "evidence"
    jobs: int = 1

    def run(self, study: Study) -> Findings:
        """Run one study."""
        return run_study(study, draws=self.draws, people=self.people, seed=self.seed, belief=self.belief)


def run_all(
    studies: Sequence[Study], order: Order, progress: Callable[[int, int], None] | None = None
) -> Iterator[Findings]:
    """Run studies on several processes, each by one; in the order given, the same whatever ``jobs`` is.

    progress  called with (studies done, studies in all)
    """
    tell, count = progress or (lambda done, of: None), len(studies)
    if order.jobs == 1 or count < 2:
        for done, study in enumerate(studies, start=1):
            yield order.run(study)
            tell(done, count)
        return
    heavy = sorted(range(count), key=lambda at: -_work(studies[at], order))
    pool = ProcessPoolExecutor(min(order.jobs, count), mp_context=get_context("spawn"), initializer=_leave_interrupts)
    try:
        waiting = {at: pool.submit(order.run, studies[at]) for at in heavy}
        for done, _ in enumerate(as_completed(waiting.values()), start=1):
            tell(done, count)
        yield from (waiting[at].result() for at in range(count))
        pool.shutdown()
    except BaseException as stopped:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in active_children():  # a study may last long: nobody waits for it who has stopped
            process.terminate()
        if isinstance(stopped, BrokenProcessPool):
            raise SimulationError("a process was ended from outside; where memory is short, ask for fewer") from None
        raise


def _leave_interrupts() -> None:
    """Ctrl-C is for the first process, which ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _needed_arms(study: Study) -> list[str]:
    return [name for name in study.arms if any(name in result.arms for result in study.results)]


def _work(study: Study, order: Order) -> float:
    people, draws = order.people or study.people or USUAL_PEOPLE, order.draws or study.draws or USUAL_DRAWS
    return people * draws * sum(MONTHS_PER_YEAR + _calendar(study, arm)[0] for arm in _needed_arms(study))


@dataclass(frozen=True)
class _Piece:
    """Some people in every arm; ``stopped``: whom the engine could not move on in one of them."""

    lives: dict[str, Lives]
    stopped: Mask


def _lived(
    study: Study, people: Mapping[str, tuple[Profile, ...]], draws: int, seed: int, registry: Registry
) -> _Piece:
    allowed = registry.number("forecast.tolerance")
    tolerance = Tolerance(allowed, allowed)
    lives: dict[str, Lives] = {}
    stopped = np.zeros(len(next(iter(people.values()))), dtype=bool)
    before: tuple[tuple[Profile, ...], Model, Start] | None = None
    for name, who in people.items():
        if before is None or before[0] != who:
            lanes = arrange(who, draws, seed)
            model = prepare(registry, lanes)
            before = who, model, start(lanes, model, tolerance)
        months, every = _calendar(study, name)
        gates = loop.OPEN._replace(**dict.fromkeys(study.arms[name].cut, 0))
        setting = Setting(months, tolerance, gates, every_months=every, incidence=True)
        course = live(before[2], study.arms[name].plan, before[1], setting)
        stopped[[lane // draws for lane in course.stopped]] = True
        needed = {page for result in study.results if name in result.arms for page in pages_of(outcome_of(result))}
        shape = (len(course.years), len(who), draws)
        noted = {page: course.values[page].reshape(shape) for page in sorted(needed) if page in course.values}
        shown = {page: np.broadcast_to(row[None, :, None], shape) for page, row in readings(who).items()}
        lives[name] = Lives(course.years * MONTHS_PER_YEAR, noted | shown)
    return _Piece(lives, stopped)


def _calendar(study: Study, arm: str) -> tuple[int, int]:
    """How many months an arm is lived, and how many lie between two noted moments."""
    asked = [month for r in study.results if arm in r.arms for month in (*r.visits, r.from_month)]
    every = EVERY_MONTHS if all(month % EVERY_MONTHS == 0 for month in asked) else 1
    return every * max(1, math.ceil(max(asked) / every)), every


def _found(result: Result, study: Study, lives: Mapping[str, Lives], left_out: float) -> Found:
    """One result looked up in the lives of its arms."""
    place = f"{study.file}, result {result.id!r}"
    own = {arm: lives[arm] for arm in result.arms}
    missing = {page for page in pages_of(outcome_of(result)) for one in own.values() if page not in one.pages}
    try:
        if left_out > MOST_STOPPED:
            raise TargetError(place, "lives that the engine can follow", f"{left_out:.0%} of the people stopped")
        if missing:
            raise TargetError(f"{place}, outcome", "an outcome that this version simulates", result.outcome)
        draws, *groups = (
            looked_up(result, {arm: one.some(part) for arm, one in own.items()})
            for part in parts(next(iter(own.values())).people)
        )
        if not np.isfinite(draws).all():
            raise TargetError(place, "a number that is defined in every draw", "nobody at risk, or no event")
    except TargetError as refusal:
        return Found(result, None, Verdict(REFUSED), refusal)
    medians = np.array([np.median(group) for group in groups])
    said = simulated(result, draws, medians[np.isfinite(medians)])
    return Found(result, said, judge(result, said))
