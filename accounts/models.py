"""People and the keys they make for their programs."""

import hashlib
import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone


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


class ApiToken(models.Model):
    """A key for a program that acts for its owner. Only a hash is kept; the key itself is shown once."""

    PREFIX: ClassVar[str] = "hdr_"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="The key's first letters, to tell keys apart.")
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @classmethod
    def digest_of(cls, key: str) -> str:
        """SHA-256; a key has 256 random bits, so a slow hash would protect nothing more."""
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def new_key(cls) -> str:
        """A fresh key of 256 random bits."""
        return cls.PREFIX + secrets.token_urlsafe(32)
