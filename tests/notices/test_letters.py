"""Letters as PDF, posting lists out and back."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from tabularium import clock
from tabularium.core.kinds import NoticeChannel
from tabularium.intake.readers import UnreadableFile, open_rows
from tabularium.notices import posted, posting, selectors
from tabularium.notices.contents import content_of, key_of
from tabularium.notices.letters import letter
from tabularium.register import services
from tabularium.register.models import Entry, Notice
from tests.builders import Town, a_replier, a_subject, published
from tests.notices.conftest import approved, notice_of
from tests.register.conftest import Move

LETTER = NoticeChannel.LETTER


def _text(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_letter_says_all_in_both_languages(town: Town) -> None:
    entry, notice = approved(town, LETTER, summary="产品抽检不合格。\n#set text(red) $x$ *bold*")
    pdf = letter(content_of(notice), "1 Made-up Street\n310000 Town")
    english, chinese = _text(pdf)
    version = entry.current_version
    for page in (english, chinese):
        assert services.code_for(notice) in page
        assert "#set text(red) $x$ *bold*" in page, "what a decision says is no markup"
        assert version.decision_number in page
        assert version.objection_route in page
        assert key_of(notice) in page
    assert "1 Made-up Street" in english
    assert version.subject_name in english
    for said in ("What happened", "What you can do", "Until when", "3 working days"):
        assert said in english
    for said in ("发生了什么", "贵单位可以做什么", "如果不作任何处理", "期限为 3 个工作日"):
        assert said.replace(" ", "") in chinese.replace(" ", "")
    assert "Write to the office's counter." in english


def test_a_letter_is_the_same_to_the_byte(town: Town, move: Move) -> None:
    _, notice = approved(town, LETTER)
    first = letter(content_of(notice), "1 Made-up Street")
    move(datetime(2026, 3, 5, 7, 0, tzinfo=UTC))
    assert letter(content_of(notice), "1 Made-up Street") == first
    meta = PdfReader(io.BytesIO(first)).metadata
    assert meta is not None
    assert "1970" in str(meta.get("/CreationDate", "1970"))


def test_a_letter_is_tagged_for_reading_aloud_and_carries_its_fonts(town: Town) -> None:
    _, notice = approved(town, LETTER)
    reader = PdfReader(io.BytesIO(letter(content_of(notice), "1 Made-up Street")))
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert str(reader.root_object["/Lang"]).startswith("en")
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("NotoSansCJK" in each for each in fonts)


def test_the_decision_s_own_language_comes_first(town: Town) -> None:
    _, notice = approved(town, LETTER, language="zh-hans")
    first, second = _text(letter(content_of(notice), "虚构路 1 号"))
    assert "发生了什么" in first.replace(" ", "")
    assert "What happened" in second


def test_a_long_text_goes_on_and_a_long_name_stays_in_the_window(town: Town) -> None:
    subject = a_subject("虚构" * 100)
    _, notice = approved(town, LETTER, subject=subject, summary="很长的说明。\n" * 500)
    pages = _text(letter(content_of(notice), "\n".join(["1 Made-up Street"] * 6)))
    assert len(pages) > 4
    assert "".join(pages).replace(" ", "").count("很长的说明。") == 1000


def test_a_letter_after_an_objection_gives_the_reasons_and_no_code(town: Town, move: Move) -> None:
    entry = published(town, move)
    services.object_to(entry.pk, by=a_replier(entry.organisation), text="Not us.")
    services.uphold(entry.pk, by=town.approver, reasons="The report is complete.")
    notice = notice_of(entry, "upheld")
    english, _ = _text(letter(content_of(notice), "1 Made-up Street"))
    assert "The report is complete." in english
    assert "Not us." not in english
    assert services.code_for(notice_of(entry)) not in english
    assert "Code" not in english


# ---- posting lists


def _rows(folder: Path) -> list[dict[str, str | None]]:
    return [dict(row.cells) for row in open_rows(folder / "posting-list.csv", posted.SHAPE)]


def _filled(folder: Path, days: dict[str, str], name: str = "filled.xlsx") -> Path:
    """The list with days of posting, as somebody fills it in with a spreadsheet program."""
    book = openpyxl.load_workbook(folder / "posting-list.xlsx")
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(min_row=2):
        row[6].value = days.get(str(row[2].value), "")
    book.save(folder / name)
    return folder / name


def test_each_authority_s_letters_get_a_list_of_their_own(town: Town, tmp_path: Path) -> None:
    other = Town("tax-office")
    mine = [approved(town, LETTER, f"{n} Made-up Street")[1] for n in range(2)]
    theirs = approved(other, LETTER, "3 Made-up Street")[1]
    without = approved(town, LETTER)[1]
    report = posting.make_lists(tmp_path / "out")
    assert [(each.authority, each.letters) for each in report.lists] == [
        ("market-office", 2),
        ("tax-office", 1),
    ]
    assert report.no_address == 1
    first = report.lists[0].folder
    assert [row[posting.NOTICE] for row in _rows(first)] == [key_of(each) for each in mine]
    for row in _rows(first):
        assert (first / str(row[posting.FILE])).read_bytes().startswith(b"%PDF")
        assert row[posting.POSTED_ON] == ""
    assert key_of(theirs) not in (first / "posting-list.csv").read_text("utf-8")
    assert list(selectors.printed_letters(town.authority)) == mine
    assert Notice.objects.get(pk=without.pk).state == "waiting"
    assert posting.make_lists(tmp_path / "out").lists == []


def test_no_cell_of_a_list_is_a_formula(town: Town, tmp_path: Path) -> None:
    subject = a_subject("=HYPERLINK(A1) Ltd")
    approved(town, LETTER, "@SUM(1+1) Street\n-2 Lane", subject=subject)
    folder = posting.make_lists(tmp_path).lists[0].folder
    lines = (folder / "posting-list.csv").read_text("utf-8-sig").splitlines()
    assert '"\'=HYPERLINK(A1) Ltd"' in lines[1]
    sheet = openpyxl.load_workbook(folder / "posting-list.xlsx").worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["D2"].value == "=HYPERLINK(A1) Ltd"
    assert sheet["D2"].data_type == "s"


@pytest.mark.parametrize("form", ["2026-03-05", "2026/3/5", "2026年3月5日", "2026-03-05 00:00:00"])
def test_a_list_that_comes_back_opens_windows_from_its_days(
    town: Town, tmp_path: Path, move: Move, form: str
) -> None:
    entry, notice = approved(town, LETTER, "1 Made-up Street")
    other, waiting = approved(town, LETTER, "2 Made-up Street")
    folder = posting.make_lists(tmp_path).lists[0].folder
    move(datetime(2026, 3, 6, 2, 0, tzinfo=UTC))
    filled = _filled(folder, {key_of(notice): form})
    report = posted.confirm(filled, by=town.clerk)
    assert (report.posted, report.open, report.problems) == (1, 1, [])
    entry.refresh_from_db()
    assert entry.window_closes_at == datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
    assert Entry.objects.get(pk=other.pk).noticed_at is None
    # The same list again, and filled further.
    again = posted.confirm(filled, by=town.clerk)
    assert (again.posted, again.known, again.open) == (0, 1, 1)
    days = {key_of(notice): form, key_of(waiting): "2026-03-06"}
    further = posted.confirm(_filled(folder, days), by=town.approver)
    assert (further.posted, further.known, further.problems) == (1, 1, [])


def test_a_day_that_excel_made_a_date_is_read(town: Town, tmp_path: Path, move: Move) -> None:
    _, notice = approved(town, LETTER, "1 Made-up Street")
    folder = posting.make_lists(tmp_path).lists[0].folder
    move(datetime(2026, 3, 6, 2, 0, tzinfo=UTC))
    book = openpyxl.load_workbook(folder / "posting-list.xlsx")
    book.worksheets[0]["G2"].value = date(2026, 3, 5)
    book.worksheets[0]["G2"].number_format = "yyyy-mm-dd"
    book.save(folder / "dated.xlsx")
    assert posted.confirm(folder / "dated.xlsx", by=town.clerk).posted == 1
    notice.refresh_from_db()
    assert notice.given_at == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)


def test_what_cannot_be_is_told_row_by_row_and_the_rest_recorded(
    town: Town, tmp_path: Path
) -> None:
    other = Town("tax-office")
    notices = [approved(town, LETTER, f"{n} Made-up Street")[1] for n in range(4)]
    folder = posting.make_lists(tmp_path).lists[0].folder
    theirs = approved(other, LETTER, "9 Made-up Street")[1]
    gone = notices[3].version.entry
    services.withdraw(gone.pk, by=town.approver, reasons="In error.")
    lines = [
        "notice / 告知编号,posted on / 寄出日期 (YYYY-MM-DD)",
        f"{key_of(notices[0])},2026-03-05",
        f"{key_of(notices[1])},soon",
        f"{key_of(notices[2])},2026-03-04",
        f"{key_of(notices[3])},2026-03-04",
        f"{key_of(theirs)},2026-03-04",
        "no.such.notice,2026-03-04",
    ]
    file = folder / "typed.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    report = posted.confirm(file, by=town.clerk)
    assert report.posted == 1
    assert [(each.row, each.reason) for each in report.problems] == [
        (2, "posted-in-the-future"),
        (3, "no-day"),
        (5, "moot"),
        (6, "not-permitted"),
        (7, "no-such-notice"),
    ]
    assert theirs.given_at is None


def test_a_file_that_is_no_list_is_refused(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(UnreadableFile):
        posted.confirm(file, by=town.clerk)


def test_an_interrupted_list_is_made_again_under_its_name(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, notice = approved(town, LETTER, "1 Made-up Street")

    def fail(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(posting, "letter", fail)
        with pytest.raises(OSError, match="No space"):
            posting.make_lists(tmp_path)
    notice.refresh_from_db()
    assert notice.state == "sending"
    approved(town, LETTER, "2 Made-up Street")
    report = posting.make_lists(tmp_path)
    assert [each.code == notice.list_code for each in report.lists] == [True, False]
    assert [each.letters for each in report.lists] == [1, 1]
    assert clock.now() == notice.created_at


def test_a_stayed_entry_s_letter_is_not_printed(town: Town, tmp_path: Path) -> None:
    entry, _ = approved(town, LETTER, "1 Made-up Street")
    services.stay(entry.pk, by=town.approver, order="Order")
    assert posting.make_lists(tmp_path).lists == []
