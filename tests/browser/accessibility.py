"""The rules of axe-core, asked of pages in a browser, and a walk over the pages that link to each other."""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver import Chrome

from tabularium.register.models import User
from tests.browser.conftest import look_at, width_of_page
from tests.signing_in import signed_in

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _axe() -> str:
    """The program of axe-core, which a package for another browser driver carries."""
    package = importlib.util.find_spec("axe_playwright_python")
    assert package is not None
    assert package.origin is not None
    return (Path(package.origin).parent / "axe.min.js").read_text("utf-8")


def violations(browser: Chrome, only: str = "") -> list[str]:
    """What axe-core finds wrong with the page that the browser shows.

    Args:
        browser: shows it.
        only: the one rule to ask, as `color-contrast`; without it all.
    """
    if not browser.execute_script("return Boolean(window.axe)"):
        browser.execute_script(_axe())
    asked = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": RULES}
    found: list[dict[str, Any]] = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']})"
        ".then(found => done(found.violations), failed => done([{id: String(failed), nodes: []}]))",
        asked,
    )
    return [
        f"{each['id']}: {', '.join(' '.join(node['target']) for node in each['nodes'][:3])}"
        for each in found
    ]


def sign_in(browser: Chrome, live_server: LiveServer, user: User) -> None:
    """Let the browser be one in which the account has signed in."""
    client = signed_in(user)
    browser.get(f"{live_server.url}/robots.txt")
    browser.delete_all_cookies()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    browser.add_cookie({"name": cookie.key, "value": cookie.value, "path": "/"})


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that was walked to: its address, the pattern of its address, and what is wrong with it."""

    address: str
    route: str
    wrong: tuple[str, ...]


def walk(browser: Chrome, live_server: LiveServer, start: list[str], below: str) -> Iterator[Seen]:
    """Look at the pages at `start` and at one of each pattern of address that they lead to.

    Args:
        browser: as somebody who may see them.
        live_server: where they are.
        start: addresses without the server, as `/en/about`.
        below: only addresses that begin so are followed.
    """
    waiting, known = list(start), set[str]()
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        if route is None or route in known:
            continue
        known.add(route)
        look_at(browser, f"{live_server.url}{address}")
        yield Seen(address, route, tuple(_wrong(browser)))
        links: list[str] = browser.execute_script(
            "return [...document.querySelectorAll('main a[href]:not([download]), header a[href]')]"
            ".map(each => each.href)"
        )
        parts = [urlsplit(each) for each in links if each.startswith(live_server.url)]
        waiting += [
            f"{each.path}?{each.query}" if each.query else each.path
            for each in parts
            if each.path.startswith(below)
        ]


def route_of(address: str) -> str | None:
    """The pattern of an address; None if there is none, or if it leads to a file and to no page."""
    path = urlsplit(address).path
    if path.rpartition("/")[2].count("."):
        return None
    # Patterns below a language stand for the language that is in use.
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return str(resolve(path).route)
        except Resolver404:
            return None


def _wrong(browser: Chrome) -> Iterator[str]:
    status = browser.execute_script(
        "return performance.getEntriesByType('navigation')[0].responseStatus"
    )
    if status != 200:
        yield f"answered {status}"
        return
    yield from violations(browser)
    width = browser.execute_script("return window.innerWidth")
    widest = width_of_page(browser)
    if widest > width:
        yield f"is {widest} pixels wide on a screen of {width}"
