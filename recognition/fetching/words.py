"""What people are told when an address is not fetched or called."""

from django.utils.translation import gettext_lazy as _

from recognition.fetching.refusals import NotFetched
from recognition.uploads import UploadRejected

SENTENCES = {
    "bad_address": _(
        "This is no web address that can be opened. Give one as https://example.org/marks.png, of 2,000 characters at "
        "most."
    ),
    "not_https": _("Calls are made over https only. Give an address that begins with https://."),
    "address_credentials": _(
        "This address holds a user name or a password. Download the file yourself, and send the file."
    ),
    "address_port": _("Only the usual ports of the web, 80 and 443, are asked. Download the file, and send the file."),
    "address_forbidden": _(
        "This address leads into a private network, into which we do not look. Download the file, and send the file."
    ),
    "host_unknown": _(
        "No host on the public internet is known as %(host)s. Check the address, or download the file and send it."
    ),
    "address_unreachable": _(
        "%(host)s does not answer, or broke off. Try again later, or download the file and send it."
    ),
    "address_too_slow": _("This address answers too slowly; we wait a minute in all. Download the file, and send it."),
    "address_certificate": _(
        "%(host)s cannot prove that it is what it says it is: its certificate is not valid. Download the file, and "
        "send it if you trust it."
    ),
    "fetching_failed": _("This address could not be opened. Download the file, and send it."),
    "too_many_redirects": _("This address leads on more than 5 times. Give the address of the file itself."),
    "address_refused": _(
        "%(host)s hands out no file there; it answers with status %(status)s. Give an address that opens without "
        "logging in."
    ),
    "address_encoded": _("%(host)s sends the file packed, which is not unpacked. Download the file, and send it."),
    "too_many_bytes": _("What lies at this address has more than %(most)s MB, which is the limit. Send it smaller."),
    "address_shows_page": _(
        "That address shows a page, not a picture. Open it, press the picture long or with the right button, copy the "
        "address of the picture, and give that."
    ),
    "drive_folder": _(
        "This link leads to a whole folder in Google Drive. Share its files one by one, or download the folder as a "
        "ZIP and send that."
    ),
    "drive_document": _(
        "This link leads to a Google document, which is no picture. Download it as a PDF, and send the PDF."
    ),
    "drive_private": _(
        "Google Drive hands this file out to nobody but those it is shared with. Share it with “Anyone with the link”, "
        "then send the link again."
    ),
}
STATUS_OF_CODE = {"too_many_bytes": 413}


def rejected(refusal: NotFetched) -> UploadRejected:
    """The same, in words."""
    sentence = str(SENTENCES[refusal.code]) % refusal.facts
    return UploadRejected(refusal.code, sentence, STATUS_OF_CODE.get(refusal.code, 400))
