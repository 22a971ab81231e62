"""Numbers, then fits, then the belief: what is replaced is kept, and nothing is replaced twice by accident."""

from __future__ import annotations

import pytest

from boneloop.errors import EvidenceError
from boneloop.evidence.registry import assemble, load

HEAD = '[fit]\ntitle = "made up"\nabout = "for a test"\ncommand = "none"\nseed = 1\ntargets = ["T-1"]\n'
BASIS = 'status = "fitted"\nchecked = "not needed"\nsource = "team"\nwhere = "docs/cycle/bone.md"\nnote = "informed"\n'


def numbers_drawn(count):
    """Ids of some numbers that are drawn under the belief "evidence" and that neither belief replaces."""
    registry = assemble("hypothesis", [])
    return [e.id for e in registry if e.drawn and e.id not in registry.believed and e.unit == "1"][:count]


FIRST, SECOND, THIRD = numbers_drawn(3)
BELIEVED = "circle.gain_scale"


@pytest.fixture
def fit(tmp_path):
    """Write the file of a fit."""

    def write(values, joint="", name="made_up", head=HEAD, basis=BASIS):
        tables = "".join(
            f'[replace."{identity}"]\nvalue = {value}\nspread = {{ law = "normal", sd = 0.1 }}\n{basis}'
            for identity, value in values.items()
        )
        file = tmp_path / f"{name}.toml"
        file.write_text(head + tables + joint, encoding="utf-8")
        return file

    return write


def joint(names, correlation):
    return f"[joint]\nnames = {list(names)}\ncorrelation = {correlation}\n".replace("'", '"')


def test_a_fit_takes_the_place_of_a_number_which_stays_as_its_prior(fit):
    registry, plain = assemble("evidence", [fit({FIRST: 0.25})]), assemble("evidence", [])
    entry = registry[FIRST]
    assert (entry.value, entry.word, entry.file) == (0.25, "fitted", "fits/made_up.toml")
    assert entry.prior == plain[FIRST]
    assert plain[FIRST].prior is None
    assert plain[FIRST].file.startswith("numbers/")


def test_a_fit_says_what_it_was_fitted_to_and_for_which_numbers(fit):
    registry = assemble("evidence", [fit({FIRST: 0.25})])
    found = registry.fit_of(FIRST)
    assert (found.stage, found.targets, found.replaced) == ("made_up", ("T-1",), (FIRST,))
    assert registry.fit_of(SECOND) is None


def test_a_belief_goes_before_a_fit_and_remembers_both(fit):
    file = fit({BELIEVED: 0.25})
    believed = assemble("hypothesis", [file])[BELIEVED]
    assert believed.value == load("hypothesis").number(BELIEVED)
    assert believed.prior.value == 0.25
    assert believed.prior.prior == assemble("evidence", [])[BELIEVED]
    assert assemble("hypothesis", [file]).fit_of(BELIEVED) is None
    assert assemble("evidence", [file]).fit_of(BELIEVED).stage == "made_up"


def test_the_digest_of_the_registry_sums_up_its_fits_too(fit):
    digests = {assemble("evidence", []).digest}
    for value in (0.25, 0.26):
        digests.add(assemble("evidence", [fit({FIRST: value})]).digest)
    assert len(digests) == 3


def test_a_number_that_two_fits_replace_is_refused(fit):
    files = [fit({FIRST: 1}, name="one"), fit({FIRST: 1}, name="two")]
    with pytest.raises(EvidenceError, match=rf"fits/two\.toml replaces '{FIRST}', which fits/one\.toml replaces too"):
        assemble("evidence", files)


def test_a_fit_of_a_number_nobody_knows_is_refused(fit):
    with pytest.raises(EvidenceError, match=r"fits/made_up\.toml replaces 'bone\.colour', which is not in the reg"):
        assemble("evidence", [fit({"bone.colour": 1})])


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        (BASIS.replace('"fitted"', '"measured"').replace("not needed", "verified"), 'a fit says status = "fitted"'),
        (BASIS.replace('"informed"', '""'), "the note says whether the data informed"),
        (BASIS + 'unit = "g"\n', "a fit does not replace unit"),
    ],
)
def test_a_fit_that_does_not_say_what_it_did_is_refused(fit, basis, said):
    with pytest.raises(EvidenceError, match=said):
        assemble("evidence", [fit({FIRST: 1}, basis=basis)])


def test_a_fit_without_its_head_is_refused(fit):
    with pytest.raises(EvidenceError, match=r"fits/made_up\.toml: \[fit\] lacks command"):
        assemble("evidence", [fit({FIRST: 1}, head=HEAD.replace("command", "say"))])


def test_a_fit_that_is_no_toml_is_refused_by_name(tmp_path):
    file = tmp_path / "made_up.toml"
    file.write_text("value =", encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"fits/made_up\.toml: "):
        assemble("evidence", [file])


@pytest.mark.parametrize(
    ("names", "correlation", "said"),
    [
        ([FIRST, FIRST], [[1, 0], [0, 1]], "twice"),
        ([FIRST, SECOND], [[1, 0.5]], "must have 2 rows of 2"),
        ([FIRST, SECOND], [[1, 0.5], [0.4, 1]], "not symmetric"),
        ([FIRST, SECOND], [[1, 0.5], [0.5, 2]], "1 on its diagonal"),
        ([FIRST, SECOND], [[1, 1.5], [1.5, 1]], r"not positive definite: its smallest eigenvalue is -0\.5"),
        ([FIRST, THIRD], [[1, 0], [0, 1]], f"names '{THIRD}', which the fit does not replace"),
    ],
)
def test_a_joint_law_that_cannot_be_drawn_from_is_refused_with_its_file(fit, names, correlation, said):
    file = fit({FIRST: 0.2, SECOND: 0.3}, joint(names, correlation))
    with pytest.raises(EvidenceError, match=rf"fits/made_up\.toml: \[joint\].*{said}"):
        assemble("evidence", [file])


def test_a_joint_law_of_a_number_that_does_not_vary_is_refused(fit, tmp_path):
    file = fit({FIRST: 0.2, SECOND: 0.3}, joint([FIRST, SECOND], [[1, 0], [0, 1]]))
    file.write_text(file.read_text("utf-8").replace('law = "normal", sd = 0.1', 'law = "fixed"', 1), encoding="utf-8")
    with pytest.raises(EvidenceError, match=rf"\[joint\] names '{FIRST}', which is not drawn"):
        assemble("evidence", [file])
