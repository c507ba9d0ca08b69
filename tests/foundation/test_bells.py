"""Bells: a Redis that is away costs nobody an error and nobody a wait."""

import logging
import time
from collections.abc import Iterator

import pytest
from celery import current_app

from hdr_site.foundation import bells
from hdr_site.foundation.models import Mail


@pytest.fixture
def no_redis() -> Iterator[None]:
    """Celery's broker is an address where nobody answers."""
    before = current_app.conf.broker_url
    current_app.conf.broker_url = "redis+socket:///nowhere/redis.sock"
    current_app.pool.force_close_all()
    bells._silent_until = 0.0
    yield
    current_app.conf.broker_url = before
    bells._silent_until = 0.0


@pytest.mark.usefixtures("no_redis")
def test_a_bell_without_redis_is_noted_and_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        bells.ring(Mail)
    assert "the sweep will ring" in caplog.text


@pytest.mark.usefixtures("no_redis")
def test_after_a_bell_that_did_not_ring_the_process_does_not_try_at_once_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bells.ring(Mail)
    caplog.clear()
    bells.ring(Mail)
    assert caplog.text == ""
    bells._silent_until = time.monotonic() - 1
    bells.ring(Mail)
    assert "the sweep will ring" in caplog.text
