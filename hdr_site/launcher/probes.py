"""Questions to running parts: is web up, does everything work, do worker and courier listen, does beat beat."""

import http.client
import json
import os
import socket
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 5


def get(path: str, host: str, port: int) -> tuple[int, bytes]:
    """Ask the web server; the status and the body. (0, b"") when nobody answers.

    The Host header is that of SITE_URL, because the application answers to no other name.
    """
    asked = "127.0.0.1" if host in {"0.0.0.0", ""} else "::1" if host == "::" else host
    name = urlsplit(os.environ.get("SITE_URL", "")).hostname or "localhost"
    connection = http.client.HTTPConnection(asked, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": name})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def readiness(host: str, port: int) -> dict[str, Any] | None:
    """What /readyz says about each part; None when web does not answer."""
    status, body = get("/readyz", host, port)
    if status not in {200, 503}:
        return None
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def web_fault() -> str | None:
    """None when the web server of this container answers."""
    status, _ = get("/healthz", "127.0.0.1", int(os.environ.get("PORT", "8000")))
    return None if status == 200 else f"/healthz answered {status or 'nothing'}."


def listener_fault(name: str) -> str | None:
    """None when the Celery process of this container, `worker` or `courier`, answers to its name."""
    command = [sys.executable, "-m", "celery", "--app", "hdr_site.celery", "inspect", "ping"]
    target = ["--destination", f"{name}@{socket.gethostname()}", "--timeout", str(PATIENCE_SECONDS)]
    asked = subprocess.run([*command, *target], capture_output=True, text=True)
    return None if asked.returncode == 0 else f"The {name} does not answer: {asked.stderr.strip()[-300:]}"


def sweep_fault() -> str | None:
    """None when the last sweep, which beat asks for, is recent: beat itself has no door to knock at."""
    import django

    django.setup()
    from hdr_site import health

    state = health.sweep_state()
    return None if state["ok"] else str(state["message"])
