"""Numbers that were fitted together are drawn together: a Gaussian copula of their own laws.

    z = L s,  L Lᵀ = R

s  independent standard normal scores, one per name, each from its own luck
R  correlation of the scores, as the fit wrote it
z  the scores at which each number's own law is read
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from boneloop.errors import EvidenceError
from boneloop.types import Array

_ROUNDING = 1e-6
"""How far a matrix as written may be from symmetric, and its diagonal from 1."""


@dataclass(frozen=True, eq=False)
class Joint:
    """The joint law of the numbers of one fit.

    file         where it stands
    names        ids, in alphabetical order: the order in which they were written changes nothing
    correlation  of the standard normal scores, shape (names, names)
    """

    file: str
    names: tuple[str, ...]
    correlation: Array

    @classmethod
    def of(cls, file: str, names: Sequence[str], correlation: Sequence[Sequence[float]]) -> Joint:
        """Check the matrix and put it in the order of the names.

        Raises EvidenceError naming the file: names twice, a matrix of another size, not symmetric, diagonal not 1, not
        positive definite.
        """
        if len(set(names)) < len(names):
            raise EvidenceError(f"{file}: [joint] names a number twice")
        matrix = _square(file, len(names), correlation)
        order = sorted(range(len(names)), key=lambda index: names[index])
        made = cls(file, tuple(names[index] for index in order), matrix[np.ix_(order, order)])
        made._factor()
        return made

    def scores(self, uniform: Callable[[str], Array]) -> dict[str, Array]:
        """Standard normal scores by id, one per draw.

        uniform  gives the numbers in (0, 1) of one id, as for ``draws.draw``
        """
        from scipy.special import ndtri

        own = [np.asarray(ndtri(uniform(name))) for name in self.names]
        return {
            # summed draw by draw: a library's product rounds a draw differently according to its place
            name: np.asarray(sum(weight * score for weight, score in zip(row[: index + 1], own, strict=False)))
            for index, (name, row) in enumerate(zip(self.names, self._factor(), strict=True))
        }

    def partners(self, identity: str) -> list[tuple[str, float]]:
        """The other names with their correlation to this one, the strongest first."""
        row = self.correlation[self.names.index(identity)]
        others = [(name, float(r)) for name, r in zip(self.names, row, strict=True) if name != identity]
        return sorted(others, key=lambda pair: (-abs(pair[1]), pair[0]))

    def _factor(self) -> Array:
        try:
            return np.asarray(np.linalg.cholesky(self.correlation))
        except np.linalg.LinAlgError:
            lowest = float(np.linalg.eigvalsh(self.correlation)[0])
            raise EvidenceError(
                f"{self.file}: [joint] correlation is not positive definite: its smallest eigenvalue is {lowest:.3g}"
            ) from None


def _square(file: str, size: int, correlation: Sequence[Sequence[float]]) -> Array:
    if len(correlation) != size or any(len(row) != size for row in correlation):
        raise EvidenceError(f"{file}: [joint] correlation must have {size} rows of {size}, one for each name")
    matrix = np.array(correlation, dtype=np.float64).reshape(size, size)
    if not np.isfinite(matrix).all() or np.abs(matrix - matrix.T).max(initial=0) > _ROUNDING:
        raise EvidenceError(f"{file}: [joint] correlation is not symmetric")
    if np.abs(np.diag(matrix) - 1).max(initial=0) > _ROUNDING:
        raise EvidenceError(f"{file}: [joint] correlation must have 1 on its diagonal")
    return (matrix + matrix.T) / 2
