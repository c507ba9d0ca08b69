"""Moments are written in one way, or some would ignore the time zone that people have chosen."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BY_HAND = re.compile(r'data-local\b|<time\b|\|time:|\|date:"(?!j F Y")')
"""A day without an hour may be written by hand: nobody's device would make more of it."""


@pytest.mark.parametrize("template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_pages_leave_moments_to_the_tag(template: Path) -> None:
    if "email" in template.parts or "mail" in template.parts:
        return  # mails know no reader's browser
    assert not BY_HAND.search(template.read_text()), "write {% moment … %}: see hdr_site/foundation/templatetags"
