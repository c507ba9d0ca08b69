"""The pages that say why, without a browser."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recognition import explaining, processing, quotas, submissions
from recognition.models import Digit, Explanation, Reading, Recognition, Source
from recognition.templatetags import handwriting
from tests.browser.handwriting import sheet
from tests.drawing import encoded, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def why(alice: User) -> str:
    """The page about the second digit of a picture of Alice's, a 6."""
    submissions.submit(alice, upload(encoded(sheet("46"))), Source.PAGE)
    processing.work_off()
    return f"/recognitions/{Recognition.objects.get().public_id}/digits/1/why/"


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_answer_asks_why_with_a_form(alice_client: Client, why: str) -> None:
    page = shown(alice_client, why.partition("digits/")[0])
    assert f'formaction="{why}"' in page
    assert "Why 6?" in page


def test_looking_alone_has_nothing_made(alice_client: Client, why: str) -> None:
    assert "Explain this digit" in shown(alice_client, why)
    assert not Explanation.objects.exists()


def test_asking_leads_to_a_page_that_waits_and_then_shows_it(alice_client: Client, why: str) -> None:
    assert alice_client.post(why)["Location"] == why
    waiting = shown(alice_client, why)
    assert f'data-waiting="{why}answer/"' in waiting
    assert 'http-equiv="refresh"' in waiting  # for browsers without JavaScript
    explaining.work_off()
    page = shown(alice_client, why)
    assert "data-waiting" not in page
    assert "the chance of a 6 falls from" in page
    assert "one closed loop" in page


def test_the_page_polls_204_until_it_is_made(alice_client: Client, why: str) -> None:
    alice_client.post(why)
    assert alice_client.get(f"{why}answer/").status_code == 204
    explaining.work_off()
    fragment = shown(alice_client, f"{why}answer/")
    assert "<html" not in fragment
    assert "data-outcome" in fragment


def test_a_poll_costs_three_queries(
    alice_client: Client, why: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice_client.post(why)
    with django_assert_num_queries(3):  # session, user, digit with its explanation
        alice_client.get(f"{why}answer/")


def test_one_that_failed_says_why_and_offers_to_try_again(alice_client: Client, why: str) -> None:
    Reading.objects.update(model_version="latin-0")
    alice_client.post(why)
    explaining.work_off()
    page = shown(alice_client, why)
    assert "model_changed" in page
    assert "Try again" in page


def test_too_many_that_wait_are_told_on_the_page(
    alice_client: Client, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MOST_WAITING_EXPLANATIONS", 0)
    assert "still to be made" in alice_client.post(why, follow=True).content.decode()


def test_a_script_gets_it_for_the_page_of_the_whole_answer(alice_client: Client, why: str) -> None:
    assert alice_client.post(why, headers={"X-Inline": "1"}).status_code == 204
    explaining.work_off()
    part = alice_client.get(f"{why}answer/", headers={"X-Inline": "1"}).content.decode()
    assert "the chance of a 6 falls from" in part
    assert "What else it could be" not in part  # stands in the page already
    assert "<h2" not in part


def test_a_script_is_told_why_it_gets_none(alice_client: Client, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MOST_WAITING_EXPLANATIONS", 0)
    refused = alice_client.post(why, headers={"X-Inline": "1"})
    assert (refused.status_code, refused["Content-Type"]) == (429, "text/plain")
    assert "still to be made" in refused.content.decode()


def test_the_table_tells_the_map_to_those_who_see_no_colours(alice_client: Client, why: str) -> None:
    alice_client.post(why)
    explaining.work_off()
    findings = Explanation.objects.get().findings
    assert findings is not None
    most = handwriting.points(findings["stroke"]["fall"])
    assert f">{most}</td>" in shown(alice_client, why)


def test_a_digit_that_its_format_overruled_says_what_was_read_alone(alice_client: Client, why: str) -> None:
    Digit.objects.filter(position=1).update(value=0)
    alice_client.post(why)
    explaining.work_off()
    assert "Seen alone, this would be read as 6" in shown(alice_client, why)


@pytest.mark.parametrize(
    ("degrees", "words"),
    [
        (12.4, "leans 12° to the right"),
        (-8.0, "leans 8° to the left"),
        (4.9, "stands upright"),
        (-4.9, "stands upright"),
    ],
)
def test_slant_in_words(degrees: float, words: str) -> None:
    assert handwriting.slant(degrees) == words


@pytest.mark.parametrize(
    ("width", "words"), [(0.05, "thin strokes"), (0.1, "strokes of medium width"), (0.2, "thick strokes")]
)
def test_stroke_width_in_words(width: float, words: str) -> None:
    assert handwriting.strokes(width) == words


@pytest.mark.parametrize(("count", "words"), [(0, "no closed loop"), (1, "one closed loop"), (2, "2 closed loops")])
def test_loops_in_words(count: int, words: str) -> None:
    assert handwriting.loops(count) == words


@pytest.mark.parametrize(("fall", "words"), [(0.412, "−41"), (-0.05, "+5"), (0.001, "0"), (-0.001, "0")])
def test_a_fall_in_points(fall: float, words: str) -> None:
    assert handwriting.points(fall) == words


@pytest.mark.parametrize(("fall", "step"), [(0.8, "4"), (0.41, "2"), (0.0, "0"), (-0.3, "0"), (None, "0")])
def test_the_largest_fall_has_the_deepest_shade(fall: float | None, step: str) -> None:
    assert handwriting.shade(fall, [[0.8, 0.41, None], [0.0, -0.3, None]]) == step


def test_falls_that_are_next_to_nothing_stay_pale() -> None:
    assert handwriting.shade(0.002, [[0.002, None]]) == "0"
