"""Searches that their owner gave a name, to be found again."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from recognition.models import SavedFilter
from recognition.uploads import UploadRejected

MOST = 50
LONGEST_QUERY = 1000


def of(owner: Any) -> QuerySet[SavedFilter]:
    """All of the owner's, by name."""
    return SavedFilter.objects.filter(owner=owner)


def save(owner: Any, name: str, wanted: dict[str, str]) -> SavedFilter:
    """Keep a search under a name; another one of that name is replaced. `wanted`: see HistoryForm.query.

    Raises UploadRejected for more than fifty. Two requests at once may pass together; that is one more in a list.
    """
    if of(owner).exclude(name=name).count() >= MOST:
        sentence = _("You have %(most)d saved searches, which is the most. Forget one, then save this.")
        raise UploadRejected("too_many_searches", sentence % {"most": MOST}, 400)
    query = QueryDict(mutable=True)
    query.update(wanted)
    saved, _created = SavedFilter.objects.update_or_create(
        owner=owner, name=name, defaults={"query": query.urlencode()[:LONGEST_QUERY]}
    )
    return saved


def forget(owner: Any, filter_id: int) -> bool:
    """Whether there was such a one of the owner's."""
    return bool(of(owner).filter(pk=filter_id).delete()[0])
