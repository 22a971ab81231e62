"""Who takes part: our engines and the peers, each with what it needs to be there."""

from __future__ import annotations

from dataclasses import dataclass

from boneloop.errors import SimulationError


@dataclass(frozen=True)
class Contestant:
    """One tool, run in a process of its own.

    module  where it is, under ``boneloop.bench``; after a colon, which variant
    needs   what must be importable
    hint    how to get it
    start   patients to begin with when looking for how many make a run long enough
    fixed   compiled for so many patients: always that number
    all_cores  runs on all cores by itself, and is also timed so by the clock
    limit_s    stopped after so many seconds of the clock
    """

    name: str
    title: str
    module: str
    needs: tuple[str, ...] = ()
    hint: str = ""
    ours: bool = False
    start: int = 2
    fixed: bool = False
    all_cores: bool = False
    limit_s: float = 300.0


OURS = (
    Contestant(
        "native-float64", "boneloop, native, float64", "ours:float64", ("llvmlite",), "pip install llvmlite",
        ours=True, start=256, all_cores=True, limit_s=900.0,
    ),
    Contestant(
        "native-float32", "boneloop, native, float32", "ours:float32", ("llvmlite",), "pip install llvmlite",
        ours=True, start=256, all_cores=True, limit_s=900.0,
    ),
    Contestant("numpy", "boneloop, NumPy, float64", "ours:numpy", ours=True, start=64, fixed=True),
)  # fmt: skip

PEERS = (
    Contestant(
        "roadrunner", "libRoadRunner (CVODE, SBML)", "peers.roadrunner", ("roadrunner",), "pip install libroadrunner"
    ),
    Contestant(
        "amici",
        "AMICI (CVODES, KLU, SBML)",
        "peers.amici",
        ("amici",),
        "pip install amici; needs a C++ compiler, SWIG and a CBLAS, and builds for some minutes",
        limit_s=600.0,
    ),
    Contestant(
        "numbalsoda",
        "numbalsoda (LSODA)",
        "peers.lsoda_numba",
        ("numbalsoda", "numba"),
        "pip install numbalsoda; needs a C++ and a Fortran compiler",
    ),
    Contestant("scipy", "SciPy odeint (LSODA)", "peers.lsoda_scipy", ("scipy",), "pip install scipy numba"),
    Contestant(
        "diffrax",
        "diffrax Kvaerno5 (JAX, CPU)",
        "peers.kvaerno_jax",
        ("diffrax", "jax"),
        "pip install diffrax",
        start=8,
        fixed=True,
    ),
)

CHAINS = (
    Contestant(
        "chain-native",
        "boneloop, chain, float32",
        "ours_chain",
        ("llvmlite",),
        "pip install llvmlite",
        ours=True,
        start=1_000_000,
        all_cores=True,
    ),
    Contestant("chain-numpy", "NumPy, vectorized", "peers.chain_numpy", start=1_000_000),
    Contestant("chain-numpy-tuned", "NumPy, tuned: float32 in blocks", "peers.chain_numpy_tuned", start=1_000_000),
    Contestant("starsim", "starsim", "peers.chain_starsim", ("starsim",), "pip install starsim", start=100_000),
    Contestant(
        "starsim-tuned",
        "starsim, tuned NumPy inside",
        "peers.chain_starsim:tuned",
        ("starsim",),
        "pip install starsim",
        start=100_000,
    ),
    Contestant("vivarium", "vivarium", "peers.chain_vivarium", ("vivarium",), "pip install vivarium", start=100_000),
)


def named(name: str) -> Contestant:
    """The contestant of this name. Raises SimulationError if there is none."""
    for each in (*OURS, *PEERS, *CHAINS):
        if each.name == name:
            return each
    raise SimulationError(f"no contestant is called {name!r}")
