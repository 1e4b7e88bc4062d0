"""What an organisation attaches: told by bytes, named harmlessly, and looked through within limits."""

import resource
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from tabularium.intake.attached import texts, types
from tabularium.intake.attached.names import harmless_name
from tabularium.intake.attached.reading import SECONDS
from tabularium.intake.attached.texts import Warned, warned_of
from tabularium.intake.attached.types import tell


@pytest.fixture(autouse=True)
def _a_busy_machine_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "WAIT", 300)


# The check digit is right, and the district is none.
NUMBER = "99999919491231002"


def checked(seventeen: str) -> str:
    total = sum(int(each) * 2 ** (17 - place) for place, each in enumerate(seventeen))
    return seventeen + "10X98765432"[total % 11]


def packed(parts: dict[str, bytes | str]) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return into.getvalue()


def docx(body: str) -> bytes:
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": body})


def odt(body: str, mimetype: str = types.ODT) -> bytes:
    return packed({"mimetype": mimetype, "content.xml": body})


def pdf(text: str = "") -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    drawn = DecodedStreamObject()
    drawn.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    page[NameObject("/Contents")] = drawn
    into = BytesIO()
    writer.write(into)
    return into.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 32


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (pdf(), types.PDF),
        (PNG, types.PNG),
        (JPEG, types.JPEG),
        (b"Plain words.\r\n\tAnd more.", types.TEXT),
        ("明文。".encode(), types.TEXT),
        ("明文。".encode("gb18030"), types.TEXT),
        ("明文。".encode("utf-16"), types.TEXT),
        (docx("<w:p/>"), types.DOCX),
        (odt("<text:p/>"), types.ODT),
    ],
)
def test_what_is_taken_is_told_by_its_bytes(content: bytes, media_type: str) -> None:
    told = tell(content)
    assert told is not None
    assert told.media_type == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\0\x03\0\0\0",
        b"\x7fELF\x02\x01\x01\0",
        b"GIF89a" + b"\0" * 20,
        b"<!doctype html><script>alert(1)</script>",
        b"<html><body>x</body></html>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"{\\rtf1\\ansi x}",
        b"PK\x03\x04 rubbish",
        packed({"a.txt": "a"}),
        packed({"[Content_Types].xml": "", "xl/workbook.xml": ""}),
        packed({"[Content_Types].xml": "", "word/document.xml": "", "word/vbaProject.bin": ""}),
        odt("<a/>", "application/vnd.oasis.opendocument.spreadsheet"),
        b"text with \x00 in it",
        b"text with \x1b[31m in it",
    ],
)
def test_what_is_not_taken_is_told_by_its_bytes(content: bytes) -> None:
    assert tell(content) is None


@pytest.mark.parametrize(
    ("given", "media_type", "name"),
    [
        ("letter.pdf", types.PDF, "letter.pdf"),
        ("说明 书.PDF", types.PDF, "说明 书.pdf"),
        ("../../etc/passwd", types.TEXT, "passwd.txt"),
        ("C:\\shop\\photo.jpeg", types.JPEG, "photo.jpg"),
        ("fdp.exe\u202e", types.PDF, "fdp.exe.pdf"),
        ('a"; filename=x\r\nX-Header: 1.png', types.PNG, "a; filename=xX-Header 1.png"),
        ("...", types.TEXT, "document.txt"),
        ("", types.ODT, "document.odt"),
        ("x" * 300, types.DOCX, "x" * 80 + ".docx"),
    ],
)
def test_a_name_is_made_harmless(given: str, media_type: str, name: str) -> None:
    assert harmless_name(given, media_type) == name


def warned(content: bytes, name: str = "a") -> Warned:
    told = tell(content)
    assert told is not None
    return warned_of(told, name, content, "cn")


@pytest.mark.parametrize(
    "content",
    [
        f"Number: {checked(NUMBER)}".encode(),
        pdf(f"Number: {checked(NUMBER)}"),
        odt(f"<text:p>Number: {checked(NUMBER)}</text:p>"),
        docx(f"<w:p><w:t>Number: {checked(NUMBER)}</w:t></w:p>"),
        # As a word processor cuts it where it took a part for a slip of spelling.
        docx(
            f"<w:p><w:t>{checked(NUMBER)[:7]}</w:t></w:r><w:r><w:t>{checked(NUMBER)[7:]}</w:t></w:p>"
        ),
    ],
    ids=["text", "pdf", "odt", "docx", "docx in pieces"],
)
def test_the_sender_is_warned_of_a_person_s_number(content: bytes) -> None:
    assert warned(content) is Warned.NUMBER_OF_A_PERSON


def test_the_sender_is_warned_of_phones_addresses_and_names_of_files() -> None:
    assert warned(b"Call +86 138 0013 8000 at noon.") is Warned.PHONE
    assert warned(b"Write to shop@shop.example today.") is Warned.EMAIL
    assert warned(b"Nothing here.", f"{checked(NUMBER)}.txt") is Warned.NUMBER_OF_A_PERSON


def test_nothing_is_said_of_what_holds_nothing() -> None:
    for content in (
        b"Only words, and 2026.",
        pdf("Only words"),
        PNG,
        docx("<w:p><w:t>Words</w:t></w:p>"),
    ):
        assert warned(content) is Warned.NOTHING


def test_what_could_not_be_looked_through_is_said() -> None:
    assert warned(b"%PDF-1.4 and rubbish") is Warned.NOT_LOOKED_THROUGH
    assert warned(pdf()) is Warned.NOT_LOOKED_THROUGH


def test_a_document_made_to_exhaust_is_given_up() -> None:
    bomb = docx("<w:p>" + "a" * 900_000_000)
    assert len(bomb) < 2_000_000
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert warned(bomb) in {Warned.NOT_LOOKED_THROUGH, Warned.NOTHING}
    # A second more: the limit is one of whole seconds.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < SECONDS + 1


def test_the_reading_process_has_little_to_spend() -> None:
    program = (
        "from tabularium.intake import confining\n"
        "from tabularium.intake.attached import reading\n"
        "confining.confine(confining.Limits(reading.MEMORY, reading.SECONDS))\n"
        "try:\n    bytearray(reading.MEMORY)\nexcept MemoryError:\n    print('no memory')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "no memory" in done.stdout
