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
