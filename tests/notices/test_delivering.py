"""Sending by mail and to mailboxes, against real servers, and what is recorded of it."""

import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from tabularium import clock
from tabularium.core.kinds import NoticeChannel
from tabularium.core.life import NotAllowedError
from tabularium.core.life_state import Stage
from tabularium.notices import selectors
from tabularium.notices.contents import key_of
from tabularium.notices.delivering import deliver_waiting
from tabularium.register import services
from tabularium.register.models import Delivery, Entry, Notice, ServiceAddress
from tabularium.register.services.deliveries import TRY_AGAIN_AFTER
from tabularium.register.services.publishing import publish
from tabularium.register.services.service_addresses import MailboxKey
from tests.builders import Town, content
from tests.notices.conftest import Receivers, approved, keep_address, notice_of
from tests.register.conftest import Move

EMAIL, MAILBOX, LETTER = NoticeChannel.EMAIL, NoticeChannel.MAILBOX, NoticeChannel.LETTER


def outcomes(notice: Notice) -> list[tuple[str, str]]:
    return list(notice.deliveries.order_by("number").values_list("outcome", "reply"))


def test_a_mail_that_the_server_accepts_opens_the_window(town: Town, receivers: Receivers) -> None:
    entry, notice = approved(town, EMAIL, "office@firm.example")
    report = deliver_waiting()
    assert (report.given, report.is_well) == (1, True)
    entry.refresh_from_db()
    notice = notice_of(entry)
    assert (notice.state, notice.fact, notice.given_at) == ("given", "accepted", clock.now())
    assert (entry.stage, entry.noticed_at) == (Stage.NOTIFIED, clock.now())
    assert outcomes(notice) == [("accepted", "2xx")]
    (mail,) = receivers.mails
    assert mail["to"] == "office@firm.example"
    assert mail["headers"]["message-id"] == f"<{key_of(notice)}@register.example>"
    assert mail["headers"]["auto-submitted"] == "auto-generated"
    assert deliver_waiting().given == 0
    assert len(receivers.mails) == 1


def test_a_mail_says_the_essentials_in_both_languages_and_no_more(
    town: Town, receivers: Receivers
) -> None:
    entry, notice = approved(town, EMAIL, "office@firm.example", summary="A tale of mould.")
    deliver_waiting()
    text = receivers.mails[0]["text"]
    code = services.code_for(notice)
    assert text.count(code) == 2
    for said in (
        "You have 3 working days.",
        "期限为3个工作日",
        "https://register.example/en/reply/",
        "https://register.example/zh-hans/reply/",
        entry.current_version.decision_number,
        entry.current_version.subject_name,
    ):
        assert said in text
    assert "mould" not in text
    assert code not in str(receivers.mails[0]["headers"])
    assert services.recognise(code)


def test_a_relay_on_another_machine_is_spoken_to_with_tls_and_login(
    town: Town, receivers: Receivers, settings: LazySettings
) -> None:
    settings.NOTICES_SMTP = receivers.starttls
    approved(town, EMAIL, "office@firm.example")
    assert deliver_waiting().given == 1
    assert (receivers.mails[0]["tls"], receivers.mails[0]["login"]) == (True, True)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda address: address.replace("pass%3Aword%2F", "guess"), "login refused"),
        (lambda address: address.replace("localhost", "127.0.0.1"), "certificate"),
        (lambda _: "smtp://mail.example:25", "without encryption"),
        (lambda _: "smtps://localhost:1", "no connection"),
        (lambda _: "https://mail.example", "is to be written as"),
        (lambda _: "", "set TABULARIUM_SMTP"),
    ],
)
def test_a_relay_that_does_not_work_is_no_failure_of_a_notice(
    town: Town,
    receivers: Receivers,
    settings: LazySettings,
    spoil: object,
    said: str,
) -> None:
    assert callable(spoil)
    settings.NOTICES_SMTP = spoil(receivers.starttls)
    entry, _ = approved(town, EMAIL, "office@firm.example")
    report = deliver_waiting()
    assert said in report.relay
    assert not report.is_well
    assert notice_of(entry).state == "waiting"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("who", ["unknown", "spam"])
def test_a_mail_refused_for_good_fails_and_the_desk_shows_it(
    town: Town, receivers: Receivers, who: str
) -> None:
    entry, notice = approved(town, EMAIL, f"{who}@firm.example")
    report = deliver_waiting()
    assert report.failed == [key_of(notice)]
    assert not report.is_well
    assert list(selectors.failed_notices(town.authority)) == [notice]
    assert outcomes(notice) == [("refused", "5xx")]
    assert deliver_waiting().failed == [], "it is not tried again by itself"
    with pytest.raises(NotAllowedError):
        publish(entry.pk)
    # Another address, and it goes.
    keep_address(town, entry, EMAIL, "office@firm.example")
    services.send_notice_again(notice.pk, by=town.clerk)
    assert deliver_waiting().given == 1
    assert len(receivers.mails) == 1


