"""The addresses of the API, to be included below `api/v1/`."""

from django.urls import URLPattern, path, re_path

from tabularium.api.application import api
from tabularium.api.desk_operations import METHODS as OF_DESKS
from tabularium.api.gate import READING, through_the_gate
from tabularium.api.problems import unknown_address
from tabularium.api.quick import before
from tabularium.api.reply_operations import METHODS as OF_ORGANISATIONS
from tabularium.api.submission_operations import METHODS as OF_SUBMISSIONS

METHODS = {**OF_SUBMISSIONS, **OF_DESKS, **OF_ORGANISATIONS}

_patterns, _application, _namespace = api.urls
for _pattern in _patterns:
    assert isinstance(_pattern, URLPattern)
    _name = str(_pattern.name)
    _pattern.callback = through_the_gate(
        before(_pattern.callback, _name),
        methods=METHODS.get(_name, READING),
        private=_name in METHODS,
    )

urlpatterns = [
    path("", (_patterns, _application, _namespace)),
    # The rest is answered here too, so that it has the one shape of an error.
    re_path("", through_the_gate(unknown_address, any_method=True)),
]
