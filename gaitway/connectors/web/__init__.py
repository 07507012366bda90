"""KPI SQL over files and JSON on the web. The path of a query: `fetch` downloads each source that is asked for into a
folder that is gone afterwards, `records` takes the rows out of a JSON document and turns its pages, and the connector for
files does the rest under the source's name, in its locked child."""

from .parent import Web

__all__ = ["Web"]
