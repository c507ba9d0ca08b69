"""Private engines, and the whole product on a free port, for tests and measurements.

The engines are children of whoever asks, not of the product's launcher, so that they can be stopped and started while
the product runs.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hdr_site.launcher import probes
from hdr_site.launcher.engines import Postgres, Valkey
from hdr_site.launcher.folders import CHECKOUT, DataFolder
from hdr_site.launcher.processes import dies_with_parent, wait_for

START_SECONDS = 150
STOP_SECONDS = 60
OURS = frozenset(
    {"SECRET_KEY", "SITE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "STORAGE_URL", "STATIC_ROOT", "HOST", "PORT"}
)
"""Variables of a surrounding test run that must not reach the product under trial."""


@dataclass(frozen=True)
class Engines:
    """A PostgreSQL and a Valkey that run."""

    postgres: Postgres
    redis: Valkey


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that is removed afterwards; others may pass through it, as PostgreSQL's account must."""
    folder = Path(tempfile.mkdtemp(prefix="digits-trial-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def private_engines(folder: Path, *, durable: bool = False) -> Iterator[Engines]:
    """Engines with their data in `folder`. Not durable: faster, and good for everything but pulling the plug."""
    data = DataFolder(folder)
    engines = Engines(Postgres(data, durable=durable), Valkey(data))
    try:
        engines.postgres.start()
        engines.redis.start()
        yield engines
    finally:
        engines.redis.kill()
        engines.postgres.kill()


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class TrialProduct:
    """The product under its real launcher, with engines that the trial can stop and start."""

    def __init__(self, folder: Path, engines: Engines, extra: Mapping[str, str]) -> None:
        self.data = DataFolder(folder)
        self.postgres, self.redis = engines.postgres, engines.redis
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.output = self.data.logs / "launcher.log"
        addresses = {"DATABASE_URL": engines.postgres.url, "REDIS_URL": engines.redis.url}
        clean = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment = clean | addresses | {"DJANGO_SETTINGS_MODULE": "hdr_site.settings"} | dict(extra)
        self._launcher: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready. Raises RuntimeError with the launcher's words when it does not start."""
        command = [sys.executable, "-m", "hdr_site.launcher", "--data", str(self.data.root), "run"]
        with self.output.open("ab") as output:
            self._launcher = subprocess.Popen(
                [*command, "--port", str(self.port)],
                env=self.environment,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )
        launcher = self._launcher
        wait_for(lambda: self.is_ready() or launcher.poll() is not None, START_SECONDS)
        if not self.is_ready():
            self.stop()
            raise RuntimeError(f"The product did not start:\n{self.logs()}")

    def stop(self) -> int:
        """Stop it as SIGTERM does; returns the launcher's exit code."""
        if self._launcher is None:
            return 0
        self._launcher.terminate()
        try:
            return self._launcher.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._launcher.kill()
            return self._launcher.wait()

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        return probes.get("/readyz", "127.0.0.1", self.port)[0] == 200

    def pid(self, part: str) -> int:
        """The process id of "web", "worker", "courier" or "beat"."""
        pids: dict[str, int] = json.loads(self.data.children.read_text())
        return pids[part]

    def kill(self, part: str) -> None:
        """SIGKILL to a part and to all that it started; the launcher starts it again."""
        os.killpg(self.pid(part), signal.SIGKILL)

    def kill_worker(self) -> None:
        """SIGKILL to the Celery worker that reads and to its processes, whatever they are doing."""
        self.kill("worker")

    @property
    def mail(self) -> Path:
        """The folder of the mails that were sent."""
        return self.data.mail

    def logs(self) -> str:
        """All that the launcher and the parts have written."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')}" for log in sorted(self.data.logs.glob("*.log"))
        )


@contextmanager
def product(extra: Mapping[str, str] | None = None, *, durable: bool = False) -> Iterator[TrialProduct]:
    """A ready product in a temporary folder, with `extra` environment variables; stopped and removed afterwards."""
    with temporary_folder() as folder, private_engines(folder, durable=durable) as engines:
        running = TrialProduct(folder, engines, extra or {})
        try:
            running.start()
            yield running
        finally:
            running.stop()
