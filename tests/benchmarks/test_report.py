"""The report's arithmetic."""

from dataclasses import replace

import pytest

from benchmarks import report
from benchmarks.report import Stage

STAGE = Stage(
    users=2,
    duration=10.0,
    seconds={"page": [0.01] * 20, "upload": [0.1] * 10, "poll": [0.02] * 15, "answer": [0.3] * 10},
    failures={},
    cpu={"web": 0.2, "worker": 0.3, "beat": 0.0, "postgres": 0.1, "redis": 0.0, "load": 0.4, "machine": 2.0},
    page_cost=0.005,
)


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (95, 95), (99, 99), (100, 100)])
def test_a_percentile_is_the_value_that_so_many_percent_do_not_exceed(percent: int, value: int) -> None:
    assert report.percentile(list(range(100, 0, -1)), percent) == value


def test_the_percentile_of_few_values_is_one_of_them_and_of_none_is_nothing() -> None:
    assert report.percentile([3.0, 1.0], 95) == 3.0
    assert report.percentile([], 95) is None


def test_requests_are_counted_with_polls_and_pictures_by_their_answers() -> None:
    told = report.summary(STAGE)
    assert (told["requests_per_second"], told["pictures_per_second"], told["polls_per_picture"]) == (4.5, 1.0, 1.5)


def test_a_core_second_is_cpu_time_of_web_and_worker_together() -> None:
    assert report.summary(STAGE)["pictures_per_core_second"] == 20.0


def test_without_pages_their_cost_alone_is_taken_off() -> None:
    assert report.summary(STAGE)["pictures_per_core_second_without_pages"] == 25.0


def test_what_nobody_of_ours_used_is_the_share_of_other_programs() -> None:
    told = report.summary(STAGE)
    assert told["load_generator_share_of_machine"] == 0.2
    assert told["others_share_of_machine"] == 0.5


def test_a_stage_without_an_answer_has_no_ratios_instead_of_an_error() -> None:
    told = report.summary(replace(STAGE, seconds={}, failures={"upload: 503": 4}))
    assert told["polls_per_picture"] is None
    assert told["milliseconds"]["answer"] == {"n": 0, "p50": None, "p95": None, "p99": None}


def test_the_words_name_every_failure() -> None:
    stage = report.summary(replace(STAGE, failures={"upload: 503": 4}))
    machine = {"cores": 2, "processor": "a processor", "load_before": 0.1, "yardstick_ms": 70}
    told = report.words(
        {"machine": machine, "pictures": {}, "stages": [stage], "costs": {}, "backlog": None, "memory": {}}
    )
    assert "upload: 503" in told
    assert "2 users" in told
