"""Zip archives with member names as raw bytes and no clock in them; and the smallest honest workbook."""

import struct
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

_DOS_TIME, _DOS_DATE = 0, (46 << 9) | (1 << 5) | 1
"""Midnight of 2026-01-01, so that the same rows give the same bytes."""


def pack(members: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Write a zip (PKWARE APPNOTE 4.3): names stay the given bytes without the UTF-8 flag, as Alipay writes them."""
    body, directory = bytearray(), bytearray()
    for name, content in members:
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
        shape = (zlib.crc32(content), len(packed), len(content), len(name))
        offset = len(body)
        body += struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, _DOS_TIME, _DOS_DATE, *shape, 0) + name + packed
        entry = struct.pack("<4s6H3L", b"PK\x01\x02", 20, 20, 0, 8, _DOS_TIME, _DOS_DATE, *shape[:3])
        directory += entry + struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, offset) + name
    count = len(members)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows of text as an xlsx with one sheet (ECMA-376, inline strings)."""
    cells = "".join(
        f'<row r="{place}">'
        + "".join(
            f'<c r="{_column(index)}{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
            for index, text in enumerate(row)
            if text
        )
        + "</row>"
        for place, row in enumerate(rows, start=1)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheet_type}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_type}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    return pack([(name.encode(), (head + text).encode()) for name, text in parts.items()])


def _column(index: int) -> str:
    return chr(65 + index) if index < 26 else chr(64 + index // 26) + chr(65 + index % 26)
