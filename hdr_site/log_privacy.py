"""Logs hold no secrets: links that let somebody in are shortened before a line is written."""

import logging
import re

SECRET_LINK = re.compile(r"(/accounts/(?:confirm-email|password/reset/key|data/archive))/[^/\s]+")


class HideSecretLinks(logging.Filter):
    """Cuts the key out of confirmation and reset links, wherever in a message they stand."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Logging's hook; never drops a record."""
        message = record.getMessage()
        if SECRET_LINK.search(message):
            record.msg, record.args = SECRET_LINK.sub(r"\1/…", message), None
        return True
