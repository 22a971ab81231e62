"""The sheets as HTML: one file for each sheet of each person, nothing asked of the network, ready to print.

A clinician's sheet prints on one page and a patient's on two, on A4 and on Letter paper. There is no script in them.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from boneloop.assess.assessment import Assessment
from boneloop.evidence.registry import load
from boneloop.guidance.advice import Advice
from boneloop.patient.record import Record
from boneloop.report.language import Language, language
from boneloop.report.offline import asset, environment, policy
from boneloop.report.provenance import version
from boneloop.report.sheets.clinician import clinician
from boneloop.report.sheets.patient import patient

KINDS = ("clinician", "patient")
_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
_KEPT_BY_WINDOWS = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)))
)
_LONGEST_NAME, _SUM = 60, 8
_DIGEST_SHOWN = 12


def clinician_html(assessment: Assessment, advice: Advice, language_name: str) -> str:
    """The clinician's page of one person; language: a key of ``language.LANGUAGES``."""
    to = language(language_name)
    view = clinician(assessment, advice, to, _sources(to))
    return _rendered("clinician_sheet.html.j2", to, view=view)


def patient_html(record: Record, language_name: str, contact: str = "", framework: str | None = None) -> str:
    """The patient's pages of one person; contact: name and telephone number of the clinic."""
    to = language(language_name)
    view = patient(record, to, _sources(to), contact, framework)
    return _rendered("patient_sheet.html.j2", to, view=view)


def write_sheets(
    folder: Path, assessment: Assessment, advice: Advice, kinds: tuple[str, ...], language_name: str, contact: str = ""
) -> list[Path]:
    """Write the sheets of one person; the paths. A file holds one sheet in one language."""
    made = []
    for kind in kinds:
        html = (
            clinician_html(assessment, advice, language_name)
            if kind == "clinician"
            else patient_html(assessment.record, language_name, contact, advice.framework or None)
        )
        path = folder / f"{file_name(assessment.record.id)}-{kind}-{language_name}.html"
        partial = path.with_name(path.name + ".partial")
        partial.write_text(html, encoding="utf-8", newline="\n")
        os.replace(partial, path)
        made.append(path)
    return made


def file_name(identity: str) -> str:
    """An id as part of a file name: the id itself where it is plain, else what is plain of it and a sum of the rest.

    Capitals and the names that Windows keeps for itself are not plain: some systems take two such names for one.
    """
    plain = _STRANGE.sub("_", identity).strip("._-")[:_LONGEST_NAME]
    if plain and plain == identity == identity.lower() and plain not in _KEPT_BY_WINDOWS:
        return plain
    return f"{plain or 'person'}-{hashlib.sha256(identity.encode()).hexdigest()[:_SUM]}"


def _sources(to: Language) -> tuple[str, ...]:
    registry = load()
    return (
        to.text("boneloop %(version)s", version=version("boneloop")),
        to.text("numbers %(digest)s", digest=registry.digest[:_DIGEST_SHOWN]),
    )


def _rendered(template: str, to: Language, **values: object) -> str:
    known = {"tag": to.tag, "policy": policy(()), "style": Markup(asset("templates", "sheets.css"))}
    text = _environment(to.name).get_template(template).render(missing=to.missing, **known, **values)
    return re.sub(r"\n\s*\n+", "\n", text)


@cache
def _environment(language_name: str) -> Environment:
    to, made = language(language_name), environment()
    made.add_extension("jinja2.ext.i18n")
    # the extension gives the environment this method while it runs: its types do not know it
    made.install_gettext_callables(to.text, to.form, newstyle=True)  # type: ignore[attr-defined]
    return made


def templates() -> Iterator[tuple[str, str]]:
    """Name and text of the templates of the sheets, for those who look for messages in them."""
    folder = resources.files("boneloop.report").joinpath("templates")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith("_sheet.html.j2"):
            yield file.name, file.read_text(encoding="utf-8")
