"""Rodas4 in JAX, for many patients at once: every one with their own time, step size, events and error control.

The same as the NumPy engine, step for step, written as what XLA can compile: one loop over steps, in which a patient
that has arrived waits for the others. Tangents (forward mode) pass through the accepted steps; step sizes have none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from boneloop.kernel.coefficients import ALPHA, DENSE, GAMMA, GAMMAS, STAGES, A, C
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Status
from boneloop.kernel.progress import between
from boneloop.kernel.rodas4 import GROW, NEARLY_THERE, SAFETY, SHRINK
from boneloop.kernel.sparse_lu import Factorization
from boneloop.kernel.xla.words import Value, evaluate


class Fixed(NamedTuple):
    """What a chunk of patients is given; the last time and the last event lie at infinity and never come."""

    end: Value
    event_time: Value
    event_place: Value
    event_amount: Value
    event_keep: Value
    event_end: Value
    times: Value
    rows: Value
    floor: Value
    absolute: Value
    relative: Value
    restart: Value
    longest: Value
    stops: Value
    most_steps: Value


class Moving(NamedTuple):
    """What changes from step to step; ``recorded`` has the shape (times, patients, rows)."""

    y: Value
    p: Value
    time: Value
    step: Value
    stop: Value
    refused: Value
    accepted: Value
    rejected: Value
    status: Value
    event: Value
    due: Value
    recorded: Value


class Tried(NamedTuple):
    """One step from where everybody is: states after it, its error, and the stages."""

    after: Value
    error: Value
    stages: Value


class Method:
    """Rodas4 for one model, in JAX; ``kind`` is the precision of states."""

    def __init__(self, factored: Factorization, model: Graph, kind: type) -> None:
        self.factored, self.model, self.kind = factored, model, kind

    def attempt(self, y: Value, p: Value, time: Value, step: Value) -> Tried:
        """One step from ``y`` for every lane, whatever its error; stages 2 to 6 are one loop, written once."""
        kind, count, moving = self.kind, self.model.states, self.factored.moving
        found = evaluate(self.factored.graph, y, p, time.astype(kind), 1 / (step * kind(GAMMA)))
        drifts, factors = found[count : count + len(moving)], found[count + len(moving) :]

        def stage(slope: list[Value], gamma: Value) -> Value:
            for row, drift in zip(moving, drifts, strict=True):
                slope[row] = slope[row] + gamma * step * drift
            return jnp.stack(evaluate(self.factored.solve, slope + factors, ()))

        def next_stage(carried: tuple[Value, Value], at: tuple[Value, ...]) -> tuple[tuple[Value, Value], None]:
            stages, _ = carried
            turn, a, c, alpha, gamma = at
            argument = y + weighted(a, stages)
            slope = jnp.stack(evaluate(self.model, argument, p, (time + alpha * step).astype(kind)))
            slope = slope + weighted(c, stages) / step
            return (stages.at[turn].set(stage(list(slope), gamma)), argument), None

        stages = jnp.zeros((STAGES, *y.shape), kind).at[0].set(stage(found[:count], kind(GAMMAS[0])))
        (stages, argument), _ = lax.scan(next_stage, (stages, y), self._coefficients())
        return Tried(argument + stages[-1], stages[-1], stages)

    def _coefficients(self) -> tuple[Value, ...]:
        before: list[NDArray[Any]] = [np.zeros((STAGES, STAGES), self.kind) for _ in range(2)]
        for weights, rows in zip((A, C), before, strict=True):
            for turn, row in enumerate(weights):
                rows[turn, :turn] = row
        own: list[NDArray[Any]] = [np.array(weights, self.kind) for weights in (ALPHA, GAMMAS)]
        return tuple(column[1:] for column in (np.arange(STAGES), *before, *own))

    def live(self, fixed: Fixed, start: Moving) -> Moving:
        """Everybody to the end, or to where they stop."""
        begun = meet_events(record_start(start, fixed), fixed, jnp.ones(start.time.shape, bool))
        return lax.while_loop(lambda now: going(now, fixed).any(), lambda now: self.advance(now, fixed), begun)

    def advance(self, now: Moving, fixed: Fixed) -> Moving:
        """One step for everybody who still moves."""
        kind, moves = self.kind, going(now, fixed)
        left = (now.stop - now.time).astype(kind)
        wanted = jnp.minimum(now.step, fixed.longest)
        reaches = wanted * kind(NEARLY_THERE) >= left
        step = jnp.where(moves, jnp.where(reaches, left, wanted), kind(1))
        tried = self.attempt(now.y, now.p, now.time, step)
        size = lax.stop_gradient(error_size(tried, now.y, fixed))
        accepted = moves & (size <= 1)
        proposed = step * step_factor(size, now.refused)
        later = jnp.where(reaches, now.stop, now.time + step)
        stuck = moves & ~(reaches | (now.time + step > now.time))
        noted = now._replace(
            step=jnp.where(moves, jnp.where(accepted & reaches, jnp.maximum(wanted, proposed), proposed), now.step),
            accepted=now.accepted + accepted,
            rejected=now.rejected + (moves & ~accepted),
            refused=jnp.where(moves, ~accepted, now.refused),
            status=jnp.where(stuck, Status.NO_STEP_SHORT_ENOUGH, now.status),
        )
        taken = take(noted, fixed, tried, step, jnp.where(accepted, later, now.time), accepted)
        return tire(meet_events(taken, fixed, accepted & reaches), fixed, moves)


def going(now: Moving, fixed: Fixed) -> Value:
    """Those who have not arrived and have not failed."""
    return (now.time < fixed.end) & (now.status == Status.ARRIVED)


def record_start(start: Moving, fixed: Fixed) -> Moving:
    """Write down what is asked for at the very start, before anything happens."""
    after = jnp.searchsorted(fixed.times, start.time, side="right")
    turn = jnp.arange(len(fixed.times))[:, None]
    due = (turn >= start.due) & (turn < after)
    seen = jnp.where(due[:, :, None], start.y[fixed.rows].T, start.recorded)
    return start._replace(recorded=seen, due=after.astype(start.due.dtype))


def weighted(weights: Value, stages: Value) -> Value:
    """The sum of the stages, each with its weight."""
    total = weights[0] * stages[0]
    for turn in range(1, weights.shape[0]):
        total = total + weights[turn] * stages[turn]
    return total


def error_size(tried: Tried, before: Value, fixed: Fixed) -> Value:
    """Largest over the states of error by allowed error; NaN where a state has no value or fell through its floor."""
    allowed = fixed.absolute + fixed.relative * jnp.maximum(jnp.abs(before), jnp.abs(tried.after))
    share = jnp.abs(tried.error / allowed)
    lost = (jnp.isnan(share) | (tried.after < fixed.floor - fixed.absolute)).any(axis=0)
    return jnp.where(lost, jnp.nan, share.max(axis=0))


def step_factor(size: Value, refused: Value) -> Value:
    """How much longer the next step may be; right after a refused step it does not grow, and NaN shrinks it most."""
    kind = size.dtype.type
    factor = jnp.clip(kind(SAFETY) / jnp.sqrt(jnp.sqrt(size)), kind(SHRINK), kind(GROW))
    factor = jnp.where(jnp.isnan(factor), kind(SHRINK), factor)
    return jnp.where(refused, jnp.minimum(factor, kind(1)), factor)


def take(now: Moving, fixed: Fixed, tried: Tried, step: Value, later: Value, accepted: Value) -> Moving:
    """Move those who are accepted to ``later``, writing down what was asked for on the way."""
    kind, lanes = now.y.dtype.type, jnp.arange(len(now.time))
    after = jnp.maximum(tried.after, fixed.floor)
    dense = [weighted(np.array(weights, kind), tried.stages[:-1]) for weights in DENSE]
    curve: list[Value] = [rows[fixed.rows] for rows in (now.y, after, *dense)]

    def covered(due: Value) -> Value:
        return accepted & (fixed.times[due] <= later)

    def write(carried: tuple[Value, Value]) -> tuple[Value, Value]:
        due, recorded = carried
        some = covered(due)
        share = ((fixed.times[due] - now.time) / step).astype(kind)
        seen: Value = between(share, *curve)
        place = jnp.where(some, due, len(fixed.times))
        return due + some, recorded.at[place, lanes].set(seen.T, mode="drop")

    due, recorded = lax.while_loop(lambda carried: covered(carried[0]).any(), write, (now.due, now.recorded))
    return now._replace(y=jnp.where(accepted, after, now.y), time=later, due=due, recorded=recorded)


def meet_events(now: Moving, fixed: Fixed, some: Value) -> Moving:
    """What happens to these patients now, which may shorten their next step; then look for their next stop."""

    def due(now: Moving) -> Value:
        comes = (now.event < fixed.event_end) & (fixed.event_time[now.event] <= now.time)
        return some & comes & (now.time < fixed.end)

    def happen(now: Moving) -> Moving:
        hit, kind = due(now), now.y.dtype
        keep, amount = (row[now.event].astype(kind) for row in (fixed.event_keep, fixed.event_amount))
        places = jnp.arange(len(now.y) + len(now.p))[:, None] == fixed.event_place[now.event]
        in_states, in_parameters = jnp.split(hit & places, [len(now.y)])
        return now._replace(
            y=jnp.where(in_states, now.y * keep + amount, now.y),
            p=jnp.where(in_parameters, now.p * keep + amount, now.p),
            step=jnp.where(hit, jnp.minimum(now.step, fixed.restart), now.step),
            refused=now.refused & ~hit,
            event=now.event + hit,
        )

    now = lax.while_loop(lambda now: due(now).any(), happen, now)
    event = jnp.where(now.event < fixed.event_end, fixed.event_time[now.event], jnp.inf)
    output = jnp.where(fixed.stops, fixed.times[now.due], jnp.inf)
    stop = jnp.minimum(fixed.end, jnp.minimum(event, output))
    return now._replace(stop=jnp.where(some, stop, now.stop))


def tire(now: Moving, fixed: Fixed, moves: Value) -> Moving:
    """Give up those who have used all their steps and still have some way to go."""
    tired = moves & going(now, fixed) & (now.accepted + now.rejected >= fixed.most_steps)
    return now._replace(status=jnp.where(tired, Status.TOO_MANY_STEPS, now.status))
