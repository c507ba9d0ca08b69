"""What people are told when an address is not fetched or called."""

from recognition.fetching.refusals import NotFetched
from recognition.sentences import ADDRESSES
from recognition.uploads import UploadRejected

STATUS_OF_CODE = {"too_many_bytes": 413}


def rejected(refusal: NotFetched) -> UploadRejected:
    """The same, in words."""
    sentence = ADDRESSES[refusal.code] % refusal.facts
    return UploadRejected(refusal.code, sentence, STATUS_OF_CODE.get(refusal.code, 400))
