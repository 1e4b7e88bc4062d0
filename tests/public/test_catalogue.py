"""The catalogue and the pages of its items, those of the examples among them."""

import re
from datetime import date
from pathlib import Path

import pytest

from tabularium.intake.items import parse_item
from tabularium.register.models import CatalogueItem
from tests import builders
from tests.public.conftest import LANGUAGES, Reader
from tests.public.test_pages import words

ROOT = Path(__file__).resolve().parents[2]
REAL_ITEMS = sorted((ROOT / "examples" / "catalogue").glob("*.toml"))


@pytest.mark.parametrize("file", REAL_ITEMS, ids=lambda file: file.stem)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_items_of_the_examples_have_a_page(
    reader: Reader, town: builders.Town, file: Path, language: str
) -> None:
    definition = file.read_text("utf-8")
    item = parse_item(definition, file.name)
    CatalogueItem.objects.create(
        authority=town.authority,
        code=item.code,
        version=item.version,
        kind=item.kind,
        field=item.field,
        title=dict(item.title),
        legal_basis=item.legal_basis.citation,
        frequency=item.frequency,
        effective_from=item.effective_from,
        definition=definition,
    )
    html = reader.get(f"/{language}/catalogue/{item.code}")
    seen = words(html)
    # Two landmarks of one name are not told apart by who goes from one to the next.
    landmarks = re.findall(
        r'<(?:section|nav|[a-z]+ [^>]*role="region")[^>]*labelledby="(\w+)"', html
    )
    assert len(landmarks) == len(set(landmarks)) > 0
    for column in item.schema.fields:
        assert re.sub(r"\s+", " ", column.name.replace("&", "&amp;").replace("'", "&#x27;")) in seen


def test_an_item_shows_the_version_in_force_and_the_others_on_request(
    reader: Reader, town: builders.Town
) -> None:
    item = town.item()
    for version, since in ((2, date(2026, 3, 1)), (3, date(2027, 1, 1))):
        CatalogueItem.objects.create(
            authority=town.authority,
            code=item.code,
            version=version,
            kind=item.kind,
            field=item.field,
            title={"en": f"Made-up list {version}", "zh-hans": "虚构名录"},
            effective_from=since,
            definition="",
        )
    path = f"/en/catalogue/{item.code}"
    assert "Made-up list 2" in reader.get(path)
    assert "Made-up list 3" in reader.get(f"{path}?version=3")
    reader.get(f"{path}?version=4", 404)
    catalogue = reader.get("/en/catalogue")
    assert "Made-up list 2" in catalogue
    assert "Made-up list 3" not in catalogue


FIRST = """code = "made-up"
version = 1
title = { en = "Fines", zh-hans = "处罚" }
"""


def versions_of(town: builders.Town) -> None:
    """An item of four versions: one replaced at once, one used until the next, one to come, one over."""
    for version, since, until in (
        (1, date(2026, 1, 1), None),
        (2, date(2026, 1, 1), date(2026, 12, 31)),
        (3, date(2026, 3, 5), date(2026, 6, 30)),
    ):
        CatalogueItem.objects.create(
            authority=town.authority,
            code="made-up",
            version=version,
            kind="penalty",
            field="environment",
            title={"en": f"Made-up list {version}", "zh-hans": "虚构名录"},
            effective_from=since,
            effective_until=until,
            definition=FIRST.replace("version = 1", f"version = {version}"),
        )


def test_an_item_lists_its_versions_with_the_days_on_which_each_is_used(
    reader: Reader, town: builders.Town
) -> None:
    versions_of(town)
    seen = words(reader.get("/en/catalogue/made-up"))
    assert "Made-up list 2" in seen
    listed = seen[seen.index("Version Used Its file") :]
    assert listed.index("Version 1 never; replaced before its first day") < listed.index(
        "Version 2 1 January 2026 to 4 March 2026"
    )
    assert "Version 3 5 March 2026 to 30 June 2026" in listed
    chinese = words(reader.get("/zh-hans/catalogue/made-up?version=3"))
    assert "2026年3月5日" in chinese


def test_what_a_version_changed_can_be_read_and_the_file_of_each_be_had(
    reader: Reader, town: builders.Town
) -> None:
    versions_of(town)
    html = reader.get("/en/catalogue/made-up?version=2")
    assert "What changed after version 1" in html
    assert '<del lang="">version = 1</del>' in html
    assert '<ins lang="">version = 2</ins>' in html
    assert "code = " not in html
    assert "What changed" not in reader.get("/en/catalogue/made-up?version=1")
    for version in (1, 2, 3):
        answer = reader.answer(f"/en/catalogue/made-up/version-{version}.toml")
        assert answer.status_code == 200
        assert answer.content.decode() == FIRST.replace("version = 1", f"version = {version}")
        assert answer["Content-Type"] == "application/toml; charset=utf-8"
        assert f'filename="made-up-{version}.toml"' in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
    for missing in ("made-up/version-4.toml", "made-up/version-0.toml", "other/version-1.toml"):
        assert reader.answer(f"/en/catalogue/{missing}").status_code == 404
