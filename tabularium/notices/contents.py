"""What a notice has to say, gathered from the register when it is sent or printed, and kept nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from tabularium import clock
from tabularium.core.clocks import local_day
from tabularium.core.notice_purposes import Purpose
from tabularium.register import deadlines
from tabularium.register.models import Authority, Notice, Statement, Version
from tabularium.register.services import code_for

ENGLISH, CHINESE = "en", "zh-hans"


@dataclass(frozen=True, slots=True)
class Content:
    """All that a notice says, in no language yet. Days are in the authority's zone.

    Attributes:
        key: names the notice for good; whoever gets it twice knows it by that.
        purpose: what it tells.
        authority: who decided.
        organisation: the name of the organisation, as the decision writes it.
        version: what was decided.
        reasons: what the authority gave with its decision on the entry; "" if nothing.
        working_days: how long the window is; None if the notice opens none.
        last_public_day: the last day on which the public sees the entry; None if it does not end by a
            date, or is not public any more.
        code: the one-time code; "" for a notice that opens no window.
    """

    key: str
    purpose: Purpose
    authority: Authority
    organisation: str
    version: Version
    reasons: str
    working_days: int | None
    last_public_day: date | None
    code: str

    @property
    def languages(self) -> tuple[str, str]:
        """Both languages, the decision's own first."""
        if self.version.language.lower().startswith("zh"):
            return CHINESE, ENGLISH
        return ENGLISH, CHINESE

    @property
    def is_correction(self) -> bool:
        """Whether it is about a later version of an entry."""
        return self.version.number > 1

    def authority_name(self, language: str) -> str:
        """What the authority is called in a language, or by its own name."""
        return _in_language(self.authority.names, language) or self.authority.organisation.name

    def corrections_route(self, language: str) -> str:
        """How anyone reports a mistake to the authority."""
        return _in_language(self.authority.corrections_route, language)


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language, "")


def address(language: str) -> str:
    """Where an organisation begins: no code and no name in it, for addresses are written to logs."""
    return f"{settings.ADDRESS}/{language}/reply/"


def key_of(notice: Notice) -> str:
    """The name of a notice: its entry, the number of the event, and the purpose."""
    return f"{notice.version.entry_id}.{notice.event.number}.{notice.purpose}"


def content_of(notice: Notice) -> Content:
    """What a notice says, as the register stands.

    Raises:
        RefusedError: no rules are in force for the day of the decision.
        ValueError: the version's content has been erased.
    """
    version = notice.version
    entry, purpose = version.entry, Purpose(notice.purpose)
    if version.decided_on is None:
        raise ValueError(f"The version {version.pk} has been erased.")
    working_days = None
    if purpose.gates:
        pack = deadlines.rules_for(entry.authority, version.decided_on)
        working_days = pack.objection_window.value
    reasons = Statement.objects.filter(event=notice.event).values_list("text", flat=True).first()
    return Content(
        key=key_of(notice),
        purpose=purpose,
        authority=entry.authority,
        organisation=version.subject_name,
        version=version,
        reasons=reasons or "",
        working_days=working_days,
        last_public_day=_last_public_day(notice),
        code=code_for(notice) if purpose.gates else "",
    )


def _last_public_day(notice: Notice) -> date | None:
    entry = notice.version.entry
    until = entry.public_until
    if until is None or until <= clock.now() or entry.withdrawn_at is not None:
        return None
    return local_day(until - timedelta(microseconds=1), ZoneInfo(entry.authority.time_zone))
