"""Names of attached files, made harmless: none leads elsewhere, hides its ending or upsets a header."""

import unicodedata
from pathlib import PurePosixPath

from tabularium.intake.attached.types import ENDINGS

LONGEST = 80
"""In characters, the ending apart."""

_ALSO_KNOWN_AS = {".jpg": {".jpeg", ".jpe", ".jfif"}, ".txt": {".text", ".md", ".csv", ".log"}}
_NOT_IN_NAMES = frozenset('<>:"/\\|?*')
# Controls, and what turns the direction of writing, so that exe.pdf shows as fdp.exe or the reverse.
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def harmless_name(given: str, media_type: str) -> str:
    """The last part of a name without what could do harm, with the ending of the file's own type."""
    last = given.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        " " if unicodedata.category(each) == "Zs" else each
        for each in unicodedata.normalize("NFC", last)
        if each not in _NOT_IN_NAMES and unicodedata.category(each) not in _NOT_SHOWN
    )
    ending = ENDINGS[media_type]
    own = PurePosixPath(kept).suffix.lower()
    if own == ending or own in _ALSO_KNOWN_AS.get(ending, set()):
        kept = kept[: -len(own)]
    stem = " ".join(kept.split()).strip(". ")[:LONGEST].strip(". ")
    return f"{stem or 'document'}{ending}"
