"""Whole stories of entries, as the people in them live through them: by the keyboard, page after page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver import Chrome

from tabularium import clock
from tabularium.core.identifiers import uscc_check_character
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.intake.services import enter_item
from tabularium.register import services
from tabularium.register.models import Entry, Notice, User
from tabularium.upkeep.running import run_once
from tests import builders
from tests.browser.accessibility import sign_in
from tests.browser.keyboard import Keyboard
from tests.docs.by_hand import follow
from tests.intake.conftest import ITEM as PENALTIES
from tests.intake.conftest import ROW
from tests.lines.made_up_item import ITEM as FINES
from tests.notices.conftest import Receivers, _running, receivers  # noqa: F401 - fixtures
from tests.signing_in import PASSWORD, a_code, give_a_password, give_a_second_factor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Move = Callable[[datetime], None]
CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}\b")


@dataclass
class Place:
    """One browser, at which the people of a story sit one after the other, and the clock on the wall."""

    keyboard: Keyboard
    server: LiveServer
    move: Move

    def sits_down(self, user: User) -> None:
        """Somebody sits down who has signed in."""
        sign_in(self.keyboard.browser, self.server, user)

    def leaves(self) -> None:
        """Nobody is signed in any more."""
        self.keyboard.browser.delete_all_cookies()

    def waits(self, until: datetime | None) -> None:
        """Time passes, and what runs by itself does what is due then."""
        assert until is not None
        self.move(until)
        report = run_once()
        assert report.failures == {}

    def at_the_entry(self, entry: Entry, language: str = "en") -> None:
        """Open an entry at the desk, or as the organisation, or as the public."""
        self.keyboard.open(f"/{language}/desk/{entry.authority_id}/entries/{entry.pk}")

    def at_ours(self, entry: Entry, language: str = "en") -> None:
        self.keyboard.open(f"/{language}/reply/{entry.organisation_id}/entries/{entry.pk}")

    def public(self, entry: Entry, language: str = "en") -> int:
        """What a reader gets who knows the entry's address."""
        self.keyboard.open(f"/{language}/entries/{entry.pk}")
        return self.keyboard.status


@pytest.fixture
def place(browser: Chrome, live_server: LiveServer, move: Move) -> Place:
    return Place(Keyboard(browser, live_server.url), live_server, move)


@pytest.fixture(autouse=True)
def _no_complaints(place: Place) -> Iterator[None]:
    """Whatever happens, the browser has nothing to complain of but that something is not there."""
    yield
    kept = ("status of 404", "status of 410", "status of 422")
    assert [e for e in place.keyboard.complaints() if not any(each in e for each in kept)] == []


