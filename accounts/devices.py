"""A browser in words, so that people recognise their own: "Firefox on Windows".

Only the family and the system, out of what the browser says of itself; no version and nothing else that would tell one
device from another. A table of a dozen words is enough for that: which words browsers put into the field is fixed by
now (the formats are in the Mozilla Developer Network's pages on the User-Agent header), and a library that knows
thousands of devices would tell us what we do not want to know.
"""

from django.utils.translation import gettext as _

# The first word that occurs decides, so those come first whose header also names the browsers they descend from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def in_words(user_agent: str) -> str:
    """The browser that sends such a `User-Agent`, as "Firefox on Windows"."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser that does not say what it is")


def _first(table: tuple[tuple[str, str], ...], header: str) -> str:
    return next((name for word, name in table if word in header), "")