def test_a_failed_mail_can_go_as_a_letter(town: Town, receivers: Receivers) -> None:
    entry, notice = approved(town, EMAIL, "unknown@firm.example")
    deliver_waiting()
    services.send_notice_again(notice.pk, by=town.approver, channel=LETTER)
    assert list(selectors.without_address(town.authority)) == [notice]
    keep_address(town, entry, LETTER, "1 Made-up Street")
    assert list(selectors.waiting_letters(town.authority)) == [notice]
    assert receivers.mails == []


def test_a_failure_that_may_pass_is_tried_again_at_growing_intervals_and_fails_at_last(
    town: Town, receivers: Receivers, move: Move
) -> None:
    entry, notice = approved(town, EMAIL, "busy@firm.example")
    for wait in TRY_AGAIN_AFTER:
        assert deliver_waiting().postponed == 1
        assert notice_of(entry).try_after == clock.now() + wait
        move(clock.now() + wait - timedelta(seconds=1))
        assert deliver_waiting().postponed == 0
        move(clock.now() + timedelta(seconds=1))
    assert list(TRY_AGAIN_AFTER) == sorted(TRY_AGAIN_AFTER)
    assert deliver_waiting().failed == [key_of(notice)]
    assert set(outcomes(notice)) == {("postponed", "4xx")}
    assert receivers.mails == []
    # Said "again", it begins anew.
    services.send_notice_again(notice.pk, by=town.clerk)
    assert deliver_waiting().postponed == 1


def test_a_mail_cut_off_while_it_is_handed_over_goes_again_under_its_name(
    town: Town, receivers: Receivers, move: Move
) -> None:
    entry, notice = approved(town, EMAIL, "cut@firm.example")
    assert deliver_waiting().postponed == 1
    assert outcomes(notice) == [("unknown", "no connection")]
    keep_address(town, entry, EMAIL, "office@firm.example")
    move(clock.now() + TRY_AGAIN_AFTER[0])
    assert deliver_waiting().given == 1
    first, second = (each["headers"]["message-id"] for each in receivers.mails)
    assert first == second


def test_a_call_to_a_mailbox_is_signed_and_says_what_was_decided(
    town: Town, receivers: Receivers
) -> None:
    entry, notice = approved(town, MAILBOX, receivers.mailbox(), summary="A tale of mould.")
    assert deliver_waiting().given == 1
    (call,) = receivers.calls
    assert call["headers"]["idempotency-key"] == f'"{key_of(notice)}"'
    said = json.loads(call["body"])
    assert said["notice"] == key_of(notice)
    assert said["decision"]["summary"] == "A tale of mould."
    assert said["code"] == services.code_for(notice)
    assert said["working_days"] == 3
    assert said["texts"]["zh-hans"]["title"] == "关于贵单位的决定公开之前的告知"
    key = services.show_mailbox_key(town.authority, entry.organisation, by=town.clerk)  # type: ignore[arg-type]
    assert _signatures(call) == [_signature(key, call)]
    assert notice_of(entry).fact == "accepted"


def test_a_new_key_signs_beside_the_old_for_a_week(
    town: Town, receivers: Receivers, move: Move
) -> None:
    entry, _ = approved(town, MAILBOX, receivers.mailbox())
    organisation = entry.organisation
    assert organisation is not None
    old = services.show_mailbox_key(town.authority, organisation, by=town.clerk)
    new = services.new_mailbox_key(town.authority, organisation, by=town.clerk)
    assert old != new
    assert services.show_mailbox_key(town.authority, organisation, by=town.clerk) == new
    deliver_waiting()
    (call,) = receivers.calls
    assert _signatures(call) == [_signature(new, call), _signature(old, call)]
    move(clock.now() + timedelta(days=7))
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    deliver_waiting()
    assert _signatures(receivers.calls[1]) == [_signature(new, receivers.calls[1])]
    # Who has the database alone has no key.
    kept = ServiceAddress.objects.get()
    assert new.secret not in str(vars(kept))


def _signatures(call: dict[str, dict[str, str]]) -> list[str]:
    return call["headers"]["tabularium-signature"].split(", ")


def _signature(key: MailboxKey, call: dict[str, dict[str, str]]) -> str:
    """As docs/notices.md tells a receiver to work it out."""
    timestamp, body = call["headers"]["tabularium-timestamp"], str(call["body"])
    signed = timestamp.encode() + b"." + body.encode()
    said = hmac.new(bytes.fromhex(key.secret), signed, hashlib.sha256).hexdigest()
    return f'{key.name}="{said}"'


@pytest.mark.parametrize(
    ("path", "outcome", "reply"),
    [
        ("/gone", "refused", "4xx"),
        ("/moved", "refused", "3xx"),
        ("/busy", "postponed", "5xx"),
        ("/slow", "postponed", "4xx"),
        ("/cut", "unknown", "no connection"),
    ],
)
def test_what_a_mailbox_answers_is_judged_and_no_redirect_followed(
    town: Town, receivers: Receivers, path: str, outcome: str, reply: str
) -> None:
    entry, notice = approved(town, MAILBOX, receivers.mailbox(path))
    deliver_waiting()
    assert outcomes(notice) == [(outcome, reply)]
    assert notice_of(entry).given_at is None
    assert [each for each in receivers.calls if each["path"] == "/elsewhere"] == []


