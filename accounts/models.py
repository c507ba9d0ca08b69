"""People, the keys they make for their programs, the archives they ask for, and their leaving."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from hdr_site.foundation.jobs import Job, Status
from hdr_site.foundation.scopes import Scope


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail is the name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A member. The address is kept as given, and compared without case."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail, without case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account."""

    email = models.EmailField("e-mail address", max_length=254)
    name = models.CharField(max_length=100, blank=True)
    language = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text="Empty: as the browser asks for."
    )
    numerals = models.CharField(
        max_length=4,
        blank=True,
        default="",
        db_default="",
        help_text="Digits; empty: the language's.",
    )
    time_zone = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="Empty: that of the browser."
    )
    is_staff = models.BooleanField("may enter the admin site", default=False)
    is_active = models.BooleanField("may sign in", default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_unique_without_case")]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """The name as the person gave it, else the address."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """As `get_full_name`; we do not guess which part is which."""
        return self.get_full_name()


def every_scope() -> list[str]:
    """All of them, as tokens had that were made before there were scopes."""
    return list(Scope.values)


class ApiToken(models.Model):
    """A key for a program that acts for its owner. Only a hash is kept; the key itself is shown once."""

    PREFIX: ClassVar[str] = "hdr_"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="The key's first letters, to tell keys apart.")
    scopes = ArrayField(
        models.CharField(max_length=8, choices=Scope.choices), default=every_scope, db_default=every_scope()
    )
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: never.")
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & ~Q(scopes__len=0), name="apitoken_scopes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @classmethod
    def digest_of(cls, key: str) -> str:
        """SHA-256; a key has 256 random bits, so a slow hash would protect nothing more."""
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def new_key(cls) -> str:
        """A fresh key of 256 random bits."""
        return cls.PREFIX + secrets.token_urlsafe(32)


class Archive(Job):
    """Everything that is kept of a person as one file, made when they ask; its link works once, for a day."""

    queue: ClassVar[str] = "upkeep"
    bell: ClassVar[str] = "accounts.tasks.archive"
    lane_field: ClassVar[str | None] = "owner"
    LINK_LIVES: ClassVar[timedelta] = timedelta(days=1)

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="archives")
    digest = models.CharField(max_length=64, null=True, unique=True, help_text="SHA-256 of the key in its link.")  # noqa: DJ001 - NULLs are never equal
    file = models.CharField(max_length=120, blank=True, default="", help_text="A random name of ours in the store.")
    stored_bytes = models.BigIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta(Job.Meta):
        pass

    def __str__(self) -> str:
        return f"archive of {self.created_at:%Y-%m-%d}"

    @property
    def ready_until(self) -> datetime | None:
        """When its link ends; None while there is none."""
        return self.finished_at + self.LINK_LIVES if self.finished_at and self.status == Status.DONE else None

    @property
    def is_ready(self) -> bool:
        """Whether it can be downloaded now."""
        return bool(self.file) and self.fetched_at is None and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the day of its link has passed."""
        return self.ready_until is not None and self.ready_until <= timezone.now()

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to come."""
        return self.status in {Status.QUEUED, Status.RUNNING}

    @staticmethod
    def digest_of(key: str) -> str:
        """SHA-256; a key has 256 random bits."""
        return hashlib.sha256(key.encode()).hexdigest()


class Leaving(Job):
    """Somebody asked for their account to be deleted: due after the days in which signing in cancels it."""

    queue: ClassVar[str] = "upkeep"
    bell: ClassVar[str] = "accounts.tasks.erase"

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="leaving")
    pictures = models.BigIntegerField(
        null=True, blank=True, help_text="How many there were when the erasure began, to be counted once."
    )

    class Meta(Job.Meta):
        verbose_name_plural = "leavings"

    def __str__(self) -> str:
        return f"leaves on {self.due_at:%Y-%m-%d}"


class Departures(models.Model):
    """How many accounts were erased in a month, and how many pictures with them: all that stays of them."""

    month = models.DateField(primary_key=True, help_text="Its first day.")
    accounts = models.IntegerField(default=0)
    pictures = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "departures"

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.accounts}"
