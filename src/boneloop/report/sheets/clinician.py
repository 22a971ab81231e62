"""The clinician's page of one person, as data in one language: safety first, then what is known, and what comes next.

Lists that could outgrow a page are capped on paper, which says how many more the screen shows. No safety message is
ever left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from boneloop.assess.assessment import Assessment, Risk, Score, Trend
from boneloop.assess.bone_drugs import BONE_CLASSES
from boneloop.assess.framework import FRAMEWORKS
from boneloop.assess.laboratory import SHOWN
from boneloop.assess.seen import ANTIDEPRESSANTS
from boneloop.assess.trends import BETTER, WORSE
from boneloop.exchange.dates import ABOUT_A_YEAR, rough_dates
from boneloop.guidance.advice import Advice, Blocked
from boneloop.guidance.rule import MARKS, TO_BE_CONFIRMED, Rule
from boneloop.patient.record import Fracture, Medication
from boneloop.report.language import Language
from boneloop.report.sheets.capped import Capped
from boneloop.report.sheets.fit import Paper, letters
from boneloop.report.sheets.phrases import N_, said
from boneloop.report.signs import number, readable
from boneloop.types import Known

PAPER = Paper(fill=590, smallest=6.2, largest=9.2)
MOST = {
    "warnings": 5,
    "rules": 7,
    "questions": 5,
    "gaps": 6,
    "laboratory": 6,
    "trends": 4,
    "scores": 3,
    "fractures": 4,
    "drugs": 6,
}
"""How many of each list stand on paper."""
SITES = ("total_hip", "femoral_neck", "lumbar_spine", "radius", "unspecified")
QUALITY = ("tbs", "qct_spine", "genant_grade", "spinal_deformity_index")
LABORATORY = ("egfr", "cockcroft_gault", "corrected_calcium", "vitamin_d")
DOMAINS = {
    "mind": N_("Mind"),
    "pain": N_("Pain"),
    "function": N_("Function"),
    "wellbeing": N_("Quality of life"),
}
VERBS = {
    "AVOID": N_("Avoid"),
    "VERIFY": N_("Verify"),
    "REVIEW": N_("Review"),
    "REFER": N_("Refer"),
    "CONSIDER": N_("Consider"),
    "INFORM": N_("Note"),
}
FIRST = (
    "phq9", "phq9_algorithm", "gad7", "gds15", "phq2", "pain_nrs", "peg", "falls_12_months", "tug", "gait_speed",
    "chair_stand_5", "sppb", "grip_strength", "eq5d_index", "eq5d_vas", "qualeffo41",
)  # fmt: skip
"""Scores that stand before the others of their domain, and changes before other changes."""
PLANS = {
    "none": N_("No new treatment"),
    "bone": N_("Bone treatment"),
    "mind": N_("Care for the mind"),
    "integrated": N_("Both together"),
}
FITS = {"yes": N_("fits"), "no": N_("does not fit"), "unknown": N_("open")}
FRACTURES = {
    "hip": N_("hip"),
    "vertebra": N_("vertebra"),
    "wrist": N_("wrist"),
    "humerus": N_("upper arm"),
    "pelvis": N_("pelvis"),
    "other": N_("other bone"),
}
ENERGY = {"yes": N_("low energy"), "no": N_("high energy"), "unknown": N_("energy not known")}
SEXES = {"female": N_("woman"), "male": N_("man")}
COUNTRIES = {"US": N_("United States"), "GB": N_("United Kingdom"), "CN": N_("China"), "SE": N_("Sweden")}
TREATED = (*BONE_CLASSES, *ANTIDEPRESSANTS, "glucocorticoid", "opioid", "benzodiazepine", "vitamin_d", "calcium")
"""Classes of drugs that stand on the page, in this order."""
RECALLED_AND_CONFIRMED = N_("recalled, confirmed by this site")


@dataclass(frozen=True, slots=True)
class Line:
    """One score: what, how much, in which band, when, and what to say of it. ``verbatim`` is text of the record."""

    what: str
    value: str
    band: str = ""
    day: str = ""
    note: str = ""
    verbatim: str = ""


@dataclass(frozen=True, slots=True)
class Engine:
    """One risk engine: its answers by outcome, each with its years, or why it gives none."""

    title: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule that speaks: what to do, and where that comes from."""

    verb: str
    message: str
    origin: str
    grave: bool


