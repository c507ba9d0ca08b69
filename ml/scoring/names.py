"""What the sets are called in tables and figures."""

from __future__ import annotations

from typing import Final

SETS: Final = {
    "mnist_test": "MNIST test",
    "mnist_test_without_doubtful": "MNIST test without 15 doubtful labels",
    "usps_held_out": "USPS, last tenth of each digit",
    "ardis_held_out": "ARDIS, last tenth of each digit",
    "hwd1000_held_out": "hwd-1000, last tenth of each digit",
    "printed_digits": "printed digits in faces held out",
}
OTHERS: Final = {
    "held_out_letters": "letters of two alphabets held out",
    "printed_letters": "printed letters in faces held out",
    "scribbles": "scribbles",
    "drawn_negatives": "drawn letters, marks, touching and cut digits",
    "empty_crops": "bits of empty paper",
    "lookalike_letters": "letters that look like digits",
    "lookalike_printed": "printed look-alikes (O, l, S, B …)",
}
PICTURES: Final = {
    "photos_singles": "photographs of single digits",
    "photos_strings": "photographs of numbers",
    "photos_pages": "photographs of pages",
    "orand_car_held_out": "amounts on cheques, ORAND-CAR-A",
    "drawn_pages": "drawn pages",
    "cluttered_pages": "drawn photographs of cluttered pages",
}
BLANKS: Final = {
    "empty": "empty paper: plain, ruled, squared, cells, patterns, stains",
    "scribbled": "scribbles",
    "printed": "printed words in faces held out",
    "handwritten": "scribbles, marks and words in letters held out",
}
