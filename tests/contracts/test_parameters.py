"""Every parameter of the disease and of its treatments is an entry of the registry, in a unit that converts."""

from __future__ import annotations

import inspect
import math
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from boneloop.errors import EvidenceError
from boneloop.evidence.registry import BELIEFS, load
from boneloop.types import Unit

PACKAGE = Path(__file__).parents[2] / "src/boneloop"


def parameter_classes() -> list[type[Any]]:
    """The named tuples of cycle and therapy whose every field declares a unit and has no default."""
    found = []
    for room in ("cycle", "therapy"):
        for file in sorted((PACKAGE / room).rglob("*.py")):
            name = ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
            module = import_module(name.removesuffix(".__init__"))
            for kind in vars(module).values():
                if inspect.isclass(kind) and kind.__module__ == module.__name__ and hasattr(kind, "_fields"):
                    hints = get_type_hints(kind, include_extras=True).values()
                    united = [any(isinstance(note, Unit) for note in getattr(h, "__metadata__", ())) for h in hints]
                    if united and all(united):
                        found.append(kind)
    return found


CLASSES = parameter_classes()


def tables(kind: type[Any]) -> list[str]:
    """Where the parameters of a class may stand: the table of its file, or of its own name."""
    return [kind.__module__.rpartition(".")[2], kind.__name__.lower()]


def test_there_are_parameters_to_look_at() -> None:
    assert len(CLASSES) > 20


@pytest.mark.parametrize("belief", BELIEFS)
@pytest.mark.parametrize(
    "kind", CLASSES, ids=lambda kind: f"{kind.__module__.removeprefix('boneloop.')}.{kind.__name__}"
)
def test_every_parameter_is_in_the_registry(kind: type[Any], belief: str) -> None:
    troubles = []
    for table in tables(kind):
        try:
            values = load(belief).parameters(kind, table)
        except EvidenceError as trouble:
            troubles.append(str(trouble))
        else:
            assert all(math.isfinite(value) for value in values)
            return
    pytest.fail("; ".join(troubles))
