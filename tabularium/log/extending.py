"""The log goes on: leaves get their places, the next checkpoint is signed, kept and given out.

In this order, so that whoever comes after a crash at any moment can finish and nobody ever sees two logs:

1. leaves get their places, for good;
2. the checkpoint is signed and kept in the folder, outside the database;
3. it is kept in the database;
4. witnesses are asked to sign it too, and what they sign is kept with it;
5. tiles are put in place, and the checkpoint last.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings

from tabularium import clock
from tabularium.log.cosigning import let_witnesses_sign
from tabularium.log.folder import LogError, LogFolder, refuse_to_go_back
from tabularium.log.keys import Signer, sign_checkpoint
from tabularium.log.signing import configuration, signers
from tabularium.log.told import log_folder, verifier_keys
from tabularium.register.lasting_files import held_alone
from tabularium.register.leaf_selectors import (
    GapError,
    commitments,
    has_begun,
    last_checkpoint,
    places_given,
)
from tabularium.register.services.log_places import enter_past, give_places, keep_checkpoint
from tabularium_verify.checkpoints import Checkpoint, check_checkpoint, read_checkpoint
from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import EMPTY_ROOT, Roots, leaf_hash

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Extended:
    """What was done.

    Attributes:
        size: how many leaves are given out now.
        new: how many of them were not before.
        signed: whether a checkpoint was signed.
        unwitnessed: why witnesses did not sign it, by the names that the register has for them; a run in
            which there is one has failed in that, though what is published is published.
    """

    size: int
    new: int = 0
    signed: bool = False
    unwitnessed: Mapping[str, str] = field(default_factory=dict)


def never() -> bool:
    """Whether to stop: never."""
    return False


def extend(stop: Callable[[], bool] = never) -> Extended | None:
    """Sign and give out what is due, and finish what was begun; safe at any time, and by two at once.

    Leaves wait for the last whole interval (an hour, if not set otherwise) to be over: one that came to
    be a minute ago never is in a checkpoint alone, which would tell whose it is.

    Args:
        stop: asked between steps that may take long; once true, the rest is left for the next time.

    Returns:
        None if another process is at it, or it was told to stop.

    Raises:
        LogError: the log must not go on, or too few witnesses signed; says what to do.
        KeyFileError, LogConfigurationError: its keys cannot be used.
        OSError: a file cannot be written.
    """
    folder = log_folder()
    with _alone(folder) as held:
        if not held:
            return None
        keys = signers()
        before = folder.size()
        unwitnessed = resume(folder, keys)
        if not has_begun() and not enter_past(stop):
            return None
        size = give_places(last_mark(clock.now()))
        new = _sign(folder, keys, size)
        signed = new is not None
        told = unwitnessed if new is None else new
        return Extended(folder.size(), folder.size() - before, signed, told)


def has_keys() -> bool:
    """Whether a key was made: without one a register has no log yet.

    Raises:
        LogConfigurationError: the file that may name a token is not right.
    """
    return settings.LOG_KEYS.exists() or configuration().token is not None


def last_mark(now: datetime) -> datetime:
    """The last instant at which an interval ended: with an hour's interval, the last full hour in UTC."""
    every = timedelta(seconds=settings.LOG_EVERY)
    return now - (now - _EPOCH) % every


def compare(folder: LogFolder) -> None:
    """Make sure that folder and database are of one log, and neither is older than it may be.

    Raises:
        LogError: they are not; says what to do.
    """
    signed = folder.signed()
    if signed is None:
        _refuse_if_lost(folder)
        return
    found = _read(signed)
    placed = places_given()
    if placed < found.size:
        refuse_to_go_back(found, Checkpoint(found.origin, placed, EMPTY_ROOT))
    row = last_checkpoint(found.origin)
    kept = None if row is None else Checkpoint(row.origin, row.size, bytes(row.root))
    if kept is not None and kept.size > found.size:
        # An older copy of the folder: what is in the database goes on from it, or is refused there.
        return
    if kept is None or kept.size < found.size:
        _lead_to(found)
    else:
        refuse_to_go_back(found, kept)


