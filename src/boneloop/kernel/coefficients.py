"""Rodas: a Rosenbrock method of order 4 with six stages, an embedded solution of order 3 and dense output of order 3.

Coefficients of the code RODAS, method 1: E. Hairer & G. Wanner, Solving Ordinary Differential Equations II, 2nd ed.
1996, section IV.7. L-stable and stiffly accurate: the last stage is the error estimate and the result needs no sums.

In the transformed variables u_i a step from y over h is

    (I/(hγ) - J) u_i = f(t + α_i h, y + Σ a_ij u_j) + Σ (c_ij/h) u_j + h γ_i f_t        (sums over j < i)
    y_new = y + Σ a_6j u_j + u_6,    error = u_6

and inside the step, at the share s of it,

    y(s) = (1 - s)·y + s·(y_new + (1 - s)·(Σ d_j u_j + s Σ e_j u_j)).

a_5 and a_6 differ by u_5 alone. The order conditions are checked in the tests.
"""

from __future__ import annotations

GAMMA = 0.25
STAGES = 6
ORDER = 4

ALPHA = (0.0, 0.386, 0.21, 0.63, 1.0, 1.0)
"""Where in the step each stage is taken."""

GAMMAS = (0.25, -0.1043, 0.1035, -0.03620000000000023, 0.0, 0.0)
"""Weight of the derivative by time in each stage."""

_A5 = (1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895)

A: tuple[tuple[float, ...], ...] = (
    (),
    (1.544,),
    (0.9466785280815826, 0.2557011698983284),
    (3.314825187068521, 2.896124015972201, 0.9986419139977817),
    _A5,
    (*_A5, 1.0),
)

C: tuple[tuple[float, ...], ...] = (
    (),
    (-5.6688,),
    (-2.430093356833875, -0.2063599157091915),
    (-0.1073529058151375, -9.594562251023355, -20.47028614809616),
    (7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160),
    (8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054),
)

DENSE: tuple[tuple[float, ...], ...] = (
    (10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662),
    (-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872),
)
"""d_j and e_j of the dense output; u_6 has no weight."""
