"""What a test run stands on: one private PostgreSQL and Redis for all its processes, and the environment of settings.

`DATABASE_URL` and `REDIS_URL` of the environment are taken instead where they are given.
"""

import atexit
import os
import re
from contextlib import ExitStack

from hdr_site.catalogs import compile_stale
from hdr_site.launcher.trial import private_engines, temporary_folder


def begin() -> None:
    """Set the environment for this process; the first process of a run starts the engines for all."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        _start()
    folder = f"{os.environ['HDR_TEST_FOLDER']}/{worker or 'main'}"
    os.makedirs(folder, exist_ok=True)
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "hdr_site.settings",
            "SECRET_KEY": "a-key-for-tests-that-no-installation-ever-uses-0123456789",
            "SITE_URL": "http://localhost:8000",
            "STORAGE_URL": f"file://{folder}/media",
            "EMAIL_URL": f"file://{folder}/mail",
            "STATIC_ROOT": f"{os.environ['HDR_TEST_FOLDER']}/static",
        }
    )
    if worker:
        os.environ["REDIS_URL"] = _other_database(os.environ["REDIS_URL"], 1 + int(worker.removeprefix("gw")))


def _start() -> None:
    compile_stale()
    stack = ExitStack()
    folder = stack.enter_context(temporary_folder())
    os.environ["HDR_TEST_FOLDER"] = str(folder)
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        engines = stack.enter_context(private_engines(folder))
        os.environ.setdefault("DATABASE_URL", engines.postgres.url)
        os.environ.setdefault("REDIS_URL", engines.redis.url)
    atexit.register(stack.close)


def _other_database(url: str, number: int) -> str:
    """The same Redis, another of its numbered databases."""
    if url.startswith("unix:"):
        return re.sub(r"\?.*$", "", url) + f"?db={number}"
    return re.sub(r"(://[^/]+).*$", rf"\1/{number}", url)
