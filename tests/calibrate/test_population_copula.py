"""The joint prior: its correlation is found behind tied answers, and averages over it are exact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import beta, qmc

from boneloop.calibrate.population_copula import expectation, latent_correlation
from boneloop.types import Array

POINTS = 2**15


def correlated(r: float) -> tuple[Array, Array]:
    """Normals with this correlation, spread evenly over the plane."""
    first, second = ndtri(qmc.Sobol(2, scramble=True, rng=np.random.default_rng(7)).random(POINTS)).T
    return first, r * first + np.sqrt(1 - r**2) * second


@pytest.mark.parametrize("r", [-0.5, 0.0, 0.3, 0.8])
@pytest.mark.parametrize("share_of_zeros", [0.01, 0.6, 0.9])
def test_the_correlation_is_found_behind_answers_that_many_people_share(r: float, share_of_zeros: float) -> None:
    first, second = correlated(r)
    zeros = ndtri(share_of_zeros)
    coarse = np.floor(2 * np.maximum(first, zeros))
    days = np.round(np.maximum(second, zeros), 1)
    # counted in steps of the answers; 32,768 even points leave an error of about 0.01 where nine in ten answer the same
    assert latent_correlation(coarse, days, np.ones(POINTS)) == pytest.approx(r, abs=0.02)


def test_a_weight_counts_as_so_many_people() -> None:
    generator = np.random.default_rng(3)
    first = generator.integers(0, 4, 300) + 0.0
    second = first + generator.integers(0, 6, 300)
    copies = generator.integers(1, 4, 300)
    weighted = latent_correlation(first, second, copies + 0.0)
    repeated = latent_correlation(np.repeat(first, copies), np.repeat(second, copies), np.ones(copies.sum()))
    assert weighted == pytest.approx(repeated, abs=1e-9)


def test_the_correlation_does_not_depend_on_the_scale_or_on_who_did_not_answer() -> None:
    first, second = correlated(0.4)
    coarse = np.round(first)
    with_gaps = np.append(np.exp(coarse), np.nan)
    plain = latent_correlation(coarse, second, np.ones(POINTS))
    assert latent_correlation(with_gaps, np.append(second, 1.0), np.ones(POINTS + 1)) == pytest.approx(plain, abs=1e-9)


@given(mean=st.floats(0.04, 0.5), tight=st.floats(2, 8), r=st.floats(-0.6, 0.8))
def test_each_state_keeps_its_own_law_whatever_the_correlation(mean: float, tight: float, r: float) -> None:
    correlation = np.array([[1, r], [r, 1]])
    law = beta(mean * tight, (1 - mean) * tight)

    def average(power: int) -> float:
        return expectation(lambda _, x: x**power, [0.2, mean], [3, tight], correlation)

    assert average(0) == pytest.approx(1, abs=1e-12)
    assert average(1) == pytest.approx(law.mean(), abs=5e-4)
    assert average(2) == pytest.approx(law.moment(2), abs=5e-4)


def test_states_that_go_together_raise_the_mean_of_their_product() -> None:
    def product(r: float) -> float:
        return expectation(lambda x, y: x * y, [0.1, 0.2], [3, 3], np.array([[1, r], [r, 1]]))

    assert product(-0.5) < product(0) < product(0.5)
    assert product(0) == pytest.approx(0.02, abs=1e-4)
