"""A register in a file, for the test that lets two processes work on it: prepare, tick and check.

Each call is a process of its own; TABULARIUM_DATA names the folder. Answers are JSON on standard output.
"""

import json
import os
import sys
from dataclasses import asdict
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabularium.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up before

from tabularium import clock  # noqa: E402 - the same
from tabularium.register import services  # noqa: E402 - the same
from tabularium.register.consistency import check  # noqa: E402 - the same
from tabularium.register.models import Event  # noqa: E402 - the same
from tests.builders import Town, a_replier, in_notice, published  # noqa: E402 - the same
from tests.conftest import START  # noqa: E402 - the same

PUBLISHED, LAPSED = 12, 4


def prepare() -> dict[str, object]:
    """A register in which so many entries wait to be published and so many to lapse, at one instant."""
    call_command("migrate", verbosity=0)
    with clock.simulated(START) as move:
        town = Town()
        for _ in range(LAPSED):
            entry = published(town, move)
            entry = services.object_to(entry.pk, by=a_replier(entry.organisation), text="No.")
        assert entry.lapses_at is not None
        for _ in range(PUBLISHED):
            in_notice(town)
        return {"at": entry.lapses_at.isoformat()}


def tick(at: str) -> dict[str, object]:
    """Tick at that instant, as soon as a line comes on standard input."""
    with clock.simulated(datetime.fromisoformat(at)):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        return asdict(services.tick())


def count() -> dict[str, object]:
    """How often what happened, and whether the register is consistent."""
    types = list(Event.objects.values_list("type", flat=True))
    return {
        "events": {type_: types.count(type_) for type_ in set(types)},
        "problems": [f"{each.where}: {each.what}" for each in check().problems],
    }


if __name__ == "__main__":
    sys.stdout.write(
        json.dumps({"prepare": prepare, "tick": tick, "count": count}[sys.argv[1]](*sys.argv[2:]))
    )
