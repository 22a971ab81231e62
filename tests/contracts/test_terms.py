"""The terms of what others made: named for each instrument and engine, and no wording that is not ours to give."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from boneloop.assess.person import assess
from boneloop.exchange import demo_path, read
from boneloop.instruments.table import instrument, names
from boneloop.report.fhir.forms import may_be_asked

ROOT = Path(__file__).parents[2]
NOTICE = (ROOT / "NOTICE").read_text("utf-8")
LICENSED = tomllib.loads((Path(__file__).parent / "licensed_wording.toml").read_text("utf-8"))
WORDS = re.compile(r"[a-z0-9]+")
TEXT = {".py", ".md", ".toml", ".json", ".ndjson", ".j2", ".html", ".csv", ".txt", ".po", ".cff", ".js", ".svg", ""}
IN_A_ROW = 5


def fingerprint(words: list[str]) -> str:
    return hashlib.blake2b(" ".join(words).encode(), digest_size=8).hexdigest()


def wording_in(text: str, known: dict[str, list[str]]) -> set[str]:
    """The instruments whose wording stands in a text."""
    owners = {mark: owner for owner, marks in known.items() for mark in marks}
    words = WORDS.findall(text.lower())
    found = (fingerprint(words[n : n + IN_A_ROW]) for n in range(len(words) - IN_A_ROW + 1))
    return {owners[mark] for mark in found if mark in owners}


def test_no_file_holds_the_wording_of_a_licensed_questionnaire(tracked) -> None:
    files = [file for file in tracked if file.suffix in TEXT and "vendor" not in file.parts]
    found = {str(file.relative_to(ROOT)): wording_in(file.read_text("utf-8", "replace"), LICENSED) for file in files}
    assert len(files) > 500
    assert not {file: owners for file, owners in found.items() if owners}


def test_the_search_for_wording_finds_it() -> None:
    known = {"a made-up form": [fingerprint(["never", "dance", "on", "a", "table"])]}
    text = 'items = [\n  "I never *dance*, on\n a TABLE; really",\n]'
    assert wording_in(text, known) == {"a made-up form"}
    assert wording_in("I never dance on the table", known) == set()
    assert all(re.fullmatch("[0-9a-f]{16}", mark) for marks in LICENSED.values() for mark in marks)


KEPT = [name for name in names() if re.match("licensed|copyright|permission", instrument(name).licence)]


@pytest.mark.parametrize("name", KEPT)
def test_the_wording_of_every_licensed_instrument_is_searched_for(name: str) -> None:
    title = instrument(name).title.lower()
    assert [owner for owner in LICENSED if owner.lower() in title]
    assert not may_be_asked(instrument(name))


@pytest.mark.parametrize("name", names())
def test_the_notice_names_every_instrument_and_its_owner(name: str) -> None:
    form = instrument(name)
    assert form.title.partition(",")[0] in NOTICE.replace("\n  ", " ")
    for owner in ("GL Assessment", "EuroQol", "MD Anderson", "International Osteoporosis Foundation", "PROMIS Health"):
        assert owner not in form.licence or owner in NOTICE


def engines() -> set[str]:
    return {risk.title for record in read([demo_path()]) for risk in assess(record).risks} | {"FRAX, typed in"}


@pytest.mark.parametrize("title", sorted(engines()))
def test_the_notice_names_every_risk_engine(title: str) -> None:
    assert re.split(r"[,(]| algorithm", title)[0].strip() in NOTICE


def test_a_risk_engine_that_asks_for_a_disclaimer_carries_it() -> None:
    for record in read([demo_path()]):
        for risk in assess(record).risks:
            if risk.engine == "qfracture_2012":
                assert risk.disclaimer and risk.note.endswith(risk.disclaimer)
