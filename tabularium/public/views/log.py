"""The files of the transparency log, as C2SP's tlog-tiles says, and the page that explains it.

A static web server may give the files out instead (`deploy/nginx-log.conf`, `deploy/Caddyfile-log`). The
answers are the same but for one thing: here nothing is given out that lies beyond the published checkpoint,
even in the moment between a tile's being written and its checkpoint's.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from tabularium.log.told import log_folder, verifier_keys
from tabularium_verify.checkpoints import Checkpoint, read_checkpoint
from tabularium_verify.errors import VerificationError
from tabularium_verify.tiles import HEIGHT, WIDTH, Tile

_CHECKPOINT_KEPT = "public, max-age=5"
# What was given out once never changes.
_TILE_KEPT = "public, max-age=31536000, immutable"

_PARTS = re.compile(
    r"(?P<level>[0-9]{1,2}|entries)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)


@dataclass(frozen=True, slots=True)
class File:
    """A file of hashes, or of entries.

    Attributes:
        tile: of the hashes, or of the hashes of the entries.
        path: where it lies below the log's address.
    """

    tile: Tile
    path: str


class FileConverter:
    """What stands after `tile/`; whatever cannot be there is not looked for in any folder."""

    regex = (
        _PARTS.pattern.replace("?P<level>", "?:")
        .replace("?P<number>", "?:")
        .replace("?P<width>", "?:")
    )

    def to_python(self, value: str) -> File:
        """The file.

        Raises:
            ValueError: no file is called so.
        """
        found = _PARTS.fullmatch(value)
        if found is None:
            raise ValueError
        number = int(found["number"].replace("x", "").replace("/", ""))
        width = int(found["width"]) if found["width"] else WIDTH
        entries = found["level"] == "entries"
        tile = Tile(0 if entries else int(found["level"]), number, width)
        path = tile.bundle_path if entries else tile.path
        # One name alone leads to a file: no leading zeros, and no full tile as a partial one.
        if path != f"tile/{value}":
            raise ValueError
        return File(tile, path)

    def to_url(self, value: File) -> str:
        """What stands after `tile/`."""
        return value.path.removeprefix("tile/")


@require_safe
def checkpoint_file(request: HttpRequest) -> HttpResponseBase:
    """The checkpoint that is published now."""
    data = log_folder().published()
    if data is None:
        return _nothing()
    return _given(request, data, "text/plain; charset=utf-8", _CHECKPOINT_KEPT)


@require_safe
def tile_file(request: HttpRequest, file: File) -> HttpResponseBase:
    """A tile of hashes or a bundle of entries."""
    log, tile = log_folder(), file.tile
    published = _read(log.published())
    if (
        published is None
        or (tile.number * WIDTH + tile.width) << (HEIGHT * tile.level) > published.size
    ):
        return _nothing()
    try:
        data = (log.public / file.path).read_bytes()
    except FileNotFoundError:
        return _nothing()
    return _given(request, data, "application/octet-stream", _TILE_KEPT)


@require_safe
def log_page(request: HttpRequest) -> HttpResponse:
    """What the log is, how it stands, with which keys it is checked, and how."""
    checkpoint = log_folder().published()
    found = _read(checkpoint)
    context = {
        "checkpoint": checkpoint.decode() if checkpoint and found else "",
        "size": found.size if found else 0,
        "name": found.origin if found else settings.LOG_NAME,
        "keys": verifier_keys(),
        "address": settings.ADDRESS,
    }
    return render(request, "public/log.html", context)


def _read(checkpoint: bytes | None) -> Checkpoint | None:
    try:
        return read_checkpoint(checkpoint) if checkpoint is not None else None
    except VerificationError:
        return None


def _given(request: HttpRequest, data: bytes, kind: str, kept: str) -> HttpResponseBase:
    etag = quote_etag(sha256(data).hexdigest()[:32])
    answer = HttpResponse(data, content_type=kind, headers={"Cache-Control": kept, "ETag": etag})
    found = get_conditional_response(request, etag=etag, response=answer) or answer
    return _for_anyone(found)


def _nothing() -> HttpResponseBase:
    """There may be something the next moment, so nobody keeps this."""
    answer = HttpResponse(
        "The log has no such file now.\n",
        status=404,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
    return _for_anyone(answer)


def _for_anyone(answer: HttpResponseBase) -> HttpResponseBase:
    """Pages of any site may read it: whoever checks the log need not do so from this one."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
