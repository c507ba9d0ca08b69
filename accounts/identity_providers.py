"""Google, LinkedIn (both OpenID Connect) and Facebook as allauth's providers, made careful.

What a provider sends is checked as anything from outside is: an answer that is not as agreed is a refusal with a
sentence, not a fault of ours. Nothing but the address is kept of it.

Against answers meant for somebody else there are the state (bound to the browser and the provider, good once, for
ten minutes), a redirect address for each provider, and PKCE where the provider knows it (RFC 9700, section 2.1).
The ID token comes straight from the provider over TLS, so its signature need not be looked at (OpenID Connect Core,
section 3.1.3.7); issuer, audience and expiry are.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.facebook.provider import FacebookProvider
from allauth.socialaccount.providers.facebook.views import FacebookOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest

NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint")
"""What we ask of a discovery document (OpenID Connect Discovery 1.0, section 3)."""


@contextmanager
def _untrusted_answer() -> Iterator[None]:
    """What allauth stumbles over in an answer of the wrong shape becomes the error it shows a page for."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError, ImproperlyConfigured) as surprise:  # last: a long subject
        raise OAuth2Error(f"An answer of the wrong shape: {type(surprise).__name__}") from surprise


class _Careful:
    """What both kinds of adapter share. `transaction` is open from the provider's last word to the view's end."""

    request: HttpRequest

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.transaction = ExitStack()

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """The address that was registered with the provider, whatever host name this browser used."""
        return settings.SITE_URL + urlsplit(super().get_callback_url(request, app)).path  # type: ignore[misc]

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Changes the code for tokens. Raises OAuth2Error or requests' errors."""
        with _untrusted_answer():
            data: dict[str, Any] = super().get_access_token_data(*args, **kwargs)  # type: ignore[misc]
            return data

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        """The access token, used for this request only."""
        with _untrusted_answer():
            return super().parse_token(data)  # type: ignore[misc]

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Who it is. What is written from here on, account and mail, is written wholly or not at all."""
        with _untrusted_answer():
            login = super().complete_login(request, app, token, **kwargs)  # type: ignore[misc]
        self.transaction.enter_context(transaction.atomic())
        return login


class OpenIDConnectAdapter(_Careful, OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # allauth has no types
    """The course of a sign-in with Google or LinkedIn."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's discovery document. Raises OAuth2Error when it lacks what we need, or requests' errors."""
        with _untrusted_answer():
            config: dict[str, Any] = super().openid_config
            if not all(isinstance(config[name], str) for name in NEEDED):
                raise OAuth2Error("A discovery document that is none")
            return config


class FacebookAdapter(_Careful, FacebookOAuth2Adapter):  # type: ignore[misc] # allauth has no types
    """The course of a sign-in with Facebook. By POST, so that neither secret nor verifier stand in an address."""

    access_token_method = "POST"  # noqa: S105 - a method, no password


def _checked(subject: Any) -> str:
    if not isinstance(subject, str) or not subject.isprintable():
        raise OAuth2Error("A subject that is none")
    return subject


class _Named:
    """What both kinds of provider share."""

    sub_id: str

    def serialize(self) -> dict[str, str]:
        """How a waiting sign-in names its provider in the session."""
        return {"id": self.sub_id}


class OpenIDConnect(_Named, OpenIDConnectProvider):  # type: ignore[misc] # allauth has no types
    """Claims of Google and LinkedIn."""

    package = "allauth.socialaccount.providers.openid_connect"
    oauth2_adapter_class = OpenIDConnectAdapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The subject of the ID token, which alone says for whom it was made.

        User info about somebody else must not be used (OpenID Connect Core, section 5.3.2).
        """
        subject = data["id_token"]["sub"]
        if data.get("userinfo", {"sub": subject})["sub"] != subject:
            raise OAuth2Error("User info about somebody else")
        return _checked(subject)

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address; verified only if the provider says exactly that (LinkedIn has said it as a word)."""
        found: list[EmailAddress] = super().extract_email_addresses(data)
        for address in found:
            address.verified = (data.get("userinfo") or data["id_token"]).get("email_verified") in (True, "true")
        return found

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        """What is kept: the address, so that people recognise the connection."""
        return {"email": self.extract_common_fields(data)["email"] or ""}


class Facebook(_Named, FacebookProvider):  # type: ignore[misc] # allauth has no types
    """Claims of Facebook, which does not say whether an address is verified: it is not, then."""

    package = "allauth.socialaccount.providers.facebook"
    oauth2_adapter_class = FacebookAdapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Facebook's number for the person in this app."""
        return _checked(data["id"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        """As with OpenID Connect."""
        return {"email": data.get("email") or ""}
