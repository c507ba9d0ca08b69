"""What an owner has chosen about their pictures, in a few words."""

from typing import Any

from django import template
from django.utils.translation import gettext, ngettext

from recognition import keeping

register = template.Library()


@register.filter
def keeping_in_words(owner: Any) -> str:
    """How long pictures are kept, and whether staff may look."""
    chosen = keeping.of(owner)
    days = chosen.erase_pictures_after_days
    if days is None:
        kept = gettext("until you delete them")
    else:
        kept = ngettext("a day after reading", "%(days)d days after reading", days) % {"days": days}
    return gettext("%(kept)s; staff may look") % {"kept": kept} if chosen.staff_may_look else kept
