"""Building the files of open data beside the old ones, and putting them in their place in one step.

The folder `open-data` has a folder for each build and a link, `current`, to the one that is given out. The
link is replaced by a rename once everything has reached the disk: whoever opens a file before reads the
old build to its end, for an opened file outlives its removal. A crash leaves the old build or the new one,
and at most a folder that no link names, which the next build removes.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.conf import settings

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.opendata.descriptions import described
from tabularium.opendata.last_build import LastBuild, program, reading, usable
from tabularium.opendata.logs import log_of
from tabularium.opendata.writers import FORMATS, FileBeingWritten
from tabularium.register.ids import new_id
from tabularium.register.lasting_files import held_alone, sync_path
from tabularium.register.public_changes import Cursor, begin, first_end_after
from tabularium.register.services.public_changes import place_changes

CURRENT = "current"
MANIFEST = "manifest.json"
WHOLE = "all"
"""What the files that hold every kind are called after."""

LONGEST = timedelta(hours=26)
"""No file holds longer: by then the next nightly build has taken its place."""

Sync = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of records that is given out.

    Attributes:
        name: of the file.
        kind: of the entries in it; "all" for every kind.
        ending: of its format.
        rows: how many records are in it.
        length: how long it is, in bytes.
        sha256: its digest in hexadecimal.
        valid_until: a copy is to be deleted by then.
    """

    name: str
    kind: str
    ending: str
    rows: int
    length: int
    sha256: str
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Build:
    """What one build made.

    Attributes:
        folder: where its files are.
        built_at: what was public at that instant is in it.
        cursor: of the feed of changes: what changed since stands behind it.
        files: the files of records, by name.
        log: the log's checkpoint that was out then: origin, size and root; None if there was none.
        program: digest of the programs that made the records.
        whole_at: when all records were last read from the register.
    """

    folder: Path
    built_at: datetime
    cursor: Cursor
    files: Mapping[str, DataFile]
    log: Mapping[str, Any] | None
    program: str
    whole_at: datetime

    @property
    def valid_until(self) -> datetime:
        """When the first of its files is not to be given out any more."""
        return min(each.valid_until for each in self.files.values())


class AlreadyBuildingError(Exception):
    """Another process is building."""


def open_data_folder() -> Path:
    """Where builds lie."""
    return Path(settings.DATA_FOLDER) / "open-data"


def current_build() -> Build | None:
    """The build that is given out; None if there is none yet."""
    link = open_data_folder() / CURRENT
    try:
        return read_build(link.parent / link.readlink())
    except FileNotFoundError:
        return None


def read_build(folder: Path) -> Build:
    """The build whose files lie in a folder, as its manifest describes it.

    Raises:
        FileNotFoundError: there is none.
    """
    said = json.loads((folder / MANIFEST).read_text("utf-8"))
    files = [
        DataFile(**{**each, "valid_until": datetime.fromisoformat(each["valid_until"])})
        for each in said["files"]
    ]
    return Build(
        folder=folder,
        built_at=datetime.fromisoformat(said["built_at"]),
        cursor=Cursor.read(said["cursor"]),
        files=MappingProxyType({each.name: each for each in files}),
        log=said["log"],
        # Former programs did not say so; then their files are not built upon.
        program=said.get("program", ""),
        whole_at=datetime.fromisoformat(said.get("whole_at", said["built_at"])),
    )


def build(*, sync: Sync = os.fsync, from_nothing: bool = False) -> Build:
    """Write all files of what is public now, and put them in the place of the old ones.

    Args:
        sync: lets what was written to a file reach the disk.
        from_nothing: read all records from the register, and take none over from the old files.

    Raises:
        AlreadyBuildingError: another process is at it.
        OSError: the folder cannot be written to.
    """
    root = open_data_folder()
    root.mkdir(parents=True, exist_ok=True)
    with _alone(root):
        _clear_away(root)
        place_changes()
        # What changes from here on makes the files stale, whether or not it is in them.
        now = clock.now()
        cursor, log = begin(now), log_of()
        folder = root / f"build-{now:%Y%m%dT%H%M%S}-{new_id()}"
        folder.mkdir()
        last = None if from_nothing else usable(current_build(), now)
        files = _write_files(folder, now, last, sync)
        made = Build(
            folder=folder,
            built_at=now,
            cursor=cursor,
            files=MappingProxyType({each.name: each for each in files}),
            log=log,
            program=program(),
            whole_at=now if last is None else last.whole_at,
        )
        _write_texts(made, sync)
        _put_in_place(root, folder, sync)
        _clear_away(root)
    return made


def withdraw_files() -> None:
    """Take the files away, where nobody is to build any; readers in the middle of one are not disturbed."""
    root = open_data_folder()
    if root.is_dir():
        (root / CURRENT).unlink(missing_ok=True)
        with _alone(root):
            _clear_away(root)


def _write_files(folder: Path, now: datetime, last: LastBuild | None, sync: Sync) -> list[DataFile]:
    """All files: of each kind, and of all kinds in the order of the kinds."""
    ends = {kind: first_end_after(now, kind) for kind in Kind}
    until = {
        kind: min(filter(None, (now + LONGEST, end)))
        for kind, end in [*ends.items(), (WHOLE, min(filter(None, ends.values()), default=None))]
    }
    with ExitStack() as stack:
        open_files = {
            (kind, ending): FileBeingWritten(
                folder / f"entries-{kind}.{ending}", FORMATS[ending], until[kind]
            )
            for kind in (*Kind, WHOLE)
            for ending in FORMATS
        }
        for each in open_files.values():
            stack.callback(each.discard)
        records_of = stack.enter_context(reading(last, now))
        for kind in Kind:
            for records in records_of(kind):
                for ending, each_format in FORMATS.items():
                    encoded = each_format.writer.encoded(records)
                    for name in (kind, WHOLE):
                        open_files[name, ending].write_encoded(encoded, len(records))
        for each in open_files.values():
            each.finish(sync)
    return [
        DataFile(
            each.path.name,
            str(kind),
            ending,
            each.rows,
            each.written.length,
            each.written.digest.hexdigest(),
            each.valid_until,
        )
        for (kind, ending), each in open_files.items()
    ]


def _write_texts(made: Build, sync: Sync) -> None:
    write_manifest(made, sync)
    for name, text in described(made).items():
        _write_text(made.folder / name, text, sync)
    sync_path(made.folder, sync)


def write_manifest(made: Build, sync: Sync) -> None:
    """Write what `read_build` reads."""
    manifest = {
        "built_at": made.built_at.isoformat(),
        "cursor": str(made.cursor),
        "log": made.log,
        "program": made.program,
        "whole_at": made.whole_at.isoformat(),
        "files": [
            {**asdict(each), "valid_until": each.valid_until.isoformat()}
            for each in made.files.values()
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    _write_text(made.folder / MANIFEST, text, sync)


def _write_text(file: Path, text: str, sync: Sync) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        sync(stream.fileno())


def _put_in_place(root: Path, folder: Path, sync: Sync) -> None:
    fresh = root / f"{CURRENT}.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder.name)
    sync_path(root, sync)
    fresh.replace(root / CURRENT)
    sync_path(root, sync)


def _clear_away(root: Path) -> None:
    """Remove every build but the one that is given out."""
    link = root / CURRENT
    kept = link.readlink().name if link.is_symlink() else ""
    for each in root.glob("build-*"):
        if each.name != kept:
            shutil.rmtree(each)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with held_alone(root / "lock") as held:
        if not held:
            raise AlreadyBuildingError
        yield
