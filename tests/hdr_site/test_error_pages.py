"""Errors: a page for people, one JSON shape for programs."""

import json

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from hdr_site import error_pages
from hdr_site.outage import DatabaseOutageMiddleware

OUTAGES = [OperationalError("server closed the connection"), InterfaceError("connection already closed")]


def a_request(path: str) -> HttpRequest:
    return RequestFactory().get(path)


def test_an_unknown_page_is_a_404_page(ann_client: Client, db: None) -> None:
    answer = ann_client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_an_unknown_address_of_the_api_is_a_404_in_json(ann_client: Client, db: None) -> None:
    answer = ann_client.get("/api/v1/nowhere/")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_a_404_page_shows_who_is_signed_in(alice_client: Client, alice: User) -> None:
    assert alice.email in alice_client.get("/nowhere/").content.decode()


def test_a_form_without_its_token_is_a_403_page_with_the_remedy(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()


def test_an_unknown_host_is_a_400_page(ann_client: Client) -> None:
    answer = ann_client.get("/", headers={"host": "evil.example.com"})
    assert answer.status_code == 400
    assert "cannot be understood" in answer.content.decode()


@pytest.mark.parametrize("fault", OUTAGES)
def test_a_view_that_loses_the_database_answers_503(fault: Exception) -> None:
    middleware = DatabaseOutageMiddleware(lambda request: pytest.fail("not asked"))
    answer = middleware.process_exception(a_request("/recognitions/"), fault)
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_other_faults_are_left_to_others() -> None:
    middleware = DatabaseOutageMiddleware(lambda request: pytest.fail("not asked"))
    assert middleware.process_exception(a_request("/"), ValueError("no outage")) is None


@pytest.mark.parametrize("fault", OUTAGES)
def test_an_outage_that_other_middleware_meets_is_a_503_too(fault: Exception) -> None:
    try:
        raise fault
    except (OperationalError, InterfaceError):
        answer = error_pages.server_error(a_request("/api/v1/recognitions/"))
    assert answer.status_code == 503
    assert json.loads(answer.content)["error"]["code"] == "database_unavailable"


def test_a_fault_of_ours_is_a_500_without_a_word_of_its_cause() -> None:
    try:
        raise ValueError("the secret plan")
    except ValueError:
        answer = error_pages.server_error(a_request("/"))
    assert answer.status_code == 500
    assert "secret plan" not in answer.content.decode()


def test_the_page_of_an_outage_asks_no_database(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        error_pages.outage("/recognitions/")


def test_a_page_whose_template_is_broken_still_says_what_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> str:
        raise RuntimeError("torn template")

    monkeypatch.setattr(error_pages, "render_to_string", broken)
    answer = error_pages.error_response("/", 500, "server_error", "Something <b>broke</b>.")
    assert answer.status_code == 500
    assert "Something &lt;b&gt;broke&lt;/b&gt;." in answer.content.decode()
