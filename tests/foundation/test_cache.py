"""The cache: in Redis, and inside the process while Redis is away."""

import socket
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches

from hdr_site.foundation.cache import RedisOrLocalCache


@pytest.mark.integration
def test_values_are_kept_in_redis() -> None:
    caches["default"].set("limit", 3)
    assert caches["default"].get("limit") == 3


def test_without_redis_limits_go_on_counting_in_the_process() -> None:
    cache = RedisOrLocalCache("unix:///nowhere/redis.sock", {})
    assert cache.add("tries", 1) is True
    assert cache.incr("tries") == 2
    assert cache.get("tries") == 2
    assert cache.get_or_set("other", 5) == 5


def test_a_redis_that_hangs_costs_one_timeout_and_not_one_for_every_counter(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "s"))
        mute.listen(64)
        cache = RedisOrLocalCache(f"unix://{tmp_path}/s", {"OPTIONS": {**settings.REDIS_ONCE, "socket_timeout": 0.5}})
        began = time.monotonic()
        counts = [cache.get_or_set("hanging", 1) for _ in range(20)]
    assert counts == [1] * 20
    assert time.monotonic() - began < 5 * 0.5


def test_clearing_forgets_what_was_counted_while_redis_was_away() -> None:
    cache = RedisOrLocalCache("unix:///nowhere/redis.sock", {})
    cache.set("tries", 3)
    cache.clear()
    assert cache.get("tries") is None
