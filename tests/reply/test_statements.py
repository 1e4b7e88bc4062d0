"""What an organisation says: answers, objections and requests, with their documents and warnings."""

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tabularium.register import services
from tabularium.register.models import CorrectionRequest, Document, Entry, Statement
from tests import builders
from tests.intake.attached.test_attached import NUMBER, PNG, checked, pdf
from tests.reply.conftest import Move, Shop, shop_of, words


@pytest.fixture
def entry(town: builders.Town) -> Entry:
    return builders.in_notice(town)


@pytest.fixture
def shop(entry: Entry) -> Shop:
    return shop_of(entry)


def file(name: str, content: bytes) -> SimpleUploadedFile:
    # What the browser says of it is wrong on purpose: nobody believes it.
    return SimpleUploadedFile(name, content, content_type="application/x-made-up")


def test_an_answer_is_public_only_if_it_says_so_and_can_be_taken_back(
    entry: Entry, shop: Shop, move: Move
) -> None:
    answer = shop.post(shop.of(entry, "/answer"), act="send", text="Our words.", shown="yes")
    assert answer["Location"] == shop.of(entry)
    assert "Your statement stands beside the entry." in shop.get(shop.of(entry))
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    services.tick()
    shop.come_back()
    reader, public = Client(), f"/en/entries/{entry.pk}"
    assert "Our words." in reader.get(public).content.decode()
    form = shop.get(shop.of(entry, "/answer"))
    assert "Our words.</textarea>" in form
    shop.post(shop.of(entry, "/answer"), act="send", text="Other words.", shown="no")
    assert "words." not in reader.get(public).content.decode()
    shop.post(shop.of(entry, "/answer"), act="send", text="Third words.", shown="yes")
    assert "Third words." in reader.get(public).content.decode()
    assert shop.post(shop.of(entry, "/answer/take-back"))["Location"] == shop.of(entry)
    assert "words." not in reader.get(public).content.decode()
    assert "was taken back" in shop.get(shop.of(entry))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text": "", "shown": "yes"}, "id_text_error"),
        ({"text": "x" * 10_001, "shown": "no"}, "id_text_error"),
        ({"text": "Words.", "shown": ""}, "shown-mistake"),
        ({"text": "Call 13800138000.", "shown": "yes"}, "id_text_error"),
        ({"text": f"He is {checked(NUMBER)}.", "shown": "yes"}, "id_text_error"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    entry: Entry, shop: Shop, said: dict[str, str], field: str
) -> None:
    answer = shop.post(shop.of(entry, "/answer"), act="send", **said)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert f'id="{field}"' in html
    assert f"{said['text']}</textarea>" in html
    assert not Statement.objects.exists()


def test_what_the_authority_alone_reads_may_hold_a_number(entry: Entry, shop: Shop) -> None:
    shop.post(shop.of(entry, "/answer"), act="send", text="Call 13800138000.", shown="no")
    assert Statement.objects.get().text == "Call 13800138000."


def test_an_objection_suspends_at_once_and_once_a_version(town: builders.Town, move: Move) -> None:
    entry = builders.published(town, move)
    shop = shop_of(entry)
    form = words(shop.get(shop.of(entry, "/objection")))
    assert "At once, the entry is not public" in form
    assert "The authority has to decide by the end of 13 March 2026" in form
    shop.post(shop.of(entry, "/objection"), act="send", text="It was not us.")
    assert Client().get(f"/en/entries/{entry.pk}").status_code == 404
    assert "has to decide by the end of 13 March 2026" in words(shop.get(shop.of(entry)))
    assert shop.post(shop.of(entry, "/objection"), act="send", text="Again.").status_code == 302
    assert Statement.objects.count() == 1
    services.uphold(entry.pk, by=town.approver, reasons="It was.")
    assert "does not hold it back" in words(shop.get(shop.of(entry, "/objection")))
    shop.post(shop.of(entry, "/objection"), act="send", text="Still not us.")
    assert Client().get(f"/en/entries/{entry.pk}").status_code == 200


def test_a_repair_and_a_correction_are_asked_for(town: builders.Town, move: Move) -> None:
    entry = builders.published(town, move)
    shop = shop_of(entry)
    assert "The authority should decide by" in words(shop.get(shop.of(entry, "/repair")))
    shop.post(shop.of(entry, "/repair"), act="send", text="All is clean now.")
    shop.post(shop.of(entry, "/correction"), text="The amount has a slip.")
    entry.refresh_from_db()
    assert entry.repair_open
    assert CorrectionRequest.objects.get().text == "The amount has a slip."
    page = words(shop.get(shop.of(entry)))
    assert "The authority has not answered yet." in page
    # Neither is offered a second time.
    for tail in ("/repair", "/correction"):
        assert shop.client.get(shop.of(entry, tail)).status_code == 302
    assert Client().get(f"/en/entries/{entry.pk}").status_code == 200


def test_what_is_over_offers_nothing(town: builders.Town, move: Move) -> None:
    entry = builders.ended(town, move)
    shop = shop_of(entry)
    page = shop.get(shop.of(entry))
    for tail in ("/answer", "/objection", "/repair", "/correction"):
        assert shop.of(entry, tail) not in page
        assert shop.client.get(shop.of(entry, tail))["Location"] == shop.of(entry)
        shop.post(shop.of(entry, tail), act="send", text="Late.", shown="no")
    assert not Statement.objects.exists()


