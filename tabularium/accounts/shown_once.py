"""Something secret that the page after a form shows, and no page after that.

It waits in the session, enciphered by a key of the register's own: the database alone shows it to nobody.
"""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

_KEY = "accounts.shown-once"


def put_by(request: HttpRequest, of: str, secret: str) -> None:
    """Let the next page of something show a secret.

    Args:
        request: by which the secret was made.
        of: what the secret is of, and so which page shows it.
        secret: the secret.
    """
    request.session[_key(of)] = _cipher().encrypt(secret.encode()).decode("ascii")


def take(request: HttpRequest, of: str) -> str:
    """The secret that the page before put by for this one; "" for none. It is gone then."""
    if request.method != "GET":
        return ""
    kept = request.session.pop(_key(of), None)
    return _cipher().decrypt(str(kept).encode("ascii")).decode() if kept else ""


def _key(of: str) -> str:
    return f"{_KEY} {of}"


def _cipher() -> Fernet:
    secret = hashlib.sha256(f"tabularium shown once {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))
