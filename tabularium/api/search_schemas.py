"""What a search takes and answers with: organisations, and why each was found."""

from datetime import date

from ninja import Field, Schema
from pydantic import field_validator

from tabularium.api.parameters import MOST, NO_CONTROL_CHARACTERS, RULES, USUAL, one_of
from tabularium.api.schemas import Next, Organisation
from tabularium.core.kinds import Field as EconomicField
from tabularium.core.kinds import Kind
from tabularium.register.search_hits import Why
from tabularium.register.selectors import Narrowing, place_in_search

_PLACE_IN_SEARCH = r"^[A-Za-z0-9_-]*$"
_MOST_OF_A_PLACE = 4_000
"""A place in a search holds a name, of which each character takes up to six."""
_DAY = r"^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?$"
_COUNTRY = "^([a-z]{2})?$"
_CODE_OR_NONE = "^[-a-zA-Z0-9_]{0,80}$"


class SearchParameters(Schema):
    """What `search` takes."""

    q: str = Field(
        min_length=1, max_length=200, pattern=NO_CONTROL_CHARACTERS, description=RULES["q"]
    )
    kind: str = Field("", pattern=one_of(Kind), description=RULES["kind"])
    field: str = Field("", pattern=one_of(EconomicField), description=RULES["field"])
    authority: str = Field("", pattern=_CODE_OR_NONE, description=RULES["authority"])
    place: str = Field("", pattern=_COUNTRY, description=RULES["place"])
    since: str = Field("", pattern=_DAY, description=RULES["since"])
    until: str = Field("", pattern=_DAY, description=RULES["until"])
    after: str = Field(
        "", max_length=_MOST_OF_A_PLACE, pattern=_PLACE_IN_SEARCH, description=RULES["after"]
    )
    limit: int = Field(USUAL, ge=1, le=MOST, description=RULES["limit"])

    @field_validator("after")
    @classmethod
    def _is_a_place(cls, value: str) -> str:
        if value:
            place_in_search(value)
        return value

    @field_validator("since", "until")
    @classmethod
    def _is_a_day(cls, value: str) -> str:
        if value:
            date.fromisoformat(value)
        return value

    def narrowing(self) -> Narrowing:
        """The entries of which an organisation has to have one."""
        return Narrowing(
            self.kind or None,
            self.field or None,
            self.authority or None,
            self.place or None,
            date.fromisoformat(self.since) if self.since else None,
            date.fromisoformat(self.until) if self.until else None,
        )

    def given(self) -> dict[str, str]:
        """What narrows the search, as the address of the next page has it."""
        names = ("kind", "field", "authority", "place", "since", "until")
        return {name: value for name in names if (value := getattr(self, name))}


class Piece(Schema):
    """A piece of a text by which an organisation was found."""

    text: str = Field(description="The piece.")
    matches: bool = Field(description="Whether it is what matches.")


class Because(Schema):
    """A text by which an organisation was found."""

    why: Why = Field(
        description=(
            "What the text is: its name, a former or translated name, its name as another public decision "
            "writes it, an identifier, or the number of a public decision about it."
        )
    )
    text: str = Field(description="The whole text.")
    pieces: list[Piece] = Field(description="The text in pieces, one after the other.")
    language: str | None = Field(
        description="BCP 47 tag of a former or translated name; null if not known, or for another text."
    )
    scheme: str | None = Field(description="Scheme of an identifier; null for another text.")
    entry: str | None = Field(
        description="Identity of the entry whose decision has the number; null for another text."
    )


class FoundOrganisation(Organisation):
    """An organisation that a public entry names, and why it was found."""

    because: list[Because] = Field(description="By what it was found, the closest first.")


class SearchAnswer(Schema):
    """Organisations with a public entry that match, closest first."""

    organisations: list[FoundOrganisation]
    found: int = Field(description="How many organisations match; the most hits if there are more.")
    more_than_found: bool = Field(
        description="Whether more match than `found` says: search for more of the name."
    )
    next: Next
