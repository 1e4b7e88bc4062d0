"""What is wrong with a page's HTML, told in sentences. No browser and no network."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"div", "dt", "dd"},
    "tbody": {"tr"},
    "thead": {"tr"},
    "tr": {"th", "td"},
}
REFERENCES = ("aria-labelledby", "aria-describedby")
CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


@dataclass
class Open:
    tag: str
    language: str


@dataclass
class Page(HTMLParser):
    """Reads a page and notes what is wrong with it."""

    language: str
    mistakes: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    landmarks: list[str] = field(default_factory=list)
    title: str = ""
    robots: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Open] = []
        self._labels: set[str] = set()
        self._inputs: list[str] = []
        self._wanted_ids: list[str] = []

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.mistakes.append(f"The document type is {decl!r}.")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) != len(attrs):
            self.mistakes.append(f"<{tag}> has an attribute twice.")
        self._check_place(tag, given)
        self._check_attributes(tag, given)
        around = self._open[-1].language if self._open else ""
        if tag not in VOID:
            self._open.append(Open(tag, given.get("lang", around)))
        if tag == "html" and given.get("lang") != self.language:
            self.mistakes.append(f"The page's language is {given.get('lang')!r}.")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in {"main", "header", "footer", "nav"}:
            self.landmarks.append(tag)

    @staticmethod
    def _is_ours(given: dict[str, str]) -> bool:
        """The one script of the public pages, or a block of data, which no browser runs."""
        if given.get("type") == "application/ld+json":
            return "src" not in given
        return given.get("src", "").endswith("/public/suggestions.js")

    def _check_place(self, tag: str, given: dict[str, str]) -> None:
        parent = self._open[-1].tag if self._open else ""
        if parent in CHILDREN and tag not in CHILDREN[parent]:
            self.mistakes.append(f"<{tag}> stands in <{parent}>.")
        if tag == "script" and self._is_ours(given):
            return
        if tag in {"script", "style", "iframe", "object", "embed"}:
            self.mistakes.append(f"There is a <{tag}>.")

    def _check_attributes(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.mistakes.append(f"<{tag}> has {name}.")
            loads = name in {"src", "action"} or (tag == "link" and name == "href")
            if loads and (not value.startswith("/") or value.startswith("//")):
                self.mistakes.append(f"<{tag}> asks another site: {value}.")
            if name in REFERENCES:
                self._wanted_ids += value.split()
        self._note(tag, given)

    def _note(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "img" and "alt" not in given:
            self.mistakes.append("A picture has no alt.")
        if tag == "label":
            self._labels.add(given.get("for", ""))
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            self._inputs.append(given.get("id", ""))
        if tag == "meta" and given.get("name") == "robots":
            self.robots = given["content"]

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            inside = [each.tag for each in self._open]
            self.mistakes.append(f"</{tag}> closes {inside}.")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open:
            return
        here = self._open[-1]
        if here.tag == "title":
            self.title += data
        if here.tag == "script":
            return  # data; nobody reads it out
        if here.tag in CHILDREN and data.strip():
            self.mistakes.append(f"Words stand in <{here.tag}>: {data.strip()!r}.")
        for left in ("{{", "{%", "%(", "None"):
            if data.strip() == left or (left in data and left != "None"):
                self.mistakes.append(f"{left!r} is shown in {data.strip()!r}.")
        self._check_language(data, here)

    def _check_language(self, data: str, here: Open) -> None:
        """Words of another language are marked as such; a title cannot be marked in part."""
        if here.tag == "title" or here.language != self.language:
            return
        if self.language == "en" and CHINESE.search(data):
            self.mistakes.append(f"Chinese is not marked: {data.strip()!r}.")
        if self.language == "zh-hans" and ENGLISH.search(data):
            self.mistakes.append(f"English is not marked: {data.strip()!r}.")

    def close(self) -> None:
        super().close()
        if self._open:
            self.mistakes.append(f"Not closed: {[each.tag for each in self._open]}.")
        for twice in sorted({each for each in self.ids if self.ids.count(each) > 1}):
            self.mistakes.append(f"The id {twice!r} is there twice.")
        own = [each[1:] for each in self.links if each.startswith("#")]
        for wanted in (*self._wanted_ids, *own):
            if wanted not in self.ids:
                self.mistakes.append(f"There is no id {wanted!r}.")
        for unlabelled in set(self._inputs) - self._labels:
            self.mistakes.append(f"The input {unlabelled!r} has no label.")
        self._check_outline()

    def _check_outline(self) -> None:
        if self.headings.count(1) != 1 or self.headings[0] != 1:
            self.mistakes.append(f"The headings are {self.headings}.")
        for before, after in zip(self.headings, self.headings[1:], strict=False):
            if after > before + 1:
                self.mistakes.append(f"A heading {after} follows a heading {before}.")
        for landmark in ("main", "header", "footer"):
            if self.landmarks.count(landmark) != 1:
                self.mistakes.append(f"There is not one <{landmark}>.")
        if not self.title.strip():
            self.mistakes.append("There is no title.")


def read(html: str, language: str) -> Page:
    """The page; `mistakes` says what is wrong with it."""
    page = Page(language)
    page.feed(html)
    page.close()
    return page
