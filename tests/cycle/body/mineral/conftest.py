"""The mineral engine with its printed numbers, and SciPy to live it: doses at their times, readings where asked."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from boneloop.cycle.body.mineral import drugs, parameters, station
from boneloop.cycle.body.mineral.form import PUBLISHED
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.evidence.registry import load

DATA = Path(__file__).parents[3] / "reference/data"
RAW = ("rankl", "opg", "tgf_active", "bcl2", "runx2", "creb", "estrogen")
COLUMNS = {
    "PTH_pM": "pth",
    "Ca_mM": "calcium",
    "Phos_mM": "phosphate",
    "calcitriol_pM": "calcitriol",
    "OC_pct": "osteoclast",
    "OB_pct": "osteoblast",
    "RANKL": "rankl",
    "OPG": "opg",
    "TGFb_act": "tgf_active",
    "BCL2": "bcl2",
    "RUNX2": "runx2",
    "CREB": "creb",
    "BMDls_pct": "spine_density",
    "BMDlsDEN_pct": "spine_density_denosumab",
    "BMDfn_pct": "neck_density",
    "DENCP_ng_mL": "denosumab",
    "EST": "estrogen",
    "GFR_mL_min": "gfr",
}


class Engine(NamedTuple):
    """Parameters and what is derived from them."""

    p: parameters.Parameters
    d: parameters.Derived

    def rates(self, state, inputs=None, form=PUBLISHED):
        return station.rates(state, inputs or Inputs(), self.p, self.d, form)

    def denosumab(self, *hours, milligrams=60):
        """Injections at these hours."""
        return {hour: lambda state: drugs.give_denosumab(state, milligrams, self.p.denosumab) for hour in hours}

    def teriparatide(self, *hours, micrograms=20):
        """Injections at these hours."""
        return {hour: lambda state: drugs.give_teriparatide(state, micrograms, self.p.teriparatide) for hour in hours}

    def live(self, times, doses=None, inputs=None, form=PUBLISHED, start=None, tolerance=1e-8):
        """States at ``times`` (hours, rising, from 0), each before the dose of that hour: a state of arrays.

        inputs  what reaches the station, fixed or a function of the hour
        """
        told = inputs if callable(inputs) else lambda hour: inputs or Inputs()
        size = np.array([abs(value) or 1.0 for value in self.d.listed])

        def motion(hour, values):
            return list(self.rates(State(*values.tolist()), told(hour), form))

        doses, now, seen = doses or {}, np.array(start or self.d.listed, float), {}
        stops = sorted({0.0, float(times[-1]), *(float(hour) for hour in doses if hour < times[-1])})
        seen[0.0] = now
        for begin, end in pairwise(stops):
            if begin in doses:
                now = np.array(doses[begin](State(*now)), float)
            asked = sorted({float(t) for t in times if begin < t < end} | {end})
            run = solve_ivp(motion, (begin, end), now, "LSODA", asked, rtol=tolerance, atol=1e-3 * tolerance * size)
            assert run.success, run.message
            seen.update(zip(asked, run.y.T, strict=True))
            now = run.y[:, -1]
        return State(*np.array([seen[float(t)] for t in times]).T)

    def columns(self, states, inputs=None):
        """What the reference files print: cells in percent, densities as change in percent, the rest as it is."""
        read = station.readings(states, inputs or Inputs(), self.p, self.d)._asdict()
        read.update({name: getattr(states, name) for name in RAW})
        for name in ("osteoclast", "osteoblast"):
            read[name] = 100 * read[name]
        for name in ("spine_density", "spine_density_denosumab", "neck_density"):
            read[name] = 100 * (read[name] - 1)
        return read


@pytest.fixture(scope="session")
def engine():
    """The engine with its printed numbers."""
    p = parameters.read(load())
    return Engine(p, parameters.derive(p))


@pytest.fixture(scope="session")
def reference():
    """A reference file by our names: columns of numbers, and ``hours``."""

    def read(name):
        with open(DATA / f"{name}.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        columns = {COLUMNS[key]: np.array([float(row[key]) for row in rows]) for key in rows[0] if key in COLUMNS}
        hours = np.array([float(row["time_h"]) for row in rows]) if "time_h" in rows[0] else None
        return {"hours": hours, "rows": rows, **columns}

    return read
