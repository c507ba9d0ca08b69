"""`python -m benchmarks.sign_in`: how many people a second can log in, what it costs, and whether pages go on.

Starts the product, lets several browsers log in with a password again and again (the page with the form, then the
form), each time as another person from another network, and beside them one that only looks at the home page.
Prints a table and writes the same to var/benchmarks/sign_in.json.
"""

import argparse
import http.client
import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks import processes
from benchmarks.report import percentile
from hdr_site.launcher import commands
from hdr_site.launcher import product as launched
from hdr_site.launcher.folders import CHECKOUT
from hdr_site.launcher.trial import TrialProduct, product

LATEST = CHECKOUT / "var" / "benchmarks" / "sign_in.json"
PASSWORD = "correct horse battery staple"
PEOPLE = 200
COSTS = {  # Argon2id as KiB, passes, lanes
    "ours: 46 MiB, 1 pass, 1 lane": (47_104, 1, 1),
    "19 MiB, 2 passes, 1 lane": (19_456, 2, 1),
    "12 MiB, 3 passes, 1 lane": (12_288, 3, 1),
    "Django's: 100 MiB, 2 passes, 8 lanes": (102_400, 2, 8),
}
ARRIVE = """
import django
django.setup()
from django.contrib.auth.hashers import make_password
from allauth.account.models import EmailAddress
from accounts.models import User
hashed = make_password({password!r})
people = User.objects.bulk_create(User(email=f"p{{n}}@example.org", password=hashed) for n in range({people}))
EmailAddress.objects.bulk_create(EmailAddress(user=p, email=p.email, verified=True, primary=True) for p in people)
"""


