"""The body at rest where the patient was seen: the states nobody sees, and the constant inputs that hold the seen ones.

Stress, inflammation and sensitization are solved at rest with the seen states held. Then each seen state gets the
input that holds it there. Where the arrows alone would already hold it higher, this person's row of gains is scaled
down, and the forecast says so; a fading injury never scales an arrow. What was seen after a fracture is put down to
the fracture first, up to ``injury.most`` times its usual size, and only the rest to the person.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from boneloop.cycle import loop, stability
from boneloop.cycle.body import bone, function, inflammation, mood, pain, stress
from boneloop.cycle.body.fracture import Injuries
from boneloop.kernel.vector import pack, unpack
from boneloop.mathematics import saturating, saturating_inverse
from boneloop.simulate.model import Model
from boneloop.types import Array, Mask, Scalar

SEEN = {"pain": "felt", "depression": "depressive_severity", "anxiety": "anxiety", "function_loss": "loss"}


class Held(NamedTuple):
    """A person who rests where they were seen: inputs and gains, injuries that fit, rows that were scaled down.

    levels  where arrows and own input alone would hold each seen state: the person without the injuries
    """

    person: loop.Person
    injuries: Injuries
    adjusted: dict[str, Array]
    levels: dict[str, Array]


def hidden(seen: dict[str, Array], person: loop.Person, model: Model) -> loop.Fast:
    """The fast stations with the seen states as given and the others at rest."""
    x = seen_only(seen)
    p, lanes = model.body, seen["pain"].size
    top, bend = stability.ceilings(p)[:, None], stability.convexities(p)[:, None]
    held = np.array([name in SEEN.values() for name in stability.FAST_STATES])[:, None]
    rows = pack(x, lanes)
    for _ in range(round(model.registry.number("forecast.hidden_turns"))):
        u = stability.drives(unpack(x, rows), stability.Setting(person, p))
        rows = np.where(held, rows, saturating(pack(u, lanes), top, bend))
    return unpack(x, rows)


def seen_only(seen: dict[str, Array]) -> loop.Fast:
    """The fast stations with the seen states as given and nothing else."""
    zero = np.zeros_like(seen["pain"])
    return loop.Fast(
        stress.State(zero, zero),
        inflammation.State(zero),
        pain.State(seen["pain"], zero),
        mood.State(seen["depression"], seen["anxiety"]),
        function.State(seen["function_loss"]),
    )


def hold(
    x: loop.Fast,
    person: loop.Person,
    injuries: Injuries,
    after: dict[str, Mask],
    usual: dict[str, Array],
    model: Model,
) -> Held:
    """Give each seen state the constant input that holds it.

    after  where the state was measured after the last fracture, so that the injury is part of what was seen
    usual  a person of that age and sex drawn at random: how much of it is this person's own even so
    """
    p = model.body
    setting = stability.Setting(person, p)
    arrows = _of_seen(stability.drives(x, setting._replace(person=_without_inputs(person))))
    with_injury = _of_seen(stability.drives(x, setting._replace(person=_without_inputs(person), injuries=injuries)))
    needed, typical = _needed(_of_seen(x), p), _needed(usual, p)
    changes: dict[str, Array] = {}
    adjusted: dict[str, Array] = {}
    fits: dict[str, Array] = {}
    levels: dict[str, Array] = {}
    most = {state: model.registry.number("injury.most") for state in ("pain", "function_loss")}
    for state, field in (
        ("pain", "felt"),
        ("depression", "depression"),
        ("anxiety", "anxiety"),
        ("function_loss", "loss"),
    ):
        need, by_arrows = needed[state], arrows[state]
        row = np.where(by_arrows > need, np.divide(need, by_arrows, out=np.ones_like(need), where=by_arrows > 0), 1.0)
        room = need - row * by_arrows
        injury = with_injury[state] - by_arrows
        own = np.minimum(room, np.maximum(typical[state] - row * by_arrows, 0))
        changes[f"{field}_gain"] = row
        largest = most.get(state, 1.0) * injury
        changes[f"{field}_input"] = np.where(after[state], np.maximum(room - largest, own), room)
        levels[state] = _level(state, row * by_arrows + changes[f"{field}_input"], p)
        fits[state] = np.where(
            after[state] & (injury > 0),
            np.divide(room - changes[f"{field}_input"], injury, out=np.ones_like(injury), where=injury > 0),
            1.0,
        )
        adjusted[field] = (row < 1).astype(np.float64)
    return Held(person._replace(**changes), _fitted(injuries, fits), adjusted, levels)


def _fitted(injuries: Injuries, fits: dict[str, Array]) -> Injuries:
    """Injuries scaled to what was seen of pain and of lost function."""
    return injuries._replace(
        acute_pain=injuries.acute_pain * fits["pain"],
        lasting_pain=injuries.lasting_pain * fits["pain"],
        acute_loss=injuries.acute_loss * fits["function_loss"],
        lasting_loss=injuries.lasting_loss * fits["function_loss"],
    )


def _without_inputs(person: loop.Person) -> loop.Person:
    return person._replace(felt_input=0, depression_input=0, anxiety_input=0, loss_input=0)


def _of_seen(x: loop.Fast) -> dict[str, Array]:
    return {
        "pain": x.pain.felt,
        "depression": x.mood.depressive_severity,
        "anxiety": x.mood.anxiety,
        "function_loss": x.function.loss,
    }


def _needed(levels: dict[str, Array], p: loop.Parameters) -> dict[str, Array]:
    """The drive that holds each seen state at a level."""
    return {state: saturating_inverse(level, *response(state, p)) for state, level in levels.items()}


def _level(state: str, drive: Array, p: loop.Parameters) -> Array:
    return np.asarray(saturating(drive, *response(state, p)))


def response(state: str, p: loop.Parameters) -> tuple[Scalar, Scalar]:
    """Ceiling and convexity of the response of a seen state."""
    return {
        "pain": (p.pain.ceiling, p.pain.felt_convexity),
        "depression": (p.mood.ceiling, p.mood.convexity),
        "anxiety": (p.mood.ceiling, p.mood.convexity),
        "function_loss": (p.function.ceiling, p.function.convexity),
    }[state]


def usual_bone(average: dict[str, Array], person: loop.Person, model: Model) -> tuple[Array, Array]:
    """What stress, inflammation and disuse do to bone in the average person: survival exponent, production factor."""
    nobody = loop.Person(gain=person.gain)
    x = hidden(average, nobody, model)
    effect = loop.bone_inputs(x, nobody, 1, 1, loop.NO_CARE, loop.OPEN, model.body)
    none = bone.Inputs()
    return -np.log(effect.osteoclast_death / none.osteoclast_death), np.asarray(effect.osteoblast_production)
