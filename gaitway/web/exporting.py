"""Rows as a file: csv, or jsonl (a JSON object a line)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.http import StreamingHttpResponse

from gaitway.lib import csvfile

Row = Mapping[str, object]
KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


def attachment(name: str, form: str, columns: Sequence[str], rows: Iterable[Row]) -> StreamingHttpResponse:
    """`form`: one of KINDS."""
    text = csvfile.lines(columns, map(_flat, rows)) if form == "csv" else _lines(rows)
    said = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return StreamingHttpResponse(text, content_type=KINDS[form], headers=said)


def _flat(row: Row) -> list[object]:
    return [json.dumps(cell, sort_keys=True) if isinstance(cell, dict) else cell for cell in row.values()]


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
