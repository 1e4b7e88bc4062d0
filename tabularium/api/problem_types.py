"""Every sort of error of the API (RFC 9457): what is wrong, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A sort of error.

    Attributes:
        code: the fragment of its `type`, below the address of the list of problems.
        status: the HTTP status it comes with.
        title: what is wrong, in English; the same every time.
        detail: what to do about it, in English.
    """

    code: str
    status: int
    title: str
    detail: str


MALFORMED_REQUEST = ProblemType(
    "malformed-request",
    400,
    "The request cannot be read",
    "Send a plain request with the parameters that the OpenAPI document names, each once.",
)
INVALID_PARAMETERS = ProblemType(
    "invalid-parameters",
    400,
    "A parameter is missing or wrong",
    "Correct the parameters that `errors` names and ask again.",
)
TOKEN_IN_ADDRESS = ProblemType(
    "token-in-address",
    400,
    "A token stands in the address",
    "Addresses are kept in logs: have the token revoked, and send the new one in `Authorization` alone.",
)
CUT_OFF_BODY = ProblemType(
    "cut-off-body",
    400,
    "The body ended before the length that was announced",
    "Nothing was recorded. Send it again whole, with the same `Idempotency-Key`.",
)
NO_VALID_TOKEN = ProblemType(
    "no-valid-token",
    401,
    "There is no valid token for this",
    "Send `Authorization: Bearer` with a valid token of the authority, and the code of an item of its own.",
)
NO_VALID_KEY = ProblemType(
    "no-valid-key",
    401,
    "There is no valid key for this",
    "Send `Authorization: Bearer` with a key that a member has made at the page of the account.",
)
NOT_FOR_THE_ROLE = ProblemType(
    "not-for-the-role",
    403,
    "The holder of the key may not do this",
    "It takes another role at the authority; approvers and registrars also need a second step set up.",
)
ON_THE_SCREEN = ProblemType(
    "on-the-screen",
    403,
    "What speaks against an organisation is approved by a person, on the screen",
    "Nothing was approved. Open the entry at the desk: basis, term and text are read there, one by one.",
)
UNKNOWN_ADDRESS = ProblemType(
    "unknown-address",
    404,
    "The API has no such address",
    "See the index of the API or its OpenAPI document for the addresses there are.",
)
NOT_FOUND = ProblemType(
    "not-found",
    404,
    "Nothing public is here",
    "Check the identity or the code. What is not public now is not told apart from what never was.",
)
UNKNOWN_TO_THE_KEY = ProblemType(
    "unknown-to-the-key",
    404,
    "There is no such thing for the holder of the key",
    "Check authority or organisation, and the entry. What is another's is not told apart from what is not.",
)
UNKNOWN_SUBMISSION = ProblemType(
    "unknown-submission",
    404,
    "The authority has no such submission",
    "Check the number, and that the token is of the authority that sent it.",
)
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed",
    405,
    "This method is not allowed",
    "Use a method that the header `Allow` names.",
)
SLOW_BODY = ProblemType(
    "slow-body",
    408,
    "The body took too long to arrive",
    "Nothing was recorded. Send it again with the same `Idempotency-Key`, or in parts with one each.",
)
IN_PROGRESS = ProblemType(
    "in-progress",
    409,
    "The same call is under way",
    "Wait for as many seconds as `Retry-After` says and send it again with the same `Idempotency-Key`.",
)
NOT_NOW = ProblemType(
    "not-now",
    409,
    "This cannot be done as the entry stands now",
    "Nothing was done. `errors` says which rule; read the entry again for what may happen to it.",
)
FEED_BEGUN_ANEW = ProblemType(
    "feed-begun-anew",
    410,
    "The feed of changes has begun anew",
    "Ask without `after` for all that is public, and delete every copy that is not told again.",
)
GONE = ProblemType(
    "gone",
    410,
    "This entry has ended or was withdrawn",
    "Delete your copies of it. It does not come back.",
)
LENGTH_MISSING = ProblemType(
    "length-missing",
    411,
    "The length of the body is not announced",
    "Send the header `Content-Length`, and not the body in chunks.",
)
BODY_TOO_LONG = ProblemType(
    "body-too-long",
    413,
    "The body is too long",
    "Send it in several calls. A file of decisions may be submitted by the register's operator, too.",
)
TOO_MANY_QUERIES = ProblemType(
    "too-many-queries",
    413,
    "There are more queries than are answered at once",
    "Send at most as many in a batch as `batchSize` of the manifest says.",
)
ADDRESS_TOO_LONG = ProblemType(
    "address-too-long",
    414,
    "The address is too long",
    "Keep the address, its parameters included, within 8,000 bytes.",
)
UNKNOWN_MEDIA_TYPE = ProblemType(
    "unknown-media-type",
    415,
    "The body is of a type that is not read, or packed",
    "Send one of the types that the OpenAPI document names, without a `Content-Encoding`.",
)
KEY_REUSED = ProblemType(
    "key-reused",
    422,
    "The Idempotency-Key came with another call before",
    "Send a new key with each new call. To find what the call with this key did, send that call again.",
)
UNREADABLE_FILE = ProblemType(
    "unreadable-file",
    422,
    "The file cannot be read as the item says",
    "Nothing was recorded. `errors` says what is wrong with the file as a whole.",
)
ROWS_WITH_ERRORS = ProblemType(
    "rows-with-errors",
    422,
    "Rows have errors, and all were to be recorded or none",
    "Nothing was recorded. Mend the rows that `report` names, or leave `all_or_nothing` out.",
)
REFUSED = ProblemType(
    "refused",
    422,
    "A rule of the register refuses the submission",
    "Nothing was recorded. `errors` says which rule.",
)
TOO_MANY_CALLS = ProblemType(
    "too-many-calls",
    429,
    "Too many calls, or too many keys that are none",
    "Wait for as many seconds as `Retry-After` says.",
)
INTERNAL_ERROR = ProblemType(
    "internal-error",
    500,
    "The register failed to answer",
    "Ask again later. If it goes on, tell the register's operator the `instance` of this answer.",
)
BUSY = ProblemType(
    "busy",
    503,
    "The register's database is busy",
    "Ask again after the seconds of `Retry-After`; send a submission with the same `Idempotency-Key`.",
)

