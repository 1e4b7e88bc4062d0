"""The feed of changes, by which a copy of all that is public is kept right."""

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import field_validator

from tabularium import clock
from tabularium.api import change_schemas as schemas
from tabularium.api.answers import Addresses
from tabularium.api.parameters import MOST, RULES
from tabularium.api.problem_types import FEED_BEGUN_ANEW
from tabularium.api.problems import ProblemError, may_answer
from tabularium.register.open_records import as_json, records_of
from tabularium.register.public_changes import (
    Change,
    Cursor,
    StartOverError,
    begin,
    changes_after,
)

router = Router()


class ChangesParameters(Schema):
    """Which part of the feed to give, and how."""

    after: str = Field("", max_length=100, description=RULES["after"])
    limit: int = Field(MOST, ge=1, le=MOST, description=RULES["limit"])
    records: bool = Field(default=False, description=RULES["records"])

    @field_validator("after")
    @classmethod
    def _is_a_cursor(cls, value: str) -> str:
        if value:
            Cursor.read(value)
        return value


@router.get(
    "/changes",
    response=schemas.ChangesAnswer,
    operation_id="changes",
    summary="The feed of changes",
    url_name="changes",
    openapi_extra=may_answer(FEED_BEGUN_ANEW),
)
def changes(request: HttpRequest, parameters: Query[ChangesParameters]) -> schemas.ChangesAnswer:
    """What to do to a copy of all public entries since the last time: take in, take anew, delete.

    Begin without `after`: everything that is public is told. Then keep `cursor`, and give it as `after`
    whenever you ask again; an entry that ended, was objected to or withdrawn is told as removed, by its
    identity alone.
    An entry may be told twice; doing as it says twice does no harm. While nothing changes, the answer to
    the same cursor is the same. 410 if the feed has begun anew, which it does when the register was
    brought back from a backup: ask without `after`, and delete what is not told again.
    """
    now = clock.now()
    after = Cursor.read(parameters.after) if parameters.after else begin(now)
    try:
        part = changes_after(after, now, parameters.limit, has_nothing=not parameters.after)
    except StartOverError:
        raise ProblemError(FEED_BEGUN_ANEW) from None
    items = dict(part.items)
    kept = [pk for pk, change in items.items() if change is not Change.REMOVED]
    records = records_of(kept, part.now) if parameters.records else {}
    if parameters.records:
        # Gone since the feed was read: the entry stands now as it stands now.
        items |= {pk: Change.REMOVED for pk in kept if pk not in records}
    asked = {"limit": parameters.limit, "records": str(parameters.records).lower()}
    return schemas.ChangesAnswer(
        changes=[
            schemas.EntryChange(
                id=pk, change=change, record=as_json(records[pk]) if pk in records else None
            )
            for pk, change in items.items()
        ],
        more=part.more,
        cursor=str(part.reached),
        next=Addresses(request).api("changes", after=part.reached, **asked),
    )
