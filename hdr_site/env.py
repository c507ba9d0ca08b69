"""Typed readers of the environment.

Every setting that an installation may change is read through one of these. A value that makes no sense stops the
process with the variable's name, what was found and what is allowed, so that nobody has to guess.
"""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

STORE_PATIENCE = {"connect_timeout": 3, "read_timeout": 10}
"""Seconds: an object store that hangs must not hold a worker for a picture's whole lease."""


def _raw(name: str, default: str | None) -> str:
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment; docs/operations.md describes it.")
    return default


def _nonsense(name: str, found: str, allowed: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is {found!r}; it must be {allowed}.")


def text(name: str, default: str | None = None) -> str:
    """The variable as it is; without a default it must be set."""
    return _raw(name, default)


def secret(name: str, *, at_least: int) -> str:
    """A secret of at least `at_least` characters. Never echoed, not even when it is refused."""
    value = _raw(name, None)
    if len(value) < at_least:
        raise ImproperlyConfigured(f"{name} is too short; it must have at least {at_least} random characters.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """`true` or `false`."""
    value = _raw(name, str(default).lower()).lower()
    if value not in {"true", "false"}:
        raise _nonsense(name, value, "true or false")
    return value == "true"


def integer(name: str, default: int, *, at_least: int, at_most: int) -> int:
    """A whole number within the limits, both included."""
    value = _raw(name, str(default))
    allowed = f"a whole number from {at_least} to {at_most}"
    try:
        number = int(value)
    except ValueError:
        raise _nonsense(name, value, allowed) from None
    if not at_least <= number <= at_most:
        raise _nonsense(name, value, allowed)
    return number


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words."""
    value = _raw(name, default)
    if value not in allowed:
        raise _nonsense(name, value, "one of " + ", ".join(allowed))
    return value


def words(name: str, default: tuple[str, ...]) -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in _raw(name, ",".join(default)).split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """A list of networks separated by commas, such as `198.18.7.0/24, 2001:db8::/32`; without it none."""
    found = words(name, ())
    for network in found:
        try:
            ip_network(network)
        except ValueError:
            raise _nonsense(name, network, "a network such as 198.18.7.0/24, or several with commas between") from None
    return found


def web_address(name: str, default: str) -> str:
    """An http or https address without a path, such as `https://digits.example.org`."""
    value = _raw(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise _nonsense(name, value, "an address such as https://digits.example.org")
    return value


def service(name: str, default: str) -> str:
    """The address of somebody else's service, with or without a path; secrets go there, so over https.

    Plain http is for a service on this machine.
    """
    value = _raw(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.query or parts.fragment or not ((parts.scheme == "https" and parts.hostname) or _on_this_machine(value)):
        raise _nonsense(name, value, "an https address such as https://accounts.example.org")
    return value


def _on_this_machine(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}


def client(id_name: str, secret_name: str) -> dict[str, str]:
    """What we are known as to somebody else's service: `client_id` and `secret`, or nothing when neither is set.

    One without the other is refused, because the service would refuse everybody later. The secret is never echoed.
    """
    client_id, secret_word = _raw(id_name, ""), _raw(secret_name, "")
    if bool(client_id) != bool(secret_word):
        there, missing = (id_name, secret_name) if client_id else (secret_name, id_name)
        raise ImproperlyConfigured(f"{there} is set, but {missing} is not. Set both, or neither.")
    return {"client_id": client_id, "secret": secret_word} if client_id else {}


def database(name: str, *, statement_seconds: int = 30) -> dict[str, Any]:
    """A PostgreSQL address as Django's database setting; what the address asks for (`?sslmode=require`) is kept.

    A statement may take `statement_seconds` (0: without end) and wait 10 seconds for a lock.
    """
    value = _raw(name, None)
    if urlsplit(value).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://; other databases cannot keep the queue.")
    parsed: dict[str, Any] = dict(dj_database_url.parse(value))
    limits = f"-c statement_timeout={statement_seconds}s -c lock_timeout=10s"
    return parsed | {"OPTIONS": {"connect_timeout": 3, "options": limits} | parsed.get("OPTIONS", {})}


def redis(name: str) -> str:
    """A Redis address: redis://, rediss:// or unix:// (a socket's path)."""
    value = _raw(name, None)
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name} must begin with redis://, rediss:// or unix://.")
    return value


def as_broker(redis_address: str) -> str:
    """A Redis address in Celery's spelling, which differs from redis-py's for sockets and for certificates."""
    if redis_address.startswith("rediss://") and "ssl_cert_reqs=" not in redis_address:
        return redis_address + ("&" if "?" in redis_address else "?") + "ssl_cert_reqs=required"
    if redis_address.startswith("unix://"):
        return redis_address.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
    return redis_address


def email(name: str) -> dict[str, Any]:
    """A mail transport as Django settings: `smtp://`, `smtp+tls://`, `smtp+ssl://` or `file:///folder`."""
    value = _raw(name, None)
    parts = urlsplit(value)
    if parts.scheme == "file" and parts.path:
        return {
            "EMAIL_TRANSPORT": "hdr_site.foundation.mail_files.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme not in {"smtp", "smtp+tls", "smtp+ssl"} or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} must be smtp://, smtp+tls:// or smtp+ssl:// with a host, or file:/// with a folder."
        )
    return {
        "EMAIL_TRANSPORT": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtp+ssl",
    }


def storage(name: str) -> dict[str, Any]:
    """Where pictures live: `file:///folder`, or `s3://KEY:SECRET@host[:port]/bucket[?region=…&tls=false]`."""
    value = _raw(name, None)
    parts = urlsplit(value)
    if parts.scheme == "file" and parts.path:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": unquote(parts.path), "base_url": None, "file_permissions_mode": 0o600},
        }
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not parts.hostname or not bucket:
        raise ImproperlyConfigured(f"{name} must be file:///folder or s3://KEY:SECRET@host/bucket.")
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3_options(value, bucket)}


def _s3_options(value: str, bucket: str) -> Mapping[str, Any]:
    from botocore.config import Config  # only where there is such a store: it takes half a second to import

    parts = urlsplit(value)
    query = parse_qs(parts.query)
    scheme = "http" if query.get("tls") == ["false"] else "https"
    port = f":{parts.port}" if parts.port else ""
    return {
        "bucket_name": bucket,
        "access_key": unquote(parts.username or "") or None,
        "secret_key": unquote(parts.password or "") or None,
        "endpoint_url": f"{scheme}://{parts.hostname}{port}",
        "region_name": query.get("region", [None])[0],
        "file_overwrite": True,  # names are random: asking first whether one is taken would be a request for nothing
        "querystring_auth": True,
        "client_config": Config(**STORE_PATIENCE, retries={"max_attempts": 1}),
    }
