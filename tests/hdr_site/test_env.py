"""The typed readers of the environment: they refuse nonsense with the variable's name and what is allowed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from hdr_site import env


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Sets the variable THING and returns its name."""

    def give(value: str) -> str:
        monkeypatch.setenv("THING", value)
        return "THING"

    return give


def refusal(read: Callable[[], object]) -> str:
    """The sentence with which a value is refused."""
    with pytest.raises(ImproperlyConfigured) as refused:
        read()
    return str(refused.value)


def test_a_variable_without_a_default_must_be_set() -> None:
    assert refusal(lambda: env.text("NOT_SET_ANYWHERE")).startswith("NOT_SET_ANYWHERE is not set.")


def test_an_empty_variable_counts_as_not_set(given: Callable[[str], str]) -> None:
    assert env.integer(given(""), 7, at_least=1, at_most=9) == 7


def test_a_short_secret_is_refused_and_not_repeated(given: Callable[[str], str]) -> None:
    sentence = refusal(lambda: env.secret(given("hunter2"), at_least=40))
    assert "at least 40" in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize(("value", "meant"), [("true", True), ("False", False)])
def test_a_flag_is_true_or_false(given: Callable[[str], str], value: str, meant: bool) -> None:
    assert env.flag(given(value), default=not meant) is meant


@pytest.mark.parametrize("value", ["0", "10", "many", "1.5"])
def test_a_number_outside_its_limits_is_refused_with_them(given: Callable[[str], str], value: str) -> None:
    sentence = refusal(lambda: env.integer(given(value), 5, at_least=1, at_most=9))
    assert sentence == f"THING is {value!r}; it must be a whole number from 1 to 9."


@pytest.mark.parametrize("value", ["1", "9"])
def test_the_limits_themselves_are_allowed(given: Callable[[str], str], value: str) -> None:
    assert env.integer(given(value), 5, at_least=1, at_most=9) == int(value)


REFUSED: list[tuple[Callable[[str], Any], str]] = [
    (lambda name: env.flag(name, default=True), "yes"),
    (lambda name: env.choice(name, "a", ("a", "b")), "c"),
    (lambda name: env.web_address(name, ""), "digits.example.org"),
    (lambda name: env.web_address(name, ""), "https://digits.example.org/path"),
    (env.networks, "10.0.0.1/8"),
    (env.networks, "2001:db8::/32,intranet"),
    (env.database, "sqlite:///file"),
    (env.redis, "http://localhost"),
    (env.email, "mail.example.org"),
    (env.storage, "s3://host-without-bucket"),
    (env.storage, "file://"),
]


@pytest.mark.parametrize(("read", "value"), REFUSED)
def test_nonsense_is_refused_with_the_name_of_the_variable(
    given: Callable[[str], str], read: Callable[[str], Any], value: str
) -> None:
    name = given(value)
    assert refusal(lambda: read(name)).startswith("THING ")


def test_a_list_is_separated_by_commas(given: Callable[[str], str]) -> None:
    assert env.words(given(" a, b ,,c"), ()) == ["a", "b", "c"]


def test_a_database_on_a_socket_is_understood(given: Callable[[str], str]) -> None:
    found = env.database(given("postgresql://me:secret@%2Frun%2Fpg:5432/digits"))
    assert (found["HOST"], found["NAME"], found["PASSWORD"]) == ("/run/pg", "digits", "secret")


@pytest.mark.parametrize(
    ("scheme", "port", "tls", "ssl"),
    [("smtp", 25, False, False), ("smtp+tls", 587, True, False), ("smtp+ssl", 465, False, True)],
)
def test_a_mail_server_has_the_port_and_the_protection_of_its_scheme(
    given: Callable[[str], str], scheme: str, port: int, tls: bool, ssl: bool
) -> None:
    found = env.email(given(f"{scheme}://me:p%40ss@mail.example.org"))
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (port, tls, ssl)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("me", "p@ss")


def test_a_bucket_is_understood(given: Callable[[str], str]) -> None:
    options = env.storage(given("s3://key:se%2Fcret@s3.example.org:9000/pictures?region=eu&tls=false"))["OPTIONS"]
    assert options["endpoint_url"] == "http://s3.example.org:9000"
    assert (options["bucket_name"], options["secret_key"], options["region_name"]) == ("pictures", "se/cret", "eu")


def test_what_a_database_address_asks_for_is_kept_beside_our_limits(given: Callable[[str], str]) -> None:
    options = env.database(given("postgresql://me@host/digits?sslmode=require"))["OPTIONS"]
    assert options["sslmode"] == "require"
    assert "statement_timeout=30s" in options["options"]


@pytest.mark.parametrize(
    ("address", "broker"),
    [
        ("redis://localhost:6379/1", "redis://localhost:6379/1"),
        ("rediss://host/1", "rediss://host/1?ssl_cert_reqs=required"),
        ("rediss://host/1?ssl_cert_reqs=none", "rediss://host/1?ssl_cert_reqs=none"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_celery_is_given_the_same_redis_in_its_own_spelling(address: str, broker: str) -> None:
    assert env.as_broker(address) == broker


@pytest.mark.parametrize(("there", "missing"), [("WHO_ID", "WHO_SECRET"), ("WHO_SECRET", "WHO_ID")])
def test_half_of_what_belongs_together_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, there: str, missing: str
) -> None:
    monkeypatch.setenv(there, "hunter2")
    sentence = refusal(lambda: env.client("WHO_ID", "WHO_SECRET"))
    assert sentence == f"{there} is set, but {missing} is not. Set both, or neither."


def test_both_halves_or_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.client("WHO_ID", "WHO_SECRET") == {}
    monkeypatch.setenv("WHO_ID", "we")
    monkeypatch.setenv("WHO_SECRET", "hunter2")
    assert env.client("WHO_ID", "WHO_SECRET") == {"client_id": "we", "secret": "hunter2"}


@pytest.mark.parametrize("value", ["http://accounts.example.org", "accounts.example.org", "https://", "ftp://x.org"])
def test_a_service_that_gets_secrets_is_asked_over_https(given: Callable[[str], str], value: str) -> None:
    assert "it must be an https address" in refusal(lambda: env.service(given(value), "https://example.org"))


@pytest.mark.parametrize("value", ["https://www.example.org/oauth", "http://localhost:9000", "http://127.0.0.1:9"])
def test_a_service_may_have_a_path_or_be_on_this_machine(given: Callable[[str], str], value: str) -> None:
    assert env.service(given(value + "/"), "https://example.org") == value
