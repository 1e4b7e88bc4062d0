"""What the API says of an authority's own word: its promises, what became of them, and its notes."""

from datetime import date

from ninja import Field, Schema

from tabularium.core.life_state import Outcome


class Note(Schema):
    """What an authority added to an entry without deciding anew."""

    dated_on: date = Field(description="Day of it, in the authority's calendar.")
    text: str = Field(description="What it says.")
    language: str | None = Field(description="BCP 47 tag of its language; null if not known.")


class PromiseAnswer(Note):
    """What an authority said became of its promise: that it was kept, or not and by when it will be."""

    kept: bool = Field(description="Whether it was kept; `text` is what shows it, or why not.")
    due_on: date | None = Field(
        description="The day by which it is promised anew, included; null if it was kept."
    )


class PromiseOutcome(Schema):
    """What an authority promised, and what has become of it when this was asked."""

    to: str = Field(description="To whom, in general.")
    first_due_on: date = Field(description="The day by which it was promised first, included.")
    due_on: date = Field(description="The day by which it is promised now, included.")
    answer_by: date = Field(
        description="Last day on which the authority is in time to say what became of it."
    )
    outcome: Outcome = Field(
        description=(
            "`open`: nothing was said yet. `kept`. `not-kept`: and promised anew. `unanswered`: the "
            "authority has not said in time what became of it; the date alone tells."
        )
    )
    answers: list[PromiseAnswer] = Field(description="What it said of it, the first first.")
