"""Bells: a Redis that is away costs nobody an error and nobody a wait."""

import logging
import time

import pytest
from celery import Celery

from hdr_site.foundation import bells
from hdr_site.foundation.models import Mail


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Celery's broker is an address where nobody answers."""
    nowhere = Celery("nowhere", broker="redis+socket:///nowhere/redis.sock", set_as_current=False)
    monkeypatch.setattr("hdr_site.foundation.bells.current_app", nowhere)
    monkeypatch.setattr(bells, "_silent_until", 0.0)


@pytest.mark.usefixtures("no_redis")
def test_a_bell_without_redis_is_noted_and_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        bells.ring(Mail)
    assert "the sweep will ring" in caplog.text


@pytest.mark.usefixtures("no_redis")
def test_after_a_bell_that_did_not_ring_the_process_waits_before_it_tries_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bells.ring(Mail)
    caplog.clear()
    bells.ring(Mail)
    assert caplog.text == ""
    bells._silent_until = time.monotonic() - 1
    bells.ring(Mail)
    assert "the sweep will ring" in caplog.text
