"""The one error of the launcher: a sentence for the person at the console."""


class LauncherError(Exception):
    """Something the person at the console has to know or do; printed as a sentence, without a traceback."""
