"""Sign-in for programs: `Authorization: Token hdr_…`."""

from django.utils.translation import gettext, gettext_lazy
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import tokens
from accounts.models import ApiToken, User

EXPIRED = gettext_lazy("This token was good for a time that is over; make a new one on your tokens page.")


class TokenAuthentication(BaseAuthentication):
    """The owner of the token that the request carries."""

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The owner and the token; None when the header is for somebody else, an error when the key is wrong."""
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != self.keyword.lower():
            return None
        try:
            token = tokens.find(words[1]) if len(words) == 2 else None
        except tokens.TokenExpired:
            raise AuthenticationFailed(EXPIRED, "token_expired") from None
        if token is None:
            raise AuthenticationFailed(
                gettext("This token is not valid; make a new one on your tokens page."), "invalid_token"
            )
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        """Makes an unauthenticated answer a 401 rather than a 403."""
        return self.keyword
