"""What a test run stands on."""

import os

from django.conf import settings


def test_every_process_of_a_run_has_a_redis_and_a_store_of_its_own() -> None:
    process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    assert settings.STORAGES["default"]["OPTIONS"]["location"].endswith(f"/{process}/media")
    assert os.environ["REDIS_URL"] == settings.REDIS_URL
    assert process == "main" or f"db={1 + int(process[2:])}" in settings.REDIS_URL
