"""Which admin site the product has."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class StaffSiteConfig(AdminConfig):
    """Django's admin with our site: the one way in is in one place."""

    default_site = "accounts.staff_site.StaffSite"

    def ready(self) -> None:
        """Connections with accounts elsewhere are their owners' alone, and what is offered the environment says."""
        super().ready()
        from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken

        admin.site.unregister([SocialAccount, SocialApp, SocialToken])
