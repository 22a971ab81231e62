"""Data in: FHIR R4, CSV, Parquet and NHANES read into records, with a refusal for everything that cannot be used."""

from __future__ import annotations

from pathlib import Path

from boneloop.exchange.reading import read
from boneloop.exchange.refusal import Refusal

__all__ = ["Refusal", "demo_clinic_path", "demo_path", "read"]


def demo_path() -> Path:
    """The bundled demonstration patients: invented people as FHIR R4 Bundles, one a line."""
    return Path(__file__).parent / "demo" / "patients.ndjson"


def demo_clinic_path() -> Path:
    """A made-up fracture clinic: invented people as rows of a CSV table, two things in it to be refused."""
    return Path(__file__).parent / "demo" / "clinic.csv"
