"""The units of the mineral engine, as printed in its source: hours, millimoles, picomoles."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from boneloop import units
from boneloop.types import Scalar, Unit

HOURS_PER_DAY = units.factor("1/hour", "1/day")

PerHour: TypeAlias = Annotated[Scalar, Unit("1/hour")]
PicomolesPerHourSquared: TypeAlias = Annotated[Scalar, Unit("pmol/hour2")]
PerUnitHour: TypeAlias = Annotated[Scalar, Unit("1/(unit hour)")]
Hours: TypeAlias = Annotated[Scalar, Unit("hour")]
Liters: TypeAlias = Annotated[Scalar, Unit("L")]
LitersPerHour: TypeAlias = Annotated[Scalar, Unit("L/hour")]
Millimoles: TypeAlias = Annotated[Scalar, Unit("mmol")]
MillimolesPerHour: TypeAlias = Annotated[Scalar, Unit("mmol/hour")]
MillimolesPerDay: TypeAlias = Annotated[Scalar, Unit("mmol/day")]
Millimolar: TypeAlias = Annotated[Scalar, Unit("mM")]
Picomoles: TypeAlias = Annotated[Scalar, Unit("pmol")]
PicomolesPerHour: TypeAlias = Annotated[Scalar, Unit("pmol/hour")]
Picomolar: TypeAlias = Annotated[Scalar, Unit("pM")]
PerPicomolar: TypeAlias = Annotated[Scalar, Unit("1/pM")]
ModelUnits: TypeAlias = Annotated[Scalar, Unit("unit of the model")]
Milliliters: TypeAlias = Annotated[Scalar, Unit("mL")]
MillilitersPerHour: TypeAlias = Annotated[Scalar, Unit("mL/hour")]
MillilitersPerMinute: TypeAlias = Annotated[Scalar, Unit("mL/min")]
NanogramsPerHour: TypeAlias = Annotated[Scalar, Unit("ng/hour")]
NanogramsPerMilliliter: TypeAlias = Annotated[Scalar, Unit("ng/mL")]
GramsPerMole: TypeAlias = Annotated[Scalar, Unit("g/mol")]
