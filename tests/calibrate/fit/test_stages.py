"""A refit runs its stages in order, each on the numbers of those before it, and says what it found."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from boneloop.calibrate.fit import __main__ as command
from boneloop.calibrate.fit import stages as stages_module
from boneloop.calibrate.fit.problem import Free, Problem, Request, free_numbers
from boneloop.calibrate.fit.solving import solve
from boneloop.calibrate.fit.stages import ORDER, Stage, registry_before, stages
from boneloop.errors import EvidenceError
from boneloop.evidence.entry import Spread
from boneloop.evidence.registry import assemble

REGISTRY = assemble("evidence", [])
CURVE = next(e.id for e in REGISTRY if isinstance(e.value, tuple))
FIXED = next(e.id for e in REGISTRY if e.spread.law == "fixed" and not isinstance(e.value, tuple))
FIRST, SECOND = [e.id for e in REGISTRY if e.drawn][:2]


def made_up(name, identity):
    """A stage with one number and one result, made for a test."""
    module = ModuleType(name)
    module.__doc__ = f"Made up: {identity}.\n\nMore."

    def problem(request):
        free = free_numbers(request.registry, [identity])
        seen = free[0].at(np.array([0.5]))
        return Problem(name, "made up", "About.", "docs/cycle/bone.md", free, lambda v: v - seen, ("r",), ("T",))

    module.problem = problem
    module.run = lambda request: solve(problem(request), request)
    return Stage(name, module)


@pytest.fixture
def two(monkeypatch):
    """Two made-up stages in the place of the real ones."""
    known = (made_up("bone", FIRST), made_up("mind", SECOND))
    monkeypatch.setattr(command, "stages", lambda names=(): tuple(s for s in known if not names or s.name in names))
    return known


def test_stages_come_in_the_order_of_a_refit():
    names = [stage.name for stage in stages()]
    assert names == [name for name in ORDER if name in names]


def test_an_unknown_stage_is_refused_with_the_known_ones():
    with pytest.raises(EvidenceError, match="no stage 'weather': there are"):
        stages(["weather"])


def test_stages_asked_for_run_and_write_a_file_each(two, tmp_path, capsys):
    assert command.main(["--seed", "3", "--out", str(tmp_path)]) == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bone.toml", "mind.toml"]
    said = capsys.readouterr()
    assert FIRST in said.out and "numbers' worth" in said.out
    assert "bone" in said.err and "written:" in said.err


def test_the_list_of_stages_says_what_each_is(two, capsys):
    assert command.main(["--list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"bone             Made up: {FIRST}.",
        f"mind             Made up: {SECOND}.",
    ]


def test_a_stage_starts_from_the_fits_before_it_and_not_from_its_own(two, tmp_path):
    command.main(["--out", str(tmp_path)])
    assert registry_before("mind", tmp_path)[FIRST].file == "fits/bone.toml"
    assert registry_before("mind", tmp_path)[SECOND].file.startswith("numbers/")
    assert registry_before("bone", tmp_path)[FIRST].file.startswith("numbers/")


def test_a_stage_without_its_problem_says_that_its_coverage_is_checked_apart():
    with pytest.raises(EvidenceError, match="stage bare is no single problem of least squares"):
        Stage("bare", ModuleType("bare")).problem(Request(REGISTRY))


def test_a_fit_that_cannot_be_made_ends_with_an_error_and_no_traceback(monkeypatch, tmp_path, capsys):
    def fail(request):
        request.data("trials", "none.csv")

    module = ModuleType("bone")
    module.run = fail
    monkeypatch.setattr(command, "stages", lambda names=(): (Stage("bone", module),))
    assert command.main(["--shared", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert "none.csv: no such file" in capsys.readouterr().err


def test_data_that_nobody_said_where_to_find_are_asked_for():
    with pytest.raises(EvidenceError, match=r"this stage reads trials/a\.csv: say where .* --shared"):
        Request(REGISTRY).data("trials", "a.csv")


@pytest.mark.parametrize(
    ("identity", "said"), [(CURVE, "is a curve: a fit moves single numbers"), (FIXED, "has no spread: a fit needs")]
)
def test_a_number_that_cannot_be_moved_is_refused(identity, said):
    with pytest.raises(EvidenceError, match=said):
        Free.of(REGISTRY[identity])


def test_a_fixed_number_may_be_moved_with_a_prior_of_its_own():
    free = Free.of(REGISTRY[FIXED], spread=Spread("normal", sd=1.0), low=-0.5)
    assert (free.id, free.spread.sd) == (FIXED, 1.0)


def test_the_ends_of_a_number_are_ends_of_its_score():
    free = Free("made.up", 2.0, Spread("lognormal", sd_log=0.5), low=1.0, high=4.0)
    assert free.ends() == pytest.approx((-np.log(2) / 0.5, np.log(2) / 0.5))
    assert Free("made.up", 2.0, Spread("lognormal", sd_log=0.5), low=-1.0).ends() == (-6.0, 6.0)


def test_residuals_of_the_wrong_shape_are_refused():
    free = (Free("made.up", 2.0, Spread("normal", sd=0.5)),)
    problem = Problem("made_up", "", "", "", free, lambda v: np.zeros((3, 1)), ("a", "b"), ())
    with pytest.raises(EvidenceError, match=r"stage made_up: residuals of shape \(3, 1\), expected \(2, 1\)"):
        problem.at(np.zeros((1, 1)))


def test_the_module_of_every_stage_can_be_run():
    for stage in stages():
        assert callable(stage.module.run), stage.name
        assert stage.about
    assert stages_module.ORDER == ("bone", "mind", "falls", "beyond_density")
