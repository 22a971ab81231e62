"""A target file says exactly what it means, and a fault in it is named where it stands."""

from __future__ import annotations

import pytest

from boneloop.calibrate.targets.reading import files_in, own_files, parse, read, read_all
from boneloop.errors import FileError, TargetError

AGE = "age = { mean = 72, sd = 5, low = 60, high = 90 }"


def test_a_file_is_read_as_it_is_written(study_of):
    study = study_of()
    assert (study.id, study.arms["nothing"].plan.courses, study.people) == ("made-up", (), None)
    (course,) = study.arms["denosumab"].plan.courses
    assert (course.kind, course.adherence, course.every_months) == ("denosumab", "full", 6)
    (result,) = study.results
    assert (result.arms, result.interval, result.measure) == (("denosumab", "nothing"), (2.0, 9.0), "mean")
    assert result.standard_error == pytest.approx(7 / (2 * 1.959964), rel=1e-6)
    assert not study.refused


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('id = "made-up"', 'id = "made up"', r"made_up.toml, \[study\], id: letters, .*'made up'"),
        ('citation = "nobody"', "", r"\[study\], citation: this field must be there"),
        ("low = 60", "low = 20", r"\[population\], age, low: 40 to 100 \(came: 20\)"),
        ("sd = 5,", "sd = 50,", r"\[population\], age, sd: an sd that people between 60 and 90 .* \(came: 50.0\)"),
        (AGE, "age = { edges = [60, 50], shares = [1] }", r"age, edges: numbers that rise"),
        (AGE, "age = { edges = [60, 70], shares = [0.5, 0.5] }", r"age, shares: 1 shares between 2 edges"),
        (AGE, "age = { edges = [60, 70, 80], shares = [0.5, 0.4] }", r"age, shares: shares that add up to 1"),
        (AGE, "age = { edges = [20, 80], shares = [1] }", r"age, edges: 40 to 100 \(came: 20\)"),
        ("female = 0.8", "female = 80", r"\[population\], female: 0 to 1 \(came: 80\)"),
        ('country = "US"', 'country = "XX"', r"\[population\], country: one of US, .*'XX'"),
        ('country = "US"', "country = { US = 0.5 }", r"\[population\], country: shares that add up to 1"),
        ('site = "total_hip"', 'site = "heel"', r"\[population\], bmd, site: one of total_hip.*'heel'"),
        ("female = 0.8", "female = 0.8\nheight = 160", r"\[population\], height: no such field; there are age"),
    ],
)
def test_a_fault_in_study_or_population_refuses_the_file_and_is_named(study_of, old, new, named):
    with pytest.raises(TargetError, match=named):
        study_of((old, new))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('kind = "difference"', 'kind = "gap"', r"result 1 'X-1', kind: one of arm, difference, ratio, rank .*'gap'"),
        ('outcome = "bmd_change"', 'outcome = "height"', r"outcome: an outcome of the list .*'height'"),
        ('against = "nothing"', 'against = "denosumab"', r"against: another arm than arm"),
        ('against = "nothing"', 'against = "placebo"', r"against: one of nothing, denosumab .*'placebo'"),
        ("interval = [2.0, 9.0]", "interval = [9.0, 2.0]", r"interval: \[low, high\], low below high"),
        ("interval = [2.0, 9.0]", "interval = [4.0, 9.0]", r"interval: holds the value \(3\)"),
        ("interval = [2.0, 9.0]", "interval = [2.0, 9.0]\nse = 1", r"interval: either interval or se"),
        ("interval = [2.0, 9.0]", "interval = [2.0, 9.0]\ntolerance = 1", r"tolerance: only where neither"),
        ("interval = [2.0, 9.0]", "tolerance = 1", r"tolerance_reason: tolerance and its reason together"),
        ("month = 12", "month = 12\nfrom_month = 13", r"month: after from_month \(13\)"),
        ('unit = "%"', 'unit = "points"', r"unit: one of % .*'points'"),
        ('role = "check"', 'role = "fit"', r"role: one of calibrate, check"),
        ('kind = "difference"', 'kind = "ratio"\nmeasure = "mean"', r"measure: a change has no ratio"),
        ('group = "bone"', 'group = "bone"\ncolor = 1', r"color: no such field"),
        ("month = 12", 'month = "12"', r"month: a number \(came: '12'\)"),
    ],
)
def test_a_fault_in_a_result_refuses_it_alone_and_is_named(study_of, text, old, new, named):
    good = text[text.index("[[result]]") :].replace("X-1", "X-2")
    study = study_of((old, new), more=good)
    assert [result.id for result in study.results] == ["X-2"]
    (refusal,) = study.refused
    with pytest.raises(TargetError, match=named):
        raise refusal


def test_an_arm_that_cannot_be_lived_takes_only_its_own_results_with_it(study_of):
    more = """
[arm.new_drug]
[[arm.new_drug.course]]
kind = "blosozumab"
[[result]]
id = "X-2"
kind = "arm"
arm = "new_drug"
outcome = "ctx_change"
month = 6
value = -40
unit = "%"
role = "check"
status = "recalled"
group = "markers"
"""
    study = study_of(more=more)
    assert [result.id for result in study.results] == ["X-1"]
    said = [str(refusal) for refusal in study.refused]
    assert "[arm.new_drug], course 1, kind: one of alendronate" in said[0] and "'blosozumab'" in said[0]
    assert "result 2 'X-2', arm: an arm that can be run; this one was refused" in said[1]


def test_what_an_arm_says_of_its_people_takes_the_place_of_the_population(study_of):
    study = study_of(("[arm.nothing]", "[arm.nothing]\npopulation = { female = 0, phq9 = 15 }"))
    nothing, other = study.arms["nothing"].population, study.arms["denosumab"].population
    assert (nothing.female, nothing.phq9.mean, nothing.age) == (0, 15, other.age)
    assert (other.female, other.phq9) == (0.8, None)


def test_a_broken_file_is_named_and_the_others_are_read(tmp_path, text):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.toml").write_text(text)
    (tmp_path / "b.toml").write_text("[study\n")
    (tmp_path / "sub" / "c.toml").write_text(text)
    (tmp_path / "notes.txt").write_text("not read")
    studies, refused = read_all(files_in([tmp_path, tmp_path / "absent.toml"]))
    assert [study.file for study in studies] == ["a.toml"]
    assert [type(one) for one in refused] == [FileError, TargetError, FileError]
    assert "b.toml: a target file is TOML" in str(refused[0])
    assert "every study has an id of its own (came: 'made-up')" in str(refused[1])
    assert "absent.toml: a readable file" in str(refused[2])


@pytest.mark.parametrize("data", [b"\xff\xfe", b"", b"study = 3", b"[study]\nid = 'x'"])
def test_what_is_no_target_file_is_refused(data):
    with pytest.raises((FileError, TargetError), match=r"x\.toml"):
        parse(data, "x.toml")


def test_all_own_files_are_read_without_a_fault():
    assert own_files()
    ids = [result.id for file in own_files() for result in read(file).results]
    assert len(set(ids)) == len(ids)
    assert not [str(refusal) for file in own_files() for refusal in read(file).refused]
