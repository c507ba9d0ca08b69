"""Why nothing was fetched: a code, and what belongs into its sentence. The words are found in `words`."""

from __future__ import annotations


class NotFetched(Exception):
    """`facts`: what the sentence of `code` names. Nothing of what a host answered, and no numeric address."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