@dataclass(frozen=True, slots=True)
class Clinician:
    """Everything on the page of one person, in one language."""

    id: str
    about: str
    as_of: str
    framework: str
    safety: tuple[str, ...]
    warnings: Capped[str]
    bone_class: str
    bone: tuple[Line, ...]
    bone_share: str
    fractures: Capped[str]
    fractures_whole: str
    quality: tuple[Line, ...]
    laboratory: Capped[Line]
    drugs: Capped[str]
    drugs_whole: str
    risk_share: str
    engines: tuple[Engine, ...]
    disclaimers: tuple[str, ...]
    domains: tuple[tuple[str, str, Capped[Line]], ...]
    trends: Capped[Line]
    rules: Capped[RuleLine]
    rules_left: str
    to_confirm: tuple[RuleLine, ...]
    off: str
    questions: Capped[str]
    gaps: Capped[tuple[str, str]]
    plans: tuple[Line, ...]
    not_forecast: str
    blocked: tuple[str, ...]
    answered: tuple[str, ...]
    past_review: str
    sources: tuple[str, ...]

    @property
    def size(self) -> float:
        """Size of the letters on paper, points: the longer of two columns counts, and what stands above both."""
        left = (
            self.bone_class,
            self.bone,
            self.quality,
            self.fractures,
            self.laboratory,
            self.drugs,
            self.engines,
            self.domains,
        )
        rules = (self.rules, self.rules_left, self.off, self.blocked, self.answered, self.past_review)
        right = (self.trends, rules, self.plans, self.gaps, self.questions)
        return PAPER.size(letters((self.safety, self.warnings)) + 2 * max(letters(left), letters(right)))


def clinician(assessment: Assessment, advice: Advice, to: Language, sources: Sequence[str]) -> Clinician:
    """The page of one person.

    sources  version, digest of the numbers and other lines of provenance, already in words
    """
    record, rough = assessment.record, rough_dates(assessment.record.notes)
    flags = [(flag.severity, said(to, flag.message)) for flag in assessment.flags]
    rules_on_paper = max(MOST["rules"], sum(rule.today for rule in advice.fired))
    others = dict.fromkeys(words for severity, words in flags if severity != "safety")
    return Clinician(
        id=record.id,
        about=_about(assessment, to),
        as_of=to.date(record.as_of),
        framework=to.text(FRAMEWORKS[advice.framework]) if advice.framework else "",
        safety=tuple(words for severity, words in flags if severity == "safety"),
        warnings=Capped.of(others, MOST["warnings"]),
        bone_class=_bone_class(assessment, to),
        bone=tuple(line for site in SITES if (line := _site(assessment, site, to)) is not None),
        bone_share=_share(assessment, "bone", to),
        fractures_whole=_whole(record.fractures_recorded, bool(record.fractures), to),
        fractures=Capped.of((_fracture(one, rough, to) for one in record.fractures), MOST["fractures"]),
        quality=_named(assessment, QUALITY, to),
        laboratory=Capped.of(_named(assessment, (*LABORATORY, *SHOWN), to), MOST["laboratory"]),
        drugs=Capped.of(_drugs(record.medications, to), MOST["drugs"]),
        drugs_whole=_whole(record.medications_recorded, bool(record.medications), to),
        risk_share=_share(assessment, "fracture_risk", to),
        engines=_engines(assessment.risks, to),
        disclaimers=tuple(dict.fromkeys(risk.disclaimer for risk in assessment.risks if risk.disclaimer)),
        domains=_domains(assessment, to),
        trends=Capped.of((_trend(one, to) for one in sorted(assessment.trends, key=_order)), MOST["trends"]),
        rules=Capped.of((_rule(rule, to, speaks=True) for rule in advice.fired), rules_on_paper),
        rules_left=_ids(advice.fired[rules_on_paper:]),
        to_confirm=tuple(_rule(rule, to, speaks=False) for rule in advice.to_confirm),
        off=_ids(advice.to_confirm),
        questions=Capped.of((_sentence(said(to, q.words)) for q in advice.open_questions), MOST["questions"]),
        gaps=Capped.of(((_sentence(said(to, g.item)), said(to, g.why)) for g in assessment.gaps), MOST["gaps"]),
        plans=tuple(_plan(one.plan, one.fits, one.why, one.rules, to) for one in advice.plans),
        not_forecast=to.text("No forecast: %(why)s", why=said(to, assessment.not_forecast))
        if assessment.not_forecast
        else "",
        blocked=tuple(_blocked(one, to) for one in advice.blocked),
        answered=tuple(said(to, answer.words) for _, answer in advice.answered),
        past_review=", ".join(advice.past_review),
        sources=tuple(sources),
    )


def spoken(name: str) -> str:
    """A name of the program as words."""
    return name.replace("_", " ")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _about(assessment: Assessment, to: Language) -> str:
    record = assessment.record
    age = to.text("age %(number)s", number=number(record.age, 0))
    country = to.text(COUNTRIES[record.country]) if record.country in COUNTRIES else record.country
    return to.text(", ").join(part for part in (to.text(SEXES[record.sex.value]), age, country) if part)


