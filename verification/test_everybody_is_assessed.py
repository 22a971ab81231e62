"""Every person of the public sets is assessed or refused with a reason, and what is written of them is FHIR R4.

Prints, for each set, how many were used, refused and incomplete, and how long it took. Some minutes.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

import pytest

from boneloop.assess.person import assess
from boneloop.exchange import Refusal, read
from boneloop.exchange.fhir.strict import faults
from boneloop.guidance.advice import advise
from boneloop.report.fhir import Told, resources_of

EVERY = 50
"""Of very many people, so many are passed over between two whose FHIR is checked."""
MANY = 1000


@pytest.fixture(scope="module")
def sets() -> Path:
    """The folder of the public sets."""
    folder = Path(os.environ.get("BONELOOP_SHARED", "") or Path(__file__).parents[2] / "shared") / "data"
    if not folder.is_dir():
        pytest.skip("the public sets are not here: set BONELOOP_SHARED")
    return folder


@pytest.mark.parametrize(
    ("name", "options", "people"),
    [
        ("fhir", {}, 284),
        ("nhanes/nhanes_bone_mood.parquet", {"format": "nhanes"}, 24431),
    ],
    ids=["all FHIR sets", "NHANES"],
)
def test_everybody_is_used_or_refused(sets, name, options, people):
    """No crash, and nobody is lost."""
    path = sets / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    counts, begun, checked = Counter(), time.process_time(), 0.0
    for found in read(path, **options):
        if isinstance(found, Refusal):
            counts[f"refused: {found.level}"] += 1
            continue
        told = assess(found)
        counts["used"] += 1
        counts["incomplete"] += told.profile is None or any(s.status == "incomplete" for s in told.scores)
        if people < MANY or counts["used"] % EVERY == 0:
            before = time.process_time()
            assert not [f for r in resources_of(Told(told, advise(told))) for f in faults(r)]
            counts["checked as FHIR"] += 1
            checked += time.process_time() - before
    print(f"\n{name}: {dict(counts)}; {time.process_time() - begun - checked:.1f} s to read and assess")
    assert counts["used"] + counts["refused: patient"] + counts["refused: row"] == people
