"""Bells: a Redis that is away costs nobody an error and nobody a wait."""

import logging
import time

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.core.cache import cache

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


class Tower:
    """Counts the bells that arrive at the broker."""

    def __init__(self) -> None:
        self.rung = 0

    def send_task(self, *_: object, **__: object) -> None:
        self.rung += 1


@pytest.fixture
def tower(monkeypatch: pytest.MonkeyPatch) -> Tower:
    """Where bells arrive; no note hangs there yet."""
    tower = Tower()
    monkeypatch.setattr("hdr_site.foundation.bells.current_app", tower)
    monkeypatch.setattr(bells, "_silent_until", 0.0)
    cache.clear()
    return tower


def test_many_rows_written_at_once_ring_one_bell(tower: Tower) -> None:
    for _ in range(5):
        bells.ring_once(Mail)
    assert tower.rung == 1


def test_once_a_worker_has_heard_the_bell_the_next_row_rings_again(tower: Tower) -> None:
    bells.ring_once(Mail)
    bells.heard(Mail)
    bells.ring_once(Mail)
    assert tower.rung == 2


def test_while_a_worker_is_about_to_look_again_nobody_rings(tower: Tower) -> None:
    bells.hush(Mail)
    bells.ring_once(Mail)
    assert tower.rung == 0


def test_the_sweep_rings_although_a_bell_is_said_to_be_on_its_way(tower: Tower) -> None:
    bells.ring_once(Mail)
    bells.ring(Mail, times=2)
    assert tower.rung == 3


@pytest.mark.integration
def test_sweeps_that_nobody_hears_leave_a_few_bells_and_not_thousands() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(Mail.queue)
        for _ in range(10):
            bells.ring_for_overdue(Mail, 100)
        assert client.llen(Mail.queue) == bells.MOST_BELLS
        client.delete(Mail.queue)
