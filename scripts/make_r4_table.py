#!/usr/bin/env python3
"""Make the table of FHIR R4 that strict reading checks against, from the standard's own JSON Schema.

    python scripts/make_r4_table.py fhir.schema.json.gz

The table holds, for every type, its elements with their types, which are lists, which are required, and which are
alternatives of one choice. It is written to src/boneloop/exchange/fhir/r4.json. FHIR is in the public domain (CC0).
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[1] / "src/boneloop/exchange/fhir/r4.json"
NOT_R4 = {"OperationOutcome": {"status", "resource"}, "Reference": {"resource"}}
"""Elements that one publisher of the schema added."""
LAST = "VisionPrescription"
"""The last type of R4 in the schema; those behind it are the publisher's own."""
RESOURCE = "Resource"


def main(source: Path) -> None:
    """Read the schema, write the table."""
    text = source.read_bytes()
    definitions: dict[str, Any] = json.loads(gzip.decompress(text) if source.suffix == ".gz" else text)["definitions"]
    primitives = {name: told for name, told in definitions.items() if name[0].islower()}
    patterns = {name: (told.get("type"), told.get("pattern")) for name, told in primitives.items()}
    resources = [
        name for name, told in definitions.items() if "const" in told.get("properties", {}).get("resourceType", {})
    ]
    resources = resources[: resources.index(LAST) + 1]
    types: dict[str, Any] = {}
    waiting = [*resources, "Element"]
    while waiting:
        name = waiting.pop()
        if name in types or name[0].islower() or name == RESOURCE:
            continue
        types[name] = made = one_type(name, definitions[name], patterns)
        waiting += [of.partition("|")[0].rstrip("*") for of in made["elements"].values()]
    table = {
        "primitives": {name: [of.get("type", "string"), of.get("pattern", "")] for name, of in primitives.items()},
        "resources": sorted(resources),
    }
    lines = [f'"{name}": {json.dumps(types[name], separators=(",", ":"), sort_keys=True)}' for name in sorted(types)]
    head = json.dumps(table, separators=(",", ":"))[:-1]
    OUT.write_text(head + ',"types":{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")


def one_type(name: str, told: dict[str, Any], patterns: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """One type: elements ("Coding*" is a list of Codings, "code|a|b" one of these codes), required ones, choices."""
    elements: dict[str, str] = {}
    for key, value in told["properties"].items():
        if key.startswith("_") or key == "resourceType" or key in NOT_R4.get(name, ()):
            continue
        inner = value.get("items", value)
        elements[key] = kind(key, inner, patterns) + ("*" if "items" in value else "")
    required = [key for key in told.get("required", ()) if key != "resourceType"]
    made: dict[str, Any] = {"elements": elements}
    if required:
        made["required"] = sorted(required)
    if choices := choices_of(elements):
        made["choices"] = choices
    return made


def kind(key: str, inner: dict[str, Any], patterns: dict[str, tuple[str, str]]) -> str:
    """The type of an element."""
    if "enum" in inner:
        return "code|" + "|".join(inner["enum"])
    if "$ref" in inner:
        name = str(inner["$ref"]).rsplit("/", 1)[1]
        return RESOURCE if name == "ResourceList" else name
    same = [name for name, rule in patterns.items() if rule == (inner.get("type"), inner.get("pattern"))]
    named = [name for name in same or patterns if key.endswith(name[0].upper() + name[1:])]
    return max(named, key=len) if named else same[0]


def choices_of(elements: dict[str, str]) -> dict[str, list[str]]:
    """Elements of which only one may be there: value[x] is valueQuantity, valueString and so on."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, of in elements.items():
        plain = of.partition("|")[0]
        ending = plain[0].upper() + plain[1:]
        if key.endswith(ending) and len(key) > len(ending) and not of.endswith("*"):
            found[key.removesuffix(ending)].append(key)
    return {stem: keys for stem, keys in sorted(found.items()) if len(keys) > 1 and stem not in elements}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
