"""The measurement of log-ins measures what the product does."""

import pytest

from accounts.hashers import Argon2Hasher
from benchmarks import sign_in


def test_the_first_cost_is_that_of_the_product() -> None:
    assert next(iter(sign_in.COSTS.values())) == (
        Argon2Hasher.memory_cost,
        Argon2Hasher.time_cost,
        Argon2Hasher.parallelism,
    )


def test_every_cost_is_measured() -> None:
    costs = sign_in.hash_costs(rounds=1)
    assert set(costs) == set(sign_in.COSTS)
    assert min(costs.values()) > 0


def test_the_words_name_failures_and_shares() -> None:
    spread = {"p50": 80, "p95": 120, "p99": 150}
    stage = {
        "browsers": 2,
        "log_ins_per_second": 12.5,
        "log_ins_per_core_second": 10.0,
        "cpu_ms_per_log_in": {"web": 100.0, "postgres": 5.0, "redis": 1.0},
        "milliseconds": {"log-in": spread, "form": spread, "home": spread},
        "failures": {"log-in: 429": 3},
        "machine_busy": 0.5,
    }
    words = sign_in._words({"cores": 2, "web_peak_mb": [200], "hashes": {"ours": 50.0}, "stages": [stage]})
    assert "the hash 50.0 ms: 50%" in words
    assert "log-in: 429" in words


@pytest.mark.parametrize("status", [302, 429])
def test_an_answer_other_than_expected_is_a_failure(status: int) -> None:
    seen = sign_in.Seen()
    seen.note("log-in", 0.0, status, 302)
    assert seen.failures == ({} if status == 302 else {"log-in: 429": 1})
