"""A register in which every sort of page has something to show, and the addresses of all its pages."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.test import Client

from tabularium.core.kinds import Kind
from tabularium.opendata.building import build
from tabularium.register import services
from tabularium.register.models import Authority, CatalogueItem, Finding
from tests import builders
from tests.public.test_log import grow
from tests.register.test_quality import FEBRUARY, submission

Move = Callable[[datetime], None]

LATER = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
LONG_NAME = "虚构" + "长名称" * 20 + "有限公司 Extraordinarilylongcompanynamewithoutanyspacesatall"
_LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def furnished(move: Move, settings: Any, folder: Path) -> list[str]:
    """A town with entries of every kind, files, figures, a log and open data.

    Returns:
        the addresses below a language of pages that the sitemap does not name: results of a search, a
        quarter's figures, and what is answered where there is nothing, or no more.
    """
    settings.DATA_FOLDER = folder
    settings.LOG_FOLDER = folder / "log"
    town = builders.Town()
    subject = builders.a_subject(LONG_NAME)
    over = builders.ended(town, move, subject=subject)
    penalty = builders.published(town, move, subject=subject, decision_number="N" * 80)
    by = builders.a_replier(penalty.organisation)
    services.answer(penalty.pk, by=by, text="We mended it.", shown=True, language="en")
    builders.annotated(town, penalty)
    builders.published(town, move, Kind.EXCLUSION, subject=subject)
    builders.published(town, move, Kind.LICENCE, subject=subject)
    court = builders.Town("court")
    Authority.objects.filter(pk=court.code).update(names={"en": "Court", "zh-hans": "虚构法院"})
    owed = builders.as_subject(town.authority)
    builders.published(court, move, Kind.JUDGMENT, subject=owed)
    builders.annotated(town, builders.broken(town, builders.promised(town)))
    _files_came(town)
    move(max(LATER, builders.clock.now()))
    grow(300)
    build(sync=lambda _: None)
    return [
        "?q=虚构",
        "?q=***",
        "?q=虚构&kind=penalty&since=2020-01-01",
        f"authorities/{town.code}/figures?period=2026-Q1",
        f"entries/{over.pk}",
        "entries/000000000000",
        "nothing-here",
    ]


def _files_came(town: builders.Town) -> None:
    """Two files, with what was found in them, so that there are figures."""
    for kind in (Kind.PENALTY, Kind.LICENCE):
        item = town.item(kind)
        CatalogueItem.objects.filter(pk=item.pk).update(frequency="monthly")
        found = [(2, Finding.Severity.ERROR, "wrong-date"), (12, "warning", "late")]
        submission(town, FEBRUARY, rows=100, entered=98, item=item, found=found)


def in_the_sitemap(language: str) -> list[str]:
    """Every address of one language that the sitemap names, without the server."""
    found = [
        _path(place) for part in _locations("/sitemap.xml") for place in _locations(_path(part))
    ]
    return [each for each in found if each.startswith(f"/{language}/")]


def _locations(address: str) -> list[str]:
    tree = ET.fromstring(Client().get(address).content)  # noqa: S314 - our own
    return [str(each.text) for each in tree.iter(_LOCATION)]


def _path(address: str) -> str:
    return address.removeprefix("http://testserver")