def resume(folder: LogFolder, keys: Sequence[Signer]) -> Mapping[str, str]:
    """Finish what was signed: keep it at both places, and give it out.

    Returns:
        Why witnesses did not sign it, by their names.

    Raises:
        LogError: folder and database are not of one log, or too few witnesses signed.
        OSError: a file cannot be written.
    """
    compare(folder)
    _refuse_other_name(folder, keys[0].name)
    row, signed = last_checkpoint(keys[0].name), folder.signed()
    if row is not None and (signed is None or read_checkpoint(signed).size < row.size):
        folder.keep_signed(row.note.encode())
        signed = row.note.encode()
    if signed is None:
        return {}
    if row is None or row.size < read_checkpoint(signed).size:
        keep_checkpoint(read_checkpoint(signed), signed)
    return _publish(folder) if folder.published() != signed else {}


def _sign(folder: LogFolder, keys: Sequence[Signer], size: int) -> Mapping[str, str] | None:
    """Sign and give out; why witnesses did not sign. None if there is nothing new to sign."""
    signed = folder.signed()
    if signed is not None and read_checkpoint(signed).size == size and _by(keys, signed):
        return None
    tree = folder.tree()
    with _as_log_errors():
        for _ in tree.append(commitments(tree.size, size)):
            pass
    checkpoint = Checkpoint(keys[0].name, tree.size, tree.root())
    if signed is not None:
        refuse_to_go_back(read_checkpoint(signed), checkpoint)
    note = sign_checkpoint(checkpoint, keys)
    folder.keep_signed(note)
    keep_checkpoint(checkpoint, note)
    return _publish(folder)


def _by(keys: Sequence[Signer], note: bytes) -> bool:
    """Whether today's key signed it: after a rotation it has to, even if nothing else is new."""
    try:
        check_checkpoint(note, keys[0].verifier)
    except VerificationError:
        return False
    return True


def _publish(folder: LogFolder) -> Mapping[str, str]:
    """Show what was signed to the witnesses, and give it out; by witness, why it did not sign."""
    with _as_log_errors():
        unwitnessed = let_witnesses_sign(
            folder, configuration(), commitments, settings.NOTICES_CERTIFICATES
        )
        folder.publish(commitments)
    return unwitnessed


def _lead_to(signed: Checkpoint) -> None:
    """Make sure that the leaves in the database are those that were signed: looked at from the first on.

    Raises:
        LogError: they are not.
    """
    roots = Roots()
    with _as_log_errors():
        for each in commitments(0, signed.size):
            roots.append(leaf_hash(each))
    refuse_to_go_back(signed, Checkpoint(signed.origin, roots.size, roots.root()))


def _refuse_if_lost(folder: LogFolder) -> None:
    """Make sure that nothing was signed, if the folder has nothing that was.

    Raises:
        LogError: something was.
    """
    names = {each.name for each in verifier_keys()}
    row = next(filter(None, map(last_checkpoint, names)), None)
    if folder.published() is not None or (row is not None and row.size):
        raise LogError(
            f"There is no file signed in {folder.path}, though checkpoints were signed. Put the folder "
            "back as it was; nothing is signed until then."
        )


def _refuse_other_name(folder: LogFolder, name: str) -> None:
    signed = folder.signed()
    if signed is not None and read_checkpoint(signed).origin != name:
        raise LogError(
            f"The log in {folder.path} is called {read_checkpoint(signed).origin}, and the keys are of "
            f"{name}. A log of another name needs another folder."
        )


def _read(note: bytes) -> Checkpoint:
    try:
        return read_checkpoint(note)
    except VerificationError as error:
        raise LogError(f"The file signed of the log is damaged: {error}. Put it back.") from error


@contextmanager
def _as_log_errors() -> Iterator[None]:
    try:
        yield
    except GapError as error:
        raise LogError(
            f"{error} Restore the newest backup; nothing is signed until then."
        ) from error


@contextmanager
def _alone(folder: LogFolder) -> Iterator[bool]:
    """Whether this process is the only one that writes to the folder, until the block ends."""
    folder.path.mkdir(parents=True, exist_ok=True)
    with held_alone(folder.path / ".lock") as held:
        yield held
