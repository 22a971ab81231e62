"""What is special to a person's hazards: country, drugs taken all along, how often they fall, earlier fractures.

What the profile does not know is drawn from the share of people of that age and sex, one draw per lane.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaincinv

from boneloop.cycle import loop
from boneloop.cycle.body import fracture
from boneloop.errors import SimulationError
from boneloop.patient.profile import Profile
from boneloop.simulate.hazard import (
    FALLS_OF,
    Constitution,
    History,
    average_fall_factor,
    undated_fracture_age,
)
from boneloop.simulate.lanes import Lanes
from boneloop.simulate.model import Model
from boneloop.simulate.population_rates import COUNTRIES
from boneloop.types import Array, Known, Mask
from boneloop.units import DAYS_PER_YEAR


def constitution(lanes: Lanes, x: loop.Fast, model: Model) -> Constitution:
    """Each lane's constitution; ``x`` is the state at the start, of which only the seen part matters.

    Raises SimulationError for a country without rates.
    """
    strangers = sorted({p.country for p in lanes.patients if p.country.lower() not in COUNTRIES})
    if strangers:
        known = ", ".join(COUNTRIES).upper()
        raise SimulationError(f"no fracture and death rates for {strangers}; there are for {known}")
    antidepressant = _taken(lanes, "antidepressant", model)
    beta_blocker = _taken(lanes, "beta_blocker", model)
    log_falls = antidepressant * model.number(FALLS_OF["antidepressant"])
    log_falls = log_falls + beta_blocker * model.number(FALLS_OF["beta_blocker"])
    diagnosed = _each(lanes, lambda p: float(p.depression_diagnosis is Known.YES))
    caseness = model.body.mood_to_fracture.caseness
    return Constitution(
        age=lanes.age,
        male=lanes.male,
        country=np.array([p.country.lower() for p in lanes.patients])[lanes.patient],
        falls_frailty=_frailty(lanes, _own_falls(lanes, x, log_falls, model), model),
        background_falls_log=log_falls,
        glucocorticoid=_glucocorticoid(lanes, model),
        depressed=(diagnosed > 0) | (x.mood.depressive_severity >= caseness),
    )


def _each(lanes: Lanes, value: object) -> Array:
    assert callable(value)
    return np.array([value(p) for p in lanes.patients], dtype=np.float64)[lanes.patient]


def _taken(lanes: Lanes, drug: str, model: Model) -> Array:
    """1 where the drug is taken all along, 0 where not; unknown is drawn."""
    known = _each(lanes, lambda p: {Known.YES: 1.0, Known.NO: 0.0, Known.UNKNOWN: np.nan}[getattr(p, drug)])
    share = lanes.by_sex(model.registry, f"population.{drug}_share", lanes.age)
    drawn = (lanes.luck(f"start/{drug}") < share).astype(np.float64)
    return np.where(np.isnan(known), drawn, known)


def _glucocorticoid(lanes: Lanes, model: Model) -> Array:
    known = _each(lanes, lambda p: np.nan if p.glucocorticoid_mg_per_day is None else p.glucocorticoid_mg_per_day)
    share = lanes.by_sex(model.registry, "population.glucocorticoid_share", lanes.age)
    drawn = (lanes.luck("start/glucocorticoid") < share) * model.number("glucocorticoid.usual_dose", "mg/day")
    return np.where(np.isnan(known), drawn, known)


def _own_falls(lanes: Lanes, x: loop.Fast, log_falls: Array, model: Model) -> Array:
    """Falls a year expected of this person's state and drugs."""
    own = np.exp(loop.falls_log(x, loop.NO_CARE, loop.OPEN, model.body) + log_falls)
    average = average_fall_factor(lanes.age, lanes.male, model)
    return np.asarray(fracture.average_falls(lanes.age, model.body.fracture) * own / average)


def _frailty(lanes: Lanes, expected: Array, model: Model) -> Array:
    """A Gamma factor of mean 1 on falling, updated by the falls of the last year where they are known."""
    shape = float(model.registry.number("fracture.falls_heterogeneity"))
    counted = _each(lanes, lambda p: np.nan if p.falls is None else p.falls)
    known = ~np.isnan(counted)
    own_shape = np.where(known, shape + np.nan_to_num(counted), shape)
    own_rate = np.where(known, shape + expected, shape)
    return np.asarray(gammaincinv(own_shape, lanes.luck("start/falls")) / own_rate)


def history(lanes: Lanes, model: Model) -> History:
    """Times since the last fracture of any kind, of the hip, of a vertebra, in years; how many vertebrae broke."""
    undated = np.broadcast_to(np.asarray(undated_fracture_age(model)), (lanes.count,))
    last, hip, vertebra = (np.empty(lanes.count) for _ in range(1 + 2))
    vertebrae = np.empty(lanes.count)
    drawn = _unasked(lanes, model)
    for index, patient in enumerate(lanes.patients):
        here = lanes.of(index)
        when = undated[here]
        last[here] = _newest(patient, None, when)
        hip[here], vertebra[here] = _newest(patient, "hip", when), _newest(patient, "vertebra", when)
        listed = sum(f.site == "vertebra" for f in patient.fractures)
        vertebrae[here] = max(listed, patient.vertebral_fractures or 0)
        if vertebrae[here].any() and not listed:
            last[here], vertebra[here] = np.minimum(last[here], when), when
        elif patient.fractures_known is Known.UNKNOWN and not patient.fractures:
            last[here] = np.where(drawn["any"][here], when, np.inf)
            hip[here] = np.where(drawn["hip"][here], when, np.inf)
            vertebra[here] = np.where(drawn["vertebra"][here], when, np.inf)
            vertebrae[here] = drawn["vertebra"][here]
    return History(last, hip, vertebra, vertebrae)


def _unasked(lanes: Lanes, model: Model) -> dict[str, Mask]:
    """Who had a fracture after 50, of the hip, of a vertebra, among people of that age and sex; nobody had both."""
    share = {
        site: lanes.by_sex(model.registry, f"population.prior_{site}_fracture_share", lanes.age)
        for site in ("any", "hip", "vertebra")
    }
    luck = lanes.luck("start/fracture")
    return {
        "any": luck < share["any"],
        "hip": luck < share["hip"],
        "vertebra": (luck >= share["hip"]) & (luck < share["hip"] + share["vertebra"]),
    }


def _newest(patient: Profile, site: str | None, undated: Array) -> Array:
    ages = [
        undated if f.days_ago is None else np.full(undated.shape, f.days_ago / DAYS_PER_YEAR)
        for f in patient.fractures
        if site is None or f.site == site
    ]
    return np.min(ages, axis=0) if ages else np.full(undated.shape, np.inf)


def glucocorticoid_input(who: Constitution, model: Model) -> Array:
    """Cortisol input of the glucocorticoid taken."""
    from boneloop.cycle.body import stress

    return np.asarray(stress.glucocorticoid_input(who.glucocorticoid, model.number("stress.glucocorticoid_per_mg")))
