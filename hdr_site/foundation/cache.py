"""The cache for counters such as rate limits: in Redis, and inside the process while Redis is away.

Nothing that must not be lost is ever kept here.
"""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

SILENCE_SECONDS = 5.0
"""After a failure this process does not ask the same Redis again for so long: a page asks for several counters, and a
Redis that hangs would cost the socket's timeout each time."""

MOST_LOCAL_ENTRIES = 50_000
"""About 20 MB. With Django's 300, whoever tries many addresses would push out the counters of all others."""

_silent_until: dict[str, float] = {}


class RedisOrLocalCache(RedisCache):
    """Django's Redis cache that answers from the process's own memory when Redis does not.

    A request waits once for the socket's timeout, or not at all. What then counts inside each process only can ask
    `is_shared` and be stricter meanwhile, as limits.py is.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._server = server
        self._local = LocMemCache("while-redis-is-away", {"OPTIONS": {"MAX_ENTRIES": MOST_LOCAL_ENTRIES}})

    def is_shared(self) -> bool:
        """False while this process answers from its own memory."""
        return time.monotonic() >= _silent_until.get(self._server, 0.0)

    def _first_redis(self, method: str, *args: Any, **kwargs: Any) -> Any:
        ask: Callable[..., Any] = getattr(super(), method)
        if self.is_shared():
            try:
                return ask(*args, **kwargs)
            except (RedisError, OSError):
                _silent_until[self._server] = time.monotonic() + SILENCE_SECONDS
        return getattr(self._local, method)(*args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """As django.core.cache."""
        return self._first_redis("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        """As django.core.cache."""
        return self._first_redis("set", *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        """As django.core.cache."""
        return self._first_redis("add", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """As django.core.cache."""
        return self._first_redis("delete", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        """As django.core.cache."""
        return self._first_redis("incr", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        """As django.core.cache."""
        return self._first_redis("touch", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        """As django.core.cache."""
        return self._first_redis("has_key", *args, **kwargs)

    def clear(self) -> None:
        """Empty both; Redis is asked even in its silence, or what it holds would count again afterwards."""
        self._local.clear()
        _silent_until.pop(self._server, None)
        self._first_redis("clear")
