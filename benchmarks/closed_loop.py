"""What single requests cost: one client, one request after the other, and the CPU time that each took."""

import http.client
import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from benchmarks import processes
from benchmarks.pictures import Picture
from benchmarks.plan import FORM_TYPE, form


@dataclass(frozen=True, slots=True)
class Cost:
    """Means per request: CPU milliseconds of web and of the worker, and milliseconds until it was answered."""

    web: float
    worker: float
    wall: float


class Client:
    """A connection that is kept, with the headers of one person."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(address.hostname or "localhost", address.port, timeout=60)
        self.headers = headers

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> http.client.HTTPResponse:
        """The answer, read to its end; its body is `self.body`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path, body, self.headers | named)
        response = self._connection.getresponse()
        self.body = response.read()
        if response.status not in {200, 202, 204, 302}:
            raise RuntimeError(f"{method} {path}: {response.status} {self.body[:300]!r}")
        return response


class Meter:
    """Measures the cost of a series of requests on the trees of web and worker."""

    def __init__(self, web: int, worker: int) -> None:
        self._roots = web, worker

    def cost(self, requests: Iterable[Callable[[], object]], settle: Callable[[], None] = lambda: None) -> Cost:
        """Make them one after the other; `settle` then waits until the worker is through."""
        before = [processes.cpu_seconds(root) for root in self._roots]
        walls = [_seconds(request) for request in requests]
        settle()
        used = [processes.cpu_seconds(root) - start for root, start in zip(self._roots, before, strict=True)]
        return Cost(*(round(1000 * part / len(walls), 2) for part in (*used, sum(walls))))


def costs(url: str, person: dict[str, str], pictures: Sequence[Picture], meter: Meter, rounds: int) -> dict[str, Cost]:
    """Of each kind of request that people make, by name."""
    program = Client(url, {"Authorization": f"Token {person['token']}"})
    browser = Client(url, {"Cookie": f"sessionid={person['session']}"})
    stranger = Client(url, {})
    found = {
        "home page, not signed in": meter.cost(lambda: stranger.ask("GET", "/") for _ in range(rounds)),
        "home page, signed in": meter.cost(lambda: browser.ask("GET", "/") for _ in range(rounds)),
    }
    for kind in ("single", "string", "photo"):
        some = [picture for picture in pictures if picture.kind == kind]
        chosen = [form(some[at % len(some)]) for at in range(max(10, rounds // 2))]
        found[f"upload of a {kind} and reading it"] = _uploads(program, chosen, meter)
    where = f"/api/v1/recognitions/{_newest(program)}/"
    found["poll of an answer, JSON"] = meter.cost(lambda: program.ask("GET", where) for _ in range(rounds))
    return found | _by_page(browser, pictures, meter, rounds)


def _by_page(browser: Client, pictures: Sequence[Picture], meter: Meter, rounds: int) -> dict[str, Cost]:
    """The same by the pages that browsers use."""
    browser.ask("GET", "/recognitions/new/")
    secret = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', browser.body)
    if secret is None:
        raise RuntimeError("The page for sending a picture has no form.")
    key = secret[1].decode()
    headers = {
        "Content_Type": FORM_TYPE,
        "Cookie": f"{browser.headers['Cookie']}; csrftoken={key}",
        "X_CSRFToken": key,
    }
    response = browser.ask("POST", "/recognitions/new/", form(pictures[0]), **headers)
    where = response.headers["Location"]
    while browser.ask("GET", f"{where}answer/").status == 204:
        time.sleep(0.1)
    return {
        "result page": meter.cost(lambda: browser.ask("GET", where) for _ in range(rounds)),
        "poll of an answer, page": meter.cost(lambda: browser.ask("GET", f"{where}answer/") for _ in range(rounds)),
        "history page": meter.cost(lambda: browser.ask("GET", "/recognitions/") for _ in range(rounds)),
    }


def _uploads(program: Client, forms: Sequence[bytes], meter: Meter) -> Cost:
    def send(body: bytes) -> None:
        program.ask("POST", "/api/v1/recognitions/", body, Content_Type=FORM_TYPE)

    return meter.cost((partial(send, body) for body in forms), lambda: _wait_until_read(program))


def _wait_until_read(program: Client) -> None:
    """Until nothing of this person waits; asked rarely, because asking costs web's CPU time too."""
    while True:
        time.sleep(0.5)
        for status in ("queued", "running"):
            program.ask("GET", f"/api/v1/recognitions/?page_size=1&status={status}")
            if json.loads(program.body)["results"]:
                break
        else:
            return


def _newest(program: Client) -> str:
    program.ask("GET", "/api/v1/recognitions/?page_size=1")
    newest: str = json.loads(program.body)["results"][0]["id"]
    return newest


def _seconds(request: Callable[[], object]) -> float:
    began = time.perf_counter()
    request()
    return time.perf_counter() - began
