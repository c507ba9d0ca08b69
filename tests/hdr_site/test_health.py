"""/healthz and /readyz, against the real engines of the test run."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from hdr_site.foundation import heartbeat
from hdr_site.foundation.models import Heartbeat, Mail

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def swept() -> None:
    """A sweep has just been."""
    heartbeat.beat("sweep")


def test_healthz_asks_no_database(ann_client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert ann_client.get("/healthz").status_code == 200


@pytest.mark.usefixtures("swept")
def test_everything_is_ready(ann_client: Client) -> None:
    answer = ann_client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert all(part["ok"] for part in answer.json()["parts"].values())


def test_it_is_not_ready_before_the_first_sweep(ann_client: Client) -> None:
    answer = ann_client.get("/readyz")
    assert answer.status_code == 503
    assert "never ran" in answer.json()["parts"]["sweep"]["message"]


@pytest.mark.usefixtures("swept")
def test_a_sweep_that_is_more_than_a_minute_old_is_red(ann_client: Client) -> None:
    Heartbeat.objects.filter(name="sweep").update(beaten_at=Now() - timedelta(seconds=70))
    answer = ann_client.get("/readyz")
    assert answer.status_code == 503
    assert not answer.json()["parts"]["sweep"]["ok"]
    assert answer.json()["parts"]["sweep"]["age_seconds"] >= 70


@pytest.mark.usefixtures("swept")
def test_redis_away_is_red_and_says_so(ann_client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    answer = ann_client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, part in answer.json()["parts"].items() if not part["ok"]] == ["redis"]


@pytest.mark.usefixtures("swept")
def test_the_age_of_the_oldest_waiting_work_is_told_by_kind(ann_client: Client) -> None:
    Mail.objects.create(due_at=Now() - timedelta(seconds=90))
    oldest = ann_client.get("/readyz").json()["parts"]["waiting"]["oldest_seconds"]
    assert oldest["foundation.mail"] >= 90
    assert oldest["recognition.recognition"] is None


@pytest.mark.usefixtures("swept")
def test_waiting_work_alone_does_not_make_it_red(ann_client: Client) -> None:
    Mail.objects.create(due_at=Now() - timedelta(days=1))
    assert ann_client.get("/readyz").status_code == 200
