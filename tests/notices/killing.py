"""Kills a process that sends notices, at every step that it takes, and looks at what came of it.

A nursery: one process that sets Django up, makes notices, forks a child that sends them and is killed by
SIGKILL at its n-th step, forks another that is let go on, and looks. n grows until a child comes to its end
before it. A step is the moment before or after a statement to the database, a commit, a word to or from
another machine, and a change of a file: the child wraps these for itself, and the programs know nothing
of it.

Usage: python -m tests.notices.killing STORY RECEIVERS FOLDER [EVERY]; answers with one line of JSON.
EVERY: 1 to kill at every step, 5 at every fifth.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabularium.settings")
django.setup()

# Django must be set up before.
import http.client  # noqa: E402
import smtplib  # noqa: E402
import ssl  # noqa: E402

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from tabularium import clock  # noqa: E402
from tabularium.core.kinds import NoticeChannel  # noqa: E402
from tabularium.intake.safe_cells import DelimitedTable  # noqa: E402
from tabularium.notices import posted, posting  # noqa: E402
from tabularium.notices.contents import key_of  # noqa: E402
from tabularium.notices.delivering import deliver_waiting  # noqa: E402
from tabularium.register.consistency import check  # noqa: E402
from tabularium.register.models import Delivery, Event, Notice  # noqa: E402
from tests.builders import Town  # noqa: E402
from tests.conftest import START  # noqa: E402
from tests.notices.conftest import Receivers, approved  # noqa: E402

MOST_STEPS = 1000


@dataclass
class Steps:
    """Counts the steps of a child, and ends it at one of them."""

    deadly: int
    log: Path
    counts: Callable[[str], bool]
    taken: int = 0

    def step(self, name: str) -> None:
        self.taken += self.counts(name)
        if self.taken == self.deadly:
            # The steps of writing that down are not its own.
            self.deadly = 0
            self.log.write_text(name, "utf-8")
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrapped(*arguments: Any, **named: Any) -> Any:
            self.step(f"before {name}")
            answer = function(*arguments, **named)
            self.step(f"after {name}")
            return answer

        return wrapped

    def statement(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        verb = sql.split(" ", 1)[0]
        self.step(f"before {verb}")
        answer = execute(sql, parameters, many, context)
        self.step(f"after {verb}")
        return answer


PLACES: list[tuple[Any, str]] = [
    (smtplib.SMTP, "connect"),
    (smtplib.SMTP, "send"),
    (smtplib.SMTP, "getreply"),
    (ssl.SSLContext, "wrap_socket"),
    (http.client.HTTPConnection, "send"),
    (http.client.HTTPConnection, "getresponse"),
    (Path, "mkdir"),
    (Path, "write_bytes"),
    (Path, "open"),
    (Path, "rename"),
    (Path, "replace"),
    (os, "fsync"),
]


def every_step(_: str) -> bool:
    """Each of them counts."""
    return True


def in_a_child(
    work: Callable[[], None], deadly: int, log: Path, counts: Callable[[str], bool] = every_step
) -> bool:
    """Do some work in a child; whether it came to its end, and was not killed at the step of that number."""
    connection.close()
    child = os.fork()
    if child == 0:
        steps = Steps(deadly, log, counts)
        with ExitStack() as stack:
            for owner, name in PLACES:
                wrapped = steps.around(name, getattr(owner, name))
                stack.enter_context(mock.patch.object(owner, name, wrapped))
            commit = steps.around("commit", connection._commit)
            stack.enter_context(mock.patch.object(connection, "_commit", commit))
            stack.enter_context(connection.execute_wrapper(steps.statement))
            work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return True


@dataclass
class Outcome:
    """What came of it: steps, after which step something arrived twice, and what went wrong."""

    steps: int = 0
    doubles: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Story:
    """Notices that are made, the work on them, and what must have come of it."""

    def __init__(self, receivers: Receivers, folder: Path) -> None:
        self.receivers, self.folder = receivers, folder
        self.town = Town()

    def make(self) -> None:
        """Make the notices of one round."""
        raise NotImplementedError

    def work(self) -> None:
        """What a process does, once or as often as it is run."""
        raise NotImplementedError

    def look(self) -> Iterator[str]:
        """What is wrong after it was killed and run again."""
        raise NotImplementedError

    def doubles(self) -> int:
        """How many things arrived more than once in this round."""
        return 0


def until_alone(work: Callable[[], bool]) -> None:
    """Do the work as soon as nobody else is at it: a server notices late that its client was killed."""
    for _ in range(2_000):
        if work():
            return
        time.sleep(0.05)
    raise AssertionError("the lock of a process that was killed is still held")


def _given_once(notice: Notice) -> Iterator[str]:
    notice.refresh_from_db()
    events = Event.objects.filter(version=notice.version_id, type="notified").count()
    if (notice.state, events) != ("given", 1):
        yield f"{notice} is {notice.state}, noticed {events} times"
    if Delivery.objects.filter(notice=notice, ended_at=None).exists():
        yield f"{notice} has an attempt without an end"


class Sending(Story):
    """A mail and a call."""

    def make(self) -> None:
        to = [(NoticeChannel.EMAIL, "office@firm.example")]
        to.append((NoticeChannel.MAILBOX, self.receivers.mailbox()))
        self.notices = [approved(self.town, channel, where)[1] for channel, where in to]

    def work(self) -> None:
        until_alone(lambda: not deliver_waiting().busy)

    def _arrived(self) -> list[int]:
        mail, call = map(key_of, self.notices)
        mails = [each["headers"]["message-id"] for each in self.receivers.mails]
        calls = [each["headers"]["idempotency-key"] for each in self.receivers.calls]
        return [mails.count(f"<{mail}@register.example>"), calls.count(f'"{call}"')]

    def look(self) -> Iterator[str]:
        for notice, times in zip(self.notices, self._arrived(), strict=True):
            yield from _given_once(notice)
            in_doubt = notice.deliveries.filter(outcome=Delivery.Outcome.UNKNOWN).count()
            # What arrived twice arrived in the one gap, and the register knows that it was in doubt.
            if not 1 <= times <= 1 + in_doubt:
                yield f"{notice} arrived {times} times, with {in_doubt} attempts in doubt"

    def doubles(self) -> int:
        return sum(times > 1 for times in self._arrived())


class Printing(Story):
    """Two letters of one authority."""

    def make(self) -> None:
        self.notices = [
            approved(self.town, NoticeChannel.LETTER, f"{number} Made-up Street")[1]
            for number in range(2)
        ]

    def work(self) -> None:
        # What a letter looks like is tried elsewhere; here it takes no time.
        told = mock.patch.object(posting, "letter", lambda content, _: content.key.encode())
        with told:
            until_alone(lambda: not posting.make_lists(self.folder).busy)

    def look(self) -> Iterator[str]:
        listed = [
            each.parent / row.cells[posting.FILE]
            for each in self.folder.glob(f"*/{posting.LIST_NAME}.csv")
            for row in posted.open_rows(each, posted.SHAPE)
        ]
        for notice in self.notices:
            notice.refresh_from_db()
            key = key_of(notice)
            files = [each for each in listed if key in each.name]
            if notice.state != "printed" or len(files) != 1:
                yield f"{notice} is {notice.state} and stands on {len(files)} lists"
            elif files[0].read_bytes() != key.encode():
                yield f"the letter of {notice} is not whole"
        if [each for each in self.folder.iterdir() if each.name.startswith(".")]:
            yield "something half made is left"
        # The lists of one round are not looked through in the next.
        shutil.rmtree(self.folder)
        self.folder.mkdir()


class Posting(Printing):
    """A posting list that is read with the days of posting."""

    def make(self) -> None:
        super().make()
        super().work()
        self.list = self.folder / "filled.csv"
        with self.list.open("w", encoding="utf-8", newline="") as file:
            table = DelimitedTable(file, posting.COLUMNS)
            for notice in self.notices:
                day = date(*clock.now().timetuple()[:3]).isoformat()
                table.append(["", "", key_of(notice), "", "", "", day])

    def work(self) -> None:
        report = posted.confirm(self.list, by=self.town.clerk)
        assert report.problems == [], report.problems

    def look(self) -> Iterator[str]:
        for notice in self.notices:
            yield from _given_once(notice)
            entered = notice.deliveries.filter(entered_by=self.town.clerk).count()
            if entered != 1:
                yield f"{notice} was entered {entered} times"


STORIES: dict[str, type[Story]] = {
    "sending": Sending,
    "printing": Printing,
    "posting": Posting,
}


def kill_at_steps(story: Story, move: Callable[[Any], None], log: Path, every: int) -> Outcome:
    """Kill at the first step, at the one `every` steps later, and so on, until a child comes to its end."""
    outcome = Outcome()
    # Once without a child, so that no child has to load what the work needs.
    story.make()
    story.work()
    outcome.wrong += story.look()
    for number in range(1, MOST_STEPS, every):
        move(clock.now() + timedelta(minutes=1))
        story.make()
        whole = in_a_child(story.work, number, log)
        where = "" if whole else log.read_text("utf-8")
        assert in_a_child(story.work, 0, log)
        outcome.wrong += [f"killed at {number}, {where}: {each}" for each in story.look()]
        if story.doubles():
            outcome.doubles.append(where)
        if whole:
            outcome.steps = number - 1
            break
    outcome.wrong += [f"{each.where}: {each.what}" for each in check().problems]
    return outcome


def main(name: str, receivers: str, folder: str, every: str = "1") -> None:
    told = json.loads(receivers)
    there = Receivers(Path(told["folder"]), told["ports"])
    settings.NOTICES_SMTP, settings.NOTICES_SENDER = there.smtp, "notices@register.example"
    settings.NOTICES_MAILBOX_NETWORKS = ["127.0.0.0/8", "::1/128"]
    settings.NOTICES_CERTIFICATES = there.certificate
    call_command("migrate", verbosity=0)
    clock.allow_simulation()
    with clock.simulated(START) as move:
        story = STORIES[name](there, Path(folder))
        outcome = kill_at_steps(story, move, Path(folder).parent / "killed-at", int(every))
    sys.stdout.write(json.dumps(vars(outcome), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
