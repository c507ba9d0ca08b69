"""Memory that goes back to the system when a large picture is done with."""

import ctypes
import sys
from contextlib import suppress

M_MMAP_THRESHOLD = -3  # malloc.h of the GNU C library
LARGE_BYTES = 1_000_000


def return_large_blocks() -> None:
    """Make malloc map every block of a megabyte or more by itself, so that freeing it gives it back at once.

    By default the GNU C library raises that threshold up to 32 MB as blocks are freed, and then keeps the 16 MB blocks
    of decoded pictures in the heap of each thread: four photographs of 40 megapixels left 330 MB behind, which is none
    now. Other C libraries have no such switch and need none.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
