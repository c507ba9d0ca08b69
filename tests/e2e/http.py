"""Talking to the running product over HTTP as a browser or a program does, and nothing more clever than that."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import urllib3

PATIENCE_SECONDS = 60.0
Fields = Mapping[str, str | tuple[str, bytes]]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body of an API answer."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body of a page."""
        return self.body.decode()

    @property
    def error_code(self) -> str:
        """The code that a program gets with an error."""
        return str(self.json["error"]["code"])


class Caller:
    """Keeps cookies and headers, follows no redirect, tries nothing twice."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self.url = url
        self.cookies: dict[str, str] = {}
        self._headers = dict(headers or {})
        self._pool = urllib3.PoolManager(retries=False, maxsize=16, timeout=PATIENCE_SECONDS)

    def ask(
        self,
        method: str,
        path: str,
        fields: Fields | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        seconds: float = PATIENCE_SECONDS,
    ) -> Answer:
        """One request. Raises urllib3's HTTPError when no answer comes within `seconds`."""
        sent = self._headers | dict(headers or {}) | self._cookie_header()
        response = self._pool.request(
            method, self.url + path, fields=fields, headers=sent, redirect=False, timeout=seconds
        )
        for value in response.headers.getlist("Set-Cookie"):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(value).items()}
        return Answer(response.status, response.headers, response.data)

    def get(self, path: str, *, seconds: float = PATIENCE_SECONDS) -> Answer:
        """GET."""
        return self.ask("GET", path, seconds=seconds)

    def _cookie_header(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}


class Browser(Caller):
    """A browser without JavaScript: forms carry the CSRF token that the site gave."""

    def send_form(self, path: str, fields: Fields | None = None, *, seconds: float = PATIENCE_SECONDS) -> Answer:
        """POST a form of the page at `path`."""
        if "csrftoken" not in self.cookies:
            self.get(path)
        token = {"csrfmiddlewaretoken": self.cookies["csrftoken"]}
        return self.ask("POST", path, dict(fields or {}) | token, {"Referer": self.url + path}, seconds=seconds)

    def sign_in(self, email: str, password: str) -> bool:
        """Through the sign-in page; whether it worked."""
        self.get("/accounts/login/")
        self.send_form("/accounts/login/", {"login": email, "password": password})
        return self.get("/recognitions/").status == 200


class Program(Caller):
    """A program with a token."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(url, {"Authorization": f"Token {token}"})
        self.token = token

    def send(
        self,
        content: bytes,
        name: str = "number.png",
        *,
        key: str | None = None,
        seconds: float = PATIENCE_SECONDS,
    ) -> Answer:
        """POST a picture."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.ask("POST", "/api/v1/recognitions/", {"image": (name, content)}, headers, seconds=seconds)

    def submit(self, content: bytes, *, seconds: float = PATIENCE_SECONDS) -> str:
        """Send a picture that must be accepted; returns its public id."""
        answer = self.send(content, seconds=seconds)
        assert answer.status == 202, answer.text
        return str(answer.json["id"])

    def recognition(self, public_id: str) -> dict[str, Any]:
        """What the API says about one picture."""
        answer = self.get(f"/api/v1/recognitions/{public_id}/")
        assert answer.status == 200, answer.text
        said: dict[str, Any] = answer.json
        return said
