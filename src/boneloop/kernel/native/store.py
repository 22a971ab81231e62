"""Compiled programs on disk: found by what they were made from, safe when several processes come at once.

A file is written under a name of its own and then renamed, so that nobody ever reads half of one; its content is
checked against its digest before it is used. It is code that will run, so a folder into which others can write is not
used at all. Any trouble with the disk means compiling again, never an error.

The folder is ``boneloop/kernel`` in the user's cache; BONELOOP_CACHE names another, and if it is empty there is none.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

_OTHERS_WRITE = 0o022
_PRIVATE = 0o700
_DIGEST = hashlib.sha256().digest_size
_COUNT = 8


@dataclass(frozen=True)
class Compiled:
    """Object code, and how many bytes of workspace a thread needs."""

    code: bytes
    workspace: int


def folder() -> Path | None:
    """Where compiled programs are kept; None where they are not."""
    named = os.environ.get("BONELOOP_CACHE")
    if named is not None:
        return Path(named) / "kernel" if named else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "") or os.path.expanduser("~/.cache")
    return Path(base) / "boneloop" / "kernel" if os.path.isabs(base) else None


def fetch(key: str) -> Compiled | None:
    """What was kept under ``key``, if it is there and whole."""
    place = folder()
    if place is None or not _is_ours(place):
        return None
    try:
        content = (place / f"{key}.o").read_bytes()
    except OSError:
        return None
    digest, rest = content[:_DIGEST], content[_DIGEST:]
    if hashlib.sha256(rest).digest() != digest:
        return None
    return Compiled(rest[_COUNT:], int.from_bytes(rest[:_COUNT], "little"))


def keep(key: str, compiled: Compiled) -> None:
    """Keep a program under ``key``; if the disk will not, nothing happens."""
    place = folder()
    if place is None:
        return
    rest = compiled.workspace.to_bytes(_COUNT, "little") + compiled.code
    with contextlib.suppress(OSError):
        place.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
        if not _is_ours(place):
            return
        handle, name = tempfile.mkstemp(dir=place, prefix=f"{key}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(rest).digest() + rest)
            os.replace(name, place / f"{key}.o")
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(name)


def _is_ours(place: Path) -> bool:
    """Whether only this user can write there; Windows keeps a user's cache to the user."""
    try:
        seen = place.stat()
    except OSError:
        return False
    if sys.platform == "win32":
        return True
    return seen.st_uid == os.getuid() and not seen.st_mode & _OTHERS_WRITE
