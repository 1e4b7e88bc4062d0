"""All that is due, done once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command

from tabularium.accounts.tries import forget_tries
from tabularium.intake.uploads import process_waiting_uploads
from tabularium.log.configuration import LogConfigurationError
from tabularium.log.extending import extend, has_keys
from tabularium.log.folder import LogError
from tabularium.log.keys import KeyFileError
from tabularium.notices.delivering import deliver_waiting
from tabularium.opendata.schedule import build_if_due
from tabularium.operation.last import CHECKPOINT, UPKEEP, note
from tabularium.register.backups.forgetting import destroy_keys_that_are_due
from tabularium.register.failures import FAILURES, reason
from tabularium.register.leaf_selectors import has_begun
from tabularium.register.services.organisations import index_older
from tabularium.register.services.public_changes import place_changes
from tabularium.register.services.ticking import AT_MOST, TickReport, never, tick


@dataclass(slots=True)
class UpkeepReport:
    """What one run did.

    Attributes:
        tick: what the clock did to entries.
        uploads_read: how many files that members of authorities had sent were read to their end.
        uploads_failed: how many were not; each sender finds why on the page of the upload.
        notices_given: how many notices a receiving server accepted.
        notices_postponed: how many are tried again later by themselves.
        keys_destroyed: keys of backups whose month was over.
        failures: what failed, and why: the identity of an entry or the name of a chore, and one line that
            repeats nothing of what an entry says.
    """

    tick: TickReport = field(default_factory=TickReport)
    uploads_read: int = 0
    uploads_failed: int = 0
    notices_given: int = 0
    notices_postponed: int = 0
    keys_destroyed: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "published": self.tick.published,
            "lapsed": self.tick.lapsed,
            "erased": self.tick.erased,
            "left": self.tick.left,
            "uploads": {"read": self.uploads_read, "failed": self.uploads_failed},
            "notices": {"given": self.notices_given, "postponed": self.notices_postponed},
            "keys_destroyed": self.keys_destroyed,
            "failures": self.failures,
        }


def run_once(*, at_most: int = AT_MOST, stop: Callable[[], bool] = never) -> UpkeepReport:
    """Do all that is due now. What fails is in the report and holds nothing else back.

    Args:
        at_most: so many entries take a step.
        stop: asked between steps; once true, the rest is left for the next run.
    """
    report = UpkeepReport()
    try:
        report.tick = tick(at_most=at_most, stop=stop)
    except FAILURES as error:
        report.failures["what the clock does"] = reason(error)
    report.failures.update(report.tick.failures)
    for name, chore in _CHORES.items():
        if stop():
            break
        try:
            chore(report)
        except FAILURES as error:
            report.failures[name] = reason(error)
    try:
        note(UPKEEP, len(report.failures))
    except OSError as error:
        report.failures["the note that this was done"] = reason(error)
    return report


def _place_changes(_: UpkeepReport) -> None:
    place_changes()


def _index_older(_: UpkeepReport) -> None:
    index_older()


def _extend_log(report: UpkeepReport) -> None:
    try:
        # Without a key, as in a register of before the log, there is none yet; `init` makes one.
        done = extend() if has_keys() or has_begun() else None
        for witness, why in done.unwitnessed.items() if done is not None else ():
            report.failures[f"witness {witness}"] = why
        if done is not None and done.signed:
            note(CHECKPOINT)
    except (LogError, KeyFileError, LogConfigurationError) as error:
        report.failures[_LOG] = str(error)


def _read_uploads(report: UpkeepReport) -> None:
    done = process_waiting_uploads()
    report.uploads_read, report.uploads_failed = done.done, len(done.failures)
    for number, why in done.failures.items():
        if why in _NOT_THE_SENDERS:
            report.failures[f"upload {number}"] = why


_NOT_THE_SENDERS = {"database", "file-missing"}
"""Why a file was not read though nothing is wrong with it."""


def _send_notices(report: UpkeepReport) -> None:
    sent = deliver_waiting()
    report.notices_given, report.notices_postponed = sent.given, sent.postponed
    if sent.relay:
        report.failures["the mail relay"] = sent.relay
    for key in sent.failed:
        report.failures[f"notice {key}"] = "it failed for good; the authority's desk shows it"


def _build_open_data(_: UpkeepReport) -> None:
    build_if_due()


def _end_sessions(_: UpkeepReport) -> None:
    call_command("clearsessions", verbosity=0)


def _forget_tries(_: UpkeepReport) -> None:
    forget_tries()


def _destroy_keys(report: UpkeepReport) -> None:
    report.keys_destroyed = destroy_keys_that_are_due()


_LOG = "the log"
_CHORES: Mapping[str, Callable[[UpkeepReport], None]] = {
    "places of public changes": _place_changes,
    "files that were sent": _read_uploads,
    "notices that wait": _send_notices,
    # Before the files of open data, which name the checkpoint that is out.
    _LOG: _extend_log,
    "files of open data": _build_open_data,
    "the index of names": _index_older,
    "sessions that are over": _end_sessions,
    "tries that count no more": _forget_tries,
    "keys of backups": _destroy_keys,
}