def test_a_chinese_text_is_marked_as_such_on_an_english_page(entry: Entry, shop: Shop) -> None:
    shop.post(shop.of(entry, "/answer"), act="send", text="我们已改正。", shown="yes")
    assert Statement.objects.get().language == "zh"
    assert '<span lang="zh">我们已改正。</span>' in shop.get(shop.of(entry))


# ---- documents


def test_documents_go_with_the_statement_and_are_the_organisation_s_alone(
    entry: Entry, shop: Shop
) -> None:
    files = [file("picture.exe", PNG), file("letter.pdf", pdf("Only words"))]
    shop.post(shop.of(entry, "/objection"), act="send", text="Not us.", documents=files)
    kept = {each.name: each for each in Document.objects.all()}
    assert {name: each.media_type for name, each in kept.items()} == {
        "picture.exe.png": "image/png",
        "letter.pdf": "application/pdf",
    }
    assert all(each.statement is not None for each in kept.values())
    address = shop.of(entry, f"/documents/{kept['picture.exe.png'].pk}")
    assert address in shop.get(shop.of(entry))
    answer = shop.client.get(address)
    assert answer.content == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'attachment; filename="picture.exe.png"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert Client().get(address).status_code == 302


def test_documents_are_never_public(town: builders.Town, move: Move) -> None:
    entry = builders.published(town, move)
    shop = shop_of(entry)
    document = file("marked-name.txt", b"Marked words of a document.")
    shop.post(
        shop.of(entry, "/answer"), act="send", text="Words.", shown="yes", documents=[document]
    )
    assert Document.objects.get().statement is not None
    for address in (
        f"/en/entries/{entry.pk}",
        f"/en/organisations/{entry.organisation_id}",
        f"/api/v1/entries/{entry.pk}",
        f"/api/v1/organisations/{entry.organisation_id}",
    ):
        said = Client().get(address).content.decode()
        assert "Marked words" not in said
        assert "marked-name" not in said
        assert Document.objects.get().pk not in said


def test_the_sender_is_warned_once_and_may_remove_or_go_on(entry: Entry, shop: Shop) -> None:
    address = shop.of(entry, "/answer")
    number = checked(NUMBER)
    given = {"text": "See the letter.", "shown": "no"}
    answer = shop.post(address, act="send", documents=[file("a.txt", number.encode())], **given)
    assert answer["Location"] == address
    assert not Statement.objects.exists()
    html = shop.get(address)
    assert "seems to hold the number of somebody’s identity document" in html
    assert "See the letter.</textarea>" in html
    assert number not in html
    document = Document.objects.get()
    shop.post(address, act="send", **given)
    assert not Statement.objects.exists()
    shop.post(address, act="send", all_the_same=document.pk, **given)
    assert list(Statement.objects.get().documents.all()) == [document]
    # It was sent knowingly; changing the words asks for nothing a second time.
    shop.post(address, act="send", text="Other words.", shown="no")
    assert Statement.objects.count() == 2


def test_a_document_is_removed_and_what_was_typed_stays(entry: Entry, shop: Shop) -> None:
    address = shop.of(entry, "/objection")
    shop.post(address, act="add", text="Half a sen", documents=[file("a.txt", b"words")])
    document = Document.objects.get()
    html = shop.get(address)
    assert "Half a sen</textarea>" in html
    assert "a.txt" in html
    shop.post(address, act=f"remove {document.pk}", text="Half a sentence")
    assert not Document.objects.exists()
    assert "Half a sentence</textarea>" in shop.get(address)
    # Nothing of it is on the page of another statement.
    assert "Half a sentence" not in shop.get(shop.of(entry, "/answer"))


def test_what_is_not_taken_is_said_by_its_name_and_nothing_is_kept(
    entry: Entry, shop: Shop, settings: LazySettings
) -> None:
    settings.LARGEST_DOCUMENT = 2**20
    files = [
        file("fine.txt", b"words"),
        file("program.pdf", b"MZ\x90\0\x03"),
        file("empty.txt", b""),
        file("large.txt", b"x" * (2**20 + 1)),
    ]
    answer = shop.post(shop.of(entry, "/objection"), act="send", text="Words.", documents=files)
    assert answer.status_code == 422
    said = words(answer.content.decode())
    assert "“program.pdf” is not a PDF" in said
    assert "“empty.txt” is empty" in said
    assert "“large.txt” is larger than 1 MiB" in said
    assert "fine.txt" not in said
    assert not Document.objects.exists()
    assert "Words.</textarea>" in answer.content.decode()


def test_at_most_ten_documents_go_with_a_statement(entry: Entry, shop: Shop) -> None:
    files = [file(f"{number}.txt", b"words") for number in range(11)]
    answer = shop.post(shop.of(entry, "/objection"), act="add", text="", documents=files)
    assert answer.status_code == 422
    assert "At most ten documents" in answer.content.decode()
    assert not Document.objects.exists()
