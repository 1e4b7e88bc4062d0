"""Reads the text of one document from standard input, in a process of its own that has little to spend.

A document comes from anybody, and one can be made so that reading it takes hours or all memory. So it is
read here, where nothing else is: the process limits its own memory and time before it looks at a byte, and
writes at most so much text. Started as a program by `attached.texts`; it knows no register.
"""

import html
import re
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO

from tabularium.intake.confining import Limits, confine

MEMORY = 400 * 2**20
"""Bytes of address space."""
SECONDS = 5
"""Of the processor's time."""
MOST_TEXT = 2_000_000
"""Characters that are given back; more is not looked at."""

_PARTS = {"docx": "word/document.xml", "odt": "content.xml"}
_MOST_XML = 64 * 2**20
# What ends a line; all other tags stand inside words, for programs cut a word wherever its looks change.
_LINE_ENDS = re.compile(
    r"</(?:w:p|text:p|text:h)>|<(?:w:br|w:tab|text:line-break|text:tab)\b[^<>]*>"
)
_TAG = re.compile(r"<[^<>]*>")


def text_of(sort: str, content: bytes) -> Iterator[str]:
    """The text of a document, piece by piece.

    Args:
        sort: "pdf", "docx" or "odt".
        content: the document.

    Raises:
        ValueError: of another sort.
    """
    if sort == "pdf":
        # Here and not above: the limits come first, and the others need none of it.
        from pypdf import PdfReader  # noqa: PLC0415

        for page in PdfReader(BytesIO(content)).pages:
            yield page.extract_text() + "\n"
    elif sort in _PARTS:
        with zipfile.ZipFile(BytesIO(content)) as package, package.open(_PARTS[sort]) as part:
            written = part.read(_MOST_XML).decode("utf-8", "replace")
        yield html.unescape(_TAG.sub("", _LINE_ENDS.sub("\n", written)))
    else:
        raise ValueError(sort)


def main() -> None:
    """Read standard input and write its text; anything that goes wrong ends the process."""
    confine(Limits(MEMORY, SECONDS))
    left = MOST_TEXT
    for piece in text_of(sys.argv[1], sys.stdin.buffer.read()):
        sys.stdout.buffer.write(piece[:left].encode("utf-8", "replace"))
        left -= len(piece)
        if left <= 0:
            break


if __name__ == "__main__":
    main()