def _bone_class(assessment: Assessment, to: Language) -> str:
    """The class by density, and where that leaves it open, whether osteoporosis is present."""
    found = assessment.score("who_class")
    present = assessment.score("osteoporosis")
    lines = [said(to, found.shown)] if found is not None else [to.text("No bone density is recorded.")]
    if present is not None and (found is None or "osteoporosis" not in found.band):
        lines.append(to.text("Osteoporosis: %(answer)s", answer=said(to, present.shown)))
    return to.text("; ").join(_sentence(line if len(lines) == 1 else line.rstrip(".。")) for line in lines)


def _site(assessment: Assessment, site: str, to: Language) -> Line | None:
    """T-score, density and reference of one site."""
    t, density = assessment.score(f"t_score_{site}"), assessment.score(f"bmd_{site}")
    z = assessment.score(f"z_score_{site}")
    first = next((one for one in (t, density, z) if one is not None), None)
    if first is None:
        return None
    shown = to.text("T %(number)s", number=readable(t.shown)) if t else ""
    parts = [density.shown if density else "", to.text("Z %(number)s", number=readable(z.shown)) if z else ""]
    note, verbatim = _reference(t, to)
    what = first.title.partition(", ")[2]
    return Line(
        _sentence(said(to, what)),
        shown,
        said(to, first.band),
        _day(first.date, assessment.record.as_of, to),
        to.text(", ").join(p for p in (*parts, note) if p),
        verbatim,
    )


def _reference(t: Score | None, to: Language) -> tuple[str, str]:
    """Which young adults a T-score compares with: our words, or those of the record."""
    if t is None or not t.basis:
        return "", ""
    words = t.basis[-1]
    if words.startswith("reference: "):
        return to.text("reference:"), words.removeprefix("reference: ")
    if "reference: " in words:
        return to.text("computed; reference young white women"), ""
    return to.text("reference not recorded"), ""


def _day(day: date | None, today: date, to: Language) -> str:
    """A day; "" where it is the day of the assessment, which stands at the top."""
    return "" if day == today else to.date(day)


def _fracture(one: Fracture, rough: Mapping[tuple[str, str], str], to: Language) -> str:
    """A fracture with its day; only the month or the year where no more is known."""
    site = to.text(FRACTURES[one.site]) if one.site in FRACTURES else one.site
    when = rough.get((one.source, "date"), "") or to.date(one.date)
    if one.date is not None and one.source.endswith(ABOUT_A_YEAR):
        when = to.text("about %(year)s", year=one.date.year)
    parts = (site, when, to.text(ENERGY[one.low_energy.value]))
    return _sentence(to.text(", ").join(parts))


def _named(assessment: Assessment, names: Sequence[str], to: Language) -> tuple[Line, ...]:
    """Those of these scores that were made."""
    found = (assessment.score(name) for name in names)
    return tuple(_line(score, assessment.record.as_of, to) for score in found if score is not None)


def _line(score: Score, today: date, to: Language) -> Line:
    status = "" if score.status == "complete" else said(to, score.status)
    if score.name == "phq9_algorithm":
        status = to.text("what the answers say, not a diagnosis; to be confirmed")
    band = "" if score.band == score.shown else said(to, score.band)
    return Line(said(to, score.title), said(to, score.shown), band, _day(score.date, today, to), status)


def _drugs(medications: Sequence[Medication], to: Language) -> list[str]:
    """What is taken now, of the classes that matter here."""
    now = [one for one in medications if one.active is Known.YES and one.drug_class in TREATED]
    ordered = sorted(now, key=lambda one: TREATED.index(one.drug_class))
    return [_drug(one, to) for one in ordered]


def _drug(one: Medication, to: Language) -> str:
    name = said(to, spoken(one.drug))
    if one.given:
        return to.text("%(drug)s, last given %(date)s", drug=name, date=to.date(max(one.given)))
    return to.text("%(drug)s since %(date)s", drug=name, date=to.date(one.start)) if one.start else name


def _engines(risks: Sequence[Risk], to: Language) -> tuple[Engine, ...]:
    by_title: dict[str, list[Risk]] = {}
    for risk in risks:
        by_title.setdefault(risk.title, []).append(risk)
    return tuple(_engine(said(to, title), group, to) for title, group in by_title.items())


