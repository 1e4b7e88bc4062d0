"""A part of a page as blocks of text that can be printed.

What an entry says stands in one template. A second wording of it for paper would drift from the first, so
the page is taken apart and not written anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any, Self

Block = dict[str, Any]
"""A heading, text, list of facts or list, as `extract.typ` reads it."""
Span = dict[str, str]
"""A piece of text: `text`, `language` (a BCP 47 tag; empty for that of the page) and `weight`."""

_EMPTY = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"})
_HEADINGS = {"h1": 2, "h2": 3, "h3": 4, "h4": 4}
_TEXTS = frozenset({"p", "blockquote", "dt", "dd", "figcaption", "caption"})
_LISTS = frozenset({"ul", "ol"})
_AROUND = frozenset({"div", "section", "article", "aside", "header", "footer", "main", "li"})
_NOT_PRINTED = frozenset({"script", "style", "form", "nav", "template", "svg", "button"})
_BLOCKS = frozenset({*_HEADINGS, *_TEXTS, *_LISTS, *_AROUND, *_NOT_PRINTED, "dl"})
_STRONG = frozenset({"strong", "b"})


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["_Node | str"] = field(default_factory=list)

    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def within(self, tags: frozenset[str]) -> bool:
        """Whether one of the tags stands directly below."""
        return any(isinstance(each, _Node) and each.tag in tags for each in self.children)


class _Tree(HTMLParser):
    """Reads our own HTML, of which tests know that it is well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _EMPTY:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


@dataclass(frozen=True, slots=True)
class _Way:
    """What holds for the text inside an element."""

    language: str = ""
    weight: str = "regular"
    keeps_lines: bool = False

    def into(self, node: _Node) -> Self:
        """What holds inside one of its elements."""
        return replace(
            self,
            language=node.attributes.get("lang", self.language),
            weight="bold" if node.tag in _STRONG else self.weight,
            keeps_lines=self.keeps_lines or "words" in node.classes(),
        )


def blocks(html: str) -> list[Block]:
    """The blocks of a piece of a page, in their order; nothing of them is markup."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return list(_flow(tree.root, _Way()))


def _flow(node: _Node, way: _Way) -> Iterator[Block]:
    """The blocks in an element; text that stands between them is a paragraph of its own."""
    beside = _Node("p")
    for each in node.children:
        if isinstance(each, str) or each.tag not in _BLOCKS:
            beside.children.append(each)
            continue
        yield from _text(beside, way)
        beside = _Node("p")
        yield from _block(each, way.into(each))
    yield from _text(beside, way)


def _block(node: _Node, way: _Way) -> Iterator[Block]:
    if node.tag in _NOT_PRINTED:
        return
    if node.tag in _HEADINGS:
        yield {"sort": "heading", "level": _HEADINGS[node.tag], "spans": _spans(node, way)}
    elif node.tag == "dl":
        rows = [row for each in _elements(node) for row in _rows(each, way.into(each))]
        if rows:
            yield {"sort": "facts", "rows": rows}
    elif node.tag in _LISTS:
        items = [list(_flow(each, way.into(each))) for each in _elements(node)]
        yield {"sort": "list", "items": [each for each in items if each]}
    elif node.within(_BLOCKS):
        yield from _flow(node, way)
    else:
        yield from _text(node, way)


def _rows(node: _Node, way: _Way) -> Iterator[Block]:
    """Pairs of `dt` and `dd` in a `div`."""
    name: list[Span] = []
    for each in _elements(node):
        if each.tag == "dt":
            name = _spans(each, way.into(each))
        elif each.tag == "dd":
            yield {"name": name, "blocks": list(_flow(each, way.into(each)))}


def _elements(node: _Node) -> list[_Node]:
    return [each for each in node.children if isinstance(each, _Node)]


def _text(node: _Node, way: _Way) -> Iterator[Block]:
    spans = _spans(node, way)
    if not spans:
        return
    tone = "quote" if node.tag == "blockquote" else "usual"
    tone = next((each for each in ("eyebrow", "hint") if each in node.classes()), tone)
    yield {"sort": "text", "tone": tone, "spans": spans}


def _spans(node: _Node, way: _Way) -> list[Span]:
    """The text of an element: white space as a page shows it, and nothing at either end."""
    return _trimmed([each for each in _pieces(node, way) if each["text"]])


def _pieces(node: _Node, way: _Way) -> Iterator[Span]:
    for each in node.children:
        if isinstance(each, str):
            yield _span(each if way.keeps_lines else _collapsed(each), way)
        elif each.tag == "br":
            yield _span("\n", way)
        elif each.tag not in _NOT_PRINTED:
            yield from _pieces(each, way.into(each))
            address = each.attributes.get("href", "")
            # On paper nobody can follow a link, so addresses outside the register are written out.
            if each.tag == "a" and "away" in each.classes():
                yield _span(f" ({address})", way)


def _span(text: str, way: _Way) -> Span:
    return {"text": text, "language": way.language, "weight": way.weight}


def _collapsed(text: str) -> str:
    inner = " ".join(text.split())
    if not inner:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{inner}{' ' if text[-1].isspace() else ''}"


def _trimmed(spans: Sequence[Span]) -> list[Span]:
    kept: list[Span] = []
    for each in spans:
        text = each["text"]
        if not kept or kept[-1]["text"][-1].isspace():
            text = text.lstrip()
        if text:
            kept.append({**each, "text": text})
    while kept:
        text = kept[-1]["text"].rstrip()
        if text:
            kept[-1]["text"] = text
            break
        kept.pop()
    return kept
