"""`make bench`: starts the product, measures it, prints tables, and writes the same to var/benchmarks/latest.json."""

import argparse
import json
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import closed_loop, pictures, processes, report
from benchmarks.plan import Plan, form
from hdr_site.launcher import commands
from hdr_site.launcher import product as launched
from hdr_site.launcher.folders import CHECKOUT, DataFolder
from hdr_site.launcher.trial import TrialProduct, private_engines, product, temporary_folder

LATEST = CHECKOUT / "var" / "benchmarks" / "latest.json"
UNLIMITED = {"OWNER_UPLOADS_PER_MINUTE": "1000000", "OWNER_STORAGE_MEGABYTES": "1000000", "LOG_LEVEL": "WARNING"}
PICTURES = 300
WAITING = 100_000
HISTORY = 1_000_000


def main() -> None:
    """Measure everything, or with --quick a fifth of it."""
    options = _options()
    drawn = pictures.mix(PICTURES)
    result: dict[str, Any] = {"machine": _machine(), "pictures": pictures.describe(drawn), "options": vars(options)}
    print("Starting the product …", flush=True)
    with product(UNLIMITED, durable=True) as running:
        result |= _measured(running, drawn, options)
    if options.waiting:
        print(f"Filling a queue with {options.waiting:,} pictures …", flush=True)
        result["backlog"] = _on_a_database_of_its_own("benchmarks.backlog", options.waiting)
    if options.history:
        print(f"Filling a history of {options.history:,} rows …", flush=True)
        result["history"] = _on_a_database_of_its_own("benchmarks.history", options.history)
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps(result, indent=2) + "\n")
    print(f"\n{report.words(result)}\n\nThe same as JSON: {LATEST.relative_to(CHECKOUT)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter: for a first idea, not for claims")
    parser.add_argument("--users", type=int, nargs="*", default=[1, 100, 400], help="people at once, one stage each")
    parser.add_argument("--seconds", type=float, help="measured in each stage (60; 15 with --quick)")
    parser.add_argument("--rounds", type=int, help="requests of each kind measured alone (200; 50 with --quick)")
    parser.add_argument("--waiting", type=int, help="pictures in the queue for the claims (100,000; 0: leave it out)")
    parser.add_argument("--history", type=int, help="rows, of which one owner has a tenth (1,000,000; 0: leave it out)")
    options = parser.parse_args()
    options.seconds = options.seconds or (15.0 if options.quick else 60.0)
    options.rounds = options.rounds or (50 if options.quick else 200)
    options.waiting = (10_000 if options.quick else WAITING) if options.waiting is None else options.waiting
    options.history = (HISTORY // 10 if options.quick else HISTORY) if options.history is None else options.history
    return options


def _measured(running: TrialProduct, drawn: Sequence[pictures.Picture], options: argparse.Namespace) -> dict[str, Any]:
    people = _people(running, max([*options.users, 1]))
    forms = running.data.root / "forms"
    forms.mkdir()
    for number, picture in enumerate(drawn):
        (forms / f"{number:04}.form").write_bytes(form(picture))
    print("Measuring requests alone …", flush=True)
    meter = closed_loop.Meter(running.pid("web"), running.pid("worker"))
    closed_loop.costs(running.url, people[0], drawn, meter, rounds=20)  # warms every process up
    costs = {
        name: asdict(cost)
        for name, cost in closed_loop.costs(running.url, people[0], drawn, meter, options.rounds).items()
    }
    page_cost = (costs["home page, signed in"]["web"] + costs["home page, not signed in"]["web"]) / 2000
    stages = []
    for users in options.users:
        print(f"Measuring {users} users …", flush=True)
        stages.append(report.summary(_stage(running, _plan(running, users, forms, people, options), page_cost)))
    memory = {part: [of.as_dict() for of in processes.memory(running.pid(part))] for part in commands.LASTING}
    return {"costs": costs, "stages": stages, "memory": memory}


def _plan(
    running: TrialProduct, users: int, forms: Path, people: list[dict[str, str]], options: argparse.Namespace
) -> Plan:
    few = users < 20
    return Plan(
        url=running.url,
        users=users,
        arrive_seconds=1 if few else max(5, users / 20),
        warm_seconds=3 if few else 10,
        measure_seconds=options.seconds * (1.5 if few else 1),
        pictures=str(forms),
        people=people,
    )


def _stage(running: TrialProduct, plan: Plan, page_cost: float) -> report.Stage:
    """Play the plan; CPU time is counted from its first measured second to its last."""
    command = [sys.executable, "-m", "benchmarks.load"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as player:
        if player.stdin is None or player.stdout is None:
            raise RuntimeError("No pipes to the load generator.")
        player.stdin.write(plan.as_json())
        player.stdin.close()
        roots = _roots(running) | {"load": player.pid}
        _wait_for_line(player, "measuring")
        began, before = time.monotonic(), _cpu(roots)
        _wait_for_line(player, "measured")
        duration, after = time.monotonic() - began, _cpu(roots)
        samples = json.loads(player.stdout.read())
    used = {part: after[part] - before[part] for part in before}
    return report.Stage(plan.users, duration, samples["seconds"], samples["failures"], used, page_cost)


def _wait_for_line(player: subprocess.Popen[str], word: str) -> None:
    for line in player.stdout or ():
        if line.strip() == word:
            return
    raise RuntimeError("The load generator ended before its time; its words stand above.")


def _roots(running: TrialProduct) -> dict[str, int]:
    engines = {"postgres": running.postgres.process.pid, "redis": running.redis.process.pid}
    return {part: running.pid(part) for part in commands.LASTING} | engines


def _cpu(roots: Mapping[str, int]) -> dict[str, float]:
    used = {part: processes.cpu_seconds(root) for part, root in roots.items()}
    return used | {"machine": processes.machine_cpu_seconds()}


def _people(running: TrialProduct, count: int) -> list[dict[str, str]]:
    environment = launched.environment(running.data, {}, running.environment)
    lines = _output([sys.executable, "-m", "benchmarks.people", str(count)], environment).splitlines()
    return [json.loads(line) for line in lines]


def _on_a_database_of_its_own(program: str, rows: int) -> dict[str, Any]:
    with temporary_folder() as folder, private_engines(folder, durable=True) as engines:
        addresses = {"DATABASE_URL": engines.postgres.url, "REDIS_URL": engines.redis.url}
        environment = launched.environment(DataFolder(folder), {}, {**os.environ, **addresses})
        subprocess.run([*commands.migrate(), "--verbosity", "0"], env=environment, cwd=CHECKOUT, check=True)
        found: dict[str, Any] = json.loads(_output([sys.executable, "-m", program, str(rows)], environment))
    return found


def _output(command: list[str], environment: Mapping[str, str]) -> str:
    return subprocess.run(command, env=environment, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout


def _machine() -> dict[str, Any]:
    information = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in information if line.startswith("model name")]
    return {
        "cores": commands.cores(),
        "processor": names[0] if names else "unknown processor",
        "load_before": round(os.getloadavg()[0], 1),
        "yardstick_ms": _yardstick(),
    }


def _yardstick() -> int:
    """CPU milliseconds of a fixed piece of work: compare it between two runs before comparing anything else."""
    block = bytes(range(256)) * 4096
    began = time.process_time()
    total = sum(value * value for value in range(1_500_000))
    for level in (1, 6):
        total += len(zlib.compress(block * 8, level))
    return round(1000 * (time.process_time() - began)) if total else 0


if __name__ == "__main__":
    main()
