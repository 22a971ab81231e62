"""A small study as text, which the tests change a little each."""

from __future__ import annotations

import pytest

from boneloop.calibrate.targets.reading import parse

STUDY = """
[study]
id = "made-up"
title = "A made-up study"
citation = "nobody"

[population]
age = { mean = 72, sd = 5, low = 60, high = 90 }
female = 0.8
country = "US"
bmd = { site = "total_hip", t_score = { mean = -2, sd = 0.7 } }

[arm.nothing]

[arm.denosumab]
[[arm.denosumab.course]]
kind = "denosumab"

[[result]]
id = "X-1"
kind = "difference"
arm = "denosumab"
against = "nothing"
outcome = "bmd_change"
month = 12
value = 3.0
interval = [2.0, 9.0]
unit = "%"
role = "check"
status = "recalled"
group = "bone"
"""


@pytest.fixture(scope="session")
def text():
    return STUDY


@pytest.fixture(scope="session")
def study_of():
    """A study from text, some pieces of it replaced."""

    def made(*changes: tuple[str, str], more: str = ""):
        said = STUDY
        for old, new in changes:
            assert old in said
            said = said.replace(old, new)
        return parse((said + more).encode(), "made_up.toml")

    return made
