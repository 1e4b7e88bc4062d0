"""What members send and get. No member of an answer tells of an account."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from ninja import Field, Schema

from tabularium.api.parameters import MEMBERS_PLACE, NO_CONTROL_CHARACTERS, RULES, one_of
from tabularium.api.schemas import Address, EntryAsShown, Next
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType
from tabularium.core.life_state import Appearance, Stage
from tabularium.register.standing import Stand

LONGEST_TEXT = 10_000
MOST_AT_ONCE = 100


class Step(StrEnum):
    """What the holder of the key may do with an entry, by the last part of the address to call."""

    APPROVE = "approvals"
    DECIDE_OBJECTION = "objection-decision"
    WITHDRAW = "withdrawal"
    STAY = "stay"
    LIFT_STAY = "stay-lifted"
    DECIDE_REPAIR = "repair-decision"
    NOTE = "notes"
    ANSWER_PROMISE = "promise-answer"
    ANSWER = "answer"
    TAKE_BACK = "answer/take-back"
    OBJECT = "objection"
    ASK_CORRECTION = "correction"
    ASK_REPAIR = "repair"


class Happening(Schema):
    """One thing that happened to an entry. In whose hands it was is not said."""

    type: EventType = Field(description="What happened.")
    at: datetime = Field(description="When, in UTC.")


class MemberEntry(Schema):
    """An entry as those see it who may: what the public sees or would see, and how it stands."""

    entry: EntryAsShown = Field(description="What the public sees, or would see.")
    stage: Stage = Field(description="How far it has come.")
    stands: Stand = Field(
        description="How it stands for the organisation; of a draft, `to-read` once it is approved."
    )
    appearance: Appearance = Field(description="What the public gets now at its address.")
    until: datetime | None = Field(
        description=(
            "When the next thing is due, in UTC: the time to object ends, the objection is to be decided, "
            "the public view ends; null where no date is set."
        )
    )
    working_days_left: int | None = Field(
        description=(
            "Working days after today until then, the last included, and -1 when it is past; null where "
            "they do not matter."
        )
    )
    last_event: int = Field(
        description="Number of the last thing that happened to it; say it as `seen` when you decide."
    )
    may: list[Step] = Field(description="What the holder of the key may do with it now.")
    on_the_screen: list[EventType] = Field(
        description="What may be done now at the desk, by a person, and not by a key."
    )
    happened: list[Happening] = Field(description="What happened to it so far, the latest first.")
    member_url: Address


class ShortEntry(Schema):
    """An entry in a list of those who may read it."""

    id: str = Field(description="Its permanent identity in this register: 12 letters and digits.")
    kind: Kind = Field(description="What sort of decision it is.")
    organisation: str = Field(description="Its present name.")
    decision_number: str = Field(description="The authority's own reference of the act or case.")
    decided_on: date = Field(description="Day of the decision, in the authority's calendar.")
    measure: str = Field(description="What was decided, in a few words.")
    stage: Stage = Field(description="How far it has come.")
    stands: Stand = Field(description="How it stands for the organisation.")
    until: datetime | None = Field(
        description="When the next thing is due, in UTC; null where no date is set."
    )
    working_days_left: int | None = Field(
        description="Working days after today until then; null where they do not matter."
    )
    member_url: Address


class Work(Schema):
    """One sort of work, in the order to do it in."""

    sort: str = Field(
        description="What has to be done, as the desk's first page has it, such as `objections`."
    )
    entries: list[ShortEntry]
    more: bool = Field(description="Whether there are more than these.")


class WorkAnswer(Schema):
    """What waits for somebody at an authority."""

    work: list[Work]


class EntriesAnswer(Schema):
    """Entries that the holder of the key may read."""

    entries: list[ShortEntry]
    next: Next


class ApprovalsAnswer(Schema):
    """What was approved: all that was asked for."""

    approved: list[str] = Field(description="Identities of the entries, which are public now.")


class ListParameters(Schema):
    """Which entries to list."""

    stage: str = Field("", pattern=one_of(Stage), description=RULES["stage"])
    kind: str = Field("", pattern=one_of(Kind), description=RULES["kind"])
    number: str = Field(
        "", max_length=300, pattern=NO_CONTROL_CHARACTERS, description=RULES["number"]
    )
    after: str = Field("", pattern=MEMBERS_PLACE, description=RULES["after"])


class OwnListParameters(Schema):
    """Where to go on in the list of an organisation's entries."""

    after: str = Field("", pattern=MEMBERS_PLACE, description=RULES["after"])


class _Seen(Schema):
    seen: int | None = Field(None, ge=1, description=RULES["seen"])


class _Dated(_Seen):
    dated_on: date | None = Field(None, description=RULES["dated_on"])


class Reasons(_Dated):
    """Why something is decided, and on which day."""

    reasons: str = Field(min_length=1, max_length=LONGEST_TEXT, description=RULES["reasons"])


class ObjectionDecision(Reasons):
    """What becomes of an objection. A correction that decides it is made at the desk."""

    outcome: Literal["upheld", "withdrawn"] = Field(description=RULES["outcome"])


class RepairDecision(Reasons):
    """What becomes of a request that an entry ends early."""

    granted: bool = Field(description=RULES["granted"])


class CourtOrder(_Dated):
    """What a court or review body ordered."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT, description=RULES["text"])
    ordered_by: str = Field(min_length=1, max_length=200, description=RULES["ordered_by"])
    file_number: str = Field(min_length=1, max_length=100, description=RULES["file_number"])


class NoteText(_Dated):
    """A note beside an entry; public with it."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT, description=RULES["text"])
    language: str = Field("", max_length=35, description=RULES["language"])


class PromiseWord(NoteText):
    """What an authority says of its own promise; public with it."""

    kept: bool = Field(description=RULES["kept"])
    due_on: date | None = Field(None, description=RULES["due_on"])


class Approvals(Schema):
    """Drafts to approve together: all or none."""

    entries: list[str] = Field(min_length=1, max_length=MOST_AT_ONCE, description=RULES["entries"])


class Statement(_Seen):
    """What an organisation says."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT, description=RULES["text"])
    language: str = Field("", max_length=35, description=RULES["language"])


class AnswerText(Statement):
    """An answer to an entry, and whether the public may read it."""

    shown: bool = Field(description=RULES["shown"])
