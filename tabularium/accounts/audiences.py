"""For whom an address is, as a mark on its view: what guards it and what a test tries are one thing."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]

_MARK = "audience"


class Sort(StrEnum):
    """Who may come to an address at all."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"
    AUTHORITY = "members of the authority that the address names"
    ORGANISATION = "accounts that answer for the organisation that the address names"


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom an address is.

    Attributes:
        sort: who may come.
        roles: of members of an authority, those with one of these; empty for the other sorts.
    """

    sort: Sort
    roles: frozenset[str] = frozenset()


def declare(view: View, audience: Audience) -> View:
    """Write down at a view for whom it is."""
    setattr(view, _MARK, audience)
    return view


def audience_of(view: Any) -> Audience | None:
    """For whom a view is; None if nobody said."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Audience) else None
