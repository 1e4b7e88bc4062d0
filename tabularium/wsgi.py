"""The web application, as servers expect it. With an unsafe configuration there is none."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabularium.settings")

application = get_wsgi_application()

from tabularium.operation.safety import refuse  # noqa: E402 - settings come first

refuse()

# All pages are loaded before the first request, and not while somebody waits for it.
_ = get_resolver().url_patterns
