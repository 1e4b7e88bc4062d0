"""Whether log and register are as they were: all of it worked out anew, from the database and the files.

What is compared: every leaf with what its event and its version say now; every checkpoint that was signed
with the leaves; every file with what it has to be; and the times of events with the checkpoints that have
them. `docs/log.md` says what this sees and what it cannot see.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf

from tabularium.log.checking_entries import entries_that_differ
from tabularium.log.checking_files import Files
from tabularium.log.folder import LogFolder
from tabularium.log.problems import Problem
from tabularium.log.told import log_folder, verifier_keys
from tabularium.register.leaf_selectors import placed_leaves, signed_checkpoints
from tabularium_verify.checkpoints import Checkpoint, check_checkpoint, read_checkpoint
from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import Roots, leaf_hash
from tabularium_verify.signed_notes import VerifierKey

LATE = timedelta(minutes=15)
"""A step that takes longer than this from its event to its end is taken for one that is dated back."""

_RESTORE = "Restore the newest backup that was made before; nothing is to be signed until then."


@dataclass(slots=True)
class LogReport:
    """What a check of the log saw.

    Attributes:
        leaves: how many leaves have a place.
        published: how many of them are given out.
        checkpoints: how many signed checkpoints were compared.
        entries: how many entries were compared with their leaves.
        problems: what differs.
    """

    leaves: int = 0
    published: int = 0
    checkpoints: int = 0
    entries: int = 0
    problems: list[Problem] = field(default_factory=list)


def check_log(kept: bytes | None = None) -> LogReport:
    """Work everything out anew, and say what differs. Writes nothing; memory does not grow with the log.

    Args:
        kept: a checkpoint that a reader kept, to be compared too.
    """
    report, folder = LogReport(), log_folder()
    sizes = _Sizes(report)
    for where, note in (("signed", folder.signed()), ("public/checkpoint", folder.published())):
        sizes.add_note(f"the file {where} of the log", note)
    if kept is not None:
        sizes.add_note("the checkpoint that was kept", kept)
    for row in signed_checkpoints():
        sizes.add(f"the checkpoint signed at {row.at:%Y-%m-%d %H:%M}", row.size, bytes(row.root))
        sizes.times.append(row.size)
    files = Files(folder, _published(folder))
    report.published = files.size
    last_note = signed_checkpoints().last()
    if last_note is not None:
        sizes.add_note("the last signed checkpoint in the database", last_note.note.encode())
    report.problems += sizes.walk(files)
    report.problems += files.beyond()
    report.problems += _both_sides(folder, report.leaves)
    for problem in entries_that_differ(report):
        report.problems.append(problem)
    return report


def _published(folder: LogFolder) -> int:
    try:
        return folder.size()
    except VerificationError:
        return 0


def _both_sides(folder: LogFolder, leaves: int) -> Iterator[Problem]:
    signed, rows = folder.signed(), signed_checkpoints().last()
    if signed is None:
        if rows is not None:
            yield Problem(
                "the folder of the log",
                "has no file signed, though checkpoints were signed. Put the folder back as it was",
            )
        return
    try:
        size = read_checkpoint(signed).size
    except VerificationError:
        return  # said already
    if size > leaves:
        yield Problem(
            "the database",
            f"has {leaves} leaves, and {size} were signed. Is it an older backup? {_RESTORE}",
        )
    elif rows is not None and rows.size > size:
        yield Problem(
            "the folder of the log",
            f"has a checkpoint of {size} leaves, and {rows.size} were signed. Is it an older copy? The next "
            "run of what is due brings it up to date, if it is of this log",
        )


class _Sizes:
    """Roots that leaves must lead to at some sizes, gathered, and looked at while the leaves go by."""

    def __init__(self, report: LogReport) -> None:
        self._report = report
        self._keys: list[VerifierKey] = verifier_keys()
        self._wanted: dict[int, list[tuple[str, bytes]]] = {}
        self._early: list[Problem] = []
        self.times: list[int] = []

    def add_note(self, where: str, note: bytes | None) -> None:
        """A checkpoint as it was signed: by one of the keys of this log."""
        if note is None:
            return
        try:
            found = _signed_by_any(note, self._keys)
        except VerificationError as error:
            self._early.append(
                Problem(
                    where,
                    f"is not one that this log's keys signed: {error}. Somebody signed another log under "
                    "this name, or the file is damaged. Compare with what readers and witnesses kept",
                )
            )
            return
        self.add(where, found.size, found.root)

    def add(self, where: str, size: int, root: bytes) -> None:
        """A root that the leaves have to lead to."""
        self._wanted.setdefault(size, []).append((where, root))
        self._report.checkpoints += 1

    def walk(self, files: Files) -> Iterator[Problem]:
        """Let all leaves go by, in their order."""
        yield from self._early
        roots, latest, limit = Roots(), _NEVER, _NEVER
        marks = iter([*sorted(set(self.times)), inf])
        mark = next(marks)
        yield from self._at(roots)
        for leaf in placed_leaves():
            if leaf.index != roots.size:
                yield Problem(
                    f"leaf {roots.size}",
                    f"is not in the database, and leaf {leaf.index} is. Somebody took it away. {_RESTORE}",
                )
                break
            while leaf.index >= mark:
                limit, mark = latest, next(marks)
            if leaf.at is None:
                yield Problem(
                    f"leaf {leaf.index}",
                    f"is of an event that is not in the database any more. {_RESTORE}",
                )
            elif leaf.at < limit - LATE:
                yield Problem(
                    f"leaf {leaf.index}",
                    f"is of an event dated {leaf.at:%Y-%m-%d %H:%M}, which is before others of a checkpoint "
                    "that does not have it: it was dated back. Ask who entered it, and when",
                )
            if leaf.at is not None:
                latest = max(latest, leaf.at)
            roots.append(leaf_hash(leaf.commitment))
            yield from files.take(leaf.commitment)
            yield from self._at(roots)
        self._report.leaves = roots.size
        yield from files.end()
        for size in sorted(each for each in self._wanted if each > roots.size):
            for where, _ in self._wanted[size]:
                yield Problem(
                    where, f"is of {size} leaves, and the database has {roots.size}. {_RESTORE}"
                )

    def _at(self, roots: Roots) -> Iterator[Problem]:
        for where, root in self._wanted.get(roots.size, ()):
            if roots.root() != root:
                yield Problem(
                    where,
                    f"does not fit the first {roots.size} leaves in the database: leaves were changed, or it "
                    f"is of another log. {_RESTORE}",
                )


_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _signed_by_any(note: bytes, keys: list[VerifierKey]) -> Checkpoint:
    error: VerificationError | None = None
    for key in keys:
        try:
            return check_checkpoint(note, key)[0]
        except VerificationError as found:
            error = error or found
    raise error or VerificationError("no key of this log is known")
