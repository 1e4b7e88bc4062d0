"""Kills a process that lets the log go on, at every step that it takes, and looks at what came of it.

As `tests/notices/killing.py`, from which the children come: one process that sets Django up makes public
changes, forks a child that is killed at its n-th step, looks at what is given out then, forks another that is
let go on, and lets the log be checked. n grows until a child comes to its end before it.

Usage: python -m tests.log.killing FOLDER EVERY; answers with one line of JSON. EVERY: 1 to kill after every
step that changes something (killed at any other, it is as killed at the last of these), 4 after every fourth;
0 to kill at every step whatever.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tests.notices.killing import MOST_STEPS, Outcome, every_step, in_a_child, until_alone

# Django was set up by the import above, and must be before.
from django.conf import settings  # isort: skip
from django.core.management import call_command  # isort: skip
from django.db import connection  # isort: skip

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.log import signing
from tabularium.log.checking import check_log
from tabularium.log.extending import extend
from tabularium.log.told import log_folder
from tabularium.register import services, triggers
from tabularium.register.models import Leaf, SignedCheckpoint
from tabularium.register.services import log_places
from tabularium_verify.checkpoints import read_checkpoint
from tests.builders import Town, a_draft
from tests.conftest import START

Move = Callable[[datetime], None]
HOUR = timedelta(hours=1)
AT_ONCE = 30
"""Leaves for which two processes give places at once."""


class Growing:
    """One public change more, and a log that is to take it up."""

    def __init__(self, town: Town, move: Move) -> None:
        self.town, self.move, self.leaves = town, move, 0

    def make(self) -> None:
        """Let something change."""
        self.change(1)
        self.move(clock.now() + HOUR)

    def change(self, times: int) -> None:
        """So many public changes."""
        for _ in range(times):
            services.approve(a_draft(self.town, Kind.LICENCE).pk, approver=self.town.approver)
        self.leaves += times

    def work(self) -> None:
        """What a process does."""
        until_alone(lambda: extend() is not None)

    def look_at_once(self) -> Iterator[str]:
        """What is wrong with what readers get while nobody has finished it."""
        folder = log_folder()
        published, signed = folder.published(), folder.signed()
        if published is None:
            return
        given_out = read_checkpoint(published)
        # Reads the edge of the tree from its tiles, and refuses what does not lead to the root.
        if folder.tree().root() != given_out.root:
            yield "what is given out does not lead to its checkpoint"
        if signed is None or read_checkpoint(signed).size < given_out.size:
            yield "a checkpoint is given out that is not kept"

    def look(self) -> Iterator[str]:
        """What is wrong when it was finished."""
        report = check_log()
        if (report.leaves, report.published) != (self.leaves, self.leaves):
            yield f"{report.published} of {report.leaves} leaves are given out, of {self.leaves}"
        for each in report.problems:
            yield f"{each.where}: {each.what}"


class Beginning(Growing):
    """A register that is older than its log: each time it is as if there had never been one."""

    def make(self) -> None:
        for each in sorted(settings.LOG_FOLDER.rglob("*"), reverse=True):
            each.rmdir() if each.is_dir() else each.unlink()
        triggers.remove(connection)
        Leaf.objects.all().delete()
        SignedCheckpoint.objects.all().delete()
        triggers.install(connection)
        self.move(clock.now() + HOUR)

    def change(self, times: int) -> None:
        super().change(times)
        # So that the past is more than one transaction.
        log_places.BLOCK = 2


def changes(name: str) -> bool:
    """Whether a step may have changed something. What is written to a file is there when it is synced."""
    before, _, what = name.partition(" ")
    return before == "after" and what not in {"", "SELECT", "SAVEPOINT", "RELEASE", "BEGIN", "open"}


def kill_at_steps(story: Growing, log: Path, every: int) -> Outcome:
    """Kill at the first step that counts, at the one `every` later, and so on, until one ends."""
    counts = changes if every else every_step
    outcome = Outcome()
    story.make()
    story.work()
    outcome.wrong += story.look()
    for number in range(1, MOST_STEPS, every or 1):
        story.make()
        whole = in_a_child(story.work, number, log, counts)
        where = "" if whole else log.read_text("utf-8")
        wrong = [*story.look_at_once()]
        assert in_a_child(story.work, 0, log)
        wrong += story.look()
        outcome.wrong += [f"killed at {number}, {where}: {each}" for each in wrong]
        if whole:
            outcome.steps = number - 1
            break
    return outcome


def two_at_once(story: Growing) -> list[int]:
    """Two processes give places to the same leaves, one at a time in each transaction; what they gave."""
    before = Leaf.objects.filter(index__isnull=False).count()
    story.change(AT_ONCE)
    log_places.AT_ONCE = 1
    connection.close()
    start, go = os.pipe()
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            os.close(go)
            os.read(start, 1)
            log_places.give_places(clock.now() + HOUR)
            os._exit(0)
        children.append(child)
    os.close(start)
    # Both begin when nobody can write to the pipe any more.
    os.close(go)
    assert {os.waitpid(each, 0)[1] for each in children} == {0}
    given = Leaf.objects.filter(index__gte=before).order_by("event").values_list("index", flat=True)
    return [each - before for each in given if each is not None]


def main(folder: str, every: str) -> None:
    call_command("migrate", verbosity=0)
    clock.allow_simulation()
    log = Path(folder) / "killed-at"
    with clock.simulated(START) as move:
        signing.new_key(settings.LOG_NAME)
        town = Town()
        beginning = Beginning(town, move)
        beginning.change(3)
        began = kill_at_steps(beginning, log, int(every))
        growing = Growing(town, move)
        growing.leaves = beginning.leaves
        grew = kill_at_steps(growing, log, int(every))
        told = {"began": vars(began), "grew": vars(grew), "two": two_at_once(growing)}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
