"""What the API answers with. Every member is always there; what there is nothing to say of is null.

No member is about a person, and none sums an organisation up.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from ninja import Field, Schema

from tabularium.api.erased_schemas import ErasedField
from tabularium.api.own_word_schemas import Note, PromiseOutcome
from tabularium.core.kinds import Field as EconomicField
from tabularium.core.kinds import Kind

Texts = Annotated[
    dict[str, str], Field(description="The text in each language it is there in, by BCP 47 tag.")
]
Page = Annotated[
    str, Field(description="Address of its page for readers; leads to the reader's language.")
]
Address = Annotated[str, Field(description="Its address in this API.")]
Next = Annotated[
    str | None, Field(description="Address of the next page; null if this is the last.")
]


class Meaning(StrEnum):
    """What an entry of each kind means, in a word; the documentation has the sentences."""

    PERMITTED = "permitted-by-this-authority"
    PENALISED = "penalised-by-this-authority"
    EXCLUDED = "excluded-from-tenders-of-this-authority-alone"
    PROMISED = "promised-by-this-public-body"
    OWED = "judgment-against-this-public-body"


class Identifier(Schema):
    """A number that identifies an organisation in a list."""

    scheme: str = Field(description="Code of the list, after org-id.guide where that has it.")
    value: str = Field(description="The number as the list writes it, without separators.")
    scheme_name: Texts


class OtherName(Schema):
    """A former name, the name in another language, or as another public decision writes it."""

    name: str = Field(description="The name.")
    language: str | None = Field(description="BCP 47 tag of its language; null if not known.")
    sort: str = Field(
        description=(
            "Whether it is a former name, the same in another language, or as another public "
            "decision writes it."
        ),
        json_schema_extra={"enum": ["former", "translated", "written"]},
    )


class Organisation(Schema):
    """An organisation that a public entry names."""

    id: str = Field(description="Its permanent identity in this register: 12 letters and digits.")
    name: str = Field(description="Its present name, as the last decision gave it.")
    other_names: list[OtherName]
    identifiers: list[Identifier]
    legal_form: str | None = Field(description="Code of its legal form; null if not declared.")
    jurisdiction: str | None = Field(
        description="Where it is registered: ISO 3166-1 alpha-2 code in lower case; null if not known."
    )
    url: Page
    api_url: Address


class AuthorityReference(Schema):
    """The authority that decided."""

    code: str = Field(description="Its code in this register.")
    names: Texts
    url: Page
    api_url: Address


class ItemReference(Schema):
    """The catalogue item under which the decision is published."""

    code: str = Field(description="Its code in this register.")
    version: int = Field(description="The version of the item that was in force.")
    title: Texts
    url: Page
    api_url: Address


class LegalBasis(Schema):
    """The law on which the decision rests."""

    citation: str = Field(description="The law, with article.")
    url: str | None = Field(description="Where the law can be read; null if not given.")


class Amount(Schema):
    """A sum of money."""

    value: str = Field(
        description="A decimal number as text, without grouping.", pattern=r"^-?[0-9]+(\.[0-9]+)?$"
    )
    currency: str = Field(description="ISO 4217 code.")


class Term(Schema):
    """The days on which the decision has effect, in the authority's calendar."""

    begins: date | None = Field(description="First day; null if not given.")
    ends: date | None = Field(description="Last day, that day included; null if it has no end.")


class Objection(Schema):
    """How the organisation objects to the decision."""

    route: str = Field(description="How and with whom, in words.")
    url: str | None = Field(description="Where; null if not given.")


class Corrections(Schema):
    """How anyone reports a mistake to the authority."""

    route: Texts
    url: str | None = Field(description="Where; null if not given.")


class Entry(Schema):
    """One decision of an authority about an organisation: the version that is public now."""

    id: str = Field(description="Its permanent identity in this register: 12 letters and digits.")
    url: str = Field(description="Its permanent address; leads to the reader's language.")
    api_url: Address
    kind: Kind = Field(description="What sort of decision it is.")
    field: EconomicField = Field(description="The field of economic regulation.")
    meaning: Meaning = Field(description="What it means, and so does not mean; see `about_url`.")
    item: ItemReference
    authority: AuthorityReference
    organisation: Organisation
    version: int = Field(description="Number of the version: 1, and one more for each correction.")
    decision_number: str = Field(description="The authority's own reference of the act or case.")
    decided_on: date = Field(description="Day of the decision, in the authority's calendar.")
    measure: str = Field(description="What was decided, in a few words.")
    summary: str | None = Field(description="What it is about, in sentences; null if not given.")
    legal_basis: LegalBasis | None
    amount: Amount | None = Field(description="The sum decided on; null if there is none.")
    term: Term
    public_from: datetime = Field(description="Since when it is public, in UTC.")
    public_until: datetime | None = Field(
        description=(
            "When it leaves the public view, in UTC, that instant excluded; null if by no date. "
            "Delete your copy then, if not before."
        )
    )
    language: str | None = Field(
        description="BCP 47 tag of the language of the authority's texts; null if not known."
    )
    details: dict[str, str] = Field(description="Further facts, by the item's name for each.")
    erased_fields: list[ErasedField] = Field(description="Fields that were erased for good.")
    answer: str | None = Field(
        description="What the organisation says to it, if it wants that shown; else null."
    )
    answer_language: str | None = Field(
        description="BCP 47 tag of the language of `answer`; null if not known, or if there is none."
    )
    promise: PromiseOutcome | None = Field(
        description="Of a promise: by when, and what became of it; null for every other kind."
    )
    notes: list[Note] = Field(
        description="What the authority added without deciding anew, the first first."
    )
    objection: Objection | None = Field(
        description="How the organisation objects; always there for penalties, exclusions, judgments."
    )
    corrections: Corrections
    about_url: str = Field(
        description="Address of the page on what entries of this register mean and do not mean."
    )


