"""From a trial's result to the number the model needs: how large a relief, how much fewer fractures beyond density.

A treatment pulls a state of the fast circle down by δ(t) = δ₀·(1 - e^{-t/onset}); the state follows with its own
time constant: x' = (-δ - x)/τ for the difference to control. A trial that ends before the state has followed shows
only a share of δ₀; that share is the distribution of a sum of exponential times, one for each lag in the chain
(onset, then the state, and a second state if the effect passes through another):

    share(t) = 1 - Σ_i e^{-t/T_i} · Π_{j≠i} T_i/(T_i - T_j)

Here every entry of ``evidence/numbers/therapy.toml`` that says "fitted" is worked out from the trial entries
(``therapy_trials.toml``), so that a fit can be repeated and, later, replaced by a calibration of the whole circle.
Nothing here runs during a forecast.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence


def share_risen(time: float, lags: Sequence[float]) -> float:
    """Share of a steady effect reached after ``time`` behind a chain of ``lags`` (same unit), 0 to 1."""
    apart = _told_apart(lags)
    left = 0.0
    for i, own in enumerate(apart):
        weight = math.prod(own / (own - other) for j, other in enumerate(apart) if j != i)
        left += weight * math.exp(-time / own)
    return 1 - left


def share_kept(time: float, offset: float, lag: float) -> float:
    """What a pull that was 1 when it ended still does to a state of time constant ``lag``, ``time`` after the end."""
    offset, lag = _told_apart((offset, lag))
    return (math.exp(-time / offset) - math.exp(-time / lag)) * offset / (offset - lag)


def _told_apart(lags: Sequence[float]) -> tuple[float, ...]:
    """Equal time constants moved a hair apart: the formula is the limit, the limit is not written twice."""
    hair = math.cbrt(math.ulp(1))
    return tuple(lag * (1 + hair * sum(lag == earlier for earlier in lags[:i])) for i, lag in enumerate(lags))


def difference_after(lasting: float, course: float, onset: float, since: float, offset: float, lag: float) -> float:
    """Difference to control at ``since`` after the end of a course of length ``course``, for a relief of ``lasting``.

    All times in one unit; ``since`` 0 is the end of the course.
    """
    reached = share_risen(course, (onset, lag)) * math.exp(-since / lag)
    pull_at_end = share_risen(course, (onset,))
    return lasting * (reached + pull_at_end * share_kept(since, offset, lag))


def relief(difference: float, time: float, lags: Sequence[float], by_arrows: float = 0) -> float:
    """δ₀ that gives ``difference`` to control at ``time``, in the difference's unit.

    by_arrows  what the treatment's factors on arrows already take off the state once they act in full; they rise
               with the same lags, and are counted together with δ₀, not added to it
    """
    return difference / share_risen(time, lags) - by_arrows


def standardized_difference(odds_ratio: float) -> float:
    """Standardized mean difference that makes this odds ratio of response, for a logistic scale."""
    return math.log(odds_ratio) * math.sqrt(1 + 2) / math.pi


def beyond_density(relative_risk: float, density_gain: float, gradient: float) -> float:
    """ln of the hazard factor that density does not explain: ln RR + Δz·ln GR.

    relative_risk  of the trial, treated to control
    density_gain   Δz, mean difference in density over the trial, in standard deviations of the population
    gradient       GR, relative risk per standard deviation of lower density
    """
    return math.log(relative_risk) + density_gain * math.log(gradient)


def mean_density_gain(percent_at_end: float, mean_share: float, participant: float, deviation: float) -> float:
    """Δz of a trial: ``percent_at_end`` (a fraction) of the participants' density, over the whole trial.

    mean_share   mean difference over the trial divided by the difference at its end
    participant  areal density of the participants, g/cm2; deviation  of the population, g/cm2
    """
    return percent_at_end * mean_share * participant / deviation


def crossing(gap: Callable[[float], float], low: float, high: float) -> float:
    """Where ``gap`` changes sign between ``low`` and ``high``, by halving down to rounding."""
    sign = gap(low) > 0
    if (gap(high) > 0) == sign:
        raise ValueError(f"no crossing between {low} and {high}")
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if (gap(middle) > 0) == sign else (low, middle)
    return low
