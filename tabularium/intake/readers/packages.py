"""Packages: the ZIP archives that XLSX and ODS files are (PKWARE APPNOTE.TXT 6.3), judged before opening."""

import os
import struct
import zipfile
from typing import BinaryIO

from tabularium.intake.readers.shape import UnreadableFile

LARGEST_UNPACKED = 2 << 30
"""Bytes of the largest file that is read, unpacked. A small file that unpacks to more is no table."""
LARGEST_LISTING = 4 << 20
"""Bytes of the largest list of parts: tables have a few dozen parts, and the list is in memory at once."""

_END, _END_SIZE = b"PK\x05\x06", 22
_END_64, _IS_IN_64 = b"PK\x06\x06", 0xFFFFFFFF
_LONGEST_COMMENT = 0xFFFF
_LOCATORS = 76 + 4096


def open_package(file: BinaryIO) -> zipfile.ZipFile:
    """The archive in a file, if it is of a size that a table may have.

    Raises:
        UnreadableFile: it has too many parts, or unpacks to too much.
        zipfile.BadZipFile: it is no archive.
    """
    if _size_of_listing(file) > LARGEST_LISTING:
        raise UnreadableFile(
            "The file is packed from too many parts to be a table. Send it as CSV."
        )
    archive = zipfile.ZipFile(file)
    if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
        archive.close()
        raise UnreadableFile(
            f"Unpacked, the file has more than {LARGEST_UNPACKED >> 30} GiB. Send it as CSV."
        )
    return archive


def _size_of_listing(file: BinaryIO) -> int:
    """Bytes of the list of parts, as the end of the archive says; the module would read it at once."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _LONGEST_COMMENT - _END_SIZE - _LOCATORS, 0))
    tail = file.read()
    file.seek(0)
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + _END_SIZE:
        raise zipfile.BadZipFile("no end of the list of parts")
    (listing,) = struct.unpack_from("<L", tail, place + 12)
    place = tail.rfind(_END_64, 0, place)
    if listing == _IS_IN_64 and 0 <= place <= len(tail) - 48:
        (listing,) = struct.unpack_from("<Q", tail, place + 40)
    return int(listing)
