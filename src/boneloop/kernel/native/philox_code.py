"""Philox (``kernel.philox``) for a vector of persons, in vector code.

A word is held in the lower half of 64 bits, because the product of two words has 64; the persons of a vector so fill
two halves, the even and the odd ones, and are brought together again at the end. What the first two rounds know of a
person alone is worked out beforehand (``prepare``).
"""

from __future__ import annotations

from boneloop.kernel.native.assembly import Function
from boneloop.kernel.philox import LOW, MULTIPLIERS, ROUNDS, WORDS

KEPT = 8
"""How many half vectors of 64-bit words are kept for a vector of persons: as many bytes as ``KEPT`` vectors of i32."""


class PhiloxCode:
    """Writes the generator into a function.

    keys  address of the round keys, two i64 for each round
    """

    def __init__(self, function: Function, keys: str) -> None:
        self.f, self.keys = function, keys
        self.lanes = function.width.lanes // 2
        self.half = f"<{self.lanes} x i64>"

    def prepare(self, persons: str, kept: str) -> None:
        """From the keys of the persons of a vector (a vector of i64) to what ``words`` needs, kept at an address."""
        f, lanes = self.f, self.lanes
        vector = f"<{2 * lanes} x i64>"
        for odd in range(2):
            places = ", ".join(f"i32 {2 * lane + odd}" for lane in range(lanes))
            own = f.write(f"shufflevector {vector} {persons}, {vector} poison, <{lanes} x i32> <{places}>")
            left = self._product(own, 0)
            third = self._both(self._upper(left), self._key(0, 1))
            right = self._product(third, 1)
            parts = (self._upper(own), self._upper(right), right, self._both(left, self._key(1, 1)))
            for place, part in enumerate(parts):
                self._keep(part, kept, 4 * odd + place)

    def words(self, quarter: str, kept: str) -> list[str]:
        """Four vectors of i32: the words of four cycles; ``quarter`` is the number of the first, divided by four."""
        f = self.f
        right = f.write(f"mul i64 {quarter}, {MULTIPLIERS[1]}")
        upper, lower = f.write(f"lshr i64 {right}, 32"), f.write(f"and i64 {right}, {LOW}")
        first = f.write(f"xor i64 {upper}, {self._scalar_key(0, 0)}")
        second = f.write(f"xor i64 {lower}, {self._scalar_key(1, 0)}")
        halves = [self._half_words(self._spread(first), self._spread(second), kept, odd) for odd in range(2)]
        return [self._joined(even, odd) for even, odd in zip(*halves, strict=True)]

    def _half_words(self, first: str, second: str, kept: str, odd: int) -> list[str]:
        own, upper, b, fourth = (self._kept(kept, 4 * odd + place) for place in range(4))
        left = self._product(self._both(own, first), 0)
        a, c, d = self._both(upper, second), self._both(self._upper(left), fourth), left
        for number in range(2, ROUNDS):
            left, right = self._product(a, 0), self._product(c, 1)
            a = self._both(self._both(self._upper(right), b), self._key(number, 0))
            c = self._both(self._both(self._upper(left), d), self._key(number, 1))
            b, d = right, left
        return [a, b, c, d][:WORDS]

    def _product(self, word: str, multiplier: int) -> str:
        low = self.f.write(f"and {self.half} {word}, splat (i64 {LOW})")
        return self.f.write(f"mul {self.half} {low}, splat (i64 {MULTIPLIERS[multiplier]})")

    def _upper(self, word: str) -> str:
        return self.f.write(f"lshr {self.half} {word}, splat (i64 32)")

    def _both(self, a: str, b: str) -> str:
        return self.f.write(f"xor {self.half} {a}, {b}")

    def _joined(self, even: str, odd: str) -> str:
        f, lanes = self.f, 2 * self.lanes
        low = f.write(f"and {self.half} {even}, splat (i64 {LOW})")
        both = f.write(f"or {self.half} {low}, {f.write(f'shl {self.half} {odd}, splat (i64 32)')}")
        return f.write(f"bitcast {self.half} {both} to <{lanes} x i32>")

    def _scalar_key(self, number: int, which: int) -> str:
        return self.f.load(self.f.at(self.keys, 2 * number + which, "i64"), "i64")

    def _key(self, number: int, which: int) -> str:
        return self._spread(self._scalar_key(number, which))

    def _spread(self, scalar: str) -> str:
        first = self.f.write(f"insertelement {self.half} poison, i64 {scalar}, i64 0")
        zeros = f"<{self.lanes} x i32> zeroinitializer"
        return self.f.write(f"shufflevector {self.half} {first}, {self.half} poison, {zeros}")

    def _keep(self, value: str, kept: str, place: int) -> None:
        self.f.do(f"store {self.half} {value}, ptr {self.f.at(kept, place, self.half)}, align 8")

    def _kept(self, kept: str, place: int) -> str:
        return self.f.write(f"load {self.half}, ptr {self.f.at(kept, place, self.half)}, align 8")
