"""Chance: a number that depends on who, what, when and which draw, and on nothing that was drawn before.

Philox4x32-10 (Salmon et al. 2011), counter-based: the counter holds patient, step and draw, the key holds seed and
event. One patient meets the same luck under every care plan, alone or in a crowd, on one process or on many.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from boneloop.types import Array

Words = NDArray[np.uint64]

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_WORD = np.uint64(32)
_ROUNDS = 10


def key_of(text: str) -> int:
    """A 64-bit key of a word: the same on every machine and in every version of Python."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def uniform(
    seed: int, patient: Words | int, event: str, step: NDArray[np.int64] | int, draw: NDArray[np.int64] | int
) -> Array:
    """Numbers in (0, 1), one for each combination of the broadcast ``patient``, ``step`` and ``draw``.

    patient  64-bit keys (``key_of`` the patient's id); step, draw: whole numbers of 0 or more
    """
    key = np.uint64(key_of(f"{seed}/{event}"))
    who, when, which = np.broadcast_arrays(
        np.asarray(patient, dtype=np.uint64), np.asarray(step, dtype=np.uint64), np.asarray(draw, dtype=np.uint64)
    )
    first, second, _, _ = philox((who & _LOW, who >> _WORD, when, which), (key & _LOW, key >> _WORD))
    # 52 bits and a half are exact in a double; with 53 the largest would round up to 1
    bits = (first >> np.uint64(5)) * np.uint64(2**25) + (second >> np.uint64(7))
    return np.asarray((bits.astype(np.float64) + 0.5) / 2.0**52)


def philox(counter: tuple[Words, Words, Words, Words], key: tuple[np.uint64, np.uint64]) -> tuple[Words, ...]:
    """Four words of 32 bits (held in 64) from a counter of four and a key of two."""
    a, b, c, d = counter
    k, m = key
    for _ in range(_ROUNDS):
        left, right = a * _MULTIPLIERS[0], c * _MULTIPLIERS[1]
        a, b, c, d = (right >> _WORD) ^ b ^ k, right & _LOW, (left >> _WORD) ^ d ^ m, left & _LOW
        k, m = (k + _WEYL[0]) & _LOW, (m + _WEYL[1]) & _LOW
    return a, b, c, d


def normal(uniform_numbers: Array) -> Array:
    """Standard normal numbers from uniform ones."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniform_numbers))


def count(uniform_numbers: Array, expected: Array) -> Array:
    """Poisson counts with the given expectation, by inversion: more luck never makes fewer."""
    term = np.exp(-expected)
    total, counts = term.copy(), np.zeros_like(expected)
    for n in range(1, _MOST_EVENTS):
        above = uniform_numbers > total
        if not above.any():
            break
        counts += above
        term = term * expected / n
        total = total + term
    return counts


_MOST_EVENTS = 200
