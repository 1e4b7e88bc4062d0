"""Something secret that the page after a form shows, and no page after that.

It waits in the session, enciphered by a key of the register's own: the database alone shows it to nobody.
"""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

_KEY = "desk.shown-once"


def put_by(request: HttpRequest, secret: str) -> None:
    """Let the next page show a secret."""
    request.session[_KEY] = _cipher().encrypt(secret.encode()).decode("ascii")


def take(request: HttpRequest) -> str:
    """The secret that the page before put by for this one; "" for none. It is gone then."""
    if request.method != "GET":
        return ""
    kept = request.session.pop(_KEY, None)
    return _cipher().decrypt(str(kept).encode("ascii")).decode() if kept else ""


def _cipher() -> Fernet:
    secret = hashlib.sha256(f"tabularium shown once {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))
