"""Syndromes: what a published algorithm says of the answers beside their total; PHQ-9: major or other depressive.

An answer that is missing is neither counted nor taken as low: what it could change is left open. The outcome is what
the algorithm says of the answers; it is not a diagnosis, which also asks how long, how much it hinders, and what else
could be behind it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from boneloop.errors import InstrumentError
from boneloop.instruments.table import Syndrome, instrument


def possible(instrument_name: str, items: Mapping[int, float]) -> tuple[str, ...]:
    """The outcomes that the answers leave possible, mildest first; one where every open answer leads to the same.

    items  answers by number of the item
    Raises InstrumentError for an instrument without an algorithm.
    """
    form = instrument(instrument_name)
    if form.syndrome is None:
        raise InstrumentError(f"{form.title} has no algorithm beside its total")
    counting = {n for n, limit in _limits(instrument_name) if items.get(n, -math.inf) >= limit}
    missing = {n for n, _ in _limits(instrument_name) if n not in items}
    least = _outcome(form.syndrome, counting)
    most = _outcome(form.syndrome, counting | missing) if missing else least
    return form.syndrome.names[least : most + 1]


@cache
def _limits(instrument_name: str) -> tuple[tuple[int, float], ...]:
    """Every item with the answer from which it counts."""
    form = instrument(instrument_name)
    rule = form.syndrome
    return tuple((n, rule.sooner.get(n, rule.counts_from)) for n in form.counted) if rule else ()


def _outcome(rule: Syndrome, counting: set[int]) -> int:
    if counting.isdisjoint(rule.anchors):
        return 0
    return max(place for place, least in enumerate(rule.least) if len(counting) >= least)
