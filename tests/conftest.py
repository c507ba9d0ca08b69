"""The cast and its stage. Alice owns things, Bob is another user, Rita is staff, Ann is anonymous.

The engines start before Django reads its settings, which is why that stands at the top of the module.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import people, services

services.begin()

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User
    from hdr_site.launcher.trial import TrialProduct

PASSWORD = "correct horse battery staple"
ALLOWED_SKIPS = Path(__file__).with_name("allowed_skips.txt")
_skipped: set[str] = set()


def pytest_configure() -> None:
    """What only tests want of the settings: quick password hashes, static files without a collected manifest."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Processes beside this one read the settings when their own environment stands, not with ours at their start."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.fixture(scope="session", autouse=True)
def emptied_between_tests() -> None:
    """Tests that commit have their tables emptied afterwards, which the audit log's trigger would refuse."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    empty = DatabaseOperations.sql_flush
    switch = "ALTER TABLE foundation_auditentry {} TRIGGER foundation_audit_is_not_emptied"

    def sql_flush(self: DatabaseOperations, *args: Any, **options: Any) -> list[str]:
        return [switch.format("DISABLE"), *empty(self, *args, **options), switch.format("ENABLE")]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign, assignment]


# --- The cast ---------------------------------------------------------------------------------------------------------


def _person(name: str, *, staff: bool = False) -> "User":
    from allauth.account.models import EmailAddress

    from accounts.models import User

    address = f"{name.lower()}@example.org"
    person = User.objects.create_user(address, PASSWORD, name=name, is_staff=staff)
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    return person


@pytest.fixture
def password() -> str:
    """Everybody's password."""
    return PASSWORD


@pytest.fixture
def alice(db: None) -> "User":
    """A member with a confirmed address."""
    return _person("Alice")


@pytest.fixture
def bob(db: None) -> "User":
    """Another member."""
    return _person("Bob")


@pytest.fixture
def rita(db: None) -> "User":
    """Staff, with no rights but that of entering the admin site."""
    return _person("Rita", staff=True)


@pytest.fixture
def alice_client(alice: "User") -> "Client":
    """Alice's browser, signed in."""
    return people.signed_in(alice)


@pytest.fixture
def bob_client(bob: "User") -> "Client":
    """Bob's browser, signed in."""
    return people.signed_in(bob)


@pytest.fixture
def rita_client(rita: "User") -> "Client":
    """Rita's browser, signed in with her second factor, as staff have to."""
    return people.at_the_desk(rita)


@pytest.fixture
def rita_without_a_factor(rita: "User") -> "Client":
    """Rita's browser on her first day: signed in, and no second factor set up."""
    return people.signed_in(rita)


@pytest.fixture
def alices_program(alice: "User") -> "Client":
    """A program with a token of Alice's and no session."""
    return people.program_of(alice)


@pytest.fixture
def ann_client() -> "Client":
    """The browser of somebody who is not signed in."""
    from django.test import Client

    return Client()


# --- The whole product ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def product() -> "Iterator[TrialProduct]":
    """The running product, shared by the tests that do it no harm."""
    from hdr_site.launcher import trial

    with trial.product({"STATIC_ROOT": os.environ["STATIC_ROOT"]}) as running:
        yield running


@pytest.fixture
def own_product() -> "Iterator[TrialProduct]":
    """A product for this test alone, which may kill parts of it."""
    from hdr_site.launcher import trial

    with trial.product({"STATIC_ROOT": os.environ["STATIC_ROOT"]}) as running:
        yield running


# --- Nothing is left out unnoticed ------------------------------------------------------------------------------------


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what was skipped."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.add(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note modules that were skipped as a whole."""
    if report.skipped:
        _skipped.add(report.nodeid)


def unexpected_skips(skipped: set[str], allowed: str) -> list[str]:
    """Those of the skipped tests that the list (one name a line, `#` begins a remark) does not allow."""
    names = {line.partition("#")[0].strip() for line in allowed.splitlines()}
    return sorted(skipped - names)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """On the build machine, a skip that is not on the list is a failure."""
    if os.environ.get("CI") != "true" or "PYTEST_XDIST_WORKER" in os.environ:
        return
    unexpected = unexpected_skips(_skipped, ALLOWED_SKIPS.read_text())
    if unexpected and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    for name in unexpected:
        session.config.get_terminal_writer().line(f"\nSkipped, but not in {ALLOWED_SKIPS.name}: {name}", red=True)
