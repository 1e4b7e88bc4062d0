"""A reader's whole way in a browser: search, organisation, entry, and the entry's end."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tabularium.register import services
from tabularium.register.models import Entry
from tests import builders
from tests.browser.conftest import PATIENCE, be_whole, be_wide, look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Move = Callable[[datetime], None]


def status(browser: Chrome) -> int:
    answered = browser.execute_script(
        "return performance.getEntriesByType('navigation')[0].responseStatus"
    )
    assert isinstance(answered, int)
    return answered


def text(browser: Chrome) -> str:
    return browser.find_element(By.TAG_NAME, "body").text


def at(browser: Chrome, part: str) -> Chrome:
    """The browser, once a key or a click has led it to an address with that part."""
    WebDriverWait(browser, PATIENCE).until(lambda page: part in page.current_url)
    be_whole(browser)
    return browser


@pytest.fixture
def penalty(move: Move) -> Entry:
    town = builders.Town()
    subject = builders.a_subject("虚构云海食品有限公司")
    entry = builders.published(town, move, subject=subject, measure="Fine for spoiled goods")
    services.answer(
        entry.pk,
        by=builders.a_replier(entry.organisation),
        text="The goods were recalled the same day.",
        shown=True,
        language="en",
    )
    return entry


@pytest.mark.parametrize("width", [1280, 390])
def test_from_search_to_the_end_of_the_entry(
    browser: Chrome, live_server: LiveServer, penalty: Entry, move: Move, width: int
) -> None:
    be_wide(browser, width)
    look_at(browser, f"{live_server.url}/en/")
    field = browser.find_element(By.NAME, "q")
    field.send_keys("云海", Keys.ENTER)
    at(browser, "?q=").find_element(By.PARTIAL_LINK_TEXT, "虚构云海食品有限公司").click()
    assert "Fine for spoiled goods" in text(at(browser, "/organisations/"))
    browser.find_element(By.CSS_SELECTOR, f"a[href$='/entries/{penalty.pk}']").click()
    seen = text(at(browser, f"/entries/{penalty.pk}"))
    for expected in (
        "Fine for spoiled goods",
        "Made-up Act, article 5",
        "The goods were recalled the same day.",
        "In writing to the office that decided.",
        "4,965.70",
    ):
        assert expected in seen
    assert status(browser) == 200
    address = browser.current_url

    assert penalty.public_until is not None
    move(penalty.public_until - timedelta(seconds=1))
    browser.get(address)
    assert status(browser) == 200

    move(penalty.public_until)
    browser.get(address)
    assert status(browser) == 410
    seen = text(browser)
    for gone in ("云海", "Fine for spoiled goods", "Made-up Act", "recalled", "4,965"):
        assert gone not in seen
    look_at(browser, f"{live_server.url}/en/?q=云海")
    assert browser.find_elements(By.CSS_SELECTOR, "a[href*='/organisations/']") == []


def test_the_bare_address_of_an_entry_leads_to_the_readers_language(
    browser: Chrome, live_server: LiveServer, penalty: Entry
) -> None:
    look_at(browser, f"{live_server.url}/entries/{penalty.pk}")
    assert status(browser) == 200
    assert browser.current_url.endswith(f"/en/entries/{penalty.pk}")


def test_an_objection_takes_the_entry_out_of_sight_at_once(
    browser: Chrome, live_server: LiveServer, penalty: Entry
) -> None:
    services.object_to(penalty.pk, by=builders.a_replier(penalty.organisation), text="Not us.")
    look_at(browser, f"{live_server.url}/en/entries/{penalty.pk}")
    assert status(browser) == 404
    assert "Fine for spoiled goods" not in text(browser)
