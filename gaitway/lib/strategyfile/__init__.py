"""The strategy file: the whole strategy as one readable YAML text, read with the place of every error."""

from .faults import Fault, StrategyFileError
from .reader import Document, read
from .shape import StrategyFile, json_schema
from .writer import write

__all__ = ["Document", "Fault", "StrategyFile", "StrategyFileError", "json_schema", "read", "write"]
