"""Protocols as text, lived: columns of numbers by the word that asked for them."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.simulate.protocol.reading import parse
from boneloop.simulate.protocol.running import run


class Lived:
    """The results of a protocol: ``lived["pth"]`` has the shape (times, people)."""

    def __init__(self, protocol, threads=None):
        self.protocol, pieces = protocol, list(run(protocol, threads))
        self.hours = protocol.record.times
        self.values = np.concatenate([piece.values for piece in pieces], axis=2)
        self.kept = np.concatenate([piece.kept for piece in pieces], axis=1)
        self.stopped = {one.id: one for piece in pieces for one in piece.stopped}

    def __getitem__(self, word):
        return self.values[[one.word for one in self.protocol.record.what].index(word)]


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Nothing of the user's own cache of compiled models is read or written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BONELOOP_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def read():
    """A protocol from its text."""
    return lambda text: parse(text.encode(), "test.toml")


@pytest.fixture(scope="session")
def live(read):
    """A protocol lived from its text."""
    return lambda text, threads=None: Lived(read(text), threads)
