"""Reading the mails that were written to somebody."""

import re

from hdr_site.foundation.models import Mail


def newest(address: str) -> Mail:
    """The newest mail to an address."""
    return Mail.objects.filter(to=address).latest("pk")


def text(address: str) -> str:
    """The plain part of the newest mail."""
    return str(newest(address).content["body"])


def html(address: str) -> str:
    """The HTML part of the newest mail."""
    [(body, kind)] = newest(address).content["alternatives"]
    assert kind == "text/html"
    return str(body)


def link(address: str) -> str:
    """The path of the only link in the newest mail."""
    [found] = set(re.findall(r"https?://[^/\s]+(/\S+)", text(address)))
    return str(found)


def code(address: str) -> str:
    """The code in the newest mail."""
    found = re.search(r"^\d{4}-\d{4}$", text(address), re.MULTILINE)
    assert found is not None, text(address)
    return found[0]


def how_many(address: str) -> int:
    """How many mails were written to an address."""
    return Mail.objects.filter(to=address).count()
