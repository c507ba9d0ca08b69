"""Member, reviewer, administrator: what each may do in the admin site, and how roles are given and taken."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission
from django.db.migrations import CreateModel, RunPython
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from accounts import roles, tokens
from accounts.models import User
from accounts.roles import Role
from hdr_site.foundation.models import AuditEntry
from recognition.models import OwnerChoices, Reading, Recognition
from tests import people
from tests.contracts.test_urls_and_roles import admin_addresses

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

DESK = "/admin/recognition/recognition/"
USERS = "/admin/accounts/user/"
FOR_REVIEWERS = {"/admin/", "/admin/password_change/", "/admin/password_change/done/", DESK, "/admin/autocomplete/"}
EVERYTHING = ("add", "change", "delete", "view")
Picture = Callable[..., Recognition]


@pytest.fixture(autouse=True)
def groups(db: None) -> None:
    """As the migration makes them; tests that empty all tables take them away."""
    roles.renew(apps)


@pytest.fixture
def reviewer(rita: User) -> Client:
    """Rita's browser; she is a reviewer."""
    roles.assign(None, rita, [Role.REVIEWER])
    return people.at_the_desk(User.objects.get(pk=rita.pk))


@pytest.fixture
def boss(db: None) -> User:
    """An administrator, who is not the one who runs the installation."""
    made = User.objects.create_user("boss@example.org", "long enough for now")
    roles.assign(None, made, [Role.ADMINISTRATOR])
    return made


@pytest.fixture
def bosss_browser(boss: User) -> Client:
    """The administrator's browser."""
    return people.at_the_desk(boss)


@pytest.fixture
def picture(alice: User) -> Picture:
    """Makes pictures of Alice's that were read; she allows staff to look at those the reader was unsure of."""
    OwnerChoices.objects.create(owner=alice, staff_may_look=True)

    def made(text: str = "742", confidence: float | None = 0.5, owner: User = alice) -> Recognition:
        number = Recognition.objects.count()
        row = Recognition.objects.create(
            owner=owner, source="page", name="sheet of Alice.png", image=f"none/{number}", content_type="image/png",
            width=10, height=10, stored_bytes=1, upload_digest="0", text=text, confidence=confidence,
        )  # fmt: skip
        reading = Reading.objects.create(recognition=row, attempt=1, model_version="m", text=text, milliseconds=1)
        Recognition.objects.filter(pk=row.pk).update(status="done", finished_at=row.created_at, reading=reading)
        row.refresh_from_db()
        return row

    return made


def shown(browser: Client, address: str = DESK) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(browser: Client, query: str = "") -> set[int]:
    """Which pictures the list at the desk has."""
    return set(map(int, re.findall(r"recognition/(\d+)/change/", shown(browser, DESK + query))))


# --- Groups -----------------------------------------------------------------------------------------------------------


def test_the_migration_makes_the_groups_with_their_permissions() -> None:
    Group.objects.all().delete()
    Permission.objects.filter(codename="review_recognition").delete()
    roles.renew(apps)
    assert set(Group.objects.values_list("name", flat=True)) == {"reviewer", "administrator"}
    reviewers = Group.objects.get(name="reviewer").permissions
    assert list(reviewers.values_list("codename", flat=True)) == ["review_recognition"]


def test_administrators_may_do_everything_at_the_desk(boss: User) -> None:
    granted = boss.get_all_permissions()
    for model in apps.get_models():
        if model._meta.model_name != "auditentry":
            wanted = [f"{model._meta.app_label}.{get_permission_codename(may, model._meta)}" for may in EVERYTHING]
            assert set(wanted) <= granted


def test_nobody_gets_the_right_to_change_the_audit_log(boss: User) -> None:
    assert boss.has_perm("foundation.view_auditentry")
    for what in ("add", "change", "delete"):
        assert not boss.has_perm(f"foundation.{what}_auditentry")


# --- Giving and taking ------------------------------------------------------------------------------------------------


def test_a_role_is_given_and_taken_in_the_form_of_the_user(bosss_browser: Client, boss: User, alice: User) -> None:
    form = {"email": alice.email, "name": "Alice", "is_active": "on"}
    bosss_browser.post(f"{USERS}{alice.pk}/change/", form | {"roles": ["reviewer"]})
    alice.refresh_from_db()
    assert (roles.of(alice), alice.is_staff) == ({Role.REVIEWER}, True)
    bosss_browser.post(f"{USERS}{alice.pk}/change/", form)
    alice.refresh_from_db()
    assert (roles.of(alice), alice.is_staff) == (set(), False)
    entries = AuditEntry.objects.filter(person_id=alice.pk, subject="reviewer").order_by("pk")
    assert [(entry.action, entry.actor_id) for entry in entries] == [
        ("role.given", boss.pk), ("role.taken", boss.pk),
    ]  # fmt: skip


def test_the_form_says_what_each_role_may_do(bosss_browser: Client, alice: User) -> None:
    form = shown(bosss_browser, f"{USERS}{alice.pk}/change/")
    assert "Reviewer: sees pictures that the reader was unsure of" in form
    assert "Administrator: sees and does everything here" in form


def test_other_groups_of_a_person_stay(alice: User) -> None:
    alice.groups.add(Group.objects.create(name="school of Ems"))
    roles.assign(None, alice, [Role.REVIEWER])
    roles.assign(None, alice, [])
    assert [group.name for group in alice.groups.all()] == ["school of Ems"]


