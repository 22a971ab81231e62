"""The trial courses come out as target files that can be read and lived."""

from __future__ import annotations

import pytest

from boneloop.calibrate.targets import trial_courses
from boneloop.calibrate.targets.reading import parse
from boneloop.calibrate.targets.trial_courses import Course, Dose, Point, written
from boneloop.errors import FileError

ONE = (Point("ctx", 182.6, -60.0, -70.0, -50.0),)


def course(*doses, study="a2000", arm="x", points=ONE):
    return Course(study, arm, 65 * 365.0, points, doses)


def arms_of(*courses):
    files, left_out = written(courses)
    (text,) = files.values()
    return parse(text.encode(), "x.toml").arms, left_out


def test_even_injections_are_one_course_and_a_change_of_dose_is_another():
    doses = [Dose("denosumab", 90 * n, None, 14) for n in range(4)]
    doses += [Dose("denosumab", 360 + 180 * n, None, 60) for n in range(3)]
    arms, _ = arms_of(course(*doses))
    told = [(c.start_month, c.stop_month, c.dose, c.every_months) for c in arms["x"].plan.courses]
    assert told == [(0, 10, 14, 3), (12, 25, 60, 6)]


def test_a_daily_drug_runs_from_start_to_end():
    arms, _ = arms_of(course(Dose("alendronate", 0, 730, 5), Dose("alendronate", 730, 1825, 10)))
    told = [(c.start_month, c.stop_month, c.dose) for c in arms["x"].plan.courses]
    assert told == [(0, 24, 5), (24, 60, 10)]


def test_points_are_percent_changes_with_their_bars_and_a_tolerance_without():
    points = (Point("ctx", 182.625, -60.0, -70.0, -50.0), Point("bmd_total_hip", 365.25, 2.0, None, None))
    files, _ = written([course(points=points)])
    ctx, hip = parse(files["course_a2000.toml"].encode(), "x.toml").results
    assert (ctx.month, ctx.value, ctx.interval, ctx.outcome) == (6, -60, (-70, -50), "ctx_change")
    assert (hip.month, hip.tolerance, hip.group) == (12, 1.0, "bone")


def test_what_the_model_does_not_have_is_left_out_and_named():
    other = course(Dose("blosozumab", 0, None, 180), arm="new")
    marker = course(points=(Point("ctx", 30, 1, 0, 2), Point("bsap", 30, 1, 0, 2)))
    arms, left_out = arms_of(marker, other)
    assert list(arms) == ["x"]
    assert left_out == ["a2000, new: the model has no blosozumab", "a2000: the model has no bsap"]


def test_a_folder_without_the_tables_is_named(tmp_path):
    with pytest.raises(FileError, match=r"trial_bmd_btm_long\.csv: a readable file"):
        trial_courses.read(tmp_path)


def test_every_arm_of_the_data_is_read_or_named(shared, tmp_path, capsys):
    trial_courses.main([str(shared / "data" / "trials"), "--out", str(tmp_path)])
    courses = trial_courses.read(shared / "data" / "trials")
    studies = [parse(file.read_bytes(), file.name) for file in sorted(tmp_path.glob("*.toml"))]
    assert not [fault for study in studies for fault in study.refused]
    assert sum(len(study.arms) for study in studies) + capsys.readouterr().out.count("blosozumab,") + 3 == len(courses)
