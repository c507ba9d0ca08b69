"""Typed readers of the environment: nonsense is refused with the variable's name and what is allowed."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured

from hdr_site import env


@pytest.mark.parametrize(
    ("value", "read", "told"),
    [
        ("", lambda: env.text("THING"), "THING is not set"),
        ("short", lambda: env.secret("THING", at_least=40), "at least 40 random characters"),
        ("yes", lambda: env.flag("THING", default=False), "true or false"),
        ("7.5", lambda: env.integer("THING", 1, at_least=1, at_most=9), "a whole number from 1 to 9"),
        ("10", lambda: env.integer("THING", 1, at_least=1, at_most=9), "a whole number from 1 to 9"),
        ("loud", lambda: env.choice("THING", "INFO", ("INFO", "DEBUG")), "one of INFO, DEBUG"),
        ("example.org", lambda: env.web_address("THING", "x"), "such as https://digits.example.org"),
        ("sqlite:///x", lambda: env.database("THING"), "must begin with postgresql://"),
        ("memcached://x", lambda: env.redis("THING"), "redis://, rediss:// or unix://"),
        ("mailto:x", lambda: env.email("THING"), "smtp://"),
        ("s3://host", lambda: env.storage("THING"), "s3://KEY:SECRET@host/bucket"),
    ],
)
def test_nonsense_is_refused_with_the_name_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, value: str, read: Callable[[], object], told: str
) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(ImproperlyConfigured, match="THING") as refusal:
        read()
    assert told in str(refusal.value)


def test_a_secret_is_not_repeated_when_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "tooshort")
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.secret("SECRET_KEY", at_least=40)
    assert "tooshort" not in str(refusal.value)


def test_a_mail_server_with_encryption_and_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://me%40example.org:p%2Fw@mail.example.org")
    read = env.email("EMAIL_URL")
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"], read["EMAIL_USE_TLS"]) == ("mail.example.org", 587, True)
    assert (read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == ("me@example.org", "p/w")


def test_an_object_store_with_its_key_region_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_URL", "s3://key:secret@store.example.org:9000/pictures?region=eu-1&tls=false")
    options = env.storage("STORAGE_URL")["OPTIONS"]
    assert options["endpoint_url"] == "http://store.example.org:9000"
    assert (options["bucket_name"], options["region_name"]) == ("pictures", "eu-1")
    assert (options["access_key"], options["secret_key"]) == ("key", "secret")


@pytest.mark.parametrize(
    ("address", "broker"),
    [
        ("redis://localhost:6379/1", "redis://localhost:6379/1"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_celery_is_given_the_same_redis_in_its_own_spelling(address: str, broker: str) -> None:
    assert env.as_broker(address) == broker
