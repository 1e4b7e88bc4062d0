"""The extract as a document: what it says, in both languages, and that it can be read aloud."""

import io
from datetime import timedelta
from importlib.metadata import distribution

import pypdf
import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabularium import clock
from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.core.kinds import Kind
from tabularium.core.life_state import Appearance
from tabularium.extract import gathering
from tabularium.extract.gathering import Extract
from tabularium.extract.own_certificate import certificate
from tabularium.extract.printing import as_pdf
from tabularium.log.told import verifier_keys
from tabularium.register import services
from tabularium.register.models import Entry
from tabularium.register.visibility import appearance
from tabularium_verify.judging import judge
from tabularium_verify.reasons import Verdict
from tests import builders
from tests.extract.conftest import LANGUAGES, Log
from tests.register.conftest import Move


def extract_of(entry: Entry) -> Extract:
    shown, row = appearance(entry.pk, clock.now())
    assert shown is Appearance.PUBLIC
    assert row is not None
    return gathering.of_entry(row, clock.now())


@pytest.fixture
def extract(town: builders.Town, move: Move, log: Log) -> Extract:
    entry = builders.published(
        town, move, summary="产品抽检不合格。\n#set text(red) $x$ *bold* <b>"
    )
    replier = builders.a_replier(entry.organisation)
    services.answer(entry.pk, by=replier, text="We mended it.", shown=True, language="en")
    builders.annotated(town, entry, "The decision was appealed.")
    log.catch_up()
    return extract_of(entry)


def _read(extract: Extract, language: str) -> tuple[pypdf.PdfReader, str]:
    made = as_pdf(extract, extract.as_json(), certificate(), language)
    reader = pypdf.PdfReader(io.BytesIO(made))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


SAID = {
    "en": (
        *("Valid until", "Do not rely on it afterwards", "Public from here on", "Food safety"),
        *("That an entry is still in force", "The organisation’s answer", "How to object"),
        *("tabularium verify FILE --key KEY", "This is a certificate for tests", "Amount"),
    ),
    "zh-hans": (
        *("有效期至", "逾期请勿再作为依据", "开始公开", "食品安全", "记录仍然有效", "该组织的答复"),
        *("如何提出异议", "tabularium verify FILE --key KEY", "这是测试证书", "金额"),
    ),
}


def test_of_a_field_that_was_erased_it_says_so_and_all_else_stays_proven(
    town: builders.Town, move: Move, log: Log
) -> None:
    entry = builders.published(town, move, summary="Sold by the cook.")
    log.catch_up()
    services.erase_field(
        entry.pk,
        by=town.account("a-registrar", "registrar"),
        field=ErasableField.SUMMARY,
        rule=FieldErasureRule.PERSONAL_DATA,
    )
    extract = extract_of(entry)
    assert "Sold by the cook." not in extract.as_json().decode()
    for language, said in (("en", "it said something about a person"), ("zh-hans", "涉及个人信息")):
        _, text = _read(extract, language)
        assert said.replace(" ", "") in text.replace(" ", "")
        assert "Sold by the cook" not in text
    answer = judge(extract.as_json(), [str(each) for each in verifier_keys()], clock.now())
    assert answer.verdict is Verdict.PROVEN


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_all_of_the_entry_and_what_is_proven_in_the_reader_s_language(
    extract: Extract, language: str
) -> None:
    reader, text = _read(extract, language)
    version = extract.entries[0].current_version
    for said in (
        *SAID[language],
        *("We mended it.", "The decision was appealed.", "产品抽检不合格。"),
        *("#set text(red) $x$ *bold* <b>", version.decision_number, version.legal_basis),
        *(version.objection_route, version.measure, "https://register.example/entries/"),
        *("register.example/log", "4,965.70", "Tabularium test certificate"),
    ):
        assert said.replace(" ", "") in text.replace(" ", ""), said
    (attached,) = reader.attachments["extract.json"]
    assert attached == extract.as_json()


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh-hans", "zh-CN")])
def test_it_is_tagged_for_reading_aloud_and_kept_for_long(
    extract: Extract, language: str, tag: str
) -> None:
    reader, _ = _read(extract, language)
    root = reader.root_object
    assert root["/Lang"] == tag
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert extract.organisation.name in str(reader.metadata.title)
    sorts, alternatives = set(), set()
    todo = [root["/StructTreeRoot"]]
    while todo:
        node = todo.pop().get_object()
        if isinstance(node, list):
            todo += node
        elif isinstance(node, dict):
            sorts.add(node.get("/S"))
            alternatives.add(node.get("/Alt"))
            todo += [node["/K"]] if "/K" in node else []
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/L", "/P", "/Figure"} <= sorts
    assert any(f"/entries/{extract.entries[0].pk}" in str(each) for each in alternatives)
    told = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in told
    assert "<pdfuaid:part>1</pdfuaid:part>" in told


