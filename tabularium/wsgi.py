"""The web application, as servers expect it. With an unsafe configuration there is none."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabularium.settings")

_whole = get_wsgi_application()

from tabularium.operation.safety import refuse  # noqa: E402 - settings come first

refuse()

from django.conf import settings  # noqa: E402 - they are looked at first

from tabularium.api.hot_front import Application, HotFront  # noqa: E402 - as above
from tabularium.operation.middleware import watches  # noqa: E402
from tabularium.operation.replicas import REPLICA  # noqa: E402

_more_to_do = watches() or REPLICA in settings.DATABASES
application: Application = _whole if _more_to_do else HotFront(_whole)

# All pages are loaded before the first request, and not while somebody waits for it.
_ = get_resolver().url_patterns