def fresh(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def code_on_the_letter(entry: Entry) -> str:
    return services.code_for(Notice.objects.get(version=fresh(entry).current_version_id))


def recorded_by_hand(place: Place) -> Entry:
    """A clerk signs in and records a decision."""
    keyboard = place.keyboard
    keyboard.open("/en/account/sign-in")
    keyboard.types("Login", "the-clerk")
    keyboard.types("Password", PASSWORD)
    keyboard.presses("Sign in")
    keyboard.reads("Today’s work")
    keyboard.presses("Record one")
    keyboard.presses("Made-up penalties")
    for column, said in (ROW | {"decided": "03/03/2026", "begins": "2026-03-03"}).items():
        if column == "measure":
            keyboard.picks(column, said)
        else:
            keyboard.types(column, said)
    keyboard.presses("Record")
    keyboard.reads("The decision is recorded. Somebody else approves it.")
    keyboard.presses("Sign out")
    keyboard.presses("Sign out")
    return Entry.objects.get()


def approved_with_a_code(place: Place) -> None:
    """An approver signs in with a password and a one-time code, reads what waits, and approves it."""
    keyboard = place.keyboard
    keyboard.open("/en/account/sign-in")
    keyboard.types("Login", "the-approver")
    keyboard.types("Password", PASSWORD)
    keyboard.presses("Sign in")
    keyboard.types("One-time code", a_code())
    keyboard.presses("Go on")
    keyboard.presses(ROW["measure"])
    keyboard.presses("Read and approve")
    keyboard.reads("A made-up Act 2001, section 3")
    keyboard.presses("Approve this entry")
    keyboard.reads("The entry is approved.")


def posted(place: Place, entry: Entry) -> None:
    """A clerk says where the organisation is reached, prints the letter, and says that it was posted."""
    keyboard = place.keyboard
    place.at_the_entry(entry)
    keyboard.presses("How the organisation is told, and its access")
    keyboard.picks("For notices", "By letter")
    keyboard.types("Address for service", "1 Made-up Street")
    keyboard.presses("Keep the address")
    keyboard.presses("Notices")
    keyboard.presses("Put them on a list to print")
    keyboard.presses("Letters to print (PDF)", stays=True)
    keyboard.presses("They were posted on this day")
    keyboard.reads("1 letter was posted.")


def answered_with_the_code(place: Place, code: str) -> None:
    """Somebody at the organisation comes in by the code of the letter, opens an account and answers.

    They do what the page for them says, to the letter.
    """
    follow(place.keyboard, "first-hour-organisation.md", "come in", code_of_the_letter=code)
    follow(place.keyboard, "first-hour-organisation.md", "answer")


def test_a_penalty_is_noticed_answered_published_and_ends(place: Place) -> None:
    keyboard = place.keyboard
    item = enter_item(PENALTIES, "made-up.toml")
    clerk, approver = (
        give_a_password(services.open_account(f"the-{each}", role=each, authority=item.authority))
        for each in ("clerk", "approver")
    )
    give_a_second_factor(approver)
    entry = recorded_by_hand(place)
    approved_with_a_code(place)
    assert place.public(entry) == 404
    place.sits_down(clerk)
    posted(place, entry)
    place.leaves()
    answered_with_the_code(place, code_on_the_letter(entry).lower())
    place.leaves()
    assert place.public(entry) == 404

    # Its time to object passes, and everybody reads the decision and the answer.
    place.waits(fresh(entry).window_closes_at)
    keyboard.open("/en/")
    keyboard.types("Name or number", ROW["name"])
    keyboard.presses("Search")
    keyboard.presses(ROW["name"])
    keyboard.presses(ROW["measure"])
    keyboard.reads("The pump was mended the same day.", "A made-up Act 2001, section 3")
    assert (keyboard.status, keyboard.path) == (200, f"/en/entries/{entry.pk}")

    # Its term ends, though nothing runs.
    until = fresh(entry).public_until
    assert until is not None
    place.move(until - timedelta(seconds=1))
    assert place.public(entry) == 200
    place.move(until)
    assert place.public(entry) == 410
    assert "pump" not in keyboard.text


def test_an_objection_before_publication_and_the_entry_is_withdrawn(
    place: Place,
    receivers: Receivers,  # noqa: F811 - pytest finds fixtures by name
) -> None:
    keyboard, town = place.keyboard, builders.Town()
    entry = builders.a_draft(town, measure="罚款", notice_channel=NoticeChannel.EMAIL)
    assert entry.organisation is not None
    services.set_service_address(
        town.authority,
        entry.organisation,
        NoticeChannel.EMAIL,
        "office@firm.example",
        by=town.clerk,
    )
    place.sits_down(town.approver)
    keyboard.open(f"/zh-hans/desk/{town.code}/")
    keyboard.presses("罚款")
    keyboard.presses("阅读并批准")
    keyboard.presses("批准此记录")
    place.waits(clock.now())
    (mail,) = receivers.mails
    (code,) = set(CODE.findall(mail["text"]))

    place.leaves()
    keyboard.open("/zh-hans/reply/")
    keyboard.types("您的代码", code)
    keyboard.presses("继续")
    keyboard.types("登录名", "街角小店")
    keyboard.types("密码", "四个 互不 相干 的词语 组成")
    keyboard.types("再次输入密码", "四个 互不 相干 的词语 组成")
    keyboard.presses("开设账户")
    keyboard.presses("查看机关所写的内容")
    keyboard.presses("罚款")
    keyboard.presses("对记录提出异议")
    keyboard.types("记录哪里有误？", "我们不是该店的经营者。")
    keyboard.presses("提出异议")
    keyboard.reads("已收到您的异议。接下来的程序见下文。")
    organisation = User.objects.get(login="街角小店")

    # The time to object is over, and nothing becomes public.
    place.waits(fresh(entry).window_closes_at)
    assert place.public(entry, "zh-hans") == 404
    place.sits_down(town.approver)
    keyboard.open(f"/zh-hans/desk/{town.code}/")
    keyboard.presses("罚款")
    keyboard.presses("决定异议")
    keyboard.reads("我们不是该店的经营者。")
    keyboard.chooses("永久撤回记录")
    keyboard.types("理由", "经核实，当事人另有其人。")
    keyboard.presses("决定")
    keyboard.reads("异议已决定，将告知组织。")
    place.waits(clock.now())
    assert len(receivers.mails) == 2
    assert place.public(entry, "zh-hans") == 404
    place.sits_down(organisation)
    place.at_ours(entry, "zh-hans")
    keyboard.reads("经核实，当事人另有其人。")


def test_an_objection_after_publication_suspends_at_once_and_a_correction_is_noticed_again(
    place: Place,
) -> None:
    keyboard, town = place.keyboard, builders.Town()
    entry = builders.published(town, place.move)
    replier = builders.a_replier(entry.organisation)
    assert place.public(entry) == 200
    place.sits_down(replier)
    ours = f"/en/reply/{entry.organisation_id}/entries/{entry.pk}"
    follow(keyboard, "first-hour-organisation.md", "object", entry=ours)
    follow(keyboard, "first-hour-organisation.md", "colleagues")
    place.leaves()
    assert place.public(entry) == 404

    place.sits_down(town.approver)
    keyboard.open(f"/en/desk/{town.code}/")
    keyboard.reads("Objections to decide")
    keyboard.presses("Fine")
    keyboard.presses("Decide the objection")
    keyboard.presses("Correct the entry")
    keyboard.types("Amount", "496.57")
    keyboard.types("Reasons", "The point stood in the wrong place.")
    keyboard.presses("Correct the entry")
    keyboard.reads("The entry is corrected.")
    assert place.public(entry) == 404
    services.give_notice(entry.pk, fact=Notice.Fact.POSTED)
    place.sits_down(replier)
    place.at_ours(entry)
    keyboard.reads("Not public yet.", "496.57", "The point stood in the wrong place.")
    # A new version can be objected to anew.
    keyboard.reaches("Object to the entry")
    place.leaves()
    place.waits(fresh(entry).window_closes_at)
    assert place.public(entry) == 200
    keyboard.reads("2, corrected by the authority", "496.57")
    assert "4,965.70" not in keyboard.text


def test_a_repair_ends_the_public_view_early(place: Place) -> None:
    keyboard, town = place.keyboard, builders.Town()
    entry = builders.published(town, place.move)
    place.sits_down(builders.a_replier(entry.organisation))
    place.at_ours(entry, "zh-hans")
    keyboard.presses("说明整改情况")
    keyboard.types("您是如何整改的？", "冷库已更换，附检验报告。")
    keyboard.presses("提交请求")
    keyboard.reads("已收到您的请求，由机关作出决定。")
    place.sits_down(town.approver)
    keyboard.open(f"/zh-hans/desk/{town.code}/")
    keyboard.presses("Fine")
    keyboard.presses("决定是否提前结束")
    keyboard.reads("冷库已更换，附检验报告。")
    keyboard.chooses("同意：记录提前结束")
    keyboard.types("理由", "已现场核查。")
    keyboard.presses("决定")
    place.leaves()
    before = entry.public_until
    after = fresh(entry).public_until
    assert before is not None
    assert after is not None
    assert after < before
    assert place.public(entry, "zh-hans") == 200
    place.move(after)
    assert place.public(entry, "zh-hans") == 410


def test_a_court_stays_an_entry_and_lifts_the_stay(place: Place) -> None:
    keyboard, town = place.keyboard, builders.Town()
    entry = builders.published(town, place.move)
    for step, after in (("Enter a stay", 404), ("Lift the stay", 200)):
        place.sits_down(town.approver)
        place.at_the_entry(entry)
        keyboard.presses(step)
        keyboard.types("Court or review body", "Made-up Court")
        keyboard.types("Number of its file", "7 K 12/26")
        keyboard.types("What was ordered", "Until the hearing.")
        keyboard.presses(step)
        keyboard.reads("Made-up Court", "7 K 12/26")
        place.leaves()
        assert place.public(entry) == after


def test_an_exclusion_closes_the_tenders_of_one_authority_and_says_so(place: Place) -> None:
    keyboard, town = place.keyboard, builders.Town()
    entry = builders.a_draft(town, Kind.EXCLUSION, measure="Excluded from tenders")
    place.sits_down(town.approver)
    keyboard.open(f"/en/desk/{town.code}/")
    keyboard.presses("Excluded from tenders")
    keyboard.presses("Read and approve")
    keyboard.presses("Approve this entry")
    # Opening the entry is being told of it: its organisation has an account.
    place.sits_down(builders.a_replier(entry.organisation))
    keyboard.open("/en/reply/")
    assert entry.organisation is not None
    keyboard.presses(entry.organisation.name)
    keyboard.presses("Excluded from tenders")
    keyboard.reads("Not public yet.")
    place.leaves()
    place.waits(fresh(entry).window_closes_at)
    assert place.public(entry) == 200
    keyboard.reads("Excluded from tenders", "Made-up Office")


def test_a_list_of_licences_passes_a_sole_trader_by(
    place: Place, tmp_path: Path, settings: LazySettings
) -> None:
    keyboard = place.keyboard
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    text = FINES.replace('kind = "penalty"', 'kind = "licence"')
    text = re.sub(r"(?s)\[notice\].*?(?=\[objection)", "", text).replace("fines", "permits")
    text = text.replace('"pack-default"', '"open"')
    item = enter_item(text.replace('"Fine"', '"Permit"'), "permits.toml")
    clerk, approver = (
        services.open_account(each, role=each, authority=item.authority)
        for each in ("clerk", "approver")
    )
    give_a_second_factor(approver)
    company = builders.an_identifier().value
    trader = "92" + company[2:17]
    trader += uscc_check_character(trader)
    file = tmp_path / "permits.csv"
    file.write_text(
        "number,day,company,code,note\n"
        f"P-1,2026-03-03,虚构云海食品有限公司,{company},\n"
        f"P-2,2026-03-03,虚构面馆,{trader},\n",
        "utf-8",
    )
    place.sits_down(clerk)
    keyboard.open(f"/en/desk/{item.authority_id}/files")
    keyboard.picks("What does the file bring?", item.code)
    keyboard.attaches("File", file)
    keyboard.presses("Send")
    place.waits(clock.now())
    keyboard.presses("All files")
    keyboard.presses("permits.csv")
    keyboard.reads("sole trader")
    assert "虚构面馆" not in keyboard.text
    assert trader not in keyboard.text
    entry = Entry.objects.get()

    place.sits_down(approver)
    keyboard.open(f"/en/desk/{item.authority_id}/")
    keyboard.presses("Approve several together")
    keyboard.chooses("Permit")
    keyboard.presses("Approve the chosen entries")
    keyboard.reads("1 entry is approved.")
    place.leaves()
    assert place.public(entry) == 200
    keyboard.reads("虚构云海食品有限公司")
    for wanted in (trader, "面馆"):
        keyboard.open("/en/")
        keyboard.types("Name or number", wanted)
        keyboard.presses("Search")
        assert "虚构面馆" not in keyboard.text


def test_an_objection_that_nobody_decides_is_late_and_then_ends_the_entry(place: Place) -> None:
    keyboard, town = place.keyboard, builders.Town()
    entry = builders.objected(town, place.move)
    replier = builders.a_replier(entry.organisation)
    place.waits(fresh(entry).decide_by)
    place.sits_down(town.approver)
    keyboard.open(f"/en/desk/{town.code}/")
    keyboard.reads("1 objection was not decided in time.", "The date has passed.")
    place.sits_down(replier)
    place.at_ours(entry)
    keyboard.reads("and has not.")
    assert place.public(entry) == 404
    # Nobody decides it, and nothing has to run: too late is too late.
    lapses = fresh(entry).lapses_at
    assert lapses is not None
    place.move(lapses)
    place.sits_down(town.approver)
    place.at_the_entry(entry)
    assert "Decide the objection" not in keyboard.text
    place.waits(lapses)
    place.leaves()
    assert place.public(entry) == 410
    place.sits_down(replier)
    place.at_ours(entry)
    keyboard.reads("The authority did not decide on your objection in time. It is gone for good.")
