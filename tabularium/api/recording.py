"""A body that has arrived is submitted once, whatever is sent again and whatever breaks in between."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import ijson
from django.db import transaction

from tabularium.api.parameters import CODE, RULES
from tabularium.api.problem_types import (
    IN_PROGRESS,
    INVALID_PARAMETERS,
    KEY_REUSED,
    NO_VALID_TOKEN,
    REFUSED,
    UNREADABLE_FILE,
    ProblemType,
)
from tabularium.api.problems import ParameterFault, ProblemError
from tabularium.api.receiving import JSON, Body
from tabularium.api.submission_parameters import SubmittingParameters
from tabularium.intake.items import parse_item
from tabularium.intake.readers import FileFormat, FileShape, UnreadableFile
from tabularium.intake.readers.json_lexis import check_lexis
from tabularium.intake.readers.json_records import NOT_JSON
from tabularium.intake.services import SubmissionReport, submit
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Authority, CatalogueItem, Submission, User
from tabularium.register.services import idempotency
from tabularium.register.submission_selectors import item_of

ROWS = "rows"
"""The member of a JSON body that holds the rows, beside `item`."""

_OF_THE_KEY: Mapping[str, ProblemType] = MappingProxyType(
    {idempotency.IN_PROGRESS: IN_PROGRESS, idempotency.KEY_REUSED: KEY_REUSED}
)

_DEPTHS = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}


@dataclass(frozen=True, slots=True)
class Call:
    """All that a program asks for.

    Attributes:
        authority: whose token it has.
        item: what the body brings.
        body: the file.
        shape: how it is read; what the call says goes before what the item says.
        parameters: the rest.
        by: the clerk whose key it has; None for a token, which stands for nobody.
    """

    authority: Authority
    item: CatalogueItem
    body: Body
    shape: FileShape
    parameters: SubmittingParameters
    by: User | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of all that decides what the call does."""
        asked = {
            **self.parameters.dict(),
            "authority": self.authority.pk,
            **({"by": self.by.pk} if self.by else {}),
            "item": self.item.code,
            "media_type": self.body.media_type,
            "charset": self.body.charset,
            "body": self.body.sha256,
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call did: a submission that is kept, or the report of one that is not.

    Attributes:
        submission: as the register keeps it.
        report: what would have become of it.
        replayed: whether an earlier try of the same call recorded it.
    """

    submission: Submission | None = None
    report: SubmissionReport | None = None
    replayed: bool = False


def understood(
    authority: Authority, parameters: SubmittingParameters, body: Body, by: User | None = None
) -> Call:
    """The call that a body and its parameters are.

    Raises:
        ProblemError: no item is named, or none of the authority's own.
    """
    wrapped = not parameters.item
    code = _named_item(body) if wrapped else parameters.item
    item = item_of(authority, code)
    if item is None:
        raise ProblemError(NO_VALID_TOKEN)
    declared = parse_item(item.definition, f"{item.code}.toml").file
    shape = _wrapped(declared) if wrapped else _shape(declared, body, parameters)
    return Call(authority, item, body, shape, parameters, by)


def _named_item(body: Body) -> str:
    named = _member_item(body.path) if body.media_type == JSON else None
    if named is None:
        raise ProblemError(INVALID_PARAMETERS, [ParameterFault("item", "missing", RULES["item"])])
    if not CODE.fullmatch(named):
        raise ProblemError(INVALID_PARAMETERS, [ParameterFault("item", "wrong", RULES["item"])])
    return named


def _member_item(path: Path) -> str | None:
    """The text of the member `item` of the object that the file holds; None if there is none.

    Raises:
        ProblemError: the file is not JSON as far as it had to be read.
    """
    depth, key = 0, None
    with path.open("rb") as file:
        try:
            check_lexis(file)
            file.seek(0)
            # Counted here: the library's own places would be as long as the nesting is deep.
            for event, value in ijson.basic_parse(file):
                depth += _DEPTHS.get(event, 0)
                if depth == 1 and event == "map_key":
                    key = value
                elif depth == 1 and event == "string" and key == "item":
                    return str(value)
        except UnreadableFile as error:
            raise _unreadable(str(error)) from None
        except NOT_JSON:
            raise _unreadable("This is not JSON in UTF-8, or it is cut off.") from None
    return None


def _wrapped(declared: FileShape) -> FileShape:
    return FileShape(
        format=FileFormat.JSON, records=ROWS, columns=declared.columns, needed=declared.needed
    )


def _shape(declared: FileShape, body: Body, parameters: SubmittingParameters) -> FileShape:
    same = declared.format in {FileFormat.AUTO, body.format}
    base = declared if same else FileShape(columns=declared.columns, needed=declared.needed)
    return replace(
        base,
        format=body.format,
        encoding=parameters.encoding or body.charset or base.encoding,
        delimiter=parameters.delimiter or base.delimiter,
        sheet=parameters.sheet or base.sheet,
    )


def carry_out(call: Call, key: str) -> Outcome:
    """Submit what a call brings, or find what an earlier try of the same call recorded.

    A trial claims no key, and a call that recorded nothing gives its key back.

    Raises:
        ProblemError: the file cannot be read, the register refuses it, or the key is of another call or of
            one that is under way.
    """
    with _as_problems(call.body):
        if call.parameters.dry_run:
            return Outcome(report=_submit(call))
        claimed = idempotency.claim(call.authority, key, call.fingerprint)
        if claimed.submission is not None:
            return Outcome(submission=claimed.submission, replayed=True)
        report = None
        try:
            report = _submit_once(call, claimed)
        finally:
            if report is None or report.submission is None:
                idempotency.release(claimed)
        return Outcome(report.submission, report)


def _submit_once(call: Call, claimed: idempotency.Claim) -> SubmissionReport:
    # The submission and the note that it was made are there together, or neither is.
    with transaction.atomic():
        report = _submit(call)
        if report.submission is not None:
            idempotency.keep_outcome(claimed, report.submission)
    return report


def _submit(call: Call) -> SubmissionReport:
    return submit(
        call.body.path,
        item=call.item,
        submitted_by=call.by,
        dry_run=call.parameters.dry_run,
        all_or_nothing=call.parameters.all_or_nothing,
        shape=call.shape,
    )


@contextmanager
def _as_problems(body: Body) -> Iterator[None]:
    try:
        yield
    except UnreadableFile as error:
        # The name of the file is the sender's, and is not repeated.
        raise _unreadable(str(error).removeprefix(f"{body.path.name}: ")) from None
    except NotPermittedError:
        raise ProblemError(NO_VALID_TOKEN) from None
    except RefusedError as error:
        if error.reason in _OF_THE_KEY:
            raise ProblemError(_OF_THE_KEY[error.reason]) from None
        raise ProblemError(REFUSED, [ParameterFault("body", error.reason, str(error))]) from None


def _unreadable(what: str) -> ProblemError:
    return ProblemError(UNREADABLE_FILE, [ParameterFault("body", "unreadable", what)])
