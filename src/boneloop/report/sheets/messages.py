"""Every message of the sheets, found where it stands: templates, Python, and the data that they print.

Templates are read by the extension of Jinja that also translates them, Python by its own grammar, and data (rules,
what rules ask, gaps, questionnaires, drugs) through the tables themselves: a new rule is a new message.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib import resources

from jinja2 import Environment

from boneloop.assess.framework import FRAMEWORKS
from boneloop.assess.gaps import KEY_ITEMS
from boneloop.assess.laboratory import SHOWN
from boneloop.assess.trends import limits
from boneloop.guidance.answered import REASONS
from boneloop.guidance.facts import FACTS
from boneloop.guidance.rule import MARKS, rules
from boneloop.instruments.table import instrument, names
from boneloop.patient.drugs import drugs
from boneloop.patient.quantities import quantities
from boneloop.report.catalog import Message
from boneloop.report.sheets.clinician import TREATED, spoken
from boneloop.report.sheets.page import templates
from boneloop.report.sheets.patient import help_lines

CALLS = {"text", "N_"}
COUNTED = {"count": 1, "form": 0}
"""Methods of a language that take a singular and a plural, and where among their arguments these begin."""


def every_message() -> dict[str, Message]:
    """All messages by id, each with the places where it stands, untranslated."""
    found: dict[str, Message] = {}
    for place, identity, plural in (*_of_templates(), *_of_code(), *_of_data()):
        message = found.setdefault(identity, Message(identity, plural))
        if place not in message.places:
            message.places.append(place)
    return found


def _of_templates() -> Iterator[tuple[str, str, str]]:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for name, text in templates():
        # a method that the extension gives the environment while it runs: its types do not know it
        for _, function, said in environment.extract_translations(text):  # type: ignore[attr-defined]
            one, many = (said[0], said[1]) if isinstance(said, tuple) else (said, "")
            yield f"templates/{name}", one, many if function == "ngettext" else ""


def _of_code() -> Iterator[tuple[str, str, str]]:
    folder = resources.files("boneloop.report")
    files = [*folder.joinpath("sheets").iterdir(), folder.joinpath("language.py")]
    for file in sorted((one for one in files if one.name.endswith(".py")), key=lambda one: one.name):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                yield from ((file.name, one, many) for one, many in _said(call))


def _said(call: ast.Call) -> Iterator[tuple[str, str]]:
    function = call.func
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    words = [one.value if isinstance(one, ast.Constant) else None for one in call.args]
    if name in CALLS and words and isinstance(words[0], str):
        yield words[0], ""
    elif name in COUNTED:
        one, many = (*words[COUNTED[name] :], None, None)[:2]
        if isinstance(one, str) and isinstance(many, str):
            yield one, many


def _of_data() -> Iterator[tuple[str, str, str]]:
    tables = (
        ("guidance/rules", _of_rules()),
        ("guidance/facts.toml", FACTS.values()),
        ("assess/gaps.py", (words for key in KEY_ITEMS for words in (key.item, key.why))),
        ("assess/framework.py", FRAMEWORKS.values()),
        ("instruments/tables", _of_forms()),
        ("patient/quantities.toml", (quantities()[name].title for name in (*limits(), *SHOWN))),
        ("guidance/answered.py", REASONS.values()),
        ("patient/drugs.toml", _of_drugs()),
        ("sheets/help_lines.toml", (name for row in help_lines().values() for name, _ in row["lines"])),
    )
    for place, said in tables:
        yield from ((place, words, "") for words in said)


def _of_rules() -> Iterator[str]:
    for rule in rules():
        yield from (rule.message, rule.guideline, rule.section, rule.strength, MARKS[rule.mark])
        yield from (spoken(kind) for kind in rule.against)


def _of_forms() -> Iterable[str]:
    for form in map(instrument, names()):
        yield form.title
        yield from (band for band, _ in form.bands)
        yield from (f"{form.title}, {spoken(scale)}" for scale in form.scales)


def _of_drugs() -> Iterator[str]:
    yield from (spoken(kind) for kind in TREATED)
    yield from (spoken(name) for name, drug in drugs().items() if drug.drug_class in TREATED)
