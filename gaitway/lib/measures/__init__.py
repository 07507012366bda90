"""A KPI declared without SQL, and the SQL that it becomes on each engine."""

from .build import build
from .dialects import DIALECTS
from .shape import KINDS, MeasureShape

__all__ = ["DIALECTS", "KINDS", "MeasureShape", "build"]
