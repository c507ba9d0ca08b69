"""What a program may be allowed to do in its owner's name."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    """One thing that a token allows. A browser in which somebody has signed in may do all of them."""

    READ = "read", _("look at pictures and answers")
    WRITE = "write", _("send pictures and have them read again")
    DELETE = "delete", _("delete pictures")
