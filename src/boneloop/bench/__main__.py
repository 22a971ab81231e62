"""What a contestant's process runs: one request in JSON on standard input, one answer into a file."""

from __future__ import annotations

import sys

import msgspec

from boneloop.bench import chain, worker


def main() -> None:
    """Answer one request."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=worker.Request | chain.ChainRequest)
    if isinstance(request, worker.Request):
        worker.work(request)
    else:
        chain.work(request)


if __name__ == "__main__":
    main()
