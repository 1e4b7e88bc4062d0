"""Where the log of this register is, and what its readers are told of its keys; no private key is needed."""

from collections.abc import Sequence

from django.conf import settings

from tabularium.log.folder import LogFolder
from tabularium.log.keys import Signer
from tabularium_verify.errors import VerificationError
from tabularium_verify.signed_notes import VerifierKey, parse_key

_TOLD = "verifier-keys"


def log_folder() -> LogFolder:
    """The folder of the log of this register."""
    return LogFolder(settings.LOG_FOLDER)


def verifier_keys() -> list[VerifierKey]:
    """What readers check checkpoints with, that of today first; none if no key was made yet.

    Raises:
        OSError: they cannot be read.
    """
    try:
        lines = (log_folder().path / _TOLD).read_text("ascii").splitlines()
        return [parse_key(each) for each in lines]
    except (FileNotFoundError, UnicodeDecodeError, VerificationError):
        return []


def tell(keys: Sequence[Signer]) -> None:
    """Note the verifier keys of the keys that sign, where pages and extracts find them.

    Raises:
        OSError: they cannot be written.
    """
    path = log_folder().path / _TOLD
    told = "".join(f"{each.verifier}\n" for each in keys)
    try:
        if path.read_text("ascii") == told:
            return
    except (FileNotFoundError, UnicodeDecodeError):
        path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.half-written")
    half.write_text(told, "ascii")
    half.replace(path)
