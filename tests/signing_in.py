"""Accounts that sign in: with a second factor where they need one."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.test import Client

from tabularium.register.models import User

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_a_second_factor(user: User) -> None:
    """One-time codes, as somebody has them who set them up."""
    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, SECRET)


def give_a_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def a_code() -> str:
    """What the app shows now."""
    _before, now, _after = counters()
    return format_hotp_value(hotp_value(SECRET, now))


def signed_in(user: User, **named: bool) -> Client:
    """A browser in which the account has signed in, by whatever it needed for that."""
    client = Client(**named)
    client.force_login(user)
    return client
