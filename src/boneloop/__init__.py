"""boneloop: the open digital twin of the circle of osteoporosis, pain and mood, and of its integrated treatment."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boneloop.assess.person import assess as assess_record
    from boneloop.compare.run import forecast
    from boneloop.exchange import Refusal, demo_path, read
    from boneloop.patient.record import Record
    from boneloop.therapy.care_plan import load_plans

__all__ = ["Record", "Refusal", "assess_record", "demo_path", "forecast", "load_plans", "read"]

_HOMES = {
    "Record": ("boneloop.patient.record", "Record"),
    "Refusal": ("boneloop.exchange", "Refusal"),
    "assess_record": ("boneloop.assess.person", "assess"),
    "demo_path": ("boneloop.exchange", "demo_path"),
    "forecast": ("boneloop.compare.run", "forecast"),
    "load_plans": ("boneloop.therapy.care_plan", "load_plans"),
    "read": ("boneloop.exchange", "read"),
}


def __getattr__(name: str) -> Any:
    """A public name, loaded when it is first asked for: importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'boneloop' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return __all__
