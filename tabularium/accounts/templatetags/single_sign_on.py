"""The sign-in providers that this register knows."""

from dataclasses import dataclass

from django import template
from django.urls import reverse

from tabularium.accounts.providers import named

register = template.Library()


@dataclass(frozen=True, slots=True)
class Offered:
    """A sign-in provider: what readers call it, and the address by which one goes there."""

    name: str
    address: str


@register.simple_tag
def sign_in_providers() -> list[Offered]:
    """Those that are offered, in the order of the configuration."""
    return [Offered(name, reverse("sign_on_start", args=[code])) for code, name in named().items()]
