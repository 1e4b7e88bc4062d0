"""A headless Chromium, skipped where the machine has none and a failure where it must have one."""

import os
import shutil
from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        if "chromium" in os.environ.get("TABULARIUM_REQUIRE", ""):
            pytest.fail("chromium or chromedriver is absent, and TABULARIUM_REQUIRE asks for them.")
        pytest.skip("chromium and chromedriver are not installed.")
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in ARGUMENTS:
        options.add_argument(argument)
    started = Chrome(options=options, service=ChromeService(driver))
    # The tests let weeks pass between two looks; Chromium's own clock does not know.
    started.execute_cdp_cmd("Network.enable", {})
    started.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
    yield started
    started.quit()


def be_wide(browser: Chrome, width: int, height: int = 900) -> None:
    """Let the page be `width` CSS pixels wide, as on a phone or a desk."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
    )
