"""Which admin site the product has."""

from django.contrib.admin.apps import AdminConfig


class StaffSiteConfig(AdminConfig):
    """Django's admin with our site: the one way in, and what it shows, are in one place."""

    default_site = "accounts.staff_site.StaffSite"
