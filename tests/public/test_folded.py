"""Templates of which a part is worked out once say what they said before."""

import pytest
from django.template import Context, Engine, engines
from django.template.base import TextNode
from django.template.loaders import app_directories
from django.utils.translation import override

from tabularium.public import folded
from tests import builders
from tests.public.conftest import Move, Reader

_TEXT = """{% load i18n static %}{# nothing #}<p>{% translate "Search" %}</p>{% if yes %}
<a href="{% url 'public:about' %}">{% blocktranslate %}About{% endblocktranslate %}</a>{% else %}
{% translate "Catalogue" %}{% endif %}{% translate "About" as kept %}{{ kept }}{% translate word %}
{% for each in ids %}{% url 'public:organisation' each %}{% empty %}{% translate "Search" %}{% endfor %}
{% blocktranslate with number=1 %}{{ number }}, corrected by the authority{% endblocktranslate %}
{% static 'public/site.css' %}{% translate "Search"|lower %}"""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("yes", [True, False])
def test_a_template_says_the_same_when_it_is_folded(language: str, *, yes: bool) -> None:
    with override(language):
        plain, other = (engines["django"].engine.from_string(_TEXT) for _ in range(2))
        folded.fold(other)
        given = {"yes": yes, "word": "Catalogue", "ids": ["0" * 12, "1" * 12]}
        assert other.render(Context(given)) == plain.render(Context(given))
        assert len(other.nodelist) < len(plain.nodelist)


def test_what_is_folded_is_text_and_each_language_has_its_own() -> None:
    loader = folded.Loader(
        engines["django"].engine, ["django.template.loaders.app_directories.Loader"]
    )
    first = {}
    for language in ("en", "zh-hans"):
        with override(language):
            template = loader.get_template("public/base.html")
            assert loader.get_template("public/base.html") is template
            first[language] = [each.s for each in template.nodelist if isinstance(each, TextNode)]
    assert first["en"] != first["zh-hans"]


def test_a_page_says_the_same_as_from_templates_as_they_are(
    reader: Reader, town: builders.Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = builders.published(town, move)
    pages = [
        f"/{language}/{tail}"
        for language in ("en", "zh-hans")
        for tail in (f"entries/{entry.pk}", f"organisations/{entry.organisation_id}", "about", "")
    ]
    given = [reader.get(page) for page in pages]
    engine: Engine = engines["django"].engine
    monkeypatch.setattr(engine, "template_loaders", [app_directories.Loader(engine)])
    assert [reader.get(page) for page in pages] == given
