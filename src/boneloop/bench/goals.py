"""The goals, and how far a run is from each: against peers at matched error, against the floor, first calls.

Matched error: of every contestant the fastest row whose worst patient is within the limit, whatever tolerance it took.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from boneloop.bench.chain import NOISE, disagreement
from boneloop.bench.results import Answer, ChainRow, Floor, Results, Row

FINE, COARSE = 1e-4, 2e-3


@dataclass(frozen=True)
class Goal:
    """One goal: what, how much is aimed at, what was reached (None: could not be judged), how it came about."""

    what: str
    aim: float
    reached: float | None
    how: str = ""
    at_most: bool = False
    unit: str = "times"

    @property
    def met(self) -> bool | None:
        """Whether it was reached."""
        if self.reached is None:
            return None
        return self.reached <= self.aim if self.at_most else self.reached >= self.aim

    @property
    def distance(self) -> str:
        """In words."""
        if self.reached is None:
            return "not judged"
        if self.met:
            return "met"
        factor = self.reached / self.aim if self.at_most else self.aim / self.reached
        return f"missed by a factor of {factor:.2f}"


def best(answers: Sequence[Answer], case: str, limit: float) -> tuple[Answer, Row] | None:
    """The fastest row of a case whose worst error is within the limit."""
    fitting = [
        (answer, row)
        for answer in answers
        for row in answer.rows
        if row.case == case and not row.failed and row.worst is not None and row.worst <= limit
    ]
    return max(fitting, key=lambda pair: pair[1].rate, default=None)


def goals(results: Results) -> list[Goal]:
    """All goals that the run has anything to say about."""
    judged = [*_matched(results), *_against_diffrax(results), *_floor(results), *_totals(results), *_circle(results)]
    return [*judged, *_first_calls(results), *_chain(results)]


def _ours(results: Results) -> list[Answer]:
    return [answer for answer in results.answers if answer.ours]


def _peers(results: Results) -> list[Answer]:
    return [answer for answer in results.answers if not answer.ours]


def _matched(results: Results) -> Iterator[Goal]:
    for case, limit, aim in (("nat", FINE, 15.0), ("den", FINE, 10.0), ("den", COARSE, 80.0)):
        what = f"{case}, worst error at most {limit:g}: against the fastest peer"
        ours, peer = best(_ours(results), case, limit), best(_peers(results), case, limit)
        if ours is None or peer is None:
            if _peers(results):
                yield Goal(what, aim, None, "nobody got there" if ours is None else "no peer got there")
            continue
        yield Goal(what, aim, ours[1].rate / peer[1].rate, f"{_named(*ours)}; {_named(*peer)}")


def _against_diffrax(results: Results) -> Iterator[Goal]:
    """At diffrax's own worst error, row by row; the row where we are least ahead."""
    for peer in (answer for answer in results.answers if answer.contestant == "diffrax"):
        found = []
        for row in peer.rows:
            ours = best(_ours(results), row.case, row.worst) if row.worst is not None and not row.failed else None
            if ours is not None:
                found.append((ours[1].rate / row.rate, f"{_named(*ours)}; {_named(peer, row)}"))
        if found:
            ratio, how = min(found)
            yield Goal("against diffrax, at its own worst error, the closest row", 100.0, ratio, how)


def _named(answer: Answer, row: Row) -> str:
    return f"{answer.title} at {row.tolerance:g}: {row.rate:,.0f}/s, worst {row.worst:.1e}"


def shares(results: Results) -> Iterator[tuple[Floor, Row, float]]:
    """For every row of the native engine, its floor and the share of its time that the floor is."""
    floors = {(floor.case, floor.precision): floor for floor in results.floors}
    for answer in _ours(results):
        for row in answer.rows:
            floor = floors.get((row.case, answer.contestant.removeprefix("native-")))
            share = share_of_floor(floor, row) if floor else None
            if floor and share is not None:
                yield floor, row, share


def share_of_floor(floor: Floor, row: Row) -> float | None:
    """The counted time of the steps taken by the time they took."""
    if row.failed or row.taken is None or row.refused is None or row.cpu_s <= 0:
        return None
    return floor.step_s * (row.taken + row.refused) * row.patients / row.cpu_s


def _floor(results: Results) -> Iterator[Goal]:
    for precision in ("float64", "float32"):
        found = [
            (share, row)
            for floor, row, share in shares(results)
            if floor.precision == precision and row.case == "den" and share is not None
        ]
        if found:
            share, row = max(found, key=lambda pair: pair[0])
            how = f"den at {row.tolerance:g}, {row.taken or 0:.0f} + {row.refused or 0:.0f} steps"
            yield Goal(f"share of the counted floor, {precision}", 50.0, 100 * share, how, unit="%")


def _totals(results: Results) -> Iterator[Goal]:
    """All cores, smooth form, float32 at 1e-3: for orientation."""
    for case, aim in (("den-smooth", 15_000.0), ("nat-smooth", 200_000.0)):
        walls = [
            (row.wall_rate, f"{answer.title} at {row.tolerance:g}, worst {row.worst or 0:.1e}")
            for answer in _ours(results)
            for row in answer.rows
            if row.case == case and row.wall_rate and not row.failed
        ]
        if walls:
            wall, how = max(walls)
            yield Goal(f"{case}, patient-decades a second on {results.machine.cores} cores", aim, wall, how, unit="/s")


def _circle(results: Results) -> Iterator[Goal]:
    """What the whole cycle costs beside den, the same precision and tolerance."""
    for answer in _ours(results):
        rows = {row.case: row for row in answer.rows if row.tolerance == 1e-3 and not row.failed}
        if answer.contestant == "native-float32" and {"whole", "den"} <= rows.keys():
            cost = rows["den"].rate / rows["whole"].rate
            how = f"{rows['whole'].rate:,.0f}/s against {rows['den'].rate:,.0f}/s, {answer.title} at 1e-3"
            yield Goal(
                "the whole cycle with events, denosumab and monthly reports, cost beside den",
                4.0,
                cost,
                how,
                at_most=True,
            )


def _first_calls(results: Results) -> Iterator[Goal]:
    for what, aim, of in (
        ("first patient, nothing compiled yet", 1.5, lambda answer: answer.first_s),
        ("first patient, compiled code on the disk", 0.2, lambda answer: answer.cached_s),
    ):
        yield from _first(results, what, aim, of)


def _first(results: Results, what: str, aim: float, of: Callable[[Answer], float | None]) -> Iterator[Goal]:
    found = [(of(answer), answer.title) for answer in _ours(results) if answer.contestant.startswith("native")]
    known = [(seconds, title) for seconds, title in found if seconds is not None]
    if known:
        seconds, title = min(known)
        yield Goal(f"{what}, from the start of the process", aim, seconds, title, at_most=True, unit="s")


def _chain(results: Results) -> Iterator[Goal]:
    ours = next((row for row in results.chain if row.ours and not row.failed and row.rate), None)
    if ours is None:
        return
    for row in results.chain:
        if row.contestant.startswith(("chain-numpy", "starsim")) and row.rate:
            yield Goal(f"four-state chain: against {row.title}", 15.0, ours.rate / row.rate, _walked(ours, row))


def _walked(ours: ChainRow, row: ChainRow) -> str:
    apart = disagreement(ours, row)
    agree = "agree" if apart <= NOISE else "DO NOT AGREE"
    speeds = f"{ours.rate / 1e6:,.0f} against {row.rate / 1e6:,.1f} million person-cycles/s"
    return f"{speeds}; shares {agree} ({apart:.1f} s.e.)"
