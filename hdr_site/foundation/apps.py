"""The foundation as a Django app: what every app stands on, and which knows none of them."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Jobs, audit log, mail outbox, heartbeats, personal-data register."""

    name = "hdr_site.foundation"
    label = "foundation"
    verbose_name = "Foundation"