@pytest.mark.parametrize("field", ["is_superuser", "is_staff", "groups", "user_permissions"])
def test_no_form_makes_anybody_more_than_a_role_does(field: str, bosss_browser: Client, boss: User) -> None:
    form = {"email": boss.email, "is_active": "on", "roles": ["administrator"], field: "1"}
    bosss_browser.post(f"{USERS}{boss.pk}/change/", form)
    boss.refresh_from_db()
    assert not boss.is_superuser
    assert not boss.user_permissions.exists()


def test_administrators_do_not_take_over_who_runs_the_installation(bosss_browser: Client, password: str) -> None:
    owner = User.objects.create_superuser("owner@example.org", password)
    people.with_an_app(owner)
    for tail in ("change/", "password/", "delete/"):
        assert bosss_browser.post(f"{USERS}{owner.pk}/{tail}", {"post": "yes"}).status_code in {403, 302}
    for action in ("delete_selected", "reset_factors"):
        bosss_browser.post(USERS, {"action": action, "_selected_action": [owner.pk], "post": "yes"})
    owner.refresh_from_db()
    assert owner.check_password(password)
    assert Authenticator.objects.filter(user=owner).exists()


def test_an_administrator_takes_lost_factors_away(bosss_browser: Client, boss: User, alice: User) -> None:
    people.with_an_app(alice)
    bosss_browser.post(USERS, {"action": "reset_factors", "_selected_action": [alice.pk]})
    assert not Authenticator.objects.filter(user=alice).exists()
    assert AuditEntry.objects.get(action="factor.reset", person_id=alice.pk).actor_id == boss.pk


# --- What is at the desk ----------------------------------------------------------------------------------------------


def test_the_desk_has_no_page_that_shows_secrets_of_factors_or_keys_of_sessions() -> None:
    assert {model._meta.app_label for model in admin.site._registry} <= {"accounts", "recognition", "foundation"}


@pytest.mark.parametrize("address", sorted(set(admin_addresses()) - FOR_REVIEWERS))
def test_reviewers_reach_nothing_but_the_queue(address: str, reviewer: Client, alice: User) -> None:
    tokens.create(alice, "scanner")
    answer = reviewer.get(address)
    assert answer.status_code in {302, 403, 404}
    assert "/change/" not in answer.get("Location", "")


def test_reviewers_see_what_the_reader_was_unsure_of(reviewer: Client, picture: Picture) -> None:
    unsure, nothing = picture(confidence=0.89), picture(text="", confidence=None)
    picture(confidence=0.9)
    assert listed(reviewer) == {unsure.pk, nothing.pk}


def test_reviewers_see_only_pictures_of_owners_who_allow_it(
    reviewer: Client, picture: Picture, alice: User, bob: User
) -> None:
    theirs = picture(owner=bob)
    mine = picture()
    assert listed(reviewer) == {mine.pk}
    OwnerChoices.objects.update(staff_may_look=False)
    assert listed(reviewer) == set()
    for row in (mine, theirs):
        for tail in ("change/", "picture/", "thumbnail/"):
            assert reviewer.get(f"{DESK}{row.pk}/{tail}").status_code in {302, 404}


def test_reviewers_do_not_learn_whose_a_picture_is(reviewer: Client, picture: Picture, alice: User) -> None:
    row = picture()
    for address in (DESK, f"{DESK}{row.pk}/change/"):
        page = shown(reviewer, address)
        assert "a•••@example.org" in page
        for secret in (alice.email, "Alice", "sheet of"):
            assert secret not in page


@pytest.mark.parametrize("query", ["?q=alice", "?q=sheet"])
def test_reviewers_do_not_search_by_owner_or_name(query: str, reviewer: Client, picture: Picture) -> None:
    picture()
    assert listed(reviewer, query) == set()


@pytest.mark.parametrize("lookup", ["owner", "owner__id__exact", "owner__email__startswith", "name__startswith"])
def test_reviewers_do_not_filter_by_owner_or_name(lookup: str, reviewer: Client, picture: Picture, alice: User) -> None:
    picture()
    assert reviewer.get(DESK, {lookup: str(alice.pk)}).status_code in {302, 400}


def test_reviewers_change_nothing(reviewer: Client, picture: Picture) -> None:
    row = picture()
    for tail in ("change/", "delete/", "history/"):
        assert reviewer.post(f"{DESK}{row.pk}/{tail}", {"post": "yes"}).status_code == 403
    for action in ("read_again", "delete_selected"):
        reviewer.post(DESK, {"action": action, "_selected_action": [row.pk], "post": "yes"})
    assert Recognition.objects.get().status == "done"


def test_reviewers_are_still_members_with_nothing_of_others(reviewer: Client, picture: Picture) -> None:
    row = picture()
    assert reviewer.get(f"/recognitions/{row.public_id}/").status_code == 404
    assert reviewer.get("/api/v1/recognitions/").json()["results"] == []


def test_every_table_is_made_before_the_last_migration_that_gives_permissions() -> None:
    graph = MigrationLoader(None).graph
    renewing, making = set(), set()
    for node, migration in graph.nodes.items():
        for operation in migration.operations if migration is not None else ():
            if isinstance(operation, RunPython) and operation.code is roles.renew:
                renewing.add(node)
            if isinstance(operation, CreateModel) and node[0] in {"accounts", "recognition", "foundation"}:
                making.add(node)
    covered = {earlier for node in renewing for earlier in graph.forwards_plan(node)}
    assert making <= covered, "one more migration of accounts with RunPython(roles.renew)"
