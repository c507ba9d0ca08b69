"""The cache: in Redis, and inside the process while Redis is away."""

import pytest
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
