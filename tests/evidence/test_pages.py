"""The pages behind the numbers: every station and arrow has one, and its tables say what the registry says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from loading import loaded

from boneloop.cycle import loop
from boneloop.evidence import registry
from boneloop.evidence.published import findings, told
from boneloop.evidence.registry import BELIEFS, load

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BODY = ROOT / "src/boneloop/cycle/body"
STATIONS = sorted(path.stem for path in (*BODY.glob("[a-z]*.py"), *(file.parent for file in BODY.glob("*/station.py"))))
NAMED = re.compile(r"docs/[a-z0-9_/-]+\.md")
CODE = re.compile(r"\b(?:BMD|FX|AD|FALL|PAIN|FUN|NE|HPA|INF|QOL|PSY|COMB|ADE|EX|DRG|ADH|EPI|MORT|MID|ECO)-\d\d\b")
ENTRIES = [entry for belief in BELIEFS for entry in load(belief)]

make_cycle_docs = loaded(ROOT / "scripts/make_cycle_docs.py")
PAGES = make_cycle_docs.pages()


def name(page):
    """The page as it is called in the repository."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("subject", [*STATIONS, *loop.ARROWS, "gains", "numerics", "findings", "index"])
def test_every_station_and_every_arrow_has_a_page(subject):
    assert (DOCS / "cycle" / f"{subject}.md").is_file()


@pytest.mark.parametrize("subject", [*STATIONS, *loop.ARROWS])
def test_the_page_of_a_station_or_an_arrow_has_all_its_parts(subject):
    text = (DOCS / "cycle" / f"{subject}.md").read_text("utf-8")
    title, sentence = text.split("\n\n")[:2]
    assert title.startswith("# ") and sentence[0].isupper() and sentence.endswith(".")
    assert "```text\n" in text
    assert "<!-- numbers: " in text
    assert "\n## What people showed\n" in text
    assert "\n## Left out\n" in text
    assert (ROOT / re.search(r"Code: `(\S+)`", text)[1]).is_file()


@pytest.mark.parametrize("page", sorted({named for entry in ENTRIES for named in NAMED.findall(entry.where)}))
def test_every_page_that_a_number_names_exists_and_shows_that_number(page):
    text = (ROOT / page).read_text("utf-8")
    if ROOT / page in PAGES:
        here = {entry.id for entry in ENTRIES if page in entry.where}
        assert not sorted(identity for identity in here if f"| `{identity}`" not in text)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_tables_of_a_page_are_what_the_registry_says(page):
    """If this fails after a number has changed: python scripts/make_cycle_docs.py."""
    text = page.read_text("utf-8")
    assert make_cycle_docs.written(text) == text


def test_every_number_of_the_circle_and_of_its_treatment_stands_on_a_page():
    shown = "".join(page.read_text("utf-8") for page in PAGES)
    tables = {*loop.Parameters._fields, "wellbeing", "observe", "healing", "circle", "exposure", "adherence"}
    tables |= {"antidepressant", "beta_blocker", "bone_drugs", "collaborative_care", "estrogenic", "exercise"}
    tables |= {"psychological", "analgesia", "hazard", "prior_fracture", "fall_share"}
    asked = {entry.id for entry in ENTRIES if entry.id.split(".")[0] in tables}
    assert not sorted(identity for identity in asked if f"| `{identity}`" not in shown)


@pytest.mark.parametrize("subject", [*STATIONS, *loop.ARROWS])
def test_a_page_that_names_a_finding_shows_it_in_full(subject):
    text = (DOCS / "cycle" / f"{subject}.md").read_text("utf-8")
    rows = set(re.findall(r"^\| ([A-Z]+-\d\d) \|", text, re.MULTILINE))
    assert {one.code for one in told([text])} == rows
    assert rows or "No finding" in text or "sources" in text


def test_the_page_of_findings_has_every_one_of_them():
    text = (DOCS / "cycle/findings.md").read_text("utf-8")
    assert set(re.findall(r"^\| ([A-Z]+-\d\d) \|", text, re.MULTILINE)) == set(findings())


def test_a_fitted_number_stands_in_its_table_beside_its_prior(tmp_path, monkeypatch):
    file = tmp_path / "pain.toml"
    file.write_text(
        '[fit]\ntitle = "Pain and mood"\nabout = "x"\ncommand = "again"\nseed = 1\ntargets = []\n'
        'uninformed = ["pain_to_mood.depression"]\n[replace."pain_to_mood.depression"]\nvalue = 0.2\n'
        'spread = { law = "lognormal", sd_log = 0.3 }\nstatus = "fitted"\nchecked = "not needed"\n'
        'source = "team"\nwhere = "docs/cycle/pain_to_mood.md"\nnote = "from a test"\n',
        "utf-8",
    )
    monkeypatch.setattr(make_cycle_docs, "load", lambda belief: registry.assemble(belief, [file]))
    table = make_cycle_docs.numbers(["pain_to_mood.depression"])
    assert "0.2<br>prior 0.1" in table and "fitted (`pain`)<br>stays at its prior" in table
    assert "- fit `pain`: Pain and mood; again with `again`" in table


def test_every_code_of_a_finding_is_explained():
    explained = set(re.findall(r"^\| ([A-Z]+-\d\d) \|", (DOCS / "cycle/findings.md").read_text("utf-8"), re.MULTILINE))
    said = " ".join(f"{entry.where} {entry.note} {entry.population}" for entry in ENTRIES)
    said += " ".join(page.read_text("utf-8") for page in PAGES)
    assert not sorted(set(CODE.findall(said)) - explained)


def test_a_page_that_asks_for_a_number_nobody_knows_is_refused():
    with pytest.raises(SystemExit, match=r"no number matches 'bone\.colour'"):
        make_cycle_docs.numbers(["bone.colour"])


def test_a_table_names_the_value_under_the_other_belief():
    assert "0.5; *hypothesis* 1" in make_cycle_docs.numbers(["circle.gain_scale"])
