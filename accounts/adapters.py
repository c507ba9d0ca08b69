"""Where allauth asks us how things are done here. Each method is one call to the module that knows."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from hdr_site.foundation import origin


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Sign-up, confirmation, sign-in, passwords and the mails about them."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The first address of the client's network: so limits count by network, and sessions keep no full address."""
        return origin.network_of(origin.client_address(request)).partition("/")[0] or "0.0.0.0"  # noqa: S104 - unknown
