"""The site: settings, addresses, health, launcher; hdr_site.foundation is what every app stands on."""

from hdr_site.celery import app as celery_app

__all__ = ["celery_app"]
