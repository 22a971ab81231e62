"""Published findings: complete, read or recalled, and found by the codes that notes and documents use."""

from __future__ import annotations

import pytest

from boneloop.errors import EvidenceError
from boneloop.evidence.published import CODE, Finding, codes, findings, parse
from boneloop.evidence.registry import BELIEFS, load

GOOD = {
    "about": "pain → mood",
    "size": "1.4",
    "measure": "HR",
    "population": "adults",
    "citation": "Somebody, J Something 2020",
    "checked": "recalled",
}


@pytest.mark.parametrize("finding", findings().values(), ids=lambda one: one.code)
def test_a_finding_has_all_that_a_reader_needs(finding: Finding) -> None:
    for text in (finding.about, finding.size, finding.measure, finding.population, finding.citation):
        assert text.strip()
    assert CODE.fullmatch(finding.code)
    assert not finding.population.lower().startswith("same"), "say in whom, whatever stands above it in the file"
    if finding.low is not None and finding.high is not None:
        assert finding.low < finding.high


@pytest.mark.parametrize("finding", [f for f in findings().values() if f.low is not None and f.high is not None])
def test_a_size_that_is_one_number_lies_in_its_interval(finding: Finding) -> None:
    try:
        size = float(finding.size)
    except ValueError:
        return
    assert finding.low <= size <= finding.high


@pytest.mark.parametrize("belief", BELIEFS)
def test_every_finding_that_a_number_names_is_known(belief: str) -> None:
    subjects = {code.split("-")[0] for code in findings()}
    named = {c for e in load(belief) for c in CODE.findall(f"{e.where} {e.note}") if c.split("-")[0] in subjects}
    assert not sorted(named - set(findings()))


def test_a_range_of_codes_names_all_of_them() -> None:
    assert codes("FUN-01 to FUN-03; XX-99; PAIN-06 and PAIN-06") == ["FUN-01", "FUN-02", "FUN-03", "PAIN-06"]
    assert codes("BMD-18 to FX-01") == ["BMD-18", "FX-01"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"colour": "red"}, "unknown fields \\['colour'\\]"),
        ({"checked": "believed"}, "checked is one of"),
        ({"size": None}, "missing fields \\['size'\\]"),
    ],
)
def test_a_finding_that_breaks_the_format_is_refused(changed: dict[str, str | None], said: str) -> None:
    table = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    with pytest.raises(EvidenceError, match=said):
        parse("PAIN-99", "Pain", table)


def test_a_code_that_is_none_is_refused() -> None:
    with pytest.raises(EvidenceError, match="two to four capital letters"):
        parse("pain99", "Pain", GOOD)


def test_a_finding_says_its_size_and_its_source_in_one_phrase_each() -> None:
    one = parse("PAIN-99", "Pain", {**GOOD, "low": 1.1, "high": 1.8, "horizon": "2 y", "doi": "10.1/x"})
    assert one.shown == "1.4 (1.1 to 1.8) HR, 2 y"
    assert one.cited == "Somebody, J Something 2020; doi 10.1/x"
