"""What docs/notices.md tells a receiver works as it stands there, and it names what there is."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tabularium import clock
from tabularium.core.kinds import NoticeChannel
from tabularium.core.notice_purposes import Purpose
from tabularium.notices import mailbox
from tabularium.notices.contents import content_of
from tabularium.register import services
from tabularium.register.services.deliveries import TRY_AGAIN_AFTER
from tabularium.register.services.service_addresses import keys_of
from tests.builders import Town
from tests.notices.conftest import approved

DOCS = Path(__file__).resolve().parents[2] / "docs"
ENGLISH = (DOCS / "notices.md").read_text("utf-8")
CHINESE = (DOCS / "notices.zh-hans.md").read_text("utf-8")


def _receiver() -> dict[str, Any]:
    names: dict[str, Any] = {}
    (code,) = re.findall(r"```python\n(.*?)```", ENGLISH, re.DOTALL)
    exec(code, names)  # noqa: S102 - the example of our own page
    return names


def test_the_receiver_of_the_page_knows_our_calls_and_no_others(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, notice = approved(town, NoticeChannel.MAILBOX, "https://firm.example/")
    attempt = services.claim_notice(notice.pk)
    assert attempt is not None
    sent = mailbox.body(content_of(notice))
    keys = keys_of(attempt.address)
    headers = mailbox.signed_headers("name", sent, keys)
    names = _receiver()
    monkeypatch.setattr(names["time"], "time", lambda: clock.now().timestamp())
    known = {key.name: key.secret for key in keys}
    is_ours = names["is_from_the_register"]
    assert is_ours(headers, sent, known)
    assert not is_ours(headers, sent + b" ", known)
    assert not is_ours(headers, sent, dict.fromkeys(known, "0" * 64))
    assert not is_ours(headers, sent, {})
    monkeypatch.setattr(names["time"], "time", lambda: clock.now().timestamp() + 301)
    assert not is_ours(headers, sent, known)


def test_the_body_has_the_parts_that_the_page_names(town: Town) -> None:
    _, notice = approved(town, NoticeChannel.MAILBOX, "https://firm.example/")
    told = json.loads(mailbox.body(content_of(notice)))
    table = ENGLISH.partition("The body:")[2]
    named = {
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert named == told.keys()


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["en", "zh-hans"])
def test_the_pages_name_every_purpose_and_channel(page: str) -> None:
    for each in (*Purpose, *NoticeChannel):
        assert f"`{each}`" in page
    for setting in ("TABULARIUM_SMTP", "TABULARIUM_SENDER", "TABULARIUM_ADDRESS"):
        assert setting in page


def test_the_page_tells_the_intervals() -> None:
    minutes = [each.total_seconds() / 60 for each in TRY_AGAIN_AFTER]
    assert minutes == [5, 15, 60, 240, 720, 1440, 1440, 1440]
    assert "5 and 15 minutes, 1, 4, 12, 24, 24 and 24 hours" in " ".join(ENGLISH.split())
