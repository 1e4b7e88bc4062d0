"""Parts of packages in XML, read piece by piece: no more of one is in memory than its reader keeps.

Expat tells what stands there as it reads. Neither openpyxl nor the libraries for ODS do for files from
strangers: they hold parts, rows or shared texts whole, before anything of them can be judged.
"""

import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol
from xml.parsers import expat

from tabularium.intake.readers.shape import UnreadableFile

LARGEST_SMALL_PART = 16 << 20
"""Bytes of the largest part that lists sheets or styles."""

SEPARATOR = " "
"""What stands between namespace and name of an element or attribute."""
DEEPEST = 256
"""Levels of elements: a table has a dozen."""

_PIECE, _LONGEST_TOKEN = 1 << 18, 4 << 20

BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    expat.ExpatError,
    # Parts that are encrypted, packed in unknown ways, or cut off.
    RuntimeError,
    NotImplementedError,
    EOFError,
    # Parts that are absent, encodings that are unknown, numbers that are none.
    LookupError,
    ValueError,
    OverflowError,
)
"""What zipfile, expat and we ourselves raise for a package that is not as its standard has it."""


@contextmanager
def damage_named(what: str, last_row: Sequence[int]) -> Iterator[None]:
    """Turn what is raised for a damaged package into one clear line.

    Args:
        what: the form of the package, such as XLSX.
        last_row: number of the last row that was read, in its only place; 0 for none.
    """
    try:
        yield
    except UnreadableFile:
        raise
    except BROKEN:
        where = f" after row {last_row[0]}" if last_row[0] else ""
        raise UnreadableFile(
            f"The {what} file is damaged{where}, or is no {what} file. Open it, save it as {what} and send "
            "it again."
        ) from None


class Listener(Protocol):
    """What is told of each element."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def text(self, text: str) -> None:
        """A piece of text."""

    def end(self, name: str) -> None:
        """An element ends."""


def read_part(archive: zipfile.ZipFile, part: str, listener: Listener) -> Iterator[None]:
    """Tell a listener of a part's elements; control comes back after each piece.

    Raises:
        UnreadableFile: the part declares entities, or has a tag longer than any table's.
        Exception: one of BROKEN, for a damaged part.
    """
    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler = listener.start
    parser.CharacterDataHandler = listener.text
    parser.EndElementHandler = listener.end
    parser.EntityDeclHandler = _refuse_entity
    given = 0
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
            given += len(piece)
            # A token that does not end is parsed anew with every piece, and held.
            if given - max(parser.CurrentByteIndex, 0) > _LONGEST_TOKEN:
                raise UnreadableFile("The file has a tag longer than any table's. Send it as CSV.")
            yield
        parser.Parse(b"", True)
        yield


def _refuse_entity(*_: object) -> None:
    raise UnreadableFile("The file declares entities of XML, which no table needs. Send it as CSV.")


def elements_of(archive: zipfile.ZipFile, part: str) -> list[tuple[str, Mapping[str, str]]]:
    """The elements of a small part in their order, names and attributes without their namespaces.

    Raises:
        UnreadableFile: the part is too large.
        Exception: one of BROKEN, for a damaged or absent part.
    """
    if archive.getinfo(part).file_size > LARGEST_SMALL_PART:
        raise UnreadableFile(
            f"The list of sheets or styles has more than {LARGEST_SMALL_PART >> 20} MiB. Send it as CSV."
        )
    found = _Elements()
    for _ in read_part(archive, part, found):
        pass
    return found.elements


def local_name(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(SEPARATOR)[2]


class _Elements:
    def __init__(self) -> None:
        self.elements: list[tuple[str, Mapping[str, str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        plain = {local_name(key): value for key, value in attributes.items()}
        self.elements.append((local_name(name), plain))

    def text(self, text: str) -> None:
        """Texts are not asked for."""

    def end(self, name: str) -> None:
        """Ends are not asked for."""
