"""Random words that depend on who and when and on nothing that was drawn before: Philox4x32-7.

J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel random numbers: as easy as 1, 2, 3, SC 2011. A counter of
four words of 32 bits and a key of two give four random words. Here the counter holds a person's 64-bit key and which
four cycles are meant, and the key holds the seed and a stream's name; so a person has the same luck alone, in a crowd,
on one thread or many, and under another care plan. The words of the four cycles are used one after another.

The constants are the paper's. Seven rounds are the fewest that it found to pass every test of BigCrush; three more, its
margin for unknown uses, would cost a third of the speed of a chain.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
WEYL = 0x9E3779B9, 0xBB67AE85
ROUNDS = 7
WORDS = 4
"""How many words one counter gives, and so for how many cycles it lasts."""

LOW = 0xFFFFFFFF
_WORD = np.uint64(32)

BITS = 31
"""Of a word, how many make a fraction: a whole number of so many bits converts in one instruction everywhere."""

LARGEST = {np.dtype(np.float32): float(2**BITS - 2**7), np.dtype(np.float64): float(2**BITS - 1)}
"""The largest whole number of that many bits that the precision holds: no fraction rounds up to 1."""


def key_of(seed: int, stream: str) -> tuple[int, int]:
    """The two key words of a seed and a stream: the same on every machine."""
    key = int.from_bytes(blake2b(f"{seed}/{stream}".encode(), digest_size=8).digest(), "little")
    return key & LOW, key >> 32


def round_keys(key: tuple[int, int]) -> list[tuple[int, int]]:
    """What each round adds."""
    return [((key[0] + n * WEYL[0]) & LOW, (key[1] + n * WEYL[1]) & LOW) for n in range(ROUNDS)]


def philox(counter: tuple[Words, Words, Words, Words], key: tuple[int, int]) -> tuple[Words, ...]:
    """Four words (of 32 bits, held in 64) from a counter of four and a key of two."""
    a, b, c, d = (np.asarray(word, dtype=np.uint64) for word in counter)
    low = np.uint64(LOW)
    for k, m in round_keys(key):
        left, right = a * np.uint64(MULTIPLIERS[0]), c * np.uint64(MULTIPLIERS[1])
        a, b, c, d = (right >> _WORD) ^ b ^ np.uint64(k), right & low, (left >> _WORD) ^ d ^ np.uint64(m), left & low
    return a, b, c, d


def words(key: tuple[int, int], persons: Words, quarter: int) -> tuple[Words, ...]:
    """The words of the cycles 4·quarter to 4·quarter + 3, each of the shape of ``persons`` (64-bit keys)."""
    zero = np.zeros_like(persons)
    return philox((persons & np.uint64(LOW), persons >> _WORD, zero + np.uint64(quarter), zero), key)


def fractions(word: Words, kind: type = np.float64) -> NDArray[Any]:
    """Numbers in (0, 1) from words: (n + 1/2)/2^31 with n the upper 31 bits, rounded to ``kind`` and never 1."""
    whole: NDArray[Any] = (word >> np.uint64(32 - BITS)).astype(np.int64).astype(kind)
    whole = np.minimum(whole, kind(LARGEST[np.dtype(kind)]))
    made: NDArray[Any] = whole * kind(2.0**-BITS) + kind(2.0 ** -(BITS + 1))
    return made
