"""Mails of these tests go where the product writes them; Django's test runner would keep them in memory instead."""

import pytest
from django.core.cache import cache
from pytest_django import Settings

from hdr_site import settings as product_settings


@pytest.fixture(autouse=True)
def outbox(settings: Settings) -> None:
    """The product's own mail backend."""
    settings.EMAIL_BACKEND = product_settings.EMAIL_BACKEND


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    """Rate limits count anew in every test."""
    cache.clear()
