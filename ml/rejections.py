"""Why a picture is not taken: a code for programs and a sentence for people."""

from __future__ import annotations


class PictureRejected(Exception):
    """`code`: empty_file, too_many_bytes, too_many_pixels, too_small, not_a_picture, unsupported_format or
    truncated_picture; `sentence` says what is wrong, the limit and the remedy."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


def megapixels(pixels: int) -> str:
    """A pixel count as people say it."""
    return f"{pixels / 1e6:g}"
