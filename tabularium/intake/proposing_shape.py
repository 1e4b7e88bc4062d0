"""What a file looks like, for the item that is proposed of it: the same look as when it is submitted."""

from pathlib import Path

from tabularium.intake.readers import FileShape, look


def shape_of(path: Path) -> FileShape:
    """How the file is written; a guess of which every part can be said otherwise in the item.

    Raises:
        UnreadableFile: there is no such file, nothing in it, or no table that the register can read.
    """
    return look(path).shape
