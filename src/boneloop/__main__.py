"""``python -m boneloop`` is the command line."""

from __future__ import annotations

from boneloop.cli import main

if __name__ == "__main__":
    main()
