"""Fracture → pain: a broken bone hurts at once, and for some people for good.

The pain of one fracture is an acute part that fades and, with the site's probability, a lasting part instead.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Amplitude and probability of lasting pain by site; what lasting pain keeps of the amplitude."""

    hip_amplitude: Fraction
    vertebra_amplitude: Fraction
    wrist_amplitude: Fraction
    other_amplitude: Fraction
    hip_lasting_probability: Fraction
    vertebra_lasting_probability: Fraction
    wrist_lasting_probability: Fraction
    other_lasting_probability: Fraction
    lasting_share: Fraction


class Nociception(NamedTuple):
    """What one fracture adds: the part that fades, the part that stays."""

    acute: Scalar
    lasting: Scalar


def nociception(amplitude: Scalar, lasts: Scalar, p: Parameters) -> Nociception:
    """Pain of one fracture; ``lasts`` is 1 if this one turns chronic, 0 if not."""
    return Nociception(amplitude * (1 - lasts), amplitude * lasts * p.lasting_share)


def input(acute: Scalar, lasting: Scalar) -> Scalar:
    """Input to felt pain from all fractures so far."""
    return acute + lasting