@dataclass
class Seen:
    """Seconds of each answer by kind, and how many answers were other than they should be."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"form": [], "log-in": [], "home": []})
    failures: dict[str, int] = field(default_factory=dict)

    def note(self, kind: str, began: float, status: int, expected: int) -> None:
        """One answer; lists take an element from several threads at once."""
        self.seconds[kind].append(time.perf_counter() - began)
        if status != expected:
            self.failures[f"{kind}: {status}"] = self.failures.get(f"{kind}: {status}", 0) + 1


class Browser:
    """Keeps a connection open; forgets its cookies before each log-in."""

    def __init__(self, url: str, seen: Seen, numbers: Iterator[int]) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(address.hostname or "localhost", address.port, timeout=60)
        self._seen, self._numbers = seen, numbers

    def log_in(self) -> None:
        """As the next person, from their own network: from a new one, each log-in would write a mail as well."""
        number = next(self._numbers) % PEOPLE
        network = {"X-Forwarded-For": f"10.{number // 250}.{number % 250}.1"}
        cookie = self._ask("form", "GET", "/accounts/login/", 200, network).partition(";")[0]
        form = {
            "login": f"p{number}@example.org",
            "password": PASSWORD,
            "csrfmiddlewaretoken": cookie.partition("=")[2],
        }
        headers = network | {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self._ask("log-in", "POST", "/accounts/login/", 302, headers, urlencode(form))

    def look(self) -> None:
        """At the home page, a few times a second."""
        self._ask("home", "GET", "/", 200, {"X-Forwarded-For": "192.0.2.1"})
        time.sleep(0.2)

    def _ask(self, kind: str, method: str, path: str, expected: int, headers: dict[str, str], body: str = "") -> str:
        began = time.perf_counter()
        self._connection.request(method, path, body or None, headers)
        response = self._connection.getresponse()
        response.read()
        self._seen.note(kind, began, response.status, expected)
        return response.getheader("Set-Cookie") or ""


def main() -> None:
    """Measure, print, write."""
    options = _options()
    result: dict[str, Any] = {"cores": commands.cores(), "hashes": hash_costs()}
    with product({"TRUSTED_PROXIES": "1", "LOG_LEVEL": "WARNING"}, durable=True) as running:
        _arrive(running)
        _load(running, options.browsers, 5)  # warms every process up
        result["stages"] = [_stage(running, browsers, options.seconds) for browsers in (1, options.browsers)]
        result["web_peak_mb"] = [round(of.peak) for of in processes.memory(running.pid("web"))]
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps(result, indent=2) + "\n")
    print(_words(result), f"\nThe same as JSON: {LATEST.relative_to(CHECKOUT)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sign_in", description=__doc__)
    parser.add_argument("--browsers", type=int, default=32, help="that log in at the same time (32)")
    parser.add_argument("--seconds", type=float, default=60.0, help="measured in each stage (60)")
    return parser.parse_args()


def hash_costs(rounds: int = 15) -> dict[str, float]:
    """CPU milliseconds of one hash at each cost, the median of several, by name."""
    from argon2.low_level import Type, hash_secret

    found = {}
    for name, (memory, passes, lanes) in COSTS.items():
        used = []
        for _ in range(rounds):
            began = time.process_time()
            hash_secret(PASSWORD.encode(), b"salt of 16 bytes", passes, memory, lanes, 32, Type.ID)
            used.append(time.process_time() - began)
        found[name] = round(1000 * sorted(used)[rounds // 2], 1)
    return found


def _arrive(running: TrialProduct) -> None:
    environment = launched.environment(running.data, {}, running.environment)
    program = ARRIVE.format(password=PASSWORD, people=PEOPLE)
    subprocess.run([sys.executable, "-c", program], env=environment, cwd=Path(CHECKOUT), check=True)


def _stage(running: TrialProduct, browsers: int, seconds: float) -> dict[str, Any]:
    roots = {"web": running.pid("web"), "postgres": running.postgres.process.pid, "redis": running.redis.process.pid}
    before = {part: processes.cpu_seconds(root) for part, root in roots.items()}
    machine = processes.machine_cpu_seconds()
    began = time.perf_counter()
    seen = _load(running, browsers, seconds)
    duration = time.perf_counter() - began
    used = {part: processes.cpu_seconds(root) - before[part] for part, root in roots.items()}
    count = len(seen.seconds["log-in"])
    return {
        "browsers": browsers,
        "log_ins_per_second": round(count / duration, 1),
        "log_ins_per_core_second": round(count / sum(used.values()), 1),
        "cpu_ms_per_log_in": {part: round(1000 * cpu / count, 1) for part, cpu in used.items()},
        "milliseconds": {kind: _spread(values) for kind, values in seen.seconds.items()},
        "failures": seen.failures,
        "machine_busy": round((processes.machine_cpu_seconds() - machine) / duration / commands.cores(), 2),
    }


def _spread(values: list[float]) -> dict[str, int]:
    return {f"p{percent}": round(1000 * (percentile(values, percent) or 0)) for percent in (50, 95, 99)}


def _load(running: TrialProduct, browsers: int, seconds: float) -> Seen:
    seen, numbers, end = Seen(), itertools.count(), time.perf_counter() + seconds

    def repeat(act: Callable[[], None]) -> None:
        while time.perf_counter() < end:
            act()

    acts = [Browser(running.url, seen, numbers).log_in for _ in range(browsers)]
    acts.append(Browser(running.url, seen, numbers).look)
    threads = [threading.Thread(target=repeat, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def _words(result: dict[str, Any]) -> str:
    lines = [f"{result['cores']} cores; web processes held at most {result['web_peak_mb']} MB", "", "CPU of one hash:"]
    lines += [f"  {name:<40} {cost:7.1f} ms" for name, cost in result["hashes"].items()]
    ours = next(iter(result["hashes"].values()))
    for stage in result["stages"]:
        lines += ["", *_of_stage(stage, ours)]
    return "\n".join(lines)


def _of_stage(stage: dict[str, Any], hash_ms: float) -> Iterator[str]:
    took, cpu = stage["milliseconds"], stage["cpu_ms_per_log_in"]
    yield (
        f"{stage['browsers']} browsers: {stage['log_ins_per_second']} log-ins a second, "
        f"{stage['log_ins_per_core_second']} for each core second used; failures: {stage['failures'] or 'none'}"
    )
    yield (
        f"  log-in p50 {took['log-in']['p50']} ms, p95 {took['log-in']['p95']} ms, p99 {took['log-in']['p99']} ms; "
        f"home page meanwhile p95 {took['home']['p95']} ms; the machine was {stage['machine_busy']:.0%} busy"
    )
    yield (
        f"  CPU a log-in: web {cpu['web']} ms (of it the hash {hash_ms} ms: {hash_ms / cpu['web']:.0%}), "
        f"PostgreSQL {cpu['postgres']} ms, Redis {cpu['redis']} ms"
    )


if __name__ == "__main__":
    main()
