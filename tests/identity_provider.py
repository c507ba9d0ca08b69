"""A small OpenID Connect and OAuth 2.0 provider: real HTTP, real redirects, a consent page, real signed tokens.

It does what Google, LinkedIn and Facebook do as far as we use them, and refuses what they refuse: a wrong client
secret, a code used twice, another redirect address, a PKCE verifier that does not fit, user info without a token,
a Graph call without its proof. `fault` makes it misbehave in one of the ways that are met in the wild.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "digits-at-the-provider", "a secret that only two know"
SLOW_SECONDS = 20

Person = dict[str, Any]


@cache
def signing_key() -> rsa.RSAPrivateKey:
    """A key takes a while to be made; one is enough for a test run."""
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Grant:
    """What a code or an access token stands for."""

    request: dict[str, str]
    person: Person


@dataclass
class IdentityProvider:
    """The provider; `person` is whoever sits in front of its consent page."""

    person: Person
    url: str = ""
    pkce: bool | None = True
    """Whether it insists on PKCE, as ours does for Google; False refuses it, as LinkedIn does; None takes both."""
    fault: str = ""
    """"" or one of: down, slow, not_json, no_token, no_id_token, wrong_issuer, wrong_audience, expired, other_person,
    list, no_endpoints."""
    consents: list[dict[str, str]] = field(default_factory=list)
    """What each person was asked who has answered, in order."""
    codes: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=signing_key)
    closing: threading.Event = field(default_factory=threading.Event)

    # --- What a person sees ------------------------------------------------------------------------------------------

    def consent_page(self, query: dict[str, str]) -> str:
        """Asks whether the person wants this."""
        name = self.person.get("name", "somebody")
        fields = "".join(f'<input type="hidden" name="{key}" value="{value}">' for key, value in query.items())
        buttons = '<button name="answer" value="allow">Allow</button><button name="answer" value="deny">Deny</button>'
        form = f'<form method="post" action="/consent">{fields}{buttons}</form>'
        return f"<h1>Let Digits know who you are, {name}?</h1>{form}"

    def decided(self, form: dict[str, str]) -> str:
        """Where the browser goes after the answer."""
        answer = form.pop("answer")
        self.consents.append(form)
        back: dict[str, str] = {"state": form["state"]} if "state" in form else {}
        if answer == "allow":
            code = secrets.token_urlsafe(16)
            self.codes[code] = Grant(form, dict(self.person))
            back["code"] = code
        else:
            back |= {"error": "access_denied", "error_description": "The person said no"}
        return f"{form['redirect_uri']}?{urlencode(back)}"

    # --- What our server asks ----------------------------------------------------------------------------------------

    def discovery(self) -> Mapping[str, Any]:
        """OpenID Connect Discovery 1.0."""
        if self.fault == "no_endpoints":
            return {"issuer": self.url}
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def exchange(self, form: dict[str, str]) -> tuple[int, Any]:
        """A code for tokens (RFC 6749, section 4.1.3, and RFC 7636)."""
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        grant = self.codes.pop(form.get("code", ""), None)
        if grant is None or form.get("redirect_uri") != grant.request["redirect_uri"] or not self._fits(form, grant):
            return 400, {"error": "invalid_grant"}
        token = secrets.token_urlsafe(16)
        self.tokens[token] = grant
        answer: Any = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
        if "openid" in grant.request.get("scope", "").split() and self.fault != "no_id_token":
            answer["id_token"] = self.id_token(grant.person)
        if self.fault == "no_token":
            answer = {"token_type": "Bearer"}
        return 200, [answer] if self.fault == "list" else answer

    def _fits(self, form: dict[str, str], grant: Grant) -> bool:
        if self.pkce is False or (self.pkce is None and "code_challenge" not in grant.request):
            return "code_verifier" not in form
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return grant.request.get("code_challenge_method") == "S256" and grant.request["code_challenge"] == challenge

    def id_token(self, person: Person) -> str:
        """Signed with our key, about `person`."""
        now = int(time.time())
        claims = person | {
            "iss": "https://evil.example" if self.fault == "wrong_issuer" else self.url,
            "aud": "somebody-else" if self.fault == "wrong_audience" else CLIENT_ID,
            "iat": now,
            "exp": now - 3600 if self.fault == "expired" else now + 600,
        }
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})

    def user_info(self, authorization: str) -> tuple[int, Any]:
        """OpenID Connect Core, section 5.3."""
        grant = self.tokens.get(authorization.removeprefix("Bearer "))
        if grant is None:
            return 401, {"error": "invalid_token"}
        return 200, grant.person | ({"sub": "another"} if self.fault == "other_person" else {})

    def graph_me(self, query: dict[str, str]) -> tuple[int, Any]:
        """Facebook's Graph API: who the token is of, for a caller who knows the secret."""
        token = query.get("access_token", "")
        proof = hmac.new(CLIENT_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if token not in self.tokens or query.get("appsecret_proof") != proof:
            return 400, {"error": {"message": "Invalid appsecret_proof", "code": 100}}
        person = self.tokens[token].person
        told = {"id": person["sub"]} | {key: person[key] for key in ("name", "email") if key in person}
        return 200, {key: value for key, value in told.items() if key in query["fields"].split(",")}


class _Handler(BaseHTTPRequestHandler):
    provider: ClassVar[IdentityProvider]

    def do_GET(self) -> None:
        path, query = self._begin()
        if path in {"/authorize", "/dialog/oauth"}:
            self._send(200, self.provider.consent_page(query), "text/html; charset=utf-8")
        elif path == "/.well-known/openid-configuration":
            self._answer(200, self.provider.discovery())
        elif path == "/userinfo":
            self._answer(*self.provider.user_info(self.headers.get("Authorization", "")))
        elif path == "/me":
            self._answer(*self.provider.graph_me(query))
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        path, _ = self._begin()
        form = dict(parse_qsl(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))
        if path == "/consent":
            self.send_response(302)
            self.send_header("Location", self.provider.decided(form))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path in {"/token", "/oauth/access_token"}:
            self._answer(*self.provider.exchange(form))
        else:
            self._answer(404, {})

    def _begin(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        if self.provider.fault == "slow":
            self.provider.closing.wait(SLOW_SECONDS)
        return parts.path, dict(parse_qsl(parts.query))

    def _answer(self, status: int, content: Any) -> None:
        if self.provider.fault == "down":
            self._send(503, "<h1>Down for maintenance</h1>", "text/html")
        elif self.provider.fault == "not_json":
            self._send(200, "<h1>Hello</h1>", "application/json")
        else:
            self._send(status, json.dumps(content), "application/json")

    def _send(self, status: int, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def running(person: Person) -> Iterator[IdentityProvider]:
    """The provider, on a free port of this machine."""
    provider = IdentityProvider(person)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": provider}))
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        provider.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def answer_consent(address: str, *, allow: bool = True) -> str:
    """What a browser does at the provider: open its page, press a button, and learn where that leads."""
    requests.get(address, timeout=5).raise_for_status()
    form = dict(parse_qsl(urlsplit(address).query)) | {"answer": "allow" if allow else "deny"}
    parts = urlsplit(address)
    answer = requests.post(f"{parts.scheme}://{parts.netloc}/consent", form, timeout=5, allow_redirects=False)
    return answer.headers["Location"]
