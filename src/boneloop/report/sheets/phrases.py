"""The sentences that an assessment composes, said in another language.

An assessment speaks English: "Creatinine clearance 32.3 mL/min is below 35: ...". Here stand the patterns of those
sentences. A text is recognized by its pattern, its words are said in turn, and its numbers and units are carried over
character by character, so that they cannot differ between languages. In the names of a pattern's places

    number...  a number          measure...  a number with a unit          date...  an ISO date
    list...    phrases joined by ";", ",", "and", "or"     raw...  words of a file or a code, carried over as they are

Every other place is a phrase of its own.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from boneloop.report.language import Language
from boneloop.report.signs import readable

_NUMBER = r"[-+\u2212]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?"
_UNIT = r" ?(?:%|g/cm[2²]|mg/cm³|mL/min(?:/1\.73 m²)?|m?IU/L|U/L|[mnp]mol/L|pg/mL|[mu]g/L|g/dL|m/s|s|kg|cm|SD)"
_MEASURE = rf"(?:more than )?{_NUMBER}(?:{_UNIT})?"
_DATE = r"\d{4}-\d{2}-\d{2}"
_PLACE = re.compile(r"%\((\w+)\)s")
_ISO = re.compile(rf"\b{_DATE}\b")
_SEPARATORS = {"; ": "；", " and ": "和", " or ": "或", ", ": "、"}


def N_(message: str) -> str:
    """Marks a message that is translated elsewhere."""
    return message


PATTERNS = (
    # scores
    N_("%(number)s of %(number_top)s"),
    N_("at least %(number)s"),
    N_("profile %(number)s"),
    N_("%(class)s (T-score %(number)s, %(site)s)"),
    N_("%(class)s (T-score %(number)s, %(site)s), if after the menopause"),
    N_("not corrected: albumin is not known (total %(measure)s)"),
    N_("Bone mineral density, %(site)s"),
    N_("T-score, %(site)s"),
    N_("Z-score, %(site)s"),
    N_("%(scale)s, since the first"),
    # risks
    N_("%(number)s (%(band)s)"),
    N_("more than %(measure)s"),
    N_("%(number)s points: %(advice)s"),
    N_("not computed: %(list)s"),
    N_("not used: %(list)s"),
    N_("not decided: %(list)s"),
    N_("calculated for %(raw_country)s, the person lives in %(raw_here)s"),
    N_("grade %(number)s"),
    N_("%(raw_rule)s: answered %(date)s, %(reason)s"),
    N_("not known: %(list)s"),
    N_("not known: estrogen now; %(advice)s either way"),
    N_("%(number)s of its questions are not answered"),
    N_("age %(number)s is outside %(number_low)s to %(number_high)s"),
    N_("age %(number)s is under %(number_low)s"),
    N_("body mass index %(number)s is outside %(number_low)s to %(number_high)s"),
    N_("all fractures since the age of %(number)s"),
    N_("the dates of %(number)s fractures"),
    N_("hip %(measure)s is above major osteoporotic %(measure_major)s: one of them is wrong"),
    N_("older than %(number)s months: calculate again"),
    N_("between %(measure)s and %(measure_high)s, depending on what is not known"),
    N_(
        "between %(measure)s and %(measure_high)s, depending on what is not known; %(measure_counted)s if nothing is "
        "present that is not recorded, as the published calculator counts."
    ),
    N_("%(number)s with estrogen, %(number_without)s without"),
    N_("the index has a band for white and for Asian women; ethnicity: %(why)s"),
    N_("%(group)s, for whom no band is published here"),
    # flags
    N_("%(kidney)s %(measure)s is below %(number)s: a bisphosphonate (zoledronate, alendronate) %(now)s; verify."),
    N_(
        "%(kidney)s %(measure)s is below %(number)s: a bisphosphonate (zoledronate, alendronate) %(now)s; verify. "
        "The estimated GFR of %(number_gfr)s alone would not show it."
    ),
    N_("Corrected calcium %(measure)s is %(band)s: %(why)s."),
    N_("A hip fracture cannot be likelier than any fracture. %(said)s. Both are shown."),
    N_("%(engine)s: hip fracture %(measure_hip)s, %(outcome)s %(measure_whole)s"),
    N_("%(said)s: another reference, another scanner, or an error."),
    N_("%(site)s: T-score %(number)s as recorded, %(number_density)s from the density"),
    N_("%(number)s values were refused or changed at reading."),
    N_("%(fact)s: overdue. Bone is lost fast and vertebrae may break; review today, never a drug holiday."),
    N_("%(fact)s: the next dose is due."),
    N_("%(fact)s: the next dose is due. One dose recorded: the rebound rule needs two."),
    N_("%(fact)s: recorded as stopped; ask what followed. One dose recorded: the rebound rule needs two."),
    N_("%(number)s months since dose %(number_dose)s of denosumab (%(date)s)"),
    N_(
        "Not scored: %(form)s, item %(number)s: expected %(number_low)s to %(number_high)s, "
        "got %(raw_answer)s (%(raw_place)s)"
    ),
    N_(
        "Not scored: %(form)s, item %(number)s: expected a whole number from %(number_low)s to %(number_high)s, "
        "got %(raw_answer)s (%(raw_place)s)"
    ),
    N_("Not scored: %(form)s: expected items 1 to %(number)s, got item %(raw_item)s (%(raw_place)s)"),
    N_(
        "Not scored: %(form)s: expected a total from %(number_low)s to %(number_high)s, "
        "got %(raw_answer)s (%(raw_place)s)"
    ),
    N_("Not scored: %(form)s: it has scales and no total, got total %(raw_answer)s (%(raw_place)s)"),
    N_("Not scored: %(form)s: expected the total only (%(raw_license)s), got answers to items (%(raw_place)s)"),
    # plans
    N_("age %(number)s is outside %(number_low)s to %(number_high)s, for which the model has fracture and death rates"),
    N_("no fracture and death rates for country %(raw_code)s; there are: %(raw_codes)s"),
    N_("%(what)s: %(number)s or more"),
    N_("bone: %(why)s"),
    N_("mind: %(why)s"),
)
WORDS = (
    N_("yes"), N_("no"), N_("unknown"), N_("no total"), N_("no score"), N_("refused"), N_("no date"),
    N_("complete"), N_("prorated"), N_("incomplete"),
    N_("osteoporosis"), N_("severe osteoporosis"), N_("low bone mass"), N_("normal"), N_("low"), N_("high"),
    N_("medium"), N_("deficient"), N_("insufficient"), N_("replete"), N_("slow"), N_("very slow"), N_("weak"),
    N_("slow, risk of falls"), N_("within the cut points"),
    N_("below the range expected for age"), N_("within the range expected for age"),
    N_("not given: before the menopause, or a man under 50, only the Z-score is read"),
    N_("body weight is not known"),
    N_("total hip"), N_("femoral neck"), N_("lumbar spine"), N_("forearm"), N_("site not named"),
    N_("Class by bone density (WHO)"), N_("Vertebral fractures"), N_("Osteoporosis present"),
    N_("Estimated GFR, CKD-EPI 2021"), N_("Creatinine clearance, Cockcroft-Gault"),
    N_("Calcium, corrected for albumin"), N_("25-hydroxyvitamin D"),
    N_("Timed up and go"), N_("Usual gait speed"), N_("Five chair stands"), N_("Grip strength"),
    N_("Garvan, with bone density"), N_("QFracture-2012 algorithm"), N_("FRAX, typed in"), N_("OST"), N_("OSTA"),
    N_("OST (white women)"), N_("OSTA (Asian women)"), N_("ORAI (women)"),
    N_("any fracture"), N_("hip fracture"), N_("major osteoporotic fracture"), N_("low bone density"),
    N_("osteoporotic fracture (hip, spine, wrist, shoulder)"),
    N_("it is not installed"), N_("its bands are for women"), N_("it is for women"), N_("body weight"),
    N_("body weight and height"), N_("T-score of the femoral neck"), N_("estrogen now"),
    N_("how many falls in the last 12 months"),
    N_("a risk above 0 % is expected"), N_("density test advised"), N_("no density test advised by this score"),
    N_("not recorded"), N_("white"), N_("black"), N_("hispanic"), N_("chinese"), N_("asian"), N_("other"),
    N_("a fracture has happened since: calculate again"), N_("the date of the calculation is not recorded"),
    N_("Creatinine clearance"), N_("Estimated GFR"), N_("is on the list now"),
    N_("is not to be started without a specialist"),
    N_("to be corrected before any denosumab, zoledronate or romosozumab"),
    N_("to be explained before any bone drug; it can also look like depression"),
    N_("Denosumab was given and stopped; when the last dose was is not recorded: ask (rebound after stopping)."),
    N_("Denosumab is on the list, but no day of a dose is recorded: the last dose actually given is needed."),
    N_(
        "PHQ-9 item 9 (thoughts of death or self-harm) is above 0: a person needs to talk with this patient today, "
        "whatever the total. No score of risk is computed."
    ),
    N_("A PHQ-9 was recorded without item 9 (thoughts of death or self-harm): ask."),
    N_("Suicidal thoughts are recorded: a person needs to talk with this patient today."),
    N_("PHQ-9, by its algorithm"), N_("major depressive syndrome"), N_("other depressive syndrome"), N_("neither"),
    N_("Falls in the last 12 months"), N_("SARC-CalF"),
    N_("Trabecular bone score"), N_("Volumetric density of the spine (QCT)"), N_("Vertebral deformity, Genant"),
    N_("Spinal deformity index"), N_("degraded"), N_("partially degraded"), N_("no deformity"), N_("not high"),
    N_("better"), N_("worse"), N_("no real change"),
    N_("not judged: no smallest change that matters is published here"),
    N_("not judged: one of the two forms is not complete"),
    N_("the comparison for the others"), N_("none of its reasons is present"),
    N_("hip or spine fragility fracture"),
)  # fmt: skip


def said(to: Language, text: str) -> str:
    """A text of an assessment in a language; in English its dates alone are written out.

    A text that is not recognized stays as it is and is remembered in ``to.missing``.
    """
    if to.name == "en":
        return readable(_ISO.sub(lambda found: _day(to, found[0]), text))
    found = _list(to, text)
    if found is None:
        to.text(text)
        return text
    return found


def _said(to: Language, text: str) -> str | None:
    if not text or (re.fullmatch(_MEASURE, text) and not text.startswith("more")):
        return readable(text)
    if to.has(text):
        return readable(to.text(text))
    for message, pattern in _patterns():
        if found := pattern.fullmatch(text):
            parts = {name: _part(to, name, part) for name, part in found.groupdict().items()}
            if None not in parts.values():
                return to.text(message, **parts)
    return None


def _part(to: Language, name: str, text: str) -> str | None:
    kind = name.partition("_")[0]
    if kind in ("number", "raw"):
        return readable(text)
    if kind == "date":
        return _day(to, text)
    if kind != "list":
        return _said(to, text)
    return _list(to, text)


def _list(to: Language, text: str) -> str | None:
    """One phrase, or phrases joined by the first separator at which every piece is one."""
    whole = _said(to, text)
    for separator, joined in _SEPARATORS.items():
        if whole is not None:
            break
        if separator in text:
            pieces = [_list(to, piece) for piece in text.split(separator)]
            whole = None if None in pieces else joined.join(str(piece) for piece in pieces)
    return whole


def _day(to: Language, iso: str) -> str:
    """A date written out; what only looks like one (a part of a file's name) stays as it is."""
    try:
        return to.date(date.fromisoformat(iso))
    except ValueError:
        return iso


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((message, re.compile(_expression(message))) for message in PATTERNS)


def _expression(message: str) -> str:
    kinds = {"number": _NUMBER, "measure": _MEASURE, "date": _DATE}
    pieces, end = [], 0
    for place in _PLACE.finditer(message):
        wanted = kinds.get(place[1].partition("_")[0], ".+?")
        pieces += [re.escape(message[end : place.start()]), f"(?P<{place[1]}>{wanted})"]
        end = place.end()
    return "".join([*pieces, re.escape(message[end:])])