class EntryAsShown(Entry):
    """A decision as the public sees it, or would see it."""

    public_from: datetime | None = Field(  # type: ignore[assignment] # not yet, for one that is not public
        description="Since when it is public, in UTC; null if it is not yet."
    )


class OrganisationAnswer(Schema):
    """An organisation and its public entries, newest decision first."""

    organisation: Organisation
    entries: list[Entry]
    next: Next


class CatalogueItem(Schema):
    """One version of what an authority publishes here."""

    code: str = Field(description="Its code in this register.")
    version: int = Field(description="1 for the first version of the item.")
    kind: Kind = Field(description="The sort of decision.")
    field: EconomicField = Field(description="The field of economic regulation.")
    title: Texts
    authority: AuthorityReference
    legal_basis: LegalBasis | None = Field(
        description="The law on which publishing rests; null if each decision names its own."
    )
    frequency: str | None = Field(description="How often it is brought up to date.")
    effective_from: date = Field(description="First day on which this version holds.")
    effective_until: date | None = Field(
        description="Day from which it holds no more; null if that is not fixed."
    )
    url: Page
    api_url: Address


class DefinedItem(CatalogueItem):
    """The same with its definition."""

    definition: str = Field(description="The item's file, whole, as TOML: table schema, term rule.")


class CatalogueAnswer(Schema):
    """The catalogue: the newest version of each item, by code."""

    items: list[CatalogueItem]
    next: Next


class ItemAnswer(Schema):
    """All versions of a catalogue item, newest first."""

    code: str = Field(description="Its code in this register.")
    versions: list[DefinedItem]


class AuthorityAnswer(Schema):
    """An authority that publishes its decisions here."""

    code: str = Field(description="Its code in this register.")
    names: Texts
    identifiers: list[Identifier]
    jurisdiction: str = Field(
        description="Whose rules its entries follow: ISO 3166-1 alpha-2 code in lower case."
    )
    time_zone: str = Field(description="IANA name; its days begin and end at midnight there.")
    website: str | None = Field(description="Address of its own site; null if not given.")
    corrections: Corrections
    items: list[ItemReference] = Field(description="What it publishes: the newest versions.")
    own_entries: list[Entry] = Field(
        description=(
            "What it promised, and the judgments against it that it has not carried out, as the body "
            "that gave them reports; newest decision first."
        )
    )
    next: Next
    url: Page
    api_url: Address


class Index(Schema):
    """Where to go from here. Braces hold URI templates (RFC 6570)."""

    title: str = Field(description="Name of the API.")
    version: str = Field(description="Its version.")
    search: str = Field(description="Organisations by a part of a name or by an identifier.")
    organisation: str = Field(description="An organisation by its identity.")
    organisation_by_identifier: str = Field(description="An organisation by its number in a list.")
    entry: str = Field(description="An entry by its identity.")
    catalogue: str = Field(description="What authorities publish here.")
    item: str = Field(description="A catalogue item by its code.")
    authority: str = Field(description="An authority by its code.")
    changes: str = Field(
        description="What changed of all that is public, for those who keep a copy."
    )
    submissions: str = Field(description="Takes decisions from programs with an authority's token.")
    problems: str = Field(description="Every sort of error.")
    openapi: str = Field(description="The OpenAPI document.")
    about: str = Field(description="What the register does and does not do, for readers.")


class ProblemDescription(Schema):
    """A sort of error."""

    type: str = Field(description="URI reference that names it.")
    status: int = Field(description="The HTTP status it comes with.")
    title: str = Field(description="What is wrong.")
    detail: str = Field(description="What to do about it.")


class ProblemsAnswer(Schema):
    """Every sort of error of this API."""

    problems: list[ProblemDescription]


class ParameterProblem(Schema):
    """What is wrong with one parameter. What was sent is not repeated."""

    parameter: str = Field(description="Its name.")
    code: str = Field(description="Why: `missing`, `wrong`, or what is wrong with an identifier.")
    detail: str = Field(description="What it must be.")


class Problem(Schema):
    """Every error, as RFC 9457 has it."""

    type: str = Field(description="URI reference that names the sort of error.")
    title: str = Field(description="What is wrong, the same every time.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What to do about it.")
    instance: str = Field(description="A URN of this one answer, to tell the operator.")
    errors: list[ParameterProblem] = Field(description="Wrong parameters; empty for other errors.")
