"""The command lines of the parts, and their health checks."""

import subprocess
import sys
from pathlib import Path

import pytest

from hdr_site.foundation import jobs
from hdr_site.launcher import commands


def option(arguments: list[str], name: str) -> str:
    """What stands behind an option."""
    return arguments[arguments.index(name) + 1]


def test_the_worker_listens_to_the_queue_of_every_kind_of_job() -> None:
    assert {kind.queue for kind in jobs.kinds()} <= set(option(commands.worker(), "--queues").split(","))


def test_the_worker_listens_to_the_queue_of_every_scheduled_task(settings: object) -> None:
    from hdr_site.celery import app

    used = {
        entry.get("options", {}).get("queue", app.conf.task_default_queue) for entry in app.conf.beat_schedule.values()
    }
    assert used <= set(commands.QUEUES)


def test_the_number_of_processes_is_that_of_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "cores", lambda: 5)
    assert option(commands.worker(), "--concurrency") == "5"
    assert option(commands.web(), "--workers") == "5"


def test_the_number_of_processes_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKER_PROCESSES", "3")
    monkeypatch.setenv("WEB_PROCESSES", "4")
    assert option(commands.worker(), "--concurrency") == "3"
    assert option(commands.web(), "--workers") == "4"


def test_postgres_allows_a_connection_for_every_thread_and_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "cores", lambda: 5)
    threads = 5 * int(option(commands.web(), "--blocking-threads"))
    assert commands.connections() >= threads + int(option(commands.worker(), "--concurrency"))


def test_an_unknown_part_is_refused_with_the_list_of_parts() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "hdr_site.launcher.commands", "kitchen"], capture_output=True, text=True
    )
    assert asked.returncode == 2
    assert "web, worker, beat, migrate" in asked.stderr


def test_a_web_server_that_does_not_answer_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "1")
    assert commands.main(["check-web"]) == 1
    assert "/healthz answered nothing" in capsys.readouterr().err


def test_beat_is_unwell_while_no_sweep_has_been(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["check-beat"]) == 1
    assert "never ran" in capsys.readouterr().err


def test_the_programs_of_the_engines_are_those_of_the_wheels() -> None:
    from hdr_site.launcher import binaries

    site = Path(sys.prefix)
    assert binaries.postgres().is_relative_to(site)
    assert binaries.valkey().is_relative_to(site)
