"""Which files of open data hold something that is not public any more, and must not be given out."""

from collections.abc import Collection
from datetime import datetime

from tabularium.opendata.building import WHOLE, Build, DataFile
from tabularium.register.public_changes import changed_kinds


def is_stale(build: Build, file: DataFile, now: datetime) -> bool:
    """Whether a file may not be given out at `now`.

    That is so from the instant at which an entry in it ends by its date, and at once when one was objected
    to, stayed, withdrawn, corrected, or what stands beside it changed: the files say then what is not so.
    An entry that was published since leaves them right; it waits for the next build.
    """
    if now >= file.valid_until:
        return True
    changed = changed_kinds(build.cursor, build.built_at)
    return bool(changed) and (file.kind == WHOLE or file.kind in changed)


def stale_files(build: Build, now: datetime) -> Collection[str]:
    """Names of the files that may not be given out at `now`."""
    changed = changed_kinds(build.cursor, build.built_at)
    return {
        each.name
        for each in build.files.values()
        if now >= each.valid_until or (changed and (each.kind == WHOLE or each.kind in changed))
    }
