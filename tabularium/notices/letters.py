"""A notice as a letter: PDF, the same to the byte each time it is made."""

import json
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
    recipient = f"{content.organisation}\n{address}"
    pages = [_page(content, say(content, each, by_letter=True)) for each in content.languages]
    told = {
        "key": content.key,
        "recipient": recipient,
        "recipient_size": "small" if _lines(recipient) > _LINES_OF_THE_WINDOW else "usual",
        "code": content.code,
        "pages": pages,
    }
    made = typst.compile(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"letter": json.dumps(told, ensure_ascii=False)},
        # PDF/UA: a reader that reads aloud knows what is a heading, and in which language.
        pdf_standards="ua-1",
        timestamp=0,
    )
    if not isinstance(made, bytes):
        raise TypeError("A letter is one file.")
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
