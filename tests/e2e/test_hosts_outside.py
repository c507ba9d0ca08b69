"""A web address and a call, in the running product: asked by the courier's child process, which finds no such host."""

from typing import Any

from hdr_site.launcher.processes import wait_for
from tests.e2e import pictures
from tests.e2e.house import Person
from tests.e2e.http import Fields

NOWHERE = "https://digits.invalid/marks.png"  # a name that never exists (RFC 2606)
PATIENCE_SECONDS = 180.0
"""Where resolvers do not answer at all, the child's own minute has to go by."""
NO_SUCH_HOST = {"host_unknown", "address_too_slow"}


def test_an_address_is_asked_and_a_call_made_by_the_courier(alice: Person) -> None:
    fields: Fields = {"image": ("1.png", pictures.small("3")), "address": NOWHERE, "notify": NOWHERE}
    sent = alice.api.ask("POST", "/api/v1/batches/", fields)
    assert sent.status == 202, sent.text

    def batch() -> Any:
        return alice.api.get(f"/api/v1/batches/{sent.json['id']}/").json

    assert wait_for(lambda: batch()["notice"]["error"] is not None, PATIENCE_SECONDS, every=0.5), batch()
    seen = batch()
    assert (seen["finished"], seen["read"], seen["notice"]["error"]["code"]) == (True, 1, "notice_unanswered")
    [address] = seen["intakes"]
    assert (address["status"], address["error"]["code"] in NO_SUCH_HOST) == ("failed", True)
