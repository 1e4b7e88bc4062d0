"""An extract as PDF: laid out by typst, with the data attached."""

import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

import manimgx_fonts_cjk
import typst
from django.utils.translation import override

from tabularium.extract.certificates import Certificate
from tabularium.extract.contents import ATTACHED, contents
from tabularium.extract.gathering import Extract

_TEMPLATE = Path(__file__).with_name("extract.typ")
_STANDARDS: Final[list[Literal["a-3a", "ua-1"]]] = ["a-3a", "ua-1"]
"""PDF/A-3 allows attachments; both ask for tags, by which the document can be read aloud."""
_ONE_AT_A_TIME = Lock()


def as_pdf(extract: Extract, data: bytes, certificate: Certificate, language: str) -> bytes:
    """The extract for people, not signed yet; the same to the byte each time it is made of the same.

    Args:
        extract: what it says.
        data: the same as JSON, which is attached.
        certificate: that it will be signed with.
        language: one of the site's.
    """
    with override(language):
        told = contents(extract, certificate)
    return compiled({**told, "attached": {"name": ATTACHED, "data": data.decode()}})


def compiled(told: dict[str, Any]) -> bytes:
    """The PDF that the template makes of what it is told."""
    with _ONE_AT_A_TIME:
        made = _compiler().compile(
            format="pdf",
            sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
            pdf_standards=[*_STANDARDS],
        )
    if not isinstance(made, bytes):
        raise TypeError("An extract is one file.")
    return made


@cache
def _compiler() -> typst.Compiler:
    """One for the process: it has read the font, and no font of the machine takes its place."""
    folder = str(Path(manimgx_fonts_cjk.__file__).parent)
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
    return typst.Compiler(
        str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=fonts, ignore_system_fonts=True
    )
