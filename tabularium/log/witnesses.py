"""Asking witnesses to sign a checkpoint beside the log's own key, by C2SP's tlog-witness v1.0.0.

A witness keeps how large the log was when it last looked, and what its root was. It signs a checkpoint only
if it is shown that the log has grown from there and nothing else. It is told size, root and hashes, and
nothing of an entry.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from tabularium import clock
from tabularium.log.configuration import Witness
from tabularium_verify import strict_base64
from tabularium_verify.checkpoints import Checkpoint, parse_checkpoint
from tabularium_verify.errors import VerificationError
from tabularium_verify.signed_notes import (
    Note,
    Signature,
    cosigned_at,
    parse_note,
    parse_signatures,
)

TIMEOUT = 10.0
"""Seconds for each step of a call."""
DEADLINE = 20.0
"""Seconds for a whole call, so that no witness holds up the others by answering slowly."""
_MOST_BYTES = 1 << 16
_MOST_AT_ONCE = 8
_TRIES = 2
_AHEAD = 300
"""Seconds by which a witness's clock may be ahead of ours."""

_REFUSALS: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: "it does not know this log; give its keeper the log's verifier key",
    HTTPStatus.FORBIDDEN: "it knows no key that signed; give its keeper the new verifier key",
    HTTPStatus.UNPROCESSABLE_ENTITY: "it was shown that the log has grown and does not accept it: it has seen"
    " another log of this name",
    HTTPStatus.BAD_REQUEST: "it does not take the request as the standard has it",
}

# Gives the proof that the log of the checkpoint begins with all the leaves of an earlier one, of that size.
Proof = Callable[[int], Sequence[bytes]]


class WitnessError(Exception):
    """A witness did not sign; the message says why, after "The witness NAME did not sign: "."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """What came of asking.

    Attributes:
        note: the checkpoint with the signatures of the witnesses that signed.
        by: the codes of these, and of those that had signed it before.
        failures: of the others, by code, why they did not.
    """

    note: bytes
    by: frozenset[str]
    failures: Mapping[str, str]


def cosign(
    checkpoint: bytes,
    old_size: int,
    proof: Proof,
    witnesses: Sequence[Witness],
    certificates: str = "",
) -> Cosigned:
    """Ask witnesses to sign a checkpoint, all at once. Who signed it before is not asked again.

    Args:
        checkpoint: as the log signed it.
        old_size: of the checkpoint that the witnesses probably have. One that has another says so.
        proof: is called for sizes from 1 to below that of the checkpoint, by this thread.
        witnesses: who is asked.
        certificates: a file with certificates to trust beside the machine's own; "" for none.

    Raises:
        VerificationError: it is no checkpoint.
    """
    note = parse_note(checkpoint)
    ask = _Asking(note, parse_checkpoint(note.text), old_size, proof, certificates)
    waiting = [each for each in witnesses if cosigned_at(note, each.key) is None]
    if not waiting:
        return Cosigned(checkpoint, frozenset(each.code for each in witnesses), {})
    found, failures = list[Signature](), dict[str, str]()
    sizes = dict.fromkeys(waiting, ask.old_size)
    with ThreadPoolExecutor(min(len(waiting), _MOST_AT_ONCE)) as pool:
        for _ in range(_TRIES):
            # Proofs are made here: what they are made from, a database perhaps, belongs to this thread.
            asked = [(each, size, ask.request(size)) for each, size in sizes.items()]
            sizes = {}
            for (witness, *_), answer in zip(asked, pool.map(ask.answer, asked), strict=True):
                if isinstance(answer, Signature):
                    found.append(answer)
                elif isinstance(answer, int):
                    sizes[witness] = answer
                else:
                    failures[witness.code] = str(answer)
            if not sizes:
                break
    failures |= {each.code: "it says each time that it has seen another size" for each in sizes}
    return Cosigned(
        Note(note.text, (*note.signatures, *found)).encode(),
        frozenset(each.code for each in witnesses if each.code not in failures),
        failures,
    )


class _Asking:
    """One checkpoint, for which several witnesses are asked."""

    def __init__(
        self, note: Note, checkpoint: Checkpoint, old_size: int, proof: Proof, certificates: str
    ) -> None:
        self._note = note
        self._size = checkpoint.size
        self.old_size = min(old_size, checkpoint.size)
        self._proof = proof
        self._certificates = certificates

    def request(self, old_size: int) -> bytes:
        """What is sent to a witness that has seen a log of some size."""
        path = self._proof(old_size) if 0 < old_size < self._size else ()
        lines = [f"old {old_size}", *(strict_base64.encode(each) for each in path), ""]
        return "".join(f"{each}\n" for each in lines).encode("ascii") + self._note.encode()

    def answer(self, asked: tuple[Witness, int, bytes]) -> Signature | int | WitnessError:
        """The signature of a witness, or what size of the log it has seen, or why there is neither."""
        try:
            return self._ask(*asked)
        except WitnessError as error:
            return error

    def _ask(self, witness: Witness, old_size: int, sent: bytes) -> Signature | int:
        try:
            status, body = _post(witness.address, sent, self._certificates)
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            raise WitnessError(_why(error)) from None
        if status == HTTPStatus.OK:
            return self._judged(witness, body)
        if status != HTTPStatus.CONFLICT:
            raise WitnessError(_REFUSALS.get(status, f"it answers {status}"))
        found = _size_in(body)
        if found > self._size:
            raise WitnessError(
                f"it has seen this log with {found} leaves, and this checkpoint has {self._size}"
            )
        if found == old_size:
            raise WitnessError(f"it has seen another log of this name with {found} leaves")
        return found

    def _judged(self, witness: Witness, body: bytes) -> Signature:
        """The witness's own signature among those that it answers."""
        try:
            found = parse_signatures(body.decode())
        except (UnicodeDecodeError, VerificationError):
            raise WitnessError("it answers what is no signature") from None
        latest = clock.now().timestamp() + _AHEAD
        for each in found:
            time = cosigned_at(Note(self._note.text, (each,)), witness.key)
            if time is not None and time <= latest:
                return each
        raise WitnessError("it answers no signature that its key and the time of day fit")


def _size_in(body: bytes) -> int:
    text = body.decode("ascii", "replace").removesuffix("\n")
    if not text.isdecimal() or not text.isascii() or str(int(text[:19])) != text:
        raise WitnessError("it says that it has seen another log, and not of what size")
    return int(text)


def _post(address: str, sent: bytes, certificates: str) -> tuple[int, bytes]:
    """Call a witness once. No redirect is followed, and no proxy of the environment used.

    Raises:
        OSError, UnicodeError, http.client.HTTPException: there was no answer.
        WitnessError: it is longer than it may be.
    """
    parts = urlsplit(address)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, certificates)
    try:
        connection.connect()
        # Kept: once an answer begins, the connection itself may know its socket no more.
        watch = threading.Timer(DEADLINE, _cut, [connection.sock])
        watch.start()
        try:
            headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "Tabularium"}
            path = f"{parts.path}/add-checkpoint"
            connection.request("POST", path, body=sent, headers=headers)
            with connection.getresponse() as answer:
                body = answer.read(_MOST_BYTES + 1)
        finally:
            watch.cancel()
    finally:
        connection.close()
    if len(body) > _MOST_BYTES:
        raise WitnessError("it answers more than is read")
    return answer.status, body


def _connection(
    scheme: str, host: str, port: int | None, certificates: str
) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificates:
        context.load_verify_locations(certificates)
    return http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=context)


def _cut(sock: socket.socket) -> None:
    """Cut a connection off, whatever is being waited for."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return "its certificate is not right"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    return "it cannot be reached"
