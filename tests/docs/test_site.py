"""The documentation's site is whole, and a reader of it is seen by nobody else."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).resolve().parents[2]

_LOADING = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "object": "data",
    "form": "action",
}
# Links that a browser follows only when a reader asks for it.
_FOLLOWED = {"canonical", "alternate", "next", "prev"}
_ELSEWHERE = re.compile(r"^(?:[a-z]+:)?//", re.IGNORECASE)
_IN_SHEET = re.compile(r"url\(\s*[\"']?(?!data:)([^)\"']+)|@import\s+[\"']([^\"']+)")


class _Loads(HTMLParser):
    """What a page loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.policy = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        if tag in _LOADING and not (tag == "link" and given.get("rel") in _FOLLOWED):
            self.found.append(given.get(_LOADING[tag]) or "")


def from_elsewhere(site: Path) -> Iterator[str]:
    """What pages and style sheets of a site load from other machines, and pages that would let them."""
    for page in sorted(site.rglob("*.html")):
        loads = _Loads(page.read_text("utf-8"))
        yield from (f"{page.name}: {each}" for each in loads.found if _ELSEWHERE.match(each))
        if "default-src 'none'" not in loads.policy or "http" in loads.policy:
            yield f"{page.name}: lets scripts ask others"
    for sheet in sorted(site.rglob("*.css")):
        for one, other in _IN_SHEET.findall(sheet.read_text("utf-8")):
            if _ELSEWHERE.match(one or other):
                yield f"{sheet.name}: {one or other}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it: a warning, such as a link that leads nowhere, is a failure."""
    folder = tmp_path_factory.mktemp("site")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder))
    assert config.strict
    build(config)
    return folder


@pytest.mark.whole
@pytest.mark.filterwarnings("ignore")
def test_the_site_is_built_and_loads_nothing_from_elsewhere(site: Path) -> None:
    names = {page.stem for page in site.glob("*.html")}
    assert {"index", "api", "scope", "first-hour-operator", "for-clerks.zh-hans"} <= names
    assert len(list(site.rglob("*.css"))) >= 2
    assert list(from_elsewhere(site)) == []
    assert "../README" not in (site / "for-clerks.html").read_text("utf-8")


def test_what_is_loaded_from_elsewhere_is_met(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<script src="//else.example/x.js"></script>')
    (tmp_path / "a.css").write_text("@import 'https://else.example/a.css'; a{b:url(x.png)}")
    assert list(from_elsewhere(tmp_path)) == [
        "a.html: //else.example/x.js",
        "a.html: lets scripts ask others",
        "a.css: https://else.example/a.css",
    ]


def _in_navigation(nav: object) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    for each in nav if isinstance(nav, list) else nav.values() if isinstance(nav, dict) else ():
        yield from _in_navigation(each)


def test_what_stands_in_the_navigation_is_there_and_every_chinese_page_stands_in_it() -> None:
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    named = list(_in_navigation(yaml.safe_load(text)["nav"]))
    assert len(named) == len(set(named))
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert set(named) <= pages
    assert {name for name in pages if name.startswith("decisions/")} <= set(named)
    assert {name for name in pages if ".zh-hans." in name} <= set(named)
