"""Templates of which what is the same every time is worked out once for each language.

Sentences to translate without anything to fill in, addresses without arguments and files of the site are
most of a page. In the templates they stay what they are; here they become plain text.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.template import Context, Origin
from django.template.base import Node, NodeList, Template, TextNode, TokenType
from django.template.defaulttags import CommentNode, URLNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.translation import get_language


class Loader(cached.Loader):
    """Django's own loader that keeps what it loaded, for each language and place of the site by itself."""

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        """What a template is kept under."""
        key = super().cache_key(template_name, skip)
        return f"{get_language()} {get_script_prefix()} {key}"

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """The template, as it is for this language.

        Raises:
            TemplateDoesNotExist: there is none of that name.
        """
        known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not known:
            fold(template)
        return template


def fold(template: Template) -> None:
    """Put text in the place of all nodes that are the same every time, and one text for several."""
    nowhere = Context()
    nowhere.template = template
    _fold(template.nodelist, nowhere)


def _fold(nodes: NodeList, nowhere: Context) -> None:
    folded: list[Node] = []
    for node in list(nodes):
        if isinstance(node, CommentNode):
            continue
        text = _constant(node, nowhere)
        if text is None:
            for inner in _within(node):
                _fold(inner, nowhere)
            folded.append(node)
        elif folded and isinstance(folded[-1], TextNode):
            folded[-1] = TextNode(folded[-1].s + text)
        else:
            folded.append(TextNode(text))
    nodes[:] = folded


def _within(node: Node) -> Iterator[NodeList]:
    names: Iterable[str] = node.child_nodelists
    for name in names:
        inner = getattr(node, name, None)
        # What `if` gives here is put together anew each time; it has its own lists beside it.
        if isinstance(inner, NodeList) and not hasattr(node, "conditions_nodelists"):
            yield inner
    for _, inner in getattr(node, "conditions_nodelists", ()):
        yield inner


def _constant(node: Node, nowhere: Context) -> str | None:
    """What a node says every time; None if that depends on anything."""
    if isinstance(node, TextNode):
        return node.s
    if _is_the_same_every_time(node):
        return str(node.render(nowhere))
    return None


def _is_the_same_every_time(node: Any) -> bool:
    if isinstance(node, TranslateNode):
        about = node.message_context
        return (
            not node.asvar and _is_text(node.filter_expression) and (not about or _is_text(about))
        )
    if isinstance(node, BlockTranslateNode):
        plain = all(token.token_type == TokenType.TEXT for token in node.singular)
        return plain and not (
            node.extra_context or node.plural or node.asvar or node.message_context
        )
    if isinstance(node, URLNode):
        return not (node.args or node.kwargs or node.asvar) and _is_text(node.view_name)
    return isinstance(node, StaticNode) and not node.varname and _is_text(node.path)


def _is_text(expression: Any) -> bool:
    """Whether an expression is a text in quotes and no more."""
    if expression.filters:
        return False
    said = expression.var
    return isinstance(said, str) or isinstance(said.literal, str)