def test_a_mailbox_in_an_inner_network_is_not_called(
    town: Town, receivers: Receivers, settings: LazySettings
) -> None:
    settings.NOTICES_MAILBOX_NETWORKS = [""]
    _, notice = approved(town, MAILBOX, receivers.mailbox())
    assert deliver_waiting().failed == [key_of(notice)]
    assert outcomes(notice) == [("refused", "forbidden network")]
    assert receivers.calls == []


def test_a_mailbox_whose_certificate_nobody_trusts_gets_nothing(
    town: Town, receivers: Receivers, settings: LazySettings
) -> None:
    settings.NOTICES_CERTIFICATES = ""
    _, notice = approved(town, MAILBOX, receivers.mailbox())
    assert deliver_waiting().postponed == 1
    assert outcomes(notice) == [("postponed", "certificate")]
    assert receivers.calls == []


def test_what_has_no_address_waits_and_is_told(town: Town, receivers: Receivers) -> None:
    entry, notice = approved(town, EMAIL)
    report = deliver_waiting()
    assert (report.no_address, report.is_well) == (1, False)
    assert list(selectors.without_address(town.authority)) == [notice]
    assert notice_of(entry).state == "waiting"
    assert receivers.mails == []


def test_who_was_corrected_or_withdrawn_before_is_not_sent_the_old_notice(
    town: Town, receivers: Receivers
) -> None:
    entry, old = approved(town, EMAIL, "office@firm.example")
    said = content(measure="Smaller fine", notice_channel="e-mail")
    services.correct(entry.pk, by=town.approver, content=said, reasons="Wrong sum.")
    old.refresh_from_db()
    assert old.state == "moot"
    assert [key_of(each) for each in selectors.owed()] == [f"{entry.pk}.3.before-publication"]
    assert deliver_waiting().given == 1
    other, _ = approved(town, EMAIL, "office@other.example")
    services.withdraw(other.pk, by=town.approver, reasons="In error.")
    assert not selectors.owed().exists()
    assert deliver_waiting().given == 0
    assert [each["to"] for each in receivers.mails] == ["office@firm.example"]


def test_what_a_court_has_stayed_waits_until_the_stay_is_lifted(
    town: Town, receivers: Receivers
) -> None:
    entry, _ = approved(town, EMAIL, "office@firm.example")
    services.stay(entry.pk, by=town.approver, order="Order 1")
    assert deliver_waiting().given == 0
    services.lift_stay(entry.pk, by=town.approver, order="Order 2")
    assert deliver_waiting().given == 1
    assert len(receivers.mails) == 1


def test_what_was_read_at_sign_in_is_not_sent_any_more(town: Town, receivers: Receivers) -> None:
    entry, _ = approved(town, EMAIL, "office@firm.example")
    services.give_notice(entry.pk, fact=Notice.Fact.READ)
    assert deliver_waiting().given == 0
    assert receivers.mails == []


def test_an_entry_that_changes_while_its_mail_is_on_the_way_is_not_noticed(
    town: Town, receivers: Receivers
) -> None:
    entry, notice = approved(town, EMAIL, "office@firm.example")
    attempt = services.claim_notice(notice.pk)
    assert attempt is not None
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    assert not services.hand_notice_over(attempt)
    assert Entry.objects.get(pk=entry.pk).stage == Stage.WITHDRAWN
    # It may have arrived for all that is known, so the organisation is told of the withdrawal.
    assert deliver_waiting().given == 1
    assert "withdrawn" in receivers.mails[0]["headers"]["subject"]


def test_nothing_adverse_is_public_without_a_notice_that_was_given(
    town: Town, receivers: Receivers, move: Move
) -> None:
    entries = [
        approved(town, EMAIL, "unknown@firm.example")[0],
        approved(town, EMAIL, "busy@firm.example")[0],
        approved(town, MAILBOX, receivers.mailbox("/gone"))[0],
        approved(town, LETTER, "1 Made-up Street")[0],
        approved(town, EMAIL)[0],
    ]
    for _ in range(40):
        deliver_waiting()
        report = services.tick()
        assert (report.published, report.failures) == (0, {})
        for entry in entries:
            with pytest.raises(NotAllowedError):
                publish(entry.pk)
        move(clock.now() + timedelta(days=1))
    stages = {Entry.objects.get(pk=each.pk).stage for each in entries}
    assert stages == {Stage.APPROVED}


def test_nothing_of_an_address_is_kept_of_an_attempt(town: Town, receivers: Receivers) -> None:
    approved(town, EMAIL, "unknown@firm.example")
    deliver_waiting()
    rows = str(list(Delivery.objects.values())) + str(list(Notice.objects.values()))
    assert "firm.example" not in rows
    assert receivers.mails == []
    assert Path(receivers.certificate).exists()
