"""The whole product under its launcher, as `make run` starts it: engines of its own in a data folder."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hdr_site.launcher import probes
from hdr_site.launcher.accounts import Account, Credentials
from hdr_site.launcher.commands import LASTING
from hdr_site.launcher.folders import CHECKOUT, DataFolder
from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import OURS, free_port, temporary_folder

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

START_SECONDS = 150
NOBODY = 65534
AS_NOBODY = Credentials(user=NOBODY, group=NOBODY, extra_groups=[])
PACKAGES = Path(sysconfig.get_paths()["purelib"])


class Launched:
    """A launcher as a child of the test, with nothing given but the data folder."""

    def __init__(self, folder: Path) -> None:
        self.data = DataFolder(folder)
        self.port = free_port()
        self.output = folder / "console.txt"
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment = kept | {"STATIC_ROOT": os.environ["STATIC_ROOT"]}
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> list[str]:
        """A command line of the launcher on this data folder."""
        return [sys.executable, "-m", "hdr_site.launcher", "--data", str(self.data.root), *words]

    def call(self, *words: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the launcher to its end."""
        environment = self.environment | extra
        return subprocess.run(self.command(*words), env=environment, cwd=CHECKOUT, capture_output=True, text=True)

    def start(self) -> None:
        """`make run`, until it says that it is ready."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                self.command("run", "--port", str(self.port)),
                env=self.environment,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        launcher = self.process
        wait_for(lambda: "The product is ready" in self.console() or launcher.poll() is not None, START_SECONDS)
        assert "The product is ready" in self.console()

    def console(self) -> str:
        """What the person at the console sees."""
        return self.output.read_text()

    def pids(self) -> dict[str, int]:
        """The parts that run."""
        found: dict[str, int] = json.loads(self.data.children.read_text())
        return found

    def end(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Send the launcher a signal and wait for its end."""
        assert self.process is not None
        self.process.send_signal(sign)
        return self.process.wait(90)

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        return probes.get("/readyz", "127.0.0.1", self.port)[0] == 200


@pytest.fixture
def stopped() -> Iterator[Launched]:
    with temporary_folder() as folder:
        launched = Launched(folder)
        yield launched
        if launched.process and launched.process.poll() is None:
            launched.end()
        launched.data.remove()


@pytest.fixture
def running(stopped: Launched) -> Launched:
    stopped.start()
    return stopped


@pytest.fixture(scope="module")
def shared() -> Iterator[Launched]:
    """One that runs for all tests which leave it running."""
    with temporary_folder() as folder:
        launched = Launched(folder)
        launched.start()
        yield launched
        launched.end()
        launched.data.remove()


def all_gone(pids: dict[str, int]) -> bool:
    """Whether none of the parts runs, nor anything in the sessions that they opened."""
    sessions = set(pids.values())
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] != "Z" and int(fields[3]) in sessions:
            return False
    return True


def test_the_console_names_address_mails_data_and_the_way_to_an_administrator(shared: Launched) -> None:
    console = shared.console()
    assert f"http://localhost:{shared.port}" in console
    assert str(shared.data.mail) in console
    assert str(shared.data.root) in console
    assert "make admin EMAIL=" in console


def test_a_new_administrator_is_sent_to_the_port_that_the_product_has(shared: Launched) -> None:
    made = shared.call("admin", "alice@example.org", DJANGO_SUPERUSER_PASSWORD="a-long-way-home-7")
    assert f"http://localhost:{shared.port}/admin/" in made.stdout


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_launcher_leaves_nothing_and_ends_with_zero(running: Launched, sign: signal.Signals) -> None:
    pids = running.pids()
    assert set(pids) == {"postgres", "redis", *LASTING}
    assert running.end(sign) == 0
    assert all_gone(pids)
    assert not running.data.children.exists()


def test_a_killed_launcher_leaves_nothing_either_and_the_next_one_starts(running: Launched) -> None:
    pids = running.pids()
    assert running.process is not None
    running.process.kill()
    running.process.wait()
    assert wait_for(lambda: all_gone(pids), 60)
    running.start()
    assert running.is_ready()


def test_an_administrator_can_be_made_before_the_first_start(stopped: Launched) -> None:
    made = stopped.call("admin", "alice@example.org", DJANGO_SUPERUSER_PASSWORD="a-long-way-home-7")
    assert made.returncode == 0, made.stderr
    assert "alice@example.org is an administrator now" in made.stdout


def test_an_endless_redirect_is_warned_of_at_the_start(stopped: Launched) -> None:
    stopped.environment |= {"SITE_URL": "https://digits.example.org"}
    stopped.start()
    assert "Set TRUSTED_PROXIES to the number of proxies in front" in stopped.console()


def test_data_survives_and_manage_works_running_and_stopped(running: Launched) -> None:
    made = running.call(
        "manage", "make_administrator", "--email", "alice@example.org", DJANGO_SUPERUSER_PASSWORD="a-long-way-home-7"
    )
    assert made.returncode == 0, made.stderr
    key = running.data.secret("secret-key")
    assert running.end() == 0
    counting = "from accounts.models import User; print('accounts:', User.objects.count())"
    assert "accounts: 1" in running.call("manage", "shell", "-c", counting).stdout
    assert running.data.secret("secret-key") == key


