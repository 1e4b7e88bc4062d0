"""What a check comes to, as data: an answer that `saying` puts into words and that programs read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tabularium_verify import embedded
from tabularium_verify.checkpoints import Checkpoint
from tabularium_verify.errors import VerificationError
from tabularium_verify.extracts import Extract, read_extract
from tabularium_verify.proving import prove
from tabularium_verify.reasons import Reason, RefusedError, Verdict
from tabularium_verify.signed_notes import VerifierKey, parse_key, parse_witness_key

MOST_KEYS = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check of an extract came to.

    Attributes:
        verdict: proven, not proven, or not to be judged.
        reason: why it is not proven; None if it is.
        where: in which part of the file.
        extract: what stands in it; None if it is not proven.
        checkpoint: what the log was when it was made; None if it is not proven.
        signed_by: those of the reader's keys that signed the checkpoint.
        witnesses: those that the reader named, all of which signed it too.
        over: whether the extract says itself that nobody should rely on it any more.
        in_pdf: whether it was attached to a PDF.
    """

    verdict: Verdict
    reason: Reason | None = None
    where: str = ""
    extract: Extract | None = None
    checkpoint: Checkpoint | None = None
    signed_by: tuple[VerifierKey, ...] = ()
    witnesses: tuple[VerifierKey, ...] = ()
    over: bool = False
    in_pdf: bool = False


def read_keys(texts: Sequence[str]) -> tuple[VerifierKey, ...]:
    """The keys that a reader trusts.

    Raises:
        RefusedError: there is none, there are more than 64, or one of them is no key.
    """
    if not texts or len(texts) > MOST_KEYS:
        raise RefusedError(Reason.NO_KEY)
    return _parsed(texts, parse_key)


def _parsed(texts: Sequence[str], parse: Callable[[str], VerifierKey]) -> tuple[VerifierKey, ...]:
    found = []
    for number, text in enumerate(texts, start=1):
        try:
            found.append(parse(text))
        except VerificationError:
            raise RefusedError(Reason.KEY, str(number)) from None
    return tuple(found)


def judge(data: bytes, keys: Sequence[str], now: datetime, witnesses: Sequence[str] = ()) -> Answer:
    """Check an extract.

    Args:
        data: the file: the JSON, or the PDF that carries it.
        keys: verifier keys of the log, as text, from a source that the reader trusts.
        now: to say whether the extract is past its own end of validity.
        witnesses: verifier keys of witnesses, each of which has to have signed too.
    """
    in_pdf = data.startswith(embedded.BEGINNING)
    try:
        trusted = read_keys(keys)
        seen_by = _parsed(witnesses, parse_witness_key)
        extract = read_extract(embedded.extract_in(data) if in_pdf else data)
        signed = prove(extract, trusted, seen_by)
    except RefusedError as refused:
        return Answer(refused.verdict, refused.reason, refused.where, in_pdf=in_pdf)
    return Answer(
        Verdict.PROVEN,
        extract=extract,
        checkpoint=signed.checkpoint,
        signed_by=signed.keys,
        witnesses=signed.witnesses,
        over=extract.valid_until <= now,
        in_pdf=in_pdf,
    )
