"""The rules as data: sourced, dated, and none of them sells an antidepressant to bone."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources

import pytest

from boneloop.errors import EvidenceError
from boneloop.evidence.registry import load
from boneloop.guidance.rule import ANTIDEPRESSANTS, FAMILIES, OF_ONE_COUNTRY, make, read, rules, under
from boneloop.therapy.kinds import KINDS

RULES = [pytest.param(rule, id=rule.id) for rule in rules()]
GOOD = {
    "id": "T1",
    "guideline": "Test",
    "year": 2026,
    "framework": "all",
    "section": "test",
    "strength": "strong",
    "source": "team",
    "mark": "V",
    "goal": "bone",
    "verb": "CONSIDER",
    "message": "Test.",
    "review_by": date(2028, 1, 1),
    "when": {"fact": "osteoporosis"},
}
FAMILY_IDS = {
    "B": "B01 B02 B03 B04 B05 B06 B07 B08 B09 B10 B11 B12 B20 B21 B22 B23 B24 B25 B26 B27 B28 B29 B30 B31",
    "S": "S01 S02a S02b S03 S04 S05 S06 S07 S08 S09 S10 S11 S12",
    "M": "M01 M02 M03 M04 M05 M06 M07 M08 M09 M10-aace M10-china M11 M12",
    "D": "D01 D02 D03 D04 D05 D06 D07 D08 D09 D10-mild D10-moderate D10-severe D11 D12 D13",
    "X": "X01 X02 X03 X04 X05 X06 X07 X08 X09 X10 X11 X12 X13 X14 X15",
    "P": "P01 P02 P03 P04 P05 P06 P07 P08",
    "N": "N01 N02 N03 N04 N05 N06 N07",
}
SEEN_IN_A_SOURCE = """
B01 B02 B03 B04 B05 B06 B07 B13 B20 B21 B22 B23 B25 B27 B29 S01 S03 S04 S06 S07 S09 M01 M02 M03 M04-markers M05 M06 M07
M08 M09 M12 D02 X04 P01 P03 P03-avoid P04 N02
"""
CONFIRMED = set(SEEN_IN_A_SOURCE.split())
OUR_OWN = {"B12", "X13", "X15", "X04-exposed"}


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_proposes_an_antidepressant_for_bone(rule):
    assert not (rule.goal == "bone" and ANTIDEPRESSANTS & set(rule.proposes))


def test_a_rule_that_proposes_an_antidepressant_for_bone_is_refused():
    with pytest.raises(EvidenceError, match="never proposed for bone"):
        make({**GOOD, "proposes": ["ssri"]}, "rules/x.toml")
    make({**GOOD, "goal": "mood", "proposes": ["ssri"]}, "rules/x.toml")


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_is_past_its_date_of_review(rule):
    assert rule.review_by > date.today(), f"{rule.id}: read the guideline again and set a new date"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_source_and_speaks_of_treatments_that_exist(rule):
    assert rule.source == "team" or rule.source in load().sources
    assert set(rule.against) | set(rule.proposes) <= set(KINDS)
    assert rule.message.endswith(".")
    assert "safe" not in rule.message.split()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_about_plans_names_the_treatments(rule):
    assert rule.against if rule.only_for_plans else True


@pytest.mark.parametrize("family", sorted(FAMILY_IDS))
def test_every_rule_of_the_specification_is_there(family):
    assert {rule.id for rule in rules()} >= set(FAMILY_IDS[family].split())


def test_only_rules_that_were_seen_in_a_source_and_our_own_are_on():
    assert {rule.id for rule in rules() if rule.status == "on"} == CONFIRMED | OUR_OWN
    assert {rule.id for rule in rules() if rule.mark == "design"} == OUR_OWN
    assert all(rule.source == "team" for rule in rules() if rule.mark == "design")


def test_the_name_of_a_file_ends_in_the_year_of_its_guideline():
    file = {"guideline": "Test", "year": 2026, "framework": "all", "source": "team", "review_by": date(2028, 1, 1)}
    with pytest.raises(EvidenceError, match="ends in the year of the guideline, 2026"):
        read({**file, "rule": []}, "guidance/rules/test_2025.toml")
    with pytest.raises(EvidenceError, match=r"missing \['year'\]"):
        read({**{k: v for k, v in file.items() if k != "year"}, "rule": []}, "guidance/rules/test_2026.toml")


@pytest.mark.parametrize("framework", sorted(FAMILIES))
def test_frameworks_are_never_mixed(framework):
    of_country = {"nogg_2024": {"nogg_2021", "nice"}, "": set(), "china_2022": set()}.get(framework, {"us"})
    assert {rule.framework for rule in under(framework)} <= {framework, "all"} | of_country
    for other in set(FAMILIES) - {framework, ""}:
        shared = {rule.framework for rule in under(framework)} & {rule.framework for rule in under(other)}
        assert shared <= {"all", "us"}


@pytest.mark.parametrize("fact", sorted(OF_ONE_COUNTRY))
def test_a_rule_that_holds_everywhere_uses_no_threshold_of_one_country(fact):
    number = fact in ("frax_major", "frax_hip", "osta")
    when = {"fact": fact, "at_least": 0.2} if number else {"fact": fact}
    with pytest.raises(EvidenceError, match="no threshold of one country"):
        make({**GOOD, "when": when}, "rules/x.toml")
    make({**GOOD, "framework": "china_2022", "when": when}, "rules/x.toml")


def test_every_rules_file_says_what_it_holds():
    folder = resources.files("boneloop.guidance") / "rules"
    for file in folder.iterdir():
        assert file.read_text("utf-8").startswith("# ")
        assert tomllib.loads(file.read_text("utf-8"))["rule"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verb": "DO"}, "verb is one of"),
        ({"framework": "frax"}, "framework is one of"),
        ({"mark": "X"}, "mark is one of"),
        ({"goal": "money"}, "goal is one of"),
        ({"review_by": "soon"}, "review_by is a date"),
        ({"when": {"fact": "weather"}}, r"facts that exist, not \['weather'\]"),
        ({"colour": "red"}, r"unknown fields \['colour'\]"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused_with_file_id_and_fault(change, message):
    with pytest.raises(EvidenceError, match=r"rules/x.toml, rule T1: .*" + message):
        make({**GOOD, **change}, "rules/x.toml")
