"""Which findings the model is fitted to and which only check it, as the target files say."""

from __future__ import annotations

from boneloop.calibrate.targets.reading import own_files, read_all
from boneloop.calibrate.targets.roles import role_of, uses
from boneloop.evidence.published import findings


def test_the_roles_are_those_of_the_results_of_every_target_file() -> None:
    studies, _ = read_all(own_files())
    read_in_full = {(result.id, study.id) for study in studies for result in study.results}
    here = {(f"{code}/{use.part}" if use.part else code, use.study) for code, of in uses().items() for use in of}
    assert read_in_full and read_in_full <= here


def test_every_finding_that_a_target_file_holds_is_known() -> None:
    subjects = {code.split("-")[0] for code in findings()}
    assert not sorted(code for code in uses() if code.split("-")[0] in subjects and code not in findings())


def test_nothing_is_fitted_to_a_finding_that_was_not_set_aside_for_it() -> None:
    fitted = [findings()[code] for code in uses() if "calibrate" in role_of(code) and code in findings()]
    assert fitted and not sorted(one.code for one in fitted if not one.for_fitting)


def test_a_finding_has_one_role_both_or_none() -> None:
    assert {role_of(code) for code in findings()} <= {"", "calibrate", "check", "calibrate and check"}
    assert role_of("FX-01") != "" and role_of("no such code") == ""
