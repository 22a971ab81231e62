"""Syndromes: what a published algorithm says of the answers beside their total; PHQ-9: major or other depressive.

An answer that is missing is neither counted nor taken as low: what it could change is left open. The outcome is what
the algorithm says of the answers; it is not a diagnosis, which also asks how long, how much it hinders, and what else
could be behind it.
"""

from __future__ import annotations

from collections.abc import Mapping

from boneloop.errors import InstrumentError
from boneloop.instruments.table import Instrument, Syndrome, instrument


def possible(instrument_name: str, items: Mapping[int, float]) -> tuple[str, ...]:
    """The outcomes that the answers leave possible, mildest first; one where every open answer leads to the same.

    items  answers by number of the item
    Raises InstrumentError for an instrument without an algorithm.
    """
    form = instrument(instrument_name)
    if form.syndrome is None:
        raise InstrumentError(f"{form.title} has no algorithm beside its total")
    least, most = (_outcome(form.syndrome, _counting(form, form.syndrome, items, taken)) for taken in (False, True))
    return form.syndrome.names[least : most + 1]


def _counting(form: Instrument, rule: Syndrome, items: Mapping[int, float], missing_counts: bool) -> set[int]:
    """The items that count, the missing ones all taken to count or all not to."""
    return {
        n for n in form.counted if (items[n] >= rule.sooner.get(n, rule.counts_from) if n in items else missing_counts)
    }


def _outcome(rule: Syndrome, counting: set[int]) -> int:
    if counting.isdisjoint(rule.anchors):
        return 0
    return max(place for place, least in enumerate(rule.least) if len(counting) >= least)
