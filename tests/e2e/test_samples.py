"""A sample that is tried while the worker dies is answered all the same."""

import re

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house
from tests.e2e.http import Browser


def test_a_sample_outlives_the_worker(impatient: TrialProduct) -> None:
    ann = Browser(impatient.url)
    ann.get("/")
    with house.frozen(house.readers(impatient)):
        leads_to = ann.send_form("/samples/cheque/").headers["Location"]
        found = re.search("sample=([0-9a-f-]{36})#", leads_to)
        assert found
        assert ann.get(f"/samples/{found[1]}/answer/").status == 204
        impatient.kill_worker()
    assert wait_for(lambda: ann.get(f"/samples/{found[1]}/answer/").status == 200, 120)
    assert '<span class="number-text">1250.75</span>' in ann.get(f"/samples/{found[1]}/answer/").text
    assert Browser(impatient.url).get(f"/samples/{found[1]}/answer/").status == 404
