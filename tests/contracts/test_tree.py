"""What the repository must not hold: addresses of registries, paths of somebody's machine, locks with addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# patterns, so that this file does not hold what it looks for
HOSTS = re.compile(r"pypi\.(?:org|io)|python" r"hosted|npm" r"js\.(?:org|com)|deb\.debian|crates" r"\.io")
# a made-up clinic may have a home
PLACES = re.compile("/(?:" + "|".join(("work", "root", "tmp", "home(?!/clinic/)", "Users")) + r")/\w")
LOCKS = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml"}


def holders(pattern: re.Pattern[str], tracked: list[Path]) -> list[str]:
    """Where the pattern stands: file, line."""
    found = []
    for file in tracked:
        lines = file.read_bytes().decode("utf-8", "replace").splitlines()
        found += [f"{file.relative_to(ROOT)}, line {n}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    return found


def test_no_file_names_a_package_registry(tracked) -> None:
    assert not holders(HOSTS, tracked)


def test_no_file_names_a_place_on_somebodys_machine(tracked) -> None:
    assert not holders(PLACES, tracked)


def test_no_lock_with_addresses_is_kept(tracked) -> None:
    assert not [file for file in tracked if file.name in LOCKS]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pins_have_hashes_and_no_address(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith(("#", " "))]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert not [line for line in lines if "://" in line or line.startswith("-")]


def test_no_file_is_larger_than_two_megabytes(tracked) -> None:
    assert not [file.name for file in tracked if file.stat().st_size > 2_000_000]
