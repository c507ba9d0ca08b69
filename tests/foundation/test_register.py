"""The register of personal data: nothing that belongs to a person is forgotten when they leave."""

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.db import models, transaction

from accounts.models import User
from hdr_site.foundation import register
from recognition import submissions
from recognition.models import Recognition, Source
from tests.drawing import upload

GONE_WITH_THEIR_OWNER = {LogEntry}  # Django's own, removed by cascade


def owned_models() -> set[type[models.Model]]:
    """Every model with a foreign key to the user, or the user itself."""
    return {
        model
        for model in apps.get_models()
        if model is User
        or any(isinstance(field, models.ForeignKey) and field.related_model is User for field in model._meta.fields)
    }


def test_every_model_with_an_owner_is_in_the_register() -> None:
    answered_for = {model for module in register.modules() for model in module.MODELS}
    assert owned_models() - answered_for - GONE_WITH_THEIR_OWNER == set()


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_erasing_a_person_removes_their_rows_and_files_and_nobody_elses(alice: User, bob: User) -> None:
    hers = submissions.submit(alice, upload(), Source.PAGE).recognition
    his = submissions.submit(bob, upload(), Source.PAGE).recognition
    register.erase(alice)
    assert list(Recognition.objects.all()) == [his]
    assert not default_storage.exists(str(hers.image.name))
    assert default_storage.exists(str(his.image.name))


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_erasing_twice_is_no_error(alice: User) -> None:
    submissions.submit(alice, upload(), Source.PAGE)
    register.erase(alice)
    register.erase(alice)
    assert not Recognition.objects.exists()


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_files_stay_when_the_erasure_is_undone(alice: User) -> None:
    hers = submissions.submit(alice, upload(), Source.PAGE).recognition
    with transaction.atomic():
        register.erase(alice)
        transaction.set_rollback(True)
    assert Recognition.objects.get() == hers
    assert default_storage.exists(str(hers.image.name))
