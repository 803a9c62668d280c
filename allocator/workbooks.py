"""What every workbook has in common: the same content gives the same bytes, every time and on every system."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import xlsxwriter

#: A creation date of its own would change the bytes.
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
#: The system that every part names as its maker; by itself it would be the one that it is written on.
UNIX = 3


def finished(book: xlsxwriter.Workbook, buffer: BytesIO) -> bytes:
    """Close a workbook that is written to `buffer`, and return its bytes."""
    book.close()
    with ZipFile(buffer, "a") as archive:
        for part in archive.infolist():
            part.create_system = UNIX
        archive.comment = b""  # it has none; setting it is what writes the list of parts anew
    return buffer.getvalue()
