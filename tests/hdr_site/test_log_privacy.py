"""Logs hold no secrets."""

import logging

import pytest

from hdr_site.log_privacy import HideSecretLinks


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/accounts/confirm-email/MQ:1abc:secret/", "/accounts/confirm-email/…/"),
        ("/accounts/password/reset/key/1-c9x-secret/", "/accounts/password/reset/key/…/"),
        ("/accounts/data/archive/a-secret/file/", "/accounts/data/archive/…/file/"),
        ("/recognitions/new/", "/recognitions/new/"),
    ],
)
def test_a_link_that_lets_somebody_in_is_cut_before_it_is_written(path: str, written: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (path,), None)
    assert HideSecretLinks().filter(record) is True
    assert record.getMessage() == f"Not Found: {written}"


def test_every_line_of_the_product_goes_through_it() -> None:
    from hdr_site import settings

    assert settings.LOGGING["handlers"]["console"]["filters"] == ["no_secrets"]  # type: ignore[index]
