"""How operations are described in the OpenAPI document."""

from drf_spectacular.openapi import AutoSchema

from hdr_site.api_scopes import needed


class ScopedSchema(AutoSchema):
    """Says in words, too, which scope a token needs: few tools show what stands beside an operation's `security`."""

    def get_description(self) -> str:  # type: ignore[override] # as in drf-spectacular itself
        """The docstring, and the scope."""
        scope = needed(self.view, self.method)
        described = super().get_description()
        return f"{described}\n\nA token needs the scope `{scope}`." if scope else described
