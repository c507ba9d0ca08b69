"""docker-compose.yml and Dockerfile, as far as they can be checked without an engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from hdr_site.launcher import commands
from tests.contracts.test_environment_documented import documented

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = (*commands.LASTING, "migrate")
SECRETS = {"SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "EMAIL_URL", "SITE_URL"}
OF_COMPOSE = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "PUBLISH", "POSTGRES_CONNECTIONS"}
"""What only docker-compose.yml itself reads."""
OF_THE_IMAGE = {"STATIC_ROOT", "DEBUG"}
"""What an installation on servers does not change: where the image has its static files, and no faults in browsers."""


def interpolated() -> dict[str, set[str]]:
    """Each `${NAME…}` of the file, with everything that stands behind the name."""
    found: dict[str, set[str]] = {}
    for name, rest in re.findall(r"(?<!\$)\$\{([A-Z_]+)([^}]*)\}", TEXT):
        found.setdefault(name, set()).add(rest)
    return found


def test_all_parts_are_there() -> None:
    assert set(SERVICES) == {*OURS, "postgres", "redis"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("name", OURS)
def test_a_part_runs_the_command_of_the_launcher(name: str) -> None:
    assert SERVICES[name]["command"] == ["python", "-m", "hdr_site.launcher.commands", name]
    assert name in commands.PARTS


@pytest.mark.parametrize("name", commands.LASTING)
def test_a_parts_health_check_is_one_of_the_launchers(name: str) -> None:
    check = SERVICES[name]["healthcheck"]["test"]
    assert check == ["CMD", "python", "-m", "hdr_site.launcher.commands", f"check-{name}"]
    assert f"check-{name}" in commands.CHECKS


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_what_has_no_default_is_asked_for_with_a_sentence(name: str) -> None:
    assert all(re.match(rf":\?set {name} to ", rest) for rest in interpolated()[name])


@pytest.mark.parametrize("name", sorted(SECRETS - {"SITE_URL"}))
def test_no_secret_is_written_in_the_file(name: str) -> None:
    written = re.findall(rf"^\s+{name}: (.*)$", TEXT, re.MULTILINE)
    assert all(value.startswith('"${') for value in written)


def test_compose_reads_only_documented_variables() -> None:
    assert set(interpolated()) - documented() == OF_COMPOSE


def test_the_parts_get_only_documented_variables() -> None:
    assert set(SERVICES["web"]["environment"]) <= documented()


@pytest.mark.parametrize("name", OURS)
def test_a_part_gets_every_documented_variable(name: str) -> None:
    assert documented() - OF_THE_IMAGE - set(SERVICES[name]["environment"]) == set()


def test_every_variable_can_be_set_from_outside() -> None:
    fixed = {"HOST", "PORT", "DATABASE_URL", "REDIS_URL"}  # inside of Compose's own network
    assert documented() - OF_THE_IMAGE - fixed - set(interpolated()) == set()


@pytest.mark.parametrize("name", commands.LASTING)
def test_a_part_starts_after_migrations_and_engines(name: str) -> None:
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "postgres": {"condition": "service_healthy"},
        "redis": {"condition": "service_healthy"},
    }


def test_what_must_not_be_lost_is_on_volumes() -> None:
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert mounted == set(COMPOSE["volumes"])


def default_of(name: str) -> int:
    """The number in `${NAME:-number}`."""
    return int(re.findall(rf"\$\{{{name}:-(\d+)\}}", TEXT)[0])


def test_postgres_allows_what_compose_starts_and_two_more_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "cores", lambda: 16)
    monkeypatch.setenv("WEB_PROCESSES", str(default_of("WEB_PROCESSES")))
    assert default_of("POSTGRES_CONNECTIONS") >= commands.connections() + 2 * 16


def test_the_image_does_not_run_as_root() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    assert re.findall(r"^USER (.*)$", last_stage, re.MULTILINE) == ["digits"]


def test_the_image_has_the_runtime_requirements_only() -> None:
    installed = re.findall(r"-r (\S+)", (ROOT / "Dockerfile").read_text())
    assert installed == ["requirements/install.txt", "requirements/runtime.txt"]


def test_what_the_image_copies_is_there_and_reaches_the_build() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    let_through = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    sources = {name for line in copied for name in line.split()}
    names = {name if name in let_through else name.partition("/")[0] for name in sources}
    assert names == let_through
    assert all((ROOT / name).exists() for name in names)


def test_the_image_has_every_folder_that_the_product_reads() -> None:
    folders = {"hdr_site", "accounts", "recognition", "ml", "templates", "static", "locale"}
    existing = {name for name in folders if any(path.is_file() for path in (ROOT / name).rglob("*"))}
    assert existing <= set(re.findall(r"^COPY (\w+) \w+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))


def test_the_image_is_as_frugal_as_the_launcher() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert [name for name in commands.FRUGAL if f"{name}=1" not in text] == []
