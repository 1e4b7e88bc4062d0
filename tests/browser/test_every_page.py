"""Every page of the sitemap: the rules of axe-core, at every width, in the dark, by keyboard and on paper."""

import base64
import io
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver import ActionChains, Chrome, Keys

from tests import builders
from tests.browser import scene
from tests.browser.accessibility import route_of, violations
from tests.browser.conftest import be_wide, look_at, width_of_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Move = Callable[[datetime], None]

DESK, PHONE = 1280, 390
# 640 is a desk at 200 %, 320 one at 400 % (WCAG 2.2, 1.4.4 and 1.4.10).
NARROW = (640, 320)
NOT_FOUND = ("status of 404", "status of 410")

_FROM = "return performance.getEntriesByType('resource').map(each => each.name)"


def be_dark(browser: Chrome, *, dark: bool, paper: bool = False) -> None:
    """Let the reader prefer dark pages, or print."""
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {
            "media": "print" if paper else "",
            "features": [
                {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ],
        },
    )


def wrong(browser: Chrome, server: str, *, at_desk: bool) -> Iterator[str]:
    """What is wrong with the page that the browser shows at the width of a desk."""
    if at_desk:
        yield from (f"at a desk {each}" for each in violations(browser))
    yield from (
        f"asks {each}" for each in browser.execute_script(_FROM) if not each.startswith(server)
    )
    yield from (
        each["message"]
        for each in browser.get_log("browser")
        if not any(kept in each["message"] for kept in NOT_FOUND)
    )
    be_dark(browser, dark=True)
    if at_desk:
        yield from (f"in the dark {each}" for each in violations(browser, only="color-contrast"))
    for width in (*NARROW, PHONE):
        be_wide(browser, width)
        widest = width_of_page(browser)
        if widest > width:
            yield f"is {widest} pixels wide on a screen of {width}"
    if at_desk:
        be_dark(browser, dark=False)
    yield from (f"on a phone {each}" for each in violations(browser))


# What axe-core looks at hardly differs by language: pages in Chinese at the width of a phone and in the dark,
# and at that of a desk in the long run.
@pytest.mark.parametrize(
    ("language", "at_desk"), [("en", True), ("zh-hans", bool(os.environ.get("TABULARIUM_SOAK")))]
)
def test_every_page_of_the_sitemap_is_accessible_at_every_width(
    browser: Chrome,
    live_server: LiveServer,
    move: Move,
    settings: Any,
    tmp_path: Path,
    language: str,
    at_desk: bool,
) -> None:
    others = scene.furnished(move, settings, tmp_path)
    pages = scene.in_the_sitemap(language)
    assert len(pages) > 20
    pages += [f"/{language}/{each}" for each in others]
    found = []
    for page in pages:
        be_dark(browser, dark=False)
        be_wide(browser, DESK)
        look_at(browser, f"{live_server.url}{page}")
        found += [f"{page}: {each}" for each in wrong(browser, live_server.url, at_desk=at_desk)]
    assert found == []


# Follows the focus: what has it, whether that can be seen, and what could have it.
_FOLLOW = """
window.stops = [...document.querySelectorAll(
  "a[href],button,input,select,textarea,summary,[tabindex='0']"
)].filter((each) => !each.disabled && each.type !== "hidden" && each.checkVisibility());
window.reached = [];
document.addEventListener("focusin", ({target}) => {
  const style = getComputedStyle(target), box = target.getBoundingClientRect();
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const there = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  window.reached.push([target, drawn && there]);
});
return window.stops.length;
"""
_FOLLOWED = """
const name = (each) => `${each.tagName} ${each.getAttribute("href") || each.name || each.innerText}`;
const reached = window.reached.map(([each]) => each);
const lost = window.stops.filter((each) => !reached.includes(each)).map(name);
const unseen = window.reached.filter(([, seen]) => !seen).map(([each]) => name(each));
const places = window.stops.filter((each) => reached.includes(each)).map((each) => reached.indexOf(each));
return [lost, unseen, places.every((each, at) => at === 0 || each > places[at - 1])];
"""


def lost_to_the_keyboard(browser: Chrome) -> Iterator[str]:
    """What Tab after Tab does not reach, or reaches without showing it, or out of order."""
    stops = browser.execute_script(_FOLLOW)
    # A field for a day stops at its day, month, year and picture.
    days = browser.execute_script("return document.querySelectorAll('[type=date]').length")
    actions = ActionChains(browser, duration=0)
    for _ in range(stops + 3 * days):
        actions.send_keys(Keys.TAB)
    actions.perform()
    lost, unseen, in_order = browser.execute_script(_FOLLOWED)
    yield from (f"no Tab leads to {each}" for each in lost)
    yield from (f"it cannot be seen that the focus is at {each}" for each in unseen)
    if not in_order:
        yield "the focus jumps about"


def test_every_sort_of_page_is_walked_by_the_keyboard_and_prints(
    browser: Chrome, live_server: LiveServer, move: Move, settings: Any, tmp_path: Path
) -> None:
    others = scene.furnished(move, settings, tmp_path)
    pages = [*scene.in_the_sitemap("en"), *(f"/en/{each}" for each in others)]
    be_dark(browser, dark=False)
    one_of_each = {route_of(each): each for each in pages}
    assert len(one_of_each) >= 10
    found = []
    for page in one_of_each.values():
        be_wide(browser, DESK)
        look_at(browser, f"{live_server.url}{page}")
        found += [f"{page}: {each}" for each in lost_to_the_keyboard(browser)]
    assert found == []
    # Without an outline, and with something that is passed over, it is met.
    browser.execute_script(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        "'<p><a href=/x tabindex=-1>passed over</a></p>');"
        "for (const each of document.styleSheets) each.disabled = true;"
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('*{outline:none!important}');"
        "document.adoptedStyleSheets = [sheet]; document.activeElement.blur()"
    )
    met = list(lost_to_the_keyboard(browser))
    assert "no Tab leads to A /x" in met
    assert any(each.startswith("it cannot be seen") for each in met)


def test_an_entry_is_whole_on_paper_and_without_what_a_hand_would_press(
    browser: Chrome, live_server: LiveServer, move: Move
) -> None:
    town = builders.Town()
    entry = builders.published(town, move)
    look_at(browser, f"{live_server.url}/en/entries/{entry.pk}")
    be_dark(browser, dark=True, paper=True)
    ground, ink = browser.execute_script(
        "const style = getComputedStyle(document.documentElement);"
        "return [style.backgroundColor, style.color]"
    )
    assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    sheets = PdfReader(io.BytesIO(base64.b64decode(printed["data"]))).pages
    assert len(sheets) <= 3
    text = "".join("".join(each.extract_text() for each in sheets).split())
    for shown in ("4,965.70", "Made-upAct,article5", "(https://law.example/5)", entry.pk):
        assert shown in text
    for left_out in ("Skiptothecontent", "Youraccount", "Whatthisregisterisandisnot"):
        assert left_out not in text
