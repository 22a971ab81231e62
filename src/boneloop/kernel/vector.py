"""Nested named tuples as rows of one array, and back: models speak in names, engines in arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from boneloop.types import Array

T = TypeVar("T")


def leaves(tree: Any) -> Iterator[Any]:
    """The scalars of a nested named tuple (or mapping), in order."""
    if isinstance(tree, tuple | Mapping):
        for branch in tree.values() if isinstance(tree, Mapping) else tree:
            yield from leaves(branch)
    else:
        yield tree


def rebuild(like: Any, values: Iterator[Any]) -> Any:
    """A tree of the shape of ``like`` with its scalars taken from ``values`` in order."""
    if isinstance(like, Mapping):
        return {name: rebuild(branch, values) for name, branch in like.items()}
    if not isinstance(like, tuple):
        return next(values)
    branches = [rebuild(branch, values) for branch in like]
    return type(like)(*branches) if hasattr(like, "_fields") else type(like)(branches)


def pack(tree: Any, lanes: int) -> Array:
    """Rows (scalars, lanes) of a tree whose leaves are floats or arrays of shape (lanes,)."""
    values = list(leaves(tree))
    rows = np.empty((len(values), lanes))
    for row, value in zip(rows, values, strict=True):
        row[:] = value
    return rows


def unpack(like: T, rows: Array) -> T:
    """A tree of the shape of ``like`` whose leaves are the rows."""
    tree: T = rebuild(like, iter(rows))
    return tree


def mapped(change: Callable[[Any], Any], tree: T) -> T:
    """The same tree with every leaf changed."""
    changed: T = rebuild(tree, (change(leaf) for leaf in leaves(tree)))
    return changed


def selected(tree: T, lanes: NDArray[np.int64] | slice) -> T:
    """The same tree with only some lanes of each array; leaves that are not arrays stay."""
    return mapped(lambda leaf: leaf[lanes] if isinstance(leaf, np.ndarray) and leaf.ndim else leaf, tree)


def joined(first: T, second: T, sizes: tuple[int, int]) -> T:
    """Two trees of one shape side by side: lanes of the first, then lanes of the second."""

    def join(pair: tuple[Any, Any]) -> Any:
        a, b = pair
        if not isinstance(a, np.ndarray) and not isinstance(b, np.ndarray) and a == b:
            return a
        return np.concatenate([np.broadcast_to(a, (sizes[0],)), np.broadcast_to(b, (sizes[1],))])

    both: T = rebuild(first, (join(pair) for pair in zip(leaves(first), leaves(second), strict=True)))
    return both
