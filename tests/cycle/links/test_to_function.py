"""Arrows to function: a fracture, pain and depression take it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.links import fracture_to_function, mood_to_function, pain_to_function

share = st.floats(min_value=0, max_value=1)


@given(share, share)
def test_more_pain_or_depression_never_spares_function(body, low, extra):
    for link, p in ((pain_to_function, body.pain_to_function), (mood_to_function, body.mood_to_function)):
        assert link.drive(0, p) == 0 <= link.drive(low, p) <= link.drive(low + extra, p)


@given(share, share)
def test_what_a_fracture_takes_is_what_comes_back_and_what_does_not(acute, lasting):
    assert fracture_to_function.input(acute, lasting) == acute + lasting


def test_every_fracture_gives_most_of_what_it_took_back_and_the_hip_takes_the_most(body):
    p = body.fracture_to_function
    losses = {site: getattr(p, f"{site}_loss") for site in ("hip", "vertebra", "wrist", "other")}
    for site, loss in losses.items():
        assert 0 < getattr(p, f"{site}_residue") < loss / 2
    assert max(losses, key=losses.__getitem__) == "hip"
