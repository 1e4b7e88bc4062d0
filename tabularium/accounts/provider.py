"""Signing in by OpenID Connect, with nothing kept of what the provider tells about a person.

allauth looks for providers in modules of this name. It differs from allauth's own in what it asks for
(`openid` and nothing else), in what it takes (the subject and nothing else), and in asking for a nonce.
"""

import secrets
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse

_NONCE = "sign_on_nonce"


class SignOnAdapter(DefaultSocialAccountAdapter):
    """No account comes to be by signing in elsewhere."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002 - allauth gives it
        """Never: a registrar opens accounts and links them."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:  # noqa: ARG002 - allauth gives it
        """Let go of the provider's token: the session would keep it until the second step is done."""
        sociallogin.token = None

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: object) -> Any:  # noqa: ARG002 - allauth gives it
        """Take nothing of the data."""
        return sociallogin.user


class _Exchange(OpenIDConnectOAuth2Adapter):
    """The conversation with one provider."""

    def get_callback_url(self, request: HttpRequest, app: object) -> str:  # noqa: ARG002 - allauth gives it
        """Where the provider sends people back to: it is registered there, and has no language."""
        return request.build_absolute_uri(reverse("sign_on_back", args=[self.provider_id]))

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **named: Any) -> Any:
        """Who it is, by the ID token; a provider that gives none is not believed.

        Raises:
            OAuth2Error: there is none, or it is not right.
        """
        if not named["response"].get("id_token"):
            raise OAuth2Error("There is no ID token.")
        return super().complete_login(request, app, token, **named)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """What the ID token says, if it is an answer to what was asked here.

        Issuer, audience and end are checked; that it is the provider's own is sure because it came from
        its address by TLS: OpenID Connect Core 1.0, section 3.1.3.7, points 2, 3, 6, 9 and 11.

        Raises:
            OAuth2Error: it is none.
        """
        said: dict[str, Any] = super()._decode_id_token(app, id_token)
        asked = self.request.session.pop(_NONCE, None)
        if not asked or said.get("nonce") != asked:
            raise OAuth2Error("The ID token answers another question.")
        return said


class SignOnProvider(OpenIDConnectProvider):
    """A sign-in provider of the configuration."""

    id = "sign_on"
    name = "OpenID Connect"
    oauth2_adapter_class = _Exchange

    def serialize(self) -> dict[str, str]:
        """Which provider it is, in a session: two of the configuration may call us by the same name."""
        return {"id": self.sub_id}

    def get_default_scope(self) -> list[str]:
        """Who it is, by the provider's own name for them, and nothing about them."""
        return ["openid"]

    def get_auth_params(self) -> dict[str, str]:
        """What else is asked: that the answer repeats a text nobody else knows."""
        nonce = secrets.token_urlsafe(24)
        self.request.session[_NONCE] = nonce
        return {"nonce": nonce}

    def extract_extra_data(self, data: object) -> dict[str, Any]:  # noqa: ARG002 - allauth gives it
        """Nothing is kept."""
        return {}

    def extract_common_fields(self, data: object) -> dict[str, Any]:  # noqa: ARG002 - allauth gives it
        """Nothing is taken."""
        return {}

    def extract_email_addresses(self, data: object) -> list[Any]:  # noqa: ARG002 - allauth gives it
        """None."""
        return []


provider_classes = [SignOnProvider]
