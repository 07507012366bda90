"""KPI SQL over files (Parquet, CSV, JSON) with DuckDB, in a locked child process.

The path of a query: `parent` starts the child and watches its time; `child` asks `check` whether the SQL only reads
the declared sources, lets `load` copy those into memory, locks DuckDB and runs the queries.
"""

from .options import SUFFIXES
from .parent import Files

__all__ = ["SUFFIXES", "Files"]
