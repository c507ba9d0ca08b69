"""Migrations before the start: only when the program or the database has changed."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg2
import pytest

from hdr_site.launcher import preparing, trial
from hdr_site.launcher.folders import DataFolder
from hdr_site.launcher.product import environment

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@dataclass
class Checkout:
    """A data folder with a database."""

    data: DataFolder
    variables: dict[str, str]

    def bring_up_to_date(self) -> bool:
        """Whether there was anything to do."""
        said: list[str] = []
        preparing.bring_up_to_date(self.data, self.variables, said.append)
        return bool(said)

    def execute(self, sql: str) -> None:
        """A statement in the database."""
        with psycopg2.connect(self.variables["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    """One whose database is up to date."""
    with trial.temporary_folder() as folder, trial.private_engines(folder) as engines:
        data = DataFolder(folder)
        addresses = {"DATABASE_URL": engines.postgres.url, "REDIS_URL": engines.redis.url}
        checkout = Checkout(data, environment(data, {}, addresses))
        assert checkout.bring_up_to_date()
        yield checkout


def test_a_second_start_has_nothing_to_migrate(checkout: Checkout) -> None:
    assert not checkout.bring_up_to_date()


def test_a_database_that_was_replaced_is_migrated(checkout: Checkout) -> None:
    checkout.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    assert checkout.bring_up_to_date()
    checkout.execute("SELECT 1 FROM accounts_user")


def test_a_changed_program_migrates(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(preparing, "_requirements", lambda: "another package")
        assert checkout.bring_up_to_date()
    assert checkout.bring_up_to_date()
