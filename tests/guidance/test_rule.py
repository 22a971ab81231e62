"""The rules as data: sourced, dated, and none of them sells an antidepressant to bone."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources

import pytest

from boneloop.errors import EvidenceError
from boneloop.evidence.registry import load
from boneloop.guidance.rule import ANTIDEPRESSANTS, FAMILIES, make, rules, under
from boneloop.therapy.kinds import KINDS

RULES = [pytest.param(rule, id=rule.id) for rule in rules()]
GOOD = {
    "id": "T1",
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
FIRST_SET = {"S01", "S02a", "S03", "S04", "S05", "S06", "S08", "S09", "M05", "M06", "D01", "D02", "D03", "X13", "X14"}
FIRST_SET |= {"X15", "B20", "B21", "B22", "B23", "B27", "N02", "N04"}


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


def test_the_first_set_of_rules_is_there():
    assert {rule.id for rule in rules()} >= FIRST_SET


@pytest.mark.parametrize("framework", sorted(FAMILIES))
def test_frameworks_are_never_mixed(framework):
    guidelines = {rule.framework for rule in under(framework)} - {"all", "nice"}
    assert guidelines <= {framework}


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
