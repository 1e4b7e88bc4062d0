"""A notice as a letter: PDF, the same to the byte each time it is made."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import manimgx_fonts_cjk
import typst

from tabularium.notices.contents import Content
from tabularium.notices.saying import Said, say

_TEMPLATE = Path(__file__).with_name("letter.typ")
_LINES_OF_THE_WINDOW = 7
_WIDTH_OF_THE_WINDOW = 46
"""Lines, and Latin characters in one, that the window shows in the usual size."""
_WIDE = "\u2e80"
"""From here on a character is as wide as two."""


def letter(content: Content, address: str) -> bytes:
    """The letter as PDF.

    Args:
        content: what it says.
        address: lines of the address, without the organisation's name.
    """
    return _compiled("", [_letter(content, address)])


def letters(title: str, every: Sequence[tuple[Content, str]]) -> bytes:
    """Several letters as one PDF, each beginning on a sheet of its own when printed on both sides.

    Args:
        title: of the whole.
        every: what each says, and the lines of its address.
    """
    return _compiled(title, [_letter(content, address) for content, address in every])


def _letter(content: Content, address: str) -> dict[str, object]:
    recipient = f"{content.organisation}\n{address}"
    return {
        "key": content.key,
        "recipient": recipient,
        "recipient_size": "small" if _lines(recipient) > _LINES_OF_THE_WINDOW else "usual",
        "code": content.code,
        "pages": [_page(content, say(content, each, by_letter=True)) for each in content.languages],
    }


def _compiled(title: str, every: Sequence[dict[str, object]]) -> bytes:
    told = json.dumps({"title": title, "letters": every}, ensure_ascii=False)
    made = typst.compile(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"told": told},
        # PDF/UA: a reader that reads aloud knows what is a heading, and in which language.
        pdf_standards="ua-1",
        timestamp=0,
    )
    if not isinstance(made, bytes):
        raise TypeError("Letters are one file.")
    return made


def _page(content: Content, said: Said) -> dict[str, object]:
    website = content.authority.website
    return {
        "language": "zh" if said.language.startswith("zh") else "en",
        "title": said.title,
        "sender": said.sender,
        "sender_lines": "\n".join(filter(None, (said.sender, website))),
        "parts": [{"heading": heading, "text": text} for heading, text in said.parts],
        "address": said.address,
        "address_label": said.address_label,
        "code_label": said.code_label,
        "facts_heading": said.facts_heading,
        "facts": [{"name": name, "value": value} for name, value in said.facts],
    }


def _lines(text: str) -> int:
    return sum(
        1 + sum(2 if each >= _WIDE else 1 for each in line) // _WIDTH_OF_THE_WINDOW
        for line in text.split("\n")
    )


@cache
def _fonts() -> typst.Fonts:
    """The one font, read once for all letters of a process; none of the machine's."""
    folder = str(Path(manimgx_fonts_cjk.__file__).parent)
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