def test_it_is_the_same_to_the_byte_and_carries_its_font(extract: Extract) -> None:
    ours, data = certificate(), extract.as_json()
    assert as_pdf(extract, data, ours, "en") == as_pdf(extract, data, ours, "en")
    reader, _ = _read(extract, "zh-hans")
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("NotoSansCJK" in each for each in fonts)
    licence = distribution("manimgx-fonts-cjk").read_text("licenses/LICENSE")
    assert licence is not None
    assert "SIL Open Font License, Version 1.1" in licence


def test_it_ends_after_its_days_or_with_the_first_of_its_entries(
    town: builders.Town, move: Move, log: Log, settings: LazySettings
) -> None:
    entry = builders.published(town, move)
    log.catch_up()
    assert entry.public_until is not None
    header = extract_of(entry).header
    assert header.valid_until == header.made_at + timedelta(days=30)
    settings.EXTRACT_DAYS = 5000
    assert extract_of(entry).header.valid_until == entry.public_until


def test_an_organisation_s_extract_has_each_of_its_entries_and_no_sum_of_them(
    town: builders.Town, log: Log
) -> None:
    subject = builders.a_subject("虚构的特别长的名字" * 20 + "Long" * 40)
    drafts = [
        builders.a_draft(town, Kind.LICENCE, subject=subject, measure=f"Permit {each}", summary="")
        for each in ("for bread", "for milk", "for tea")
    ]
    for each in drafts:
        services.approve(each.pk, approver=town.approver)
    log.catch_up()
    organisation = Entry.objects.get(pk=drafts[0].pk).organisation
    assert organisation is not None
    extract = gathering.of_organisation(organisation, clock.now(), None)
    assert [each.pk for each in extract.entries] == [each.identity for each in extract.proven]
    assert extract.header.subject["organisation"] == {
        "scheme": subject.identifier.scheme,
        "value": subject.identifier.value,
        "name": subject.name,
    }
    for language in LANGUAGES:
        _, text = _read(extract, language)
        for each in ("Permit for bread", "Permit for milk", "Permit for tea"):
            assert each in text
    with pytest.raises(gathering.TooManyError):
        gathering.of_organisation(organisation, clock.now(), 2)


def test_of_several_entries_no_more_is_asked_of_the_database_than_of_one(
    town: builders.Town, log: Log
) -> None:
    subject = builders.a_subject()
    asked = []
    for _ in range(2):
        for entry in [builders.a_draft(town, Kind.LICENCE, subject=subject) for _ in range(2)]:
            services.approve(entry.pk, approver=town.approver)
        log.catch_up()
        organisation = Entry.objects.get(pk=entry.pk).organisation
        assert organisation is not None
        with CaptureQueriesContext(connection) as queries:
            extract = gathering.of_organisation(organisation, clock.now(), None)
        asked.append(len(queries))
        assert len(extract.proven) == 2 * len(asked)
    assert asked[0] == asked[1] <= 5
