"""The body of a request becomes a file for as long as the request lasts, and never longer.

It is read in pieces, so that its length does not matter for memory, and hashed on the way. What is cut off,
too long or too slow is removed with its folder, and nothing of it was looked at.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import MappingProxyType

from django.conf import settings
from django.http import HttpRequest

from tabularium.api.problem_types import (
    BODY_TOO_LONG,
    CUT_OFF_BODY,
    LENGTH_MISSING,
    SLOW_BODY,
    UNKNOWN_MEDIA_TYPE,
)
from tabularium.api.problems import ProblemError
from tabularium.intake.file_names import bare_name, shortened
from tabularium.intake.readers import FileFormat

PIECE = 1 << 16
"""Bytes that are read at once."""

LONGEST_WAIT = 300
"""Seconds in which a body has to be there."""

LONGEST_NAME = 200
"""Bytes of a file's name in UTF-8 that are kept; file systems take 255 with the ending."""

JSON = "application/json"

MEDIA_TYPES: Mapping[str, FileFormat] = MappingProxyType(
    {
        "text/csv": FileFormat.CSV,
        JSON: FileFormat.JSON,
        # Neither is registered with IANA; the first is what most programs send.
        "application/x-ndjson": FileFormat.JSON_LINES,
        "application/jsonl": FileFormat.JSON_LINES,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": FileFormat.XLSX,
        "application/vnd.oasis.opendocument.spreadsheet": FileFormat.ODS,
        "application/vnd.apache.parquet": FileFormat.PARQUET,
    }
)
"""What a body may be, and the form of file that it then is."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body that has arrived whole.

    Attributes:
        path: the file; it is gone when the request is answered.
        sha256: of its bytes, in hexadecimal.
        media_type: as announced, without parameters, in lower case.
        charset: as announced; "" if it is not.
    """

    path: Path
    sha256: str
    media_type: str
    charset: str

    @property
    def format(self) -> FileFormat:
        """The form of file that it is."""
        return MEDIA_TYPES[self.media_type]


@contextmanager
def received(request: HttpRequest, file_name: str) -> Iterator[Body]:
    """The body of a request as a file, inside the block.

    Args:
        request: nothing of its body has been read.
        file_name: what the sender calls the file; its ending is made that of the media type.

    Raises:
        ProblemError: its type or packing is not read, its length is missing, too long or not reached, or
            it came too slowly.
    """
    media_type = (request.content_type or "").lower()
    packing = request.headers.get("Content-Encoding", "identity").strip().lower()
    if media_type not in MEDIA_TYPES or packing != "identity":
        raise ProblemError(UNKNOWN_MEDIA_TYPE)
    length = _announced_length(request)
    with tempfile.TemporaryDirectory(prefix="tabularium-") as folder:
        path = Path(folder) / safe_name(file_name, MEDIA_TYPES[media_type])
        sha256 = _write(request, path, length)
        charset = (request.content_params or {}).get("charset", "")
        yield Body(path, sha256, media_type, charset)


def safe_name(given: str, form: FileFormat) -> str:
    """A file's name without any path, control character or leading dot, and with the form's own ending."""
    stem = bare_name(given).removesuffix(f".{form}") or "submission"
    return f"{shortened(stem, LONGEST_NAME)}.{form}"


def _announced_length(request: HttpRequest) -> int:
    announced = request.META.get("CONTENT_LENGTH") or ""
    if (
        not (announced.isascii() and announced.isdigit())
        or "HTTP_TRANSFER_ENCODING" in request.META
    ):
        raise ProblemError(LENGTH_MISSING)
    # More digits than any length has are not worth counting.
    length = int(announced) if len(announced) < len(str(2**63)) else settings.LARGEST_SUBMISSION + 1
    if length > settings.LARGEST_SUBMISSION:
        raise ProblemError(BODY_TOO_LONG)
    return length


def _write(request: HttpRequest, path: Path, length: int) -> str:
    digest = hashlib.sha256()
    late = monotonic() + LONGEST_WAIT
    missing = length
    with path.open("wb") as file:
        while missing:
            piece = _read(request, min(PIECE, missing))
            if not piece:
                raise ProblemError(CUT_OFF_BODY)
            if monotonic() > late:
                raise ProblemError(SLOW_BODY)
            missing -= len(piece)
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _read(request: HttpRequest, most: int) -> bytes:
    try:
        return request.read(most)
    except OSError:
        # The connection broke; Django says so with an error of its own, which is one of these.
        raise ProblemError(CUT_OFF_BODY) from None
