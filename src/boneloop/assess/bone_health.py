"""Bone health: T- and Z-scores by site, the class they lead to, and whether osteoporosis is present.

A T-score stands with the reference it was made with. Where only a density was recorded, it is computed from the young
reference of the registry (T = (density - mean) / SD, the female white reference for both sexes) and says so; densities
of another make of scanner need a conversion that is not done here.

The class follows the lowest site. It holds for women after the menopause and men of 50 and over; for younger people
only the Z-score speaks. Once diagnosed, osteoporosis stays diagnosed although a later T-score is better.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, NamedTuple

from boneloop.assess import bone_quality
from boneloop.assess.assessment import Score
from boneloop.assess.seen import UNDATED, Seen, dated, once, said
from boneloop.evidence.registry import load
from boneloop.patient.record import Measurement
from boneloop.types import Known, Scalar, Unit

SITES = {
    "total_hip": "total hip",
    "femoral_neck": "femoral neck",
    "lumbar_spine": "lumbar spine",
    "radius": "forearm",
    "unspecified": "site not named",
}
REFERENCE_SITES = ("total_hip", "femoral_neck", "lumbar_spine")
REFERENCE_WORDS = "young white women (NHANES III at the hip, Hologic at the spine)"
QUANTITIES = {site: (f"t_score_{site}", f"bmd_{site}", f"z_score_{site}") for site in SITES}
MEASURED = "as measured"
T_RECORDED = "as recorded; a T-score is (density - mean of the young reference) / its SD"
T_COMPUTED = "(density - mean of the young reference) / its SD, the female white reference for both sexes"


class Classes(NamedTuple):
    """Where the classes lie, and for whom they hold."""

    osteoporosis_at_most: Annotated[Scalar, Unit("SD")]
    normal_from: Annotated[Scalar, Unit("SD")]
    z_below_expected_at_most: Annotated[Scalar, Unit("SD")]
    from_age: Annotated[Scalar, Unit("year")]
    menopause_certain_from: Annotated[Scalar, Unit("year")]
    largest_disagreement: Annotated[Scalar, Unit("SD")]


class TScore(NamedTuple):
    """One site. ``computed`` says that it was made here from a density; ``density`` is the scan it belongs to."""

    site: str
    value: float
    date: date | None
    basis: tuple[str, ...]
    computed: bool
    density: Measurement | None


@cache
def _classes() -> Classes:
    registry = load()
    years = {"from_age", "menopause_certain_from"}
    return Classes(
        **{name: registry.number(f"who_class.{name}", "year" if name in years else "SD") for name in Classes._fields}
    )


@cache
def rules() -> dict[str, str]:
    """The rules of this page in words, with the numbers they use."""
    limits = _classes()
    at_most, normal, years = f"{limits.osteoporosis_at_most:g}", f"{limits.normal_from:g}", f"{limits.from_age:g}"
    return {
        "z_score": f"as recorded; below what is expected for age from {limits.z_below_expected_at_most:g} down (ISCD)",
        "who_class": (
            f"the lowest site: normal from {normal} up, osteoporosis from {at_most} down, severe with a low-energy "
            f"fracture (WHO); for women after the menopause and men of {years} and over"
        ),
        "osteoporosis": (
            f"yes by diagnosis, by a T-score of {at_most} or below at any time, or by a low-energy fracture of hip or "
            "spine; it stays. No only where density and fractures are both known"
        ),
        "vertebral_fractures": "fractures of vertebrae on record, those of known high energy left out",
    }


@cache
def young_reference(site: str) -> tuple[float, float]:
    """Mean and SD of the young reference at a site, g/cm2."""
    registry = load()
    mean, sd = (registry.number(f"t_score_reference.{site}_{what}", "g/cm2") for what in ("mean", "sd"))
    return mean, sd


@once
def t_scores(seen: Seen) -> dict[str, TScore]:
    """The newest T-score of each site, as recorded or computed from the newest density."""
    found = {}
    for site, (t_score, bmd, _) in QUANTITIES.items():
        recorded, density = seen.newest(t_score), seen.newest(bmd)
        if recorded is None and density is None:
            continue
        newer = density is not None and (recorded is None or (density.date or date.min) > (recorded.date or date.min))
        if newer and density is not None and site in REFERENCE_SITES:
            found[site] = _computed(site, density)
        elif recorded is not None:
            words = f"reference: {recorded.reference}" if recorded.reference else "reference population not recorded"
            found[site] = TScore(site, recorded.value, recorded.date, (dated(recorded), words), False, density)
    return found


def _computed(site: str, density: Measurement) -> TScore:
    mean, sd = young_reference(site)
    formula = f"({density.value:.3f} - {mean:.3f}) / {sd:.3f}, reference: {REFERENCE_WORDS}"
    return TScore(site, (density.value - mean) / sd, density.date, (dated(density), formula), True, density)


def disagreements(seen: Seen) -> list[str]:
    """Sites where a recorded T-score and the density of the same day say different things."""
    said = []
    for t in t_scores(seen).values():
        if t.computed or t.density is None or t.density.date != t.date or t.site not in REFERENCE_SITES:
            continue
        mean, sd = young_reference(t.site)
        other = (t.density.value - mean) / sd
        if abs(other - t.value) > _classes().largest_disagreement:
            said.append(f"{SITES[t.site]}: T-score {t.value:.1f} as recorded, {other:.1f} from the density")
    return said


@once
def after_menopause(seen: Seen) -> Known:
    """Is this woman after the menopause: as recorded, else yes from the age at which it is certain. No for men."""
    if not seen.female:
        return Known.NO
    ended = seen.newest("menopause_age")
    if ended is not None:
        return Known.of(seen.record.age >= ended.value)
    recorded = seen.any_condition("menopause", "early_menopause")
    if recorded is Known.UNKNOWN and seen.record.age >= _classes().menopause_certain_from:
        return Known.YES
    return recorded


def t_score_applies(seen: Seen) -> Known:
    """May a T-score be read as a class: women after the menopause, men of 50 and over."""
    return after_menopause(seen) if seen.female else Known.of(seen.record.age >= _classes().from_age)


def lowest(found: dict[str, TScore]) -> TScore | None:
    """The site with the lowest T-score."""
    return min(found.values(), key=lambda t: t.value) if found else None


@once
def osteoporosis(seen: Seen) -> tuple[Known, tuple[str, ...]]:
    """Is osteoporosis present, by density now or ever, by a diagnosis, or by a fragility fracture of hip or spine."""
    reasons = []
    if (stated := seen.statement("osteoporosis")) is not None and stated.status is Known.YES:
        reasons.append(f"diagnosis recorded: {said(stated)}")
    worst = _lowest_ever(seen)
    applies = t_score_applies(seen)
    if worst is not None and applies is not Known.NO and worst.value <= _classes().osteoporosis_at_most:
        if applies is Known.YES:
            now = t_scores(seen).get(worst.site)
            later = "; it stays although a later one is better" if now and now.value > worst.value else ""
            read = worst.basis or ((dated(worst.density),) if worst.density else ())
            reasons += [f"T-score {worst.value:.1f}, {SITES[worst.site]}{later}", *read]
        else:
            return Known.UNKNOWN, (f"T-score {worst.value:.1f}, but it is not known whether it is after the menopause",)
    fragile, which = seen.low_energy_fractures()
    reasons += [
        f"low-energy fracture of the {f.site}, {f.date.isoformat() if f.date else UNDATED} ({f.source})"
        for f in which
        if f.site in ("hip", "vertebra")
    ]
    if reasons:
        return Known.YES, tuple(reasons)
    if worst is None or fragile is Known.UNKNOWN:
        missing = "no density" if worst is None else "it is not known whether a hip or spine fracture was of low energy"
        return Known.UNKNOWN, (missing,)
    limit = _classes().osteoporosis_at_most
    return Known.NO, (f"no site at {limit:g} or below, no fragility fracture of hip or spine",)


@once
def _lowest_ever(seen: Seen) -> TScore | None:
    every = list(t_scores(seen).values())
    for site, (name, _, _) in QUANTITIES.items():
        recorded = seen.record.series(name) if name in seen.repeated else filter(None, (seen.newest(name),))
        every += [TScore(site, m.value, m.date, (), False, m) for m in recorded]
    return min(every, key=lambda t: t.value) if every else None


def scores(seen: Seen) -> list[Score]:
    """Densities, T- and Z-scores by site, the class of the lowest site, and whether osteoporosis is present."""
    found = t_scores(seen)
    made = [score for site in SITES for score in _site(seen, site, found.get(site))]
    return [*made, *_class(seen, found), *_vertebrae(seen), *bone_quality.scores(seen), _diagnosis(seen)]


def _site(seen: Seen, site: str, t: TScore | None) -> list[Score]:
    made: list[Score] = []
    _, bmd, z_score = QUANTITIES[site]
    density, z = seen.newest(bmd), seen.newest(z_score)
    if density is None and z is None and t is None:
        return made
    words = SITES[site]
    if density is not None:
        title, shown = f"Bone mineral density, {words}", f"{density.value:.3f} g/cm²"
        facts = (density.value, shown, "", "complete", density.date, (dated(density),), MEASURED)
        made.append(Score("bone", f"bmd_{site}", title, *facts))
    if t is not None:
        band = _t_band(t.value) if t_score_applies(seen) is Known.YES else ""
        title, shown = f"T-score, {words}", decimals(t.value, "+")
        rule = T_COMPUTED if t.computed else T_RECORDED
        made.append(Score("bone", f"t_score_{site}", title, t.value, shown, band, "complete", t.date, t.basis, rule))
    if z is not None:
        below = z.value <= _classes().z_below_expected_at_most
        band = "below the range expected for age" if below else "within the range expected for age"
        title, shown = f"Z-score, {words}", f"{z.value:+.1f}"
        facts = (z.value, shown, band, "complete", z.date, (dated(z),), rules()["z_score"])
        made.append(Score("bone", f"z_score_{site}", title, *facts))
    return made


def decimals(value: float, sign: str = "-") -> str:
    """A T-score to one decimal, or to two where one would put it into another class: -2.46 is not -2.5.

    sign  "+" shows the sign of positive values too
    """
    short = f"{value:{sign}.1f}"
    return short if _t_band(float(short)) == _t_band(value) else f"{value:{sign}.2f}"


def _t_band(value: float) -> str:
    classes = _classes()
    if value <= classes.osteoporosis_at_most:
        return "osteoporosis"
    return "normal" if value >= classes.normal_from else "low bone mass"


def _class(seen: Seen, found: dict[str, TScore]) -> list[Score]:
    worst = lowest(found)
    if worst is None:
        return []
    applies = t_score_applies(seen)
    basis = [f"lowest of {len(found)}: {SITES[worst.site]}", *worst.basis]
    title, rule = "Class by bone density (WHO)", rules()["who_class"]
    if applies is Known.NO:
        why = "not given: before the menopause, or a man under 50, only the Z-score is read"
        return [Score("bone", "who_class", title, None, why, "", "incomplete", worst.date, tuple(basis), rule)]
    band = _t_band(worst.value)
    fragile, which = seen.low_energy_fractures()
    if band == "osteoporosis" and fragile is Known.YES:
        band = "severe osteoporosis"
        basis.append(f"with a low-energy fracture: {', '.join(f.site for f in which)}")
    elif band == "osteoporosis" and fragile is Known.UNKNOWN:
        basis.append("severe if there has been a low-energy fracture; that is not known")
    shown = f"{band} (T-score {decimals(worst.value, '+')}, {SITES[worst.site]})"
    if applies is Known.UNKNOWN:
        shown, basis = (
            f"{shown}, if after the menopause",
            [*basis, "menopause is not recorded: the class holds after it"],
        )
    return [Score("bone", "who_class", title, worst.value, shown, band, "complete", worst.date, tuple(basis), rule)]


def _vertebrae(seen: Seen) -> list[Score]:
    """How many vertebrae are broken; nothing is said where none is recorded and the list is not known to be whole."""
    broken = [f for f in seen.record.fractures if f.site == "vertebra" and f.low_energy is not Known.NO]
    whole = seen.record.fractures_recorded is Known.YES
    if not broken and not whole:
        return []
    newest = max((f.date for f in broken if f.date is not None), default=None)
    shown = f"{len(broken)}" if whole else f"at least {len(broken)}"
    when = [f"{f.date.isoformat() if f.date else UNDATED} ({f.source})" for f in broken]
    others = "the list of fractures is whole" if whole else "it is not known whether there were others"
    basis = (*when, others)
    value, status = (float(len(broken)), "complete") if whole else (None, "incomplete")
    rule = rules()["vertebral_fractures"]
    return [Score("bone", "vertebral_fractures", "Vertebral fractures", value, shown, "", status, newest, basis, rule)]


def _diagnosis(seen: Seen) -> Score:
    present, why = osteoporosis(seen)
    value = None if present is Known.UNKNOWN else float(present is Known.YES)
    status = "incomplete" if present is Known.UNKNOWN else "complete"
    shown, rule = str(present), rules()["osteoporosis"]
    return Score("bone", "osteoporosis", "Osteoporosis present", value, shown, "", status, None, why, rule)
