"""No page breaks a rule of axe-core or is wider than the screen, at a desk and on a phone."""

from collections.abc import Callable
from datetime import datetime

import pytest
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver import Chrome

from tabularium.core.kinds import Kind
from tests import builders
from tests.browser.accessibility import Seen, sign_in, violations, walk
from tests.browser.conftest import be_wide, look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Move = Callable[[datetime], None]

views = pytest.mark.parametrize(
    ("width", "language"), [(1280, "en"), (390, "zh-hans")], ids=["desk", "phone"]
)


def _wrong(seen: list[Seen]) -> list[str]:
    return [f"{each.address}: {what}" for each in seen for what in each.wrong]


@views
def test_pages_for_members_of_an_authority(
    browser: Chrome, live_server: LiveServer, move: Move, width: int, language: str
) -> None:
    town = builders.Town()
    builders.a_draft(town, Kind.LICENCE)
    builders.a_draft(town)
    builders.objected(town, move)
    builders.in_notice(town)
    builders.promised(town)
    be_wide(browser, width)
    found = list[str]()
    routes = set[str]()
    for role in ("clerk", "approver", "registrar", "auditor"):
        sign_in(browser, live_server, town.account(f"the-{role}", role))
        start = [f"/{language}/account/", f"/{language}/desk/{town.code}/"]
        # What is shown as the public would see it leads to pages that are not there yet.
        seen = list(walk(browser, live_server, start, f"/{language}/desk/"))
        found += [f"{role} at {each}" for each in _wrong(seen)]
        routes |= {each.route for each in seen}
    assert found == []
    assert len([each for each in routes if "desk/" in each]) >= 8


@views
def test_pages_for_members_of_an_organisation(
    browser: Chrome, live_server: LiveServer, move: Move, width: int, language: str
) -> None:
    town = builders.Town()
    entry = builders.published(town, move)
    replier = builders.a_replier(entry.organisation)
    be_wide(browser, width)
    sign_in(browser, live_server, replier)
    start = [f"/{language}/reply/", f"/{language}/reply/{entry.organisation_id}/"]
    seen = list(walk(browser, live_server, start, f"/{language}/reply"))
    assert len(seen) >= 6
    assert _wrong(seen) == []


def test_a_page_that_truly_lacks_its_style_sheet_is_met(
    browser: Chrome, live_server: LiveServer
) -> None:
    address = f"{live_server.url}/en/about"
    browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/site.css"]})
    try:
        with pytest.raises(pytest.fail.Exception, match=r"came without \['http.*/site.css'\]: "):
            look_at(browser, address)
    finally:
        browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    look_at(browser, address)


def test_a_page_that_breaks_rules_is_met(browser: Chrome, live_server: LiveServer) -> None:
    browser.get(f"{live_server.url}/en/about")
    assert violations(browser) == []
    browser.execute_script(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x><input name=q>')"
    )
    kinds = {each.partition(":")[0] for each in violations(browser)}
    assert {"image-alt", "label"} <= kinds
