"""Which keys sign the log of this register: those in its file, or in the token that is named."""

from django.conf import settings

from tabularium.log.configuration import LogConfiguration, read_configuration
from tabularium.log.keys import KeyFileError, Signer, SigningKey, make_keys, read_keys, rotate_keys
from tabularium.log.token_keys import make_token_key, token_keys
from tabularium.log.told import tell


def configuration() -> LogConfiguration:
    """What is said of the log beyond the usual.

    Raises:
        LogConfigurationError: its file is not right.
    """
    return read_configuration(settings.LOG_CONFIGURATION)


def signers() -> list[Signer]:
    """The keys that sign now, that of today first: a token's if one is named, then those in the file of keys.

    Raises:
        LogConfigurationError: the file that names the token is not right.
        KeyFileError: a key cannot be used, or is of a log of another name.
        OSError: what readers are told of them cannot be written.
    """
    token = configuration().token
    found: list[Signer] = []
    if token is not None:
        found += token_keys(token, settings.LOG_NAME)
    if token is None or settings.LOG_KEYS.exists():
        found += read_keys(settings.LOG_KEYS)
    names = {each.name for each in found}
    if len(names) > 1:
        raise KeyFileError(f"The keys are of logs of several names: {', '.join(sorted(names))}.")
    tell(found)
    return found


def new_key(name: str) -> Signer:
    """Make the first key of the log: in the token if one is named, else in the file of keys.

    Raises:
        LogConfigurationError: the file that names the token is not right.
        KeyFileError: there is a key already, the token makes none, or the name is none.
        OSError: the file cannot be written.
    """
    token = configuration().token
    made: Signer = (
        make_keys(settings.LOG_KEYS, name) if token is None else make_token_key(token, name)
    )
    signers()
    return made


def rotate() -> SigningKey:
    """Put a new key in the place of today's in the file of keys; today's signs too until the next time.

    Raises:
        LogConfigurationError, KeyFileError, OSError: as `signers`; or a token signs, whose keys are named.
    """
    if configuration().token is not None:
        raise KeyFileError(
            "A token signs this log. Name a new key as key in log.toml and the one of today as former, and"
            " make it: tabularium log key new"
        )
    made = rotate_keys(settings.LOG_KEYS)
    signers()
    return made
