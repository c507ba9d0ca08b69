"""How often something may be tried."""

import threading

import pytest
from django.core.cache import cache, caches
from django.db import connections

from hdr_site.foundation import limits
from hdr_site.foundation.cache import RedisOrLocalCache
from hdr_site.foundation.limits import HOUR, MINUTE, Limit, Refusal

pytestmark = [pytest.mark.integration]

THREE = Limit("test", "tests", 3, HOUR)


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def refused(limit: Limit = THREE, subject: str = "192.0.2.0/24") -> bool:
    return limits.count(limit, subject)[1] is not None


def test_as_many_as_the_limit_says_pass_and_no_more() -> None:
    assert [refused() for _ in range(5)] == [False, False, False, True, True]


def test_each_subject_has_its_own_tries() -> None:
    for _ in range(4):
        refused()
    assert not refused(subject="198.51.100.0/24")


def test_limits_of_different_names_count_apart() -> None:
    for _ in range(4):
        refused()
    assert not refused(Limit("other", "others", 3, HOUR))


def test_a_try_that_is_taken_back_does_not_count() -> None:
    for _ in range(10):
        tried, refusal = limits.count(THREE, "192.0.2.0/24")
        assert refusal is None
        limits.take_back([tried])


def test_a_refusal_says_in_how_many_seconds_the_window_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1_000_000.0
    monkeypatch.setattr("hdr_site.foundation.limits.time", lambda: clock)
    for _ in range(3):
        refused()
    refusal = limits.count(THREE, "192.0.2.0/24")[1]
    assert refusal is not None
    assert 0 < refusal.wait <= HOUR
    clock += refusal.wait - 1
    assert refused()
    clock += 1
    assert not refused()


def test_windows_of_different_subjects_do_not_all_end_at_once() -> None:
    waits = set()
    for number in range(20):
        for _ in range(4):
            refusal = limits.count(THREE, f"192.0.{number}.0/24")[1]
        assert refusal is not None
        waits.add(refusal.wait)
    assert len(waits) > 10


def test_no_counter_outlives_its_window_for_long() -> None:
    tried, _ = limits.count(THREE, "192.0.2.0/24")
    left = caches["default"]._cache.get_client().ttl(cache.make_key(tried.key))  # type: ignore[attr-defined]
    assert HOUR < left <= 2 * HOUR + MINUTE


def test_addresses_do_not_stand_in_redis() -> None:
    tried, _ = limits.count(THREE, "alice@example.org 192.0.2.0/24")
    assert "alice" not in tried.key
    assert "192" not in tried.key


def test_many_at_once_share_one_counter() -> None:
    passed: list[bool] = []

    def burst() -> None:
        passed.extend(not refused(Limit("burst", "bursts", 10, HOUR)) for _ in range(10))
        connections.close_all()

    threads = [threading.Thread(target=burst) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(True) == 10


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (60, "60 seconds"), (61, "2 minutes"), (3600, "60 minutes"), (3601, "2 hours")],
)
def test_a_time_in_words_is_never_less_than_it_takes(seconds: int, words: str) -> None:
    assert limits.in_words(seconds) == words


def test_the_sentence_says_what_the_limit_and_when_to_try_again() -> None:
    sentence = Refusal(Limit("code", "codes entered", 5, 5 * MINUTE), 90).sentence()
    assert sentence == "Too many codes entered: at most 5 in 5 minutes. Try again in 2 minutes."


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> RedisOrLocalCache:
    """The cache as it is while Redis is away."""
    away = RedisOrLocalCache("unix:///nowhere/redis.sock", {})
    away.clear()
    monkeypatch.setattr("hdr_site.foundation.limits.cache", away)
    return away


def test_without_redis_each_process_is_stricter(no_redis: RedisOrLocalCache) -> None:
    twenty = Limit("twenty", "twenties", 20, HOUR)
    assert [refused(twenty) for _ in range(20)].count(False) == 20 // limits.WITHOUT_REDIS


def test_without_redis_nobody_is_kept_out_altogether(no_redis: RedisOrLocalCache) -> None:
    assert not refused(Limit("one", "ones", 1, HOUR))


def test_without_redis_many_addresses_do_not_push_out_the_count_of_one(no_redis: RedisOrLocalCache) -> None:
    one = Limit("one", "ones", 4, HOUR)
    refused(one)
    for number in range(2_000):
        refused(one, f"192.0.2.{number}")
    assert refused(one)
