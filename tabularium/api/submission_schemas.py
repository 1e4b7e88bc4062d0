"""What the API answers an authority's own programs with. No member repeats what stood in a row."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema

from tabularium.api.schemas import ItemReference, Next, Problem
from tabularium.intake.findings import FindingCode, Severity

RowsByCode = Annotated[
    dict[str, int],
    Field(description="Rows by the code of the finding, most first."),
]


class Finding(Schema):
    """One thing that is wrong with one row, or worth knowing of it: as the command line's report has it."""

    row: int = Field(
        description="As a person counts it: the line in a CSV file, header included, the record in JSON."
    )
    rows: int = Field(description="Consecutive rows of which it is the case, `row` the first.")
    column: str = Field(description="The column it lies in; empty where it lies in the whole row.")
    code: FindingCode = Field(description="What is the case; the documentation lists the codes.")
    severity: Severity = Field(
        description=(
            "`error` stops the row until it is mended, `set-aside` stops it and there is nothing to mend, "
            "`warning` stops nothing."
        )
    )
    message: str = Field(description="What is the case, in English.")
    what_to_do: str = Field(description="What to do about it, in English.")
    message_zh: str = Field(description="What is the case, in simplified Chinese.")
    what_to_do_zh: str = Field(description="What to do about it, in simplified Chinese.")


class ReadAs(Schema):
    """How a file was read: what was declared, and what was found out by looking at it."""

    format: str = Field(description="Such as `csv`.")
    encoding: str | None = Field(description="Null where the format has only one.")
    delimiter: str | None = Field(description="What parts the cells of a row; null without such.")
    quote: str | None = Field(description="What encloses a cell; `none` if nothing does.")
    header_row: int | None = Field(description="The row of the column names; 0 for none.")
    guesses: list[str] = Field(
        description="Which of these are guesses, by their names: look whether they are right."
    )
    text: str = Field(description="The same in one line, in English.")
    text_zh: str = Field(description="The same in one line, in simplified Chinese.")


class SubmissionAnswer(Schema):
    """What became of a submission: every row is a draft or is stopped by a finding."""

    submission: int | None = Field(
        description="Its number in this register; null if nothing was recorded."
    )
    item: ItemReference
    received_at: datetime | None = Field(
        description="When it was recorded, in UTC; null if nothing was."
    )
    file_name: str = Field(description="What the sender calls the file, without a path.")
    file_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = Field(
        description="SHA-256 of the body, in hexadecimal; null once something that it said was erased."
    )
    read_as: ReadAs | None = Field(description="How the file was read; null if it was no file.")
    rows_read: int = Field(description="Rows below the header, or records.")
    entries_made: int = Field(
        description=(
            "Rows that became drafts, or would have in a trial; none if an error of another row kept them "
            "back."
        )
    )
    rows_stopped: int = Field(description="Rows that a finding stopped.")
    rows_with_errors: int = Field(description="Rows that were stopped by something to mend.")
    rows_stopped_by: RowsByCode = Field(
        description="Rows stopped, by the code of the finding that stopped each, most first."
    )
    rows_warned_of: RowsByCode = Field(description="Rows with a warning, by its code, most first.")
    organisations_new: int = Field(
        description="Organisations among the drafts that the register did not know."
    )
    corrections_offered: int = Field(
        description="Decisions of the register that the file says otherwise, offered as corrections."
    )
    disappeared: int | None = Field(
        description=(
            "Decisions in force that the file no longer holds; null unless the item says that its files "
            "are whole lists, and in a trial."
        )
    )
    findings: list[Finding] = Field(
        description=(
            "In the order of rows: the first hundred of what was recorded, else the first thousand."
        )
    )
    next: Next
    api_url: str | None = Field(
        description="Its address in this API, for tokens of its authority; null if nothing was recorded."
    )


class FindingsAnswer(Schema):
    """What was said about the rows of a submission, in their order."""

    submission: int = Field(description="Its number in this register.")
    findings: list[Finding]
    next: Next


class SubmissionProblem(Problem):
    """The error of a submission that was to be recorded whole or not at all, as RFC 9457 has it."""

    report: SubmissionAnswer
