"""Pages that open offline: everything inside one file, nothing asked of the network, every script known by its sum.

The content security policy of a page allows the scripts written into it by their SHA-256 and nothing else: no request
leaves the page, and text from a patient file can never run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import PurePath
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from boneloop.report.signs import readable


def environment() -> Environment:
    """The templates of the reports: text is escaped, and a missing name is an error."""
    made = Environment(
        loader=PackageLoader("boneloop.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["readable"] = readable
    return made


def asset(*parts: str) -> str:
    """A file of the report room as text."""
    return resources.files("boneloop.report").joinpath(*parts).read_text(encoding="utf-8")


def policy(scripts: Sequence[str]) -> str:
    """The content security policy of a page that holds these scripts."""
    sums = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{value}'" for value in sums)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def embedded(data: Mapping[str, Any]) -> Markup:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def rejected(item: Mapping[str, Any]) -> dict[str, str]:
    """A refusal for a reader: the file by its name alone, so that a shared report does not tell where it lay."""
    said = {name: str(item.get(name, "")) for name in ("place", "patient", "rule", "value")}
    file = PurePath(str(item.get("file", ""))).name
    return {**said, "place": ", ".join(filter(None, (file, said["place"])))}


def flat(provenance: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """Nested provenance as rows of name and text."""
    rows: list[tuple[str, str]] = []
    for key, value in provenance.items():
        name = f"{above} › {key}" if above else str(key)
        if isinstance(value, Mapping):
            rows += flat(value, name)
        elif isinstance(value, (list, tuple)) and any(isinstance(item, Mapping) for item in value):
            for index, item in enumerate(value, 1):
                rows += flat(item, f"{name} {index}") if isinstance(item, Mapping) else [(f"{name} {index}", str(item))]
        else:
            text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
            rows.append((name.replace("_", " "), text))
    return rows
