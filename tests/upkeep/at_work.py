"""A register in which much is due at one instant, for tests that run and kill processes on it.

Each call is a process of its own; TABULARIUM_DATA and TABULARIUM_DATABASE say where. Answers are JSON on
standard output.
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabularium.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up before

from tabularium import clock  # noqa: E402 - the same
from tabularium.register import services  # noqa: E402 - the same
from tabularium.register.backups.forgetting import register_keys  # noqa: E402 - the same
from tabularium.register.backups.keys import FORGET  # noqa: E402 - the same
from tabularium.register.backups.months import later, month_of  # noqa: E402 - the same
from tabularium.register.consistency import check  # noqa: E402 - the same
from tabularium.register.models import Entry, Erasure, Event  # noqa: E402 - the same
from tabularium.upkeep.running import run_once  # noqa: E402 - the same
from tests.builders import Town, a_replier, a_subject, in_notice  # noqa: E402 - the same
from tests.conftest import START  # noqa: E402 - the same

ERASED, PUBLISHED, LAPSED = 6, 6, 3
MARK = "Perishable Goods"
"""In every text of what is to be erased."""


def prepare() -> dict[str, object]:
    """So many entries to erase, to publish and to lapse, all due at one instant."""
    call_command("migrate", verbosity=0)
    with clock.simulated(START) as move:
        town = Town()
        over = [
            in_notice(
                town,
                subject=a_subject(f"{MARK} {number}"),
                summary=f"{MARK} were sold. " * 40,
                measure=MARK,
            )
            for number in range(ERASED)
        ]
        publish(over, move)
        for entry in over:
            services.withdraw(entry.pk, by=town.approver, reasons=f"{MARK} were not sold.")
        # Near enough to their erasure, which is due 90 days after.
        move(clock.now() + timedelta(days=60))
        objected = [in_notice(town) for _ in range(LAPSED)]
        publish(objected, move)
        for entry in objected:
            services.object_to(entry.pk, by=a_replier(entry.organisation), text="No.")
        for _ in range(PUBLISHED):
            in_notice(town)
        dues = [
            due
            for each in Entry.objects.exclude(stage="published", suspended=False)
            for due in (
                each.lapses_at,
                each.window_closes_at,
                each.withdrawn_at and each.erasable_from,
            )
            if due is not None
        ]
        at = max(dues)
        register_keys().get(FORGET, later(month_of(at), -1))
        return {"at": at.isoformat()}


def publish(entries: list[Entry], move: Callable[[datetime], None]) -> None:
    """Let the windows of all close at once."""
    closes = max(each.window_closes_at for each in entries if each.window_closes_at)
    move(closes)
    assert services.tick().published == len(entries)


def work(at: str) -> dict[str, object]:
    """Do all that is due at that instant, as soon as a line comes on standard input.

    Returns:
        The report on it, and the state after it: a process less is seconds less.
    """
    with clock.simulated(datetime.fromisoformat(at)):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        return {**run_once().as_json(), "state": state()}


def state() -> dict[str, object]:
    """What happened how often, whether all is consistent, and what is left to do."""
    types = list(Event.objects.values_list("type", flat=True))
    return {
        "events": {type_: types.count(type_) for type_ in set(types)},
        "problems": [f"{each.where}: {each.what}" for each in check().problems],
        "erasures": Erasure.objects.count(),
        "to_clear": Erasure.objects.filter(cleared_at=None).count(),
        "half": Entry.objects.filter(stage="erased").exclude(organisation=None).count(),
    }


if __name__ == "__main__":
    calls = {"prepare": prepare, "state": state, "work": partial(work, *sys.argv[2:])}
    sys.stdout.write(json.dumps(calls[sys.argv[1]]()))