def _engine(title: str, risks: Sequence[Risk], to: Language) -> Engine:
    """One engine; where all its answers are the same refusal, it is said once."""
    notes = tuple(dict.fromkeys(note for risk in risks if (note := _note(risk, to))))
    refused = {risk.shown for risk in risks if risk.probability is None and risk.years is not None}
    if len(refused) == 1 and len(risks) == sum(risk.shown in refused for risk in risks):
        return Engine(title, ((said(to, risks[0].shown), ()),), notes)
    by_outcome: dict[str, list[str]] = {}
    for risk in risks:
        years = to.text("%(number)s years", number=number(risk.years, 0)) if risk.years else ""
        answer = said(to, risk.shown)
        by_outcome.setdefault(said(to, risk.outcome), []).append(f"{years} {answer}".strip() if years else answer)
    return Engine(title, tuple((outcome, tuple(answers)) for outcome, answers in by_outcome.items()), notes)


def _note(risk: Risk, to: Language) -> str:
    """What stands beside an answer, without the disclaimer, which stands at the foot of the page."""
    words = risk.note.removesuffix(risk.disclaimer).strip()
    if not words:
        return ""
    if risk.probability is not None or risk.years is None:
        return said(to, words)
    years = to.text("%(number)s years", number=number(risk.years, 0))
    return to.text(
        "%(outcome)s, %(years)s: %(note)s", outcome=said(to, risk.outcome), years=years, note=said(to, words)
    )


def _domains(assessment: Assessment, to: Language) -> tuple[tuple[str, str, Capped[Line]], ...]:
    found = []
    for domain in DOMAINS:
        scores = sorted((s for s in assessment.scores if s.domain == domain), key=lambda score: _rank(score.name))
        lines = [_line(score, assessment.record.as_of, to) for score in scores]
        found.append((to.text(DOMAINS[domain]), _share(assessment, domain, to), Capped.of(lines, MOST["scores"])))
    return tuple(found)


def _rank(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


def _order(one: Trend) -> tuple[bool, int]:
    """Changes that count before the others."""
    return one.verdict not in (BETTER, WORSE), _rank(one.name)


def _share(assessment: Assessment, domain: str, to: Language) -> str:
    known = assessment.completeness.get(domain)
    return "" if known is None else to.text("%(number)s %% of key items known", number=number(100 * known, 0))


def _whole(recorded: Known, any_there: bool, to: Language) -> str:
    """What is known of a list: whether it is whole."""
    if recorded is Known.YES:
        return to.text("the list is whole") if any_there else to.text("none; the list is whole")
    return to.text("not known whether there are others") if any_there else to.text("none recorded")


def _trend(one: Trend, to: Language) -> Line:
    change = number(one.change, 3 if one.unit == "g/cm2" else 1).removesuffix(".0")
    signed = f"+{change}" if one.change > 0 else change
    values = {
        "before": readable(f"{one.before:g}"),
        "day": to.date(one.before_date),
        "after": readable(f"{one.after:g}"),
        "later": to.date(one.after_date),
        "change": signed,
    }
    shown = to.text("%(before)s (%(day)s) → %(after)s (%(later)s), %(change)s", **values)
    least = to.text("smallest that counts %(number)s", number=f"{one.least:.3g}") if one.least is not None else ""
    return Line(said(to, one.title), shown, said(to, one.verdict), "", least)


def _rule(rule: Rule, to: Language, *, speaks: bool) -> RuleLine:
    """A rule with its source; one written from memory speaks only where this site has confirmed it."""
    mark = RECALLED_AND_CONFIRMED if speaks and rule.mark == TO_BE_CONFIRMED else MARKS[rule.mark]
    guideline = f"{to.text(rule.guideline)} {rule.year}"
    parts = (rule.id, guideline, to.text(rule.section), to.text(rule.strength), to.text(mark))
    grave = rule.verb == "AVOID" or rule.today
    return RuleLine(to.text(VERBS[rule.verb]), readable(to.text(rule.message)), " · ".join(parts), grave)


def _ids(rules: Sequence[Rule]) -> str:
    return " · ".join(rule.id for rule in rules)


def _blocked(one: Blocked, to: Language) -> str:
    """A treatment that rules speak against, with their ids, and whether all of them are still to be confirmed."""
    doubt = () if one.confirmed else (to.text("to be confirmed"),)
    return to.text("%(what)s (%(rules)s)", what=said(to, spoken(one.kind)), rules=", ".join((*one.rules, *doubt)))


def _plan(plan: str, fits: Known, why: Sequence[str], rules: Sequence[str], to: Language) -> Line:
    reasons = to.text("; ").join(said(to, one) for one in why)
    behind = to.text("rules: %(names)s", names=", ".join(rules)) if rules else ""
    return Line(to.text(PLANS[plan]), to.text(FITS[fits.value]), "", "", reasons, behind)
