"""A headless Chromium, skipped where the machine has none and a failure where it must have one."""

import os
import shutil
import threading
import time
from collections.abc import Iterator

import pytest
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.support.wait import WebDriverWait

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A window that nobody looks at is drawn all the same.
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)


PATIENCE = 120
"""Seconds until a page has to be there with all that belongs to it, however busy the machine is."""


class WholePages(Chrome):
    """A browser whose pages are whole before anything is asked of them.

    On a busy machine chromedriver takes the end of the page before for the end of the one it was sent to:
    up to one page in ten is handed out while its style sheets, or even its text, are still under way.
    """

    def get(self, url: str) -> None:
        """Open a page and wait until all that belongs to it has come, or has failed to come."""
        super().get(url)
        be_whole(self)


def be_whole(browser: Chrome) -> None:
    """Wait until the page that is there, or is coming, has been loaded with all that belongs to it."""
    WebDriverWait(browser, PATIENCE, poll_frequency=0.02).until(
        lambda page: page.execute_script("return document.readyState === 'complete'"),
        "The page does not become whole.",
    )


@pytest.fixture(scope="module")
def _started(live_server: LiveServer) -> Iterator[Chrome]:
    """A browser that is gone before the server that it looks at; one for all tests of a file."""
    assert live_server.url
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        if "chromium" in os.environ.get("TABULARIUM_REQUIRE", ""):
            pytest.fail("chromium or chromedriver is absent, and TABULARIUM_REQUIRE asks for them.")
        pytest.skip("chromium and chromedriver are not installed.")
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in ARGUMENTS:
        options.add_argument(argument)
    started = WholePages(options=options, service=ChromeService(driver))
    # The tests let weeks pass between two looks; Chromium's own clock does not know.
    started.execute_cdp_cmd("Network.enable", {})
    started.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
    yield started
    started.quit()
    _wait_for_the_server_to_be_idle()


@pytest.fixture
def browser(_started: Chrome) -> Iterator[Chrome]:
    """The browser as nobody has used it: signed in nowhere, as wide as it began, its log empty."""
    _started.get_log("browser")  # what earlier tests left in it
    yield _started
    _started.get("about:blank")
    _started.execute_cdp_cmd("Network.clearBrowserCookies", {})
    _started.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def _wait_for_the_server_to_be_idle() -> None:
    """The browser kept connections open; the server's threads end when they notice that it is gone."""
    for _ in range(1_200):
        if not any("process_request_thread" in each.name for each in threading.enumerate()):
            return
        time.sleep(0.1)
    pytest.fail("The server still waits for a browser that is gone.")


def be_wide(browser: Chrome, width: int, height: int = 900) -> None:
    """Let the page be `width` CSS pixels wide, as on a phone or a desk."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
    )


def width_of_page(browser: Chrome) -> int:
    """How wide the page is in CSS pixels, once it has been drawn as it stays.

    On a busy machine Chromium can tell of a page that has just been loaded how wide it was before its style
    sheet: two frames later it does not.
    """
    width: int = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "requestAnimationFrame(() => requestAnimationFrame("
        "() => done(document.documentElement.scrollWidth)))"
    )
    return width


# Style sheets that a page asks for and that did not come: what failed is there, too, but without a rule,
# or as one from elsewhere, whose rules are not told.
_LACKING = """
const has_rules = (each) => { try { return each.sheet.cssRules.length > 0; } catch { return false; } };
return [...document.querySelectorAll("link[rel=stylesheet]")]
  .filter((each) => !has_rules(each)).map((each) => each.href);
"""
_TRIES, _PAUSE = 3, 0.3


def look_at(browser: Chrome, address: str) -> None:
    """Open a page, with all that belongs to it.

    The server of the tests, on a machine that is busy, may close a connection on the browser. A page without
    its style sheet is then looked at again, a while later; one that lacks it every time is a failure.
    """
    said: list[object] = []
    for number in range(_TRIES):
        time.sleep(number * _PAUSE)
        browser.get(address)
        lacking = browser.execute_script(_LACKING)
        if not lacking:
            return
        said += browser.get_log("browser")
    pytest.fail(f"{address} came without {lacking}: {said}")
