"""What an authority's program says beside the rows that it sends."""

import re
from dataclasses import dataclass
from typing import Self

from ninja import Field, Schema
from pydantic import field_validator

from tabularium.api.parameters import CODE, MOST, NO_CONTROL_CHARACTERS, RULES

# RFC 8941, section 3.3.3: a string of printable ASCII in quotes. Many programs leave the quotes out.
_QUOTED_KEY = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\]){1,255})"')
_BARE_KEY = re.compile(r"[-\w.:~]{1,255}", re.ASCII)

NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
"""The number of a submission, whole."""


def read_key(text: str) -> str:
    """The key that the header holds, with or without quotes.

    Raises:
        ValueError: it holds none, or one that is too long.
    """
    text = text.strip(" \t")
    if _BARE_KEY.fullmatch(text):
        return text
    if match := _QUOTED_KEY.fullmatch(text):
        return re.sub(r"\\(.)", r"\1", match[1])
    raise ValueError("no key")


class SubmittingHeaders(Schema):
    """Which call it is."""

    key: str = Field(alias="Idempotency-Key", max_length=600, description=RULES["Idempotency-Key"])

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, value: str) -> str:
        return read_key(value)


class SubmittingParameters(Schema):
    """Which item, and how its file is to be read."""

    item: str = Field(
        "", max_length=80, pattern=rf"^(?:{CODE.pattern})?$", description=RULES["item"]
    )
    file_name: str = Field(
        "", max_length=255, pattern=NO_CONTROL_CHARACTERS, description=RULES["file_name"]
    )
    encoding: str = Field(
        "", max_length=40, pattern=r"^[-A-Za-z0-9_.:+]*$", description=RULES["encoding"]
    )
    delimiter: str = Field(
        "", max_length=1, pattern=r"^[^\r\n\x00]?$", description=RULES["delimiter"]
    )
    sheet: str = Field(
        "", max_length=100, pattern=NO_CONTROL_CHARACTERS, description=RULES["sheet"]
    )
    all_or_nothing: bool = Field(False, description=RULES["all_or_nothing"])
    dry_run: bool = Field(False, description=RULES["dry_run"])


@dataclass(frozen=True, slots=True)
class FindingPlace:
    """A place in the findings of a submission: behind the finding of this row and number."""

    row: int
    number: int

    def __str__(self) -> str:
        return f"{self.row}_{self.number}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The place that `text` names.

        Raises:
            ValueError: it names none.
        """
        row, _, number = text.partition("_")
        if not NUMBER.fullmatch(row) or not NUMBER.fullmatch(number):
            raise ValueError("not a place in a list of findings")
        return cls(int(row), int(number))


class FindingParameters(Schema):
    """Which of a submission's findings to give."""

    after: str = Field("", max_length=40, description=RULES["after"])
    limit: int = Field(MOST, ge=1, le=MOST, description=RULES["limit"])

    @field_validator("after")
    @classmethod
    def _is_a_place(cls, value: str) -> str:
        if value:
            FindingPlace.read(value)
        return value

    @property
    def place(self) -> FindingPlace | None:
        """Where to go on; None at the beginning."""
        return FindingPlace.read(self.after) if self.after else None
