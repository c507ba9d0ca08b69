"""How the OpenAPI document describes our sign-in for programs."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from hdr_site.api_scopes import needed


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Token …`."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """An API key in the Authorization header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token hdr_…`, made on your tokens page. It needs the scopes that the operation lists.",
        }

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        """The scope that the operation asks of a token, as OpenAPI 3.1 lets a key's roles be listed."""
        scope = needed(auto_schema.view, auto_schema.method)
        return {self.name: [scope.value] if scope else []}
