"""Recognitions and people in the admin site."""

import pytest
from allauth.account.utils import filter_users_by_email
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.test import Client

from accounts import leaving
from accounts.models import User
from hdr_site.foundation.jobs import Status
from recognition import processing, submissions
from recognition.models import Recognition, Source
from tests import people
from tests.drawing import encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

LIST = "/admin/recognition/recognition/"


@pytest.fixture
def picture(alice: User) -> Recognition:
    """A picture of Alice's that was read."""
    submissions.submit(alice, upload(encoded(page("742"))), Source.PAGE)
    processing.work_off()
    return Recognition.objects.get()


@pytest.fixture
def administrator() -> Client:
    """Somebody who may do everything."""
    return people.at_the_desk(User.objects.create_superuser("admin@example.org", "long enough for now"))


@pytest.fixture
def viewer(rita: User) -> Client:
    """Rita with permission to look, and no other."""
    rita.user_permissions.set([Permission.objects.get(codename="view_recognition")])
    return people.at_the_desk(rita)


def act(client: Client, action: str, picture: Recognition) -> None:
    client.post(LIST, {"action": action, "_selected_action": [picture.pk], "post": "yes"})


def test_staff_see_thumbnail_text_and_owner(viewer: Client, picture: Recognition) -> None:
    shown = viewer.get(LIST).content.decode()
    assert f"{LIST}{picture.pk}/thumbnail/" in shown
    assert picture.text in shown
    assert "alice@example.org" in shown


def test_staff_see_boxes_and_probabilities(viewer: Client, picture: Recognition) -> None:
    shown = viewer.get(f"{LIST}{picture.pk}/change/").content.decode()
    assert shown.count("<rect") >= len(picture.text)
    assert f"{LIST}{picture.pk}/picture/" in shown


@pytest.mark.parametrize("query", ["q=alice@example", "q=742", "status__exact=done", "sure=very", "sure=none"])
def test_search_and_filters_answer(viewer: Client, picture: Recognition, query: str) -> None:
    Recognition.objects.update(text="742", confidence=0.999)
    assert ("742" in viewer.get(f"{LIST}?{query}").content.decode()) == (query != "sure=none")


def test_staff_who_may_view_can_look_at_the_picture(viewer: Client, picture: Recognition) -> None:
    assert viewer.get(f"{LIST}{picture.pk}/picture/").status_code == 200


def test_staff_who_may_only_view_can_change_nothing(viewer: Client, picture: Recognition) -> None:
    act(viewer, "read_again", picture)
    act(viewer, "delete_selected", picture)
    assert viewer.post(f"{LIST}{picture.pk}/change/", {"text": "1"}).status_code == 403
    assert viewer.post(f"{LIST}{picture.pk}/delete/", {"post": "yes"}).status_code == 403
    after = Recognition.objects.get()
    assert (after.status, after.text) == (Status.DONE, picture.text)


def test_staff_without_any_permission_see_nothing(rita: User, picture: Recognition) -> None:
    rita.user_permissions.clear()
    client = people.at_the_desk(rita)
    for tail in ("", f"{picture.pk}/picture/", f"{picture.pk}/thumbnail/", f"{picture.pk}/change/"):
        assert client.get(LIST + tail).status_code == 403


def test_members_do_not_enter_the_admin_site(alice_client: Client, picture: Recognition) -> None:
    assert alice_client.get(f"{LIST}{picture.pk}/picture/").status_code == 302


def test_an_administrator_has_a_picture_read_again(administrator: Client, picture: Recognition) -> None:
    act(administrator, "read_again", picture)
    assert Recognition.objects.get().status == Status.QUEUED


def test_an_administrator_who_deletes_a_picture_deletes_its_file(administrator: Client, picture: Recognition) -> None:
    act(administrator, "delete_selected", picture)
    assert not Recognition.objects.exists()
    assert not default_storage.exists(str(picture.image.name))


def test_nobody_types_in_a_recognition(administrator: Client) -> None:
    assert administrator.get(f"{LIST}add/").status_code == 403


def test_deleting_a_user_deletes_their_pictures_files_and_tokens(
    administrator: Client, alice: User, picture: Recognition
) -> None:
    administrator.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"})
    leaving.work_off()
    assert not User.objects.filter(pk=alice.pk).exists()
    assert not Recognition.objects.exists()
    assert not default_storage.exists(str(picture.image.name))


@pytest.mark.parametrize("address", ["", "accounts/user/", "accounts/user/add/", "accounts/apitoken/"])
def test_every_admin_page_answers(administrator: Client, address: str) -> None:
    assert administrator.get(f"/admin/{address}").status_code == 200


def test_the_admin_site_is_entered_through_our_sign_in_with_its_limits() -> None:
    response = Client().get("/admin/login/?next=/admin/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_an_address_changed_by_staff_replaces_the_old_one_everywhere(administrator: Client, alice: User) -> None:
    form = {"email": "alice@new.example", "name": "Alice", "is_active": "on"}
    administrator.post(f"/admin/accounts/user/{alice.pk}/change/", form)
    assert list(filter_users_by_email("alice@example.org")) == []
    assert list(filter_users_by_email("alice@new.example")) == [alice]
