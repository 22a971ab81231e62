"""`boneloop doctor` tries what it reports on, and says so when something is missing."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from boneloop.cli import app
from boneloop.commands import doctor


def test_a_good_machine_is_called_ready() -> None:
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 0, done.output
    assert "BAD" not in done.output
    assert "ready" in done.output


def test_what_is_missing_is_named_and_the_status_is_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise OSError("no room left")

    monkeypatch.setitem(doctor.CHECKS, "disk", broken)
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "no room left" in done.output