@pytest.mark.parametrize("part", ["postgres", "redis", *LASTING])
def test_a_part_that_dies_is_started_again(shared: Launched, part: str) -> None:
    dead = shared.pids()[part]
    os.killpg(dead, signal.SIGKILL)
    assert wait_for(lambda: shared.pids()[part] != dead, 60)
    assert wait_for(shared.is_ready, 120)
    assert f"{part} has ended; starting it again" in shared.console()


def test_a_second_launcher_on_the_same_data_says_so(shared: Launched) -> None:
    second = shared.call("run", "--port", str(free_port()))
    assert second.returncode == 1
    assert "already runs on" in second.stderr


def test_a_taken_port_is_told_with_a_sentence(stopped: Launched) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", stopped.port))
        other.listen()
        refused = stopped.call("run", "--port", str(stopped.port))
    assert refused.returncode == 1
    assert f"Port {stopped.port} of 127.0.0.1 cannot be used" in refused.stderr


def test_a_given_database_that_does_not_answer_is_told_with_a_sentence(stopped: Launched) -> None:
    refused = stopped.call("run", "--port", str(stopped.port), DATABASE_URL="postgresql://me:pw@127.0.0.1:1/none")
    assert refused.returncode == 1
    assert "The database of DATABASE_URL does not answer" in refused.stderr
    assert "pw" not in refused.stderr


def test_data_in_use_cannot_be_removed(shared: Launched) -> None:
    refused = shared.call("clean-data")
    assert refused.returncode == 1
    assert shared.is_ready()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_can_run_it_from_a_copy() -> None:
    with temporary_folder() as folder:
        python = python_for_everybody(folder)
        copy = folder / "checkout"
        left_out = shutil.ignore_patterns(".git", ".venv*", "var", "__pycache__", "tests", ".*_cache")
        shutil.copytree(CHECKOUT, copy, ignore=left_out)
        for path in (copy, *copy.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        port = free_port()
        command = [str(python.program), "-m", "hdr_site.launcher", "run", "--port", str(port)]
        console = folder / "console.txt"
        with console.open("wb") as output:
            launcher = subprocess.Popen(
                command, env=python.environment, cwd=copy, stdout=output, stderr=output, **AS_NOBODY
            )
        try:
            wait_for(lambda: "is ready" in console.read_text() or launcher.poll() is not None, START_SECONDS)
            assert probes.get("/readyz", "127.0.0.1", port)[0] == 200, console.read_text()
            assert (copy / "var" / "postgres" / "PG_VERSION").stat().st_uid == NOBODY
        finally:
            launcher.terminate()
            ended = launcher.wait(90)
        assert ended == 0


@dataclass(frozen=True)
class Python:
    """An interpreter, and where its modules and packages are."""

    program: Path
    packages: Path
    home: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What it needs to find its modules."""
        home = {"PYTHONHOME": str(self.home), "LD_LIBRARY_PATH": f"{self.home}/lib"} if self.home else {}
        return {"PATH": os.defpath, "PYTHONPATH": str(self.packages), "PYTHONDONTWRITEBYTECODE": "1"} | home

    def is_usable(self) -> bool:
        """Whether an ordinary user can run it with the packages, and it is the version that they were chosen for."""
        question = f"import sys, ssl, django; assert sys.version_info[:3] == {sys.version_info[:3]}"
        try:
            tried = subprocess.run(
                [self.program, "-c", question], env=self.environment, cwd="/", capture_output=True, **AS_NOBODY
            )
        except OSError:
            return False
        return tried.returncode == 0


def python_for_everybody(folder: Path) -> Python:
    """One that an ordinary user can run: ours, the system's, or a copy of ours in `folder`."""
    there = [Python(Path(program), PACKAGES) for program in (sys.executable, "/usr/bin/python3.11", "/usr/bin/python3")]
    return next((python for python in there if python.is_usable()), None) or copied_python(folder)


def copied_python(folder: Path) -> Python:
    """Our interpreter below `folder`, as further names of the same files where possible, and packages in reach."""
    base, home = Path(sys.base_prefix), folder / "python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    left_out = shutil.ignore_patterns("site-packages", "test", "__pycache__")
    shutil.copytree(base / "lib" / version, home / "lib" / version, ignore=left_out, copy_function=link_or_copy)
    for library in (base / "lib").glob("libpython*"):
        link_or_copy(library, home / "lib" / library.name)
    (home / "bin").mkdir()
    link_or_copy(os.path.realpath(sys.executable), home / "bin" / version)
    if Account("nobody", NOBODY, NOBODY).can_enter(PACKAGES):
        return Python(home / "bin" / version, PACKAGES, home)
    shutil.copytree(PACKAGES, folder / "packages", copy_function=link_or_copy, symlinks=True)
    return Python(home / "bin" / version, folder / "packages", home)


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """A second name for a file; a copy where the file lies on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
