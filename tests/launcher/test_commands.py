"""The command lines of the parts, and their health checks."""

import subprocess
import sys
from pathlib import Path

import pytest

from hdr_site.foundation import jobs
from hdr_site.launcher import commands, trial
from hdr_site.launcher.processes import Process, Program, wait_for


def option(arguments: list[str], name: str) -> str:
    """What stands behind an option."""
    return arguments[arguments.index(name) + 1]


def listened_to() -> set[str]:
    """The queues of worker and courier together."""
    return {queue for part in (commands.worker, commands.courier) for queue in option(part(), "--queues").split(",")}


def test_somebody_listens_to_the_queue_of_every_kind_of_job() -> None:
    assert {kind.queue for kind in jobs.kinds()} <= listened_to()


def test_sweep_and_mail_do_not_wait_behind_pictures(settings: object) -> None:
    from hdr_site.celery import app
    from hdr_site.foundation.models import Mail

    scheduled = app.conf.beat_schedule.values()
    used = {entry.get("options", {}).get("queue", app.conf.task_default_queue) for entry in scheduled}
    assert used | {Mail.queue} <= set(option(commands.courier(), "--queues").split(","))
    assert not used & set(option(commands.worker(), "--queues").split(","))


def test_worker_and_courier_of_one_machine_have_names_of_their_own() -> None:
    assert option(commands.worker(), "--hostname") != option(commands.courier(), "--hostname")


def test_the_number_of_processes_is_that_of_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "cores", lambda: 5)
    assert option(commands.worker(), "--concurrency") == "5"
    assert option(commands.web(), "--workers") == "5"


def test_the_number_of_processes_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKER_PROCESSES", "3")
    monkeypatch.setenv("WEB_PROCESSES", "4")
    assert option(commands.worker(), "--concurrency") == "3"
    assert option(commands.web(), "--workers") == "4"


@pytest.mark.parametrize("web_processes", ["", "8"])
def test_postgres_allows_a_connection_for_every_thread_and_process(
    monkeypatch: pytest.MonkeyPatch, web_processes: str
) -> None:
    monkeypatch.setattr(commands, "cores", lambda: 2)
    monkeypatch.setenv("WEB_PROCESSES", web_processes)
    monkeypatch.setenv("WORKER_PROCESSES", "20")
    threads = int(option(commands.web(), "--workers")) * int(option(commands.web(), "--blocking-threads"))
    others = [int(option(part(), "--concurrency")) for part in (commands.worker, commands.courier)]
    assert commands.connections() >= threads + sum(others) + 3  # PostgreSQL keeps three for its superuser


@pytest.mark.parametrize(
    ("site", "proxies", "warned"),
    [
        ("https://digits.example.org", "", True),
        ("https://digits.example.org", "0", True),
        ("https://digits.example.org", "1", False),
        ("http://localhost:8000", "", False),
    ],
)
def test_an_address_with_https_that_no_proxy_may_vouch_for_is_warned_of(site: str, proxies: str, warned: bool) -> None:
    warning = commands.endless_redirects({"SITE_URL": site, "TRUSTED_PROXIES": proxies})
    assert bool(warning and "TRUSTED_PROXIES" in warning) is warned


def test_migrations_run_without_a_limit_for_statements() -> None:
    showing = "import os, sys; os.execv = lambda *_: sys.exit(os.environ.get('DATABASE_STATEMENT_SECONDS', '30'))"
    becoming = f"{showing}; from hdr_site.launcher import commands; commands.main([sys.argv[1]])"
    said = [
        subprocess.run([sys.executable, "-c", becoming, part], capture_output=True, text=True).stderr.strip()
        for part in ("migrate", "web")
    ]
    assert said == ["0", "30"]


def test_an_unknown_part_is_refused_with_the_list_of_parts() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "hdr_site.launcher.commands", "kitchen"], capture_output=True, text=True
    )
    assert asked.returncode == 2
    assert "web, worker, courier, beat, migrate" in asked.stderr


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


@pytest.mark.slow
def test_a_web_server_that_is_told_to_stop_while_it_starts_stops(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORT", str(trial.free_port()))
    (tmp_path / "starting.py").write_text("import pathlib, time; pathlib.Path('begun').touch(); time.sleep(600)")
    process = Process(Program("web", [*commands.web()[:-1], "starting:app"], {}, tmp_path / "log", folder=tmp_path))
    process.start()
    try:
        assert wait_for((tmp_path / "begun").exists, 60)
        process.ask_to_stop()
        assert process.wait(60)
    finally:
        process.kill()
