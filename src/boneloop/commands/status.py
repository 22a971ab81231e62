"""How a command ends, as every shell and pipeline sees it."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Exit status of a command.

    INTERRUPTED  Ctrl-C ended it, as shells say it
    FALLS_SHORT  done, but less agrees with published results than was required
    PARTLY  the work is done, but some of the input was refused: see the rejects
    """

    DONE = 0
    NOTHING_USABLE = 1
    WRONG_USAGE = 2
    PARTLY = 3
    FALLS_SHORT = 4
    INTERRUPTED = 130
