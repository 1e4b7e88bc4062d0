"""Sending what waits in the outbox by mail and to mailboxes. Killed at any point and run again, it goes on.

Each attempt is claimed in a transaction of its own before anything is sent, marked just before the text
itself goes, and closed with what was answered. One process sends at a time; what a killed one had claimed
is settled first (`services.settle_interrupted_notices`). The one gap that no sender can close lies between
"the receiver has it" and "we have written that down": what was being handed over when a process died goes
again under the same name, a Message-ID or an Idempotency-Key, by which the receiver knows a double.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings

from tabularium import clock
from tabularium.core.kinds import NoticeChannel
from tabularium.notices import mailbox, selectors
from tabularium.notices.alone import alone
from tabularium.notices.contents import Content, content_of, key_of
from tabularium.notices.messages import message
from tabularium.notices.outcomes import End, Result
from tabularium.notices.reaching import networks
from tabularium.notices.relay import Relay, RelayError, relay_settings
from tabularium.register import services
from tabularium.register.failures import FAILURES
from tabularium.register.services.deliveries import Attempt
from tabularium.register.services.service_addresses import keys_of

Sending = Callable[[Callable[[], bool]], Result]
"""Sends one notice; is told what to call just before the text itself goes."""


@dataclass(slots=True)
class DeliveryReport:
    """What was sent, and what could not be.

    Attributes:
        busy: another process is sending; nothing was done.
        settled: how many attempts of a killed process were settled first.
        given: how many notices were accepted by the receiving server.
        postponed: how many are tried again later by themselves.
        failed: names of notices that failed for good; the authority's desk shows them.
        held_back: how many were owed no more when their turn came.
        no_address: how many wait because nobody said where to.
        relay: why no mail could be sent; "" if it could, or none waits.
    """

    busy: bool = False
    settled: int = 0
    given: int = 0
    postponed: int = 0
    failed: list[str] = field(default_factory=list)
    held_back: int = 0
    no_address: int = 0
    relay: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nobody has to look at anything."""
        return not (self.failed or self.no_address or self.relay)


def deliver_waiting() -> DeliveryReport:
    """Send every notice that is due by mail or to a mailbox. Run by two at once, one of them does it all."""
    report = DeliveryReport()
    with alone() as ours:
        if not ours:
            report.busy = True
            return report
        report.settled = services.settle_interrupted_notices()
        _send_mail(report)
        _call_mailboxes(report)
        report.no_address = len(selectors.without_address().values_list("pk"))
    return report


def _send_mail(report: DeliveryReport) -> None:
    waiting = selectors.due(clock.now(), [NoticeChannel.EMAIL])
    if not waiting:
        return
    try:
        configured = relay_settings(settings.NOTICES_SMTP, settings.NOTICES_SENDER)
        relay = Relay(configured, settings.NOTICES_CERTIFICATES)
    except RelayError as error:
        report.relay = str(error)
        return

    def prepare(attempt: Attempt, content: Content) -> Sending:
        text = attempt.address.text
        return partial(relay.send, text, message(content, text, configured.sender))

    try:
        for notice_id in waiting:
            # Asked before the notice is claimed: a relay that is down is no failure of a notice.
            relay.ready()
            _attempt(notice_id, prepare, report)
    except RelayError as error:
        report.relay = str(error)
    finally:
        relay.close()


def _call_mailboxes(report: DeliveryReport) -> None:
    caller = mailbox.Caller(
        networks(settings.NOTICES_MAILBOX_NETWORKS), settings.NOTICES_CERTIFICATES
    )

    def prepare(attempt: Attempt, content: Content) -> Sending:
        sent = mailbox.body(content)
        headers = mailbox.signed_headers(content.key, sent, keys_of(attempt.address))
        return partial(caller.call, attempt.address.text, headers, sent)

    for notice_id in selectors.due(clock.now(), [NoticeChannel.MAILBOX]):
        _attempt(notice_id, prepare, report)


def _attempt(
    notice_id: int, prepare: Callable[[Attempt, Content], Sending], report: DeliveryReport
) -> None:
    attempt = services.claim_notice(notice_id)
    if attempt is None:
        report.held_back += 1
        return
    key = key_of(attempt.notice)
    try:
        send = prepare(attempt, content_of(attempt.notice))
    except FAILURES:
        # One notice that cannot be written keeps no other from going.
        _record(attempt, Result(End.POSTPONED, "cannot be written"), report, key)
        return
    _record(attempt, send(lambda: services.hand_notice_over(attempt)), report, key)


def _record(attempt: Attempt, result: Result, report: DeliveryReport, key: str) -> None:
    match result.end:
        case End.ACCEPTED:
            services.notice_accepted(attempt, result.reply)
            report.given += 1
        case End.REFUSED:
            services.notice_refused(attempt, result.reply)
            report.failed.append(key)
        case End.POSTPONED | End.DOUBTFUL:
            doubtful = result.end is End.DOUBTFUL
            end = services.notice_in_doubt if doubtful else services.notice_postponed
            if end(attempt, result.reply):
                report.postponed += 1
            else:
                report.failed.append(key)
        case End.HELD_BACK:
            report.held_back += 1
