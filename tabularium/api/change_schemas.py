"""What the feed of changes answers with."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema
from pydantic import create_model

from tabularium.opendata.fields import ALWAYS, DESCRIPTIONS
from tabularium.register.open_records import type_of
from tabularium.register.public_changes import Change

_TYPES: dict[str, Any] = {"string": str, "integer": int, "date": date, "datetime": datetime}


def _member(name: str, description: str) -> tuple[Any, Any]:
    kind = _TYPES[type_of(name)]
    return (kind if name in ALWAYS else kind | None, Field(description=description))


_make: Any = create_model
Record = _make(
    "Record",
    __base__=Schema,
    __doc__="An entry as the open data files have it: what this one decision says, flat.",
    **{name: _member(name, description) for name, description in DESCRIPTIONS.items()},
)


class EntryChange(Schema):
    """What to do with the copy of one entry."""

    id: str = Field(description="Identity of the entry.")
    change: Change = Field(
        description=(
            "`published`: take it in. `changed`: take it anew. `removed`: delete your copy, at once. "
            "It is said as the entry stands now."
        )
    )
    record: Record | None = Field(  # type: ignore[valid-type] # made above
        description=(
            "The entry as it stands now, if `records` asked for it; null of one that is removed, of which "
            "nothing is said but its identity."
        )
    )


class ChangesAnswer(Schema):
    """A part of the feed of changes. Each entry stands in the feed once, at its last change."""

    changes: list[EntryChange]
    more: bool = Field(
        description="Whether there is more at once: ask `next` again without a pause."
    )
    cursor: str = Field(description="Where to go on. Keep it with the copy: it does not grow old.")
    next: str = Field(description="Address at which to go on, now or later.")
