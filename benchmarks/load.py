"""People who use the product at the same time, as Locust plays them, in a process of their own.

Each turn is, by equal chances, a look at the home page or a picture: sent, then asked for as the page does (after 0.2,
0.4 and 0.8 s, then every 2 s) until there is an answer. Between turns people think for 1 to 5 seconds.

Reads a `Plan` as JSON from standard input, says `measuring` and `measured` on standard output, then the samples.
"""

import json
import random
import sys
import time
from collections import Counter, defaultdict
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import gevent
from locust import FastHttpUser, between, task
from locust.env import Environment

from benchmarks.plan import FORM_TYPE, Plan

ASK_AFTER = (0.2, 0.4, 0.8)  # static/js/answer.js
ASK_EVERY = 2.0
GIVE_UP_SECONDS = 120.0


class Record:
    """Samples in seconds, and reasons of failures, of what ended while measuring."""

    def __init__(self) -> None:
        self.open = False
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.failures: Counter[str] = Counter()

    def sample(self, what: str, seconds: float) -> None:
        """`what` took so long."""
        if self.open:
            self.seconds[what].append(seconds)

    def fail(self, what: str, why: object) -> None:
        """`what` did not come to a good end."""
        if self.open:
            self.failures[f"{what}: {why}"] += 1


class Person(FastHttpUser):  # type: ignore[misc]  # Locust is not typed
    """One of those who use it; every other one is signed in when they look at the home page."""

    abstract = True
    wait_time = between(1, 5)
    network_timeout = connection_timeout = 60.0
    keys: list[dict[str, str]]
    forms: list[bytes]
    record: Record
    _born = 0

    def on_start(self) -> None:
        """Take the next person's keys."""
        number = Person._born
        Person._born += 1
        own = self.keys[number % len(self.keys)]
        self.bearer = {"Authorization": f"Token {own['token']}"}
        self.cookie = {"Cookie": f"sessionid={own['session']}"} if number % 2 else {}

    @task  # type: ignore[untyped-decorator]
    def look_at_home(self) -> None:
        """The home page."""
        self._timed("page", "GET", "/", headers=self.cookie)

    @task  # type: ignore[untyped-decorator]
    def send_a_picture(self) -> None:
        """Send one and wait for its answer."""
        began = time.perf_counter()
        headers = self.bearer | {"Content-Type": FORM_TYPE}
        sent = self._timed("upload", "POST", "/api/v1/recognitions/", headers=headers, data=random.choice(self.forms))
        if sent is None:
            return
        where = f"/api/v1/recognitions/{sent['id']}/"
        for pause in chain(ASK_AFTER, repeat(ASK_EVERY)):
            gevent.sleep(pause)
            said = self._timed("poll", "GET", where, headers=self.bearer)
            if said is not None and said["status"] in {"done", "failed"}:
                self._answered(said, time.perf_counter() - began)
                return
            if time.perf_counter() - began > GIVE_UP_SECONDS:
                self.record.fail("answer", "none came")
                return

    def _answered(self, said: dict[str, Any], seconds: float) -> None:
        if said["status"] == "failed":
            self.record.fail("answer", said["error"]["code"])
        else:
            self.record.sample("answer", seconds)

    def _timed(self, what: str, method: str, path: str, **request: Any) -> dict[str, Any] | None:
        """The body of a good JSON answer ({} of a page); None, and a failure noted, when it was no good one."""
        began = time.perf_counter()
        with self.client.request(method, path, catch_response=True, name=what, **request) as response:
            self.record.sample(what, time.perf_counter() - began)
            if response.status_code not in {200, 202}:
                self.record.fail(what, response.status_code or response.error)
                return None
            body: dict[str, Any] = {} if what == "page" else json.loads(response.content)
            return body


def run(plan: Plan) -> Record:
    """Play the plan."""
    random.seed(plan.seed)
    record = Record()
    forms = [path.read_bytes() for path in sorted(Path(plan.pictures).glob("*.form"))]
    crowd = type("Crowd", (Person,), {"keys": plan.people, "forms": forms, "record": record, "host": plan.url})
    runner = Environment(user_classes=[crowd]).create_local_runner()
    runner.start(plan.users, spawn_rate=max(1.0, plan.users / plan.arrive_seconds))
    gevent.sleep(plan.arrive_seconds + plan.warm_seconds)
    record.open = True
    print("measuring", flush=True)
    gevent.sleep(plan.measure_seconds)
    record.open = False
    print("measured", flush=True)
    runner.quit()
    return record


def main() -> None:
    """Read a plan, play it, write the samples."""
    record = run(Plan(**json.load(sys.stdin)))
    print(json.dumps({"seconds": record.seconds, "failures": record.failures}))


if __name__ == "__main__":
    main()
