"""Workbooks, made by hand: as spreadsheets write them, and as they never would."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

from gaitway.connectors.files.grid import letters

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # spreadsheets know no zone
STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def cell(place: str, value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{value}</v></c>'
        case datetime():
            return f'<c r="{place}" s="2"><v>{(value - _EPOCH).total_seconds() / 86400}</v></c>'
        case date():
            return f'<c r="{place}" s="1"><v>{(value - _EPOCH.date()).days}</v></c>'
        case str() if value.startswith("#"):
            return f'<c r="{place}" t="e"><v>{escape(value)}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def sheet(rows: Iterable[Iterable[object]], top: int = 1, left: int = 0) -> str:
    body = "".join(
        f'<row r="{row}">{"".join(cell(f"{letters(column)}{row}", value) for column, value in enumerate(cells, left))}</row>'
        for row, cells in enumerate(rows, top)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'


def parts(sheets: Mapping[str, str]) -> dict[str, str]:
    """The files inside an XLSX, by name."""
    office = f"{_PACKAGE}/relationships"
    numbered = list(enumerate(sheets.items(), 1))
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in numbered)
    related = "".join(
        f'<Relationship Id="r{n}" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in numbered
    )
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="{kinds}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{office}"><Relationship Id="r1" Type="{_DOCUMENT}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{office}">{related}<Relationship Id="s" '
        f'Type="{_DOCUMENT}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{n}.xml": text for n, (_, text) in numbered},
    }


def packed(files: Mapping[str, str | bytes]) -> bytes:
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)  # of no moment
    return room.getvalue()


def workbook(rows: Iterable[Iterable[object]], top: int = 1, left: int = 0, name: str = "Sheet1") -> bytes:
    return packed(parts({name: sheet(rows, top, left)}))


def save(path: Path, rows: Iterable[Iterable[object]], top: int = 1, left: int = 0) -> Path:
    path.write_bytes(workbook(rows, top, left))
    return path


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def ods(rows: Iterable[Iterable[object]], name: str = "Sheet1") -> bytes:
    """The same as an OpenDocument spreadsheet."""

    def one(value: object) -> str:
        match value:
            case None:
                return "<table:table-cell/>"
            case bool():
                kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
            case int() | float():
                kind = f'office:value-type="float" office:value="{value}"'
            case date():
                kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
            case _:
                kind = 'office:value-type="string"'
        return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"

    body = "".join(f"<table:table-row>{''.join(map(one, cells))}</table:table-row>" for cells in rows)
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    spaces = " ".join(f'xmlns:{each}="{_ODF}:{each}:1.0"' for each in ("office", "table", "text"))
    return packed({
        "mimetype": kind,
        "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="{escape(name)}">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
    })  # fmt: skip
