"""A refit runs its stages in order, each on the numbers of those before it, and says what it found."""

from __future__ import annotations

import dataclasses
from types import ModuleType

import numpy as np
import pytest

from boneloop.calibrate.fit import __main__ as command
from boneloop.calibrate.fit import stages as stages_module
from boneloop.calibrate.fit.agreement import apart, lines, one_deviation, results_apart
from boneloop.calibrate.fit.problem import Free, Problem, Request, free_numbers
from boneloop.calibrate.fit.solving import solve
from boneloop.calibrate.fit.stages import ORDER, Stage, registry_before, stages
from boneloop.calibrate.fit.writing import write
from boneloop.errors import EvidenceError
from boneloop.evidence import registry as registry_module
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


def test_coverage_is_checked_by_a_command_that_says_what_it_found(two, capsys):
    assert command.main(["coverage", "bone", "--rounds", "60", "--truths", "prior"]) == 0
    said = capsys.readouterr().out
    assert "bone: 60 rounds, 0 without a solution" in said
    assert "nothing against it" in said


def test_truths_from_a_fit_that_is_not_stored_are_refused(two, monkeypatch, capsys):
    monkeypatch.setattr(registry_module, "load", lambda: REGISTRY)
    assert command.main(["coverage", "bone", "--rounds", "5"]) == 1
    assert "stage bone has no stored fit: draw truths with --truths prior" in capsys.readouterr().err


def test_refits_from_several_seeds_are_held_beside_one_another(two, capsys):
    assert command.main(["seeds", "bone", "--seeds", "1", "2", "3"]) == 0
    said = capsys.readouterr().out
    assert "between refits" in said
    assert "largest between refits: 0.0" in said


def test_refits_that_differ_are_found_apart_in_posterior_spreads(two):
    result = two[0].run(Request(REGISTRY))
    number = result.replaced[0]
    step = one_deviation(number.value, number.spread)
    other = dataclasses.replace(result, replaced=(dataclasses.replace(number, value=number.value + step),))
    (found,) = apart([result, other], REGISTRY)
    assert found.share == pytest.approx(2**-0.5)
    assert found.stored is None


def test_refits_are_held_beside_one_another_in_what_they_say_of_the_results(two):
    result = two[0].run(Request(REGISTRY))
    other = dataclasses.replace(result, residuals=tuple(r + 0.25 for r in result.residuals))
    assert results_apart([result, other]) == [("r", pytest.approx(0.25))]
    assert lines(apart([result, other], REGISTRY), results_apart([result, other]))[-1] == "  0.250  r"


def test_a_refit_is_held_beside_the_stored_fit(two, tmp_path):
    result = two[0].run(Request(REGISTRY))
    stored = assemble("evidence", [write(result, tmp_path)])
    (found,) = apart([result], stored)
    assert found.stored == pytest.approx(0, abs=0.02)
    assert found.share == 0


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


def test_many_vectors_are_handed_over_in_pieces_and_come_back_in_order():
    free, sizes = (Free("made.up", 2.0, Spread("normal", sd=0.5)),), []

    def residuals(values):
        sizes.append(values.shape[1])
        return values - 2

    problem = Problem("made_up", "", "", "", free, residuals, ("a",), ())
    scores = np.linspace(-3, 3, 400)[None]
    assert problem.at(scores) == pytest.approx(scores / 2)
    assert sizes == [160, 160, 80]


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