PROBLEMS: tuple[ProblemType, ...] = (
    MALFORMED_REQUEST,
    INVALID_PARAMETERS,
    TOKEN_IN_ADDRESS,
    CUT_OFF_BODY,
    NO_VALID_TOKEN,
    NO_VALID_KEY,
    NOT_FOR_THE_ROLE,
    ON_THE_SCREEN,
    UNKNOWN_ADDRESS,
    NOT_FOUND,
    UNKNOWN_TO_THE_KEY,
    UNKNOWN_SUBMISSION,
    METHOD_NOT_ALLOWED,
    SLOW_BODY,
    IN_PROGRESS,
    NOT_NOW,
    FEED_BEGUN_ANEW,
    GONE,
    LENGTH_MISSING,
    BODY_TOO_LONG,
    TOO_MANY_QUERIES,
    ADDRESS_TOO_LONG,
    UNKNOWN_MEDIA_TYPE,
    KEY_REUSED,
    UNREADABLE_FILE,
    ROWS_WITH_ERRORS,
    REFUSED,
    TOO_MANY_CALLS,
    INTERNAL_ERROR,
    BUSY,
)
"""All of them, by status."""

WITH_ERRORS = frozenset({INVALID_PARAMETERS, NOT_NOW, UNREADABLE_FILE, REFUSED})
"""Those whose `errors` are not empty."""

RETRY_AFTER = {IN_PROGRESS: 5, TOO_MANY_CALLS: 60, BUSY: 10}
"""Seconds to wait before the call is sent again."""
