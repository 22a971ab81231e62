"""The cross-lags of a made panel are found again, missing visits or not."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.calibrate.panel import cross_lags, help_panel, lagged

STEP = np.array([[0.4, 0.15], [0.0, 0.3]])
PEOPLE, WAVES = 6000, 5


@pytest.fixture(scope="module")
def made():
    """A panel of two states: what lasts is correlated, what is left follows STEP; shape (waves, people, 2)."""
    chance = np.random.default_rng(3)
    lasting = chance.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], PEOPLE)
    left = chance.standard_normal((PEOPLE, 2))
    for _ in range(20):
        left = left @ STEP.T + chance.standard_normal((PEOPLE, 2))
    waves = []
    for _ in range(WAVES):
        waves.append(lasting + left)
        left = left @ STEP.T + chance.standard_normal((PEOPLE, 2))
    return np.stack(waves)


def test_the_coefficients_that_made_a_panel_are_found(made):
    found = cross_lags(made)
    spread = np.sqrt(np.diag(_stationary()))
    expected = STEP * spread[None, :] / spread[:, None]
    assert (np.abs(found.beta - expected) < 4 * found.error + 1e-3).all()
    assert found.error.max() < 0.1


def _stationary():
    left = np.eye(2)
    for _ in range(200):
        left = STEP @ left @ STEP.T + np.eye(2)
    return left


def test_what_lasts_is_told_from_what_passes(made):
    expected = 1 / (1 + np.diag(_stationary()))
    assert cross_lags(made).lasting == pytest.approx(expected, abs=0.06)


def test_missing_visits_do_not_shift_the_covariances(made):
    gaps = np.where(np.random.default_rng(4).random(made.shape[:2])[:, :, None] < 0.3, np.nan, made)
    assert np.abs(lagged(gaps) - lagged(made)).max() < 0.06


def test_the_panel_of_patients_is_read_with_its_gaps(shared):
    panel = help_panel(shared / "data/help_longitudinal/help_sf36_cesd_longitudinal.csv.gz")
    assert panel.shape == (5, 470, 3)
    assert np.isfinite(panel[:, :, 0]).sum() > 1300
    assert np.nanmean(panel[0, :, 0]) == pytest.approx(32.9, abs=0.1)
