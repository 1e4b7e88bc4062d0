"""What was signed is shown to the witnesses before it is given out."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from tabularium.log.configuration import LogConfiguration
from tabularium.log.folder import LogError, LogFolder
from tabularium.log.witnesses import cosign
from tabularium_verify.checkpoints import read_checkpoint
from tabularium_verify.tiles import Tile, TiledTree


def let_witnesses_sign(
    folder: LogFolder,
    configuration: LogConfiguration,
    entries: Callable[[int, int], Iterable[bytes]],
    certificates: str = "",
) -> Mapping[str, str]:
    """Ask the witnesses to sign the checkpoint that was signed last, and keep it with their signatures.

    Args:
        folder: of the log; what is given out there is what the witnesses probably saw last.
        configuration: names the witnesses, and how many of them must sign.
        entries: gives the log entries from one index to another, without the last.
        certificates: a file with certificates to trust beside the machine's own; "" for none.

    Returns:
        By witness, why it did not sign.

    Raises:
        LogError: too few signed. Nothing is to be given out; it can be asked again at any time.
        OSError: a file of the log cannot be read or written.
    """
    signed = folder.signed()
    if signed is None or not configuration.witnesses:
        return {}
    before = folder.published()
    old_size = read_checkpoint(before).size if before is not None else 0
    next_one = _Next(folder, read_checkpoint(signed).size, entries)
    done = cosign(signed, old_size, next_one.consistency, configuration.witnesses, certificates)
    if done.note != signed:
        folder.keep_signed(done.note)
    if len(done.by) < configuration.quorum:
        told = "; ".join(f"{code}: {why}" for code, why in done.failures.items())
        raise LogError(
            f"{len(done.by)} of {configuration.quorum} witnesses that must sign did, so nothing new is"
            f" published yet. {told}. They are asked again in the next run."
        )
    return done.failures


class _Next:
    """The log that is about to be given out, of which the files of the one before are at hand."""

    def __init__(
        self, folder: LogFolder, size: int, entries: Callable[[int, int], Iterable[bytes]]
    ) -> None:
        self._folder = folder
        self._size = size
        self._entries = entries
        self._new: dict[str, bytes] | None = None

    def consistency(self, size: int) -> list[bytes]:
        """The proof that it begins with all the leaves of an earlier one."""
        if self._new is None:
            tree = self._folder.tree()
            files = chain(tree.append(self._entries(tree.size, self._size)), tree.unfinished())
            self._new = {path: data for path, data in files if not path.startswith("tile/entries/")}
        return TiledTree(self._size, self._read).consistency(size)

    def _read(self, tile: Tile) -> bytes:
        found = (self._new or {}).get(tile.path)
        return self._folder.read(tile) if found is None else found
