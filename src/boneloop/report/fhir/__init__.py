"""FHIR R4 out: a record, its assessment and its forecasts as resources that other systems read."""

from __future__ import annotations

from boneloop.report.fhir.document import Foretold, Told, bundle, resources_of, write

__all__ = ["Foretold", "Told", "bundle", "resources_of", "write"]
