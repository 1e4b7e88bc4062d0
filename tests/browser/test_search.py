"""Suggestions while one types: a combobox that the keyboard leads through, and a page that works without."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

import pytest
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tabularium.core.kinds import Kind
from tests import builders
from tests.browser.accessibility import violations
from tests.browser.conftest import PATIENCE, be_whole, be_wide, width_of_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Move = Callable[[datetime], None]
NAMES = ("Fictitious Harbour Ltd", "Fictitious Harbour and Sons", "虚构海港食品有限公司")


def _options(browser: Chrome, number: int) -> list[WebElement]:
    def there(page: Chrome) -> list[WebElement] | None:
        found = page.find_elements(By.CSS_SELECTOR, "#q-list:not([hidden]) [role=option]")
        return found if len(found) == number else None

    return WebDriverWait(browser, PATIENCE).until(there)


def test_what_one_types_is_completed_and_chosen_by_the_keyboard(
    browser: Chrome, live_server: LiveServer, move: Move
) -> None:
    town = builders.Town()
    entries = [
        builders.published(town, move, Kind.LICENCE, subject=builders.a_subject(name))
        for name in NAMES
    ]
    be_wide(browser, 390)
    browser.get(f"{live_server.url}/en/")
    field = browser.find_element(By.ID, "q")
    # The block of data is no script, and the policy has nothing against it nor against anything else.
    said = [each["message"] for each in browser.get_log("browser")]  # type: ignore[no-untyped-call]
    assert said == []
    for each in "arb":
        field.send_keys(each)
    first, second = _options(browser, 2)
    assert field.get_attribute("aria-expanded") == "true"
    assert [each.text for each in first.find_elements(By.TAG_NAME, "mark")] == ["arb"]
    assert violations(browser) == []
    assert width_of_page(browser) <= 390
    asked = browser.execute_script(
        "return performance.getEntriesByType('resource').map(each => each.name)"
    )
    assert all(each.startswith(live_server.url) for each in asked)
    assert len([each for each in asked if "/suggestions?" in each]) == 1
    field.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert field.get_attribute("aria-activedescendant") == second.get_attribute("id")
    assert second.get_attribute("aria-selected") == "true"
    field.send_keys(Keys.ESCAPE)
    assert field.get_attribute("aria-expanded") == "false"
    field.clear()
    field.send_keys("海港")
    [only] = _options(browser, 1)
    assert only.text == NAMES[2]
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    WebDriverWait(browser, PATIENCE).until(lambda page: "/organisations/" in page.current_url)
    be_whole(browser)
    assert browser.current_url.endswith(str(entries[2].organisation_id))
    headings = browser.find_elements(By.CSS_SELECTOR, "main h1, main h2, main h3")
    levels = [int(each.tag_name[1]) for each in headings]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_enter_finds_without_a_script(browser: Chrome, live_server: LiveServer, move: Move) -> None:
    town = builders.Town()
    builders.published(town, move, Kind.LICENCE, subject=builders.a_subject(NAMES[0]))
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{live_server.url}/en/")
        browser.find_element(By.ID, "q").send_keys("harb", Keys.ENTER)
        WebDriverWait(browser, PATIENCE).until(lambda page: "q=harb" in page.current_url)
        be_whole(browser)
        assert "Fictitious Harbour Ltd" in browser.find_element(By.TAG_NAME, "main").text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
