"""A page as constant pieces with places for values between them.

It is cast from a page as its template renders it, with marks in place of the values. So there is one
template, and what it says every time is worked out once.
"""

import re
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

Shown = Callable[[Any], str]
"""How a value stands on the page: escaped, in the reader's language."""

Places = Mapping[str, tuple[str, Shown]]
"""By the text that a mark leaves on a page, which value stands there and how."""


class Mould:
    """A page that is filled with values.

    Args:
        page: what was rendered with marks.
        places: what the marks left there.
    """

    def __init__(self, page: str, places: Places) -> None:
        # Of two that begin at one place the longer: a mark may be shown within another's text.
        longest_first = sorted(places, key=len, reverse=True)
        pieces = re.split(f"({'|'.join(map(re.escape, longest_first))})", page)
        constant, marks = pieces[::2], pieces[1::2]
        different = {each: len(constant) + place for place, each in enumerate(dict.fromkeys(marks))}
        order = [0]
        for place, mark in enumerate(marks, start=1):
            order += [different[mark], place]
        self._constant = constant
        self._values = [places[each] for each in different]
        self._in_order = itemgetter(*order)

    def filled(self, values: Mapping[str, Any]) -> str:
        """The page with these values."""
        shown = [show(values[name]) for name, show in self._values]
        return "".join(self._in_order([*self._constant, *shown]))
