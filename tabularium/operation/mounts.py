"""On what kind of file system a folder lies, by what Linux says of its mounts."""

import re
from collections.abc import Iterable
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")

# Where a lock may not hold or a write may not last: SQLite, "How To Corrupt An SQLite Database File", 2.1.
_OVER_A_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone", "fuse.davfs"),
        *("davfs", "ncpfs", "beegfs", "orangefs", "pvfs2", "virtiofs"),
    }
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def network_file_system(folder: Path) -> str:
    """The kind of the file system a folder lies on, if that is reached over a network; else "".

    Where the machine does not say, as on another system than Linux, it is "" too.
    """
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    kind = _kind_of(folder.resolve(), lines)
    return kind if kind in _OVER_A_NETWORK else ""


def _kind_of(folder: Path, lines: Iterable[str]) -> str:
    """The kind of the mount that is nearest above; of several at one place the last covers the others."""
    nearest, found = -1, ""
    for line in lines:
        about, _, of = line.partition(" - ")
        fields = about.split(" ")
        if len(fields) < 5 or not of:  # noqa: PLR2004 - proc(5): the fifth is where it is mounted
            continue
        place = Path(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        if folder.is_relative_to(place) and len(place.parts) >= nearest:
            nearest, found = len(place.parts), of.split(" ")[0]
    return found
