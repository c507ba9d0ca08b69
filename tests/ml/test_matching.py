"""Found digits against those that are there, on boxes whose answer can be seen by eye."""

import pytest

from ml.scoring.matching import match, rates, tally, total, touching

LEFT, RIGHT = (0, 0, 10, 20), (12, 0, 10, 20)


def test_boxes_that_share_half_of_their_union_are_the_same_digit() -> None:
    half = (0, 0, 10, 10)
    assert match([LEFT], [half]).pairs == [(0, 0)]
    assert match([LEFT], [(0, 0, 10, 9)]).pairs == []


def test_each_digit_is_paired_once_with_the_best() -> None:
    matched = match([LEFT, RIGHT], [(11, 0, 10, 20), (12, 0, 10, 20), (0, 0, 10, 20)])
    assert matched.pairs == [(0, 2), (1, 1)]
    assert matched.split == [1]


def test_one_box_over_two_digits_merges_them_and_invents_nothing() -> None:
    matched = match([LEFT, RIGHT], [(0, 0, 22, 20)])
    assert (matched.pairs, matched.merged, matched.missed, matched.invented) == ([], [0, 1], [], [])


def test_two_bits_on_one_digit_split_it_and_invent_nothing() -> None:
    matched = match([(0, 0, 20, 20)], [(0, 0, 9, 20), (11, 0, 9, 20)])
    assert (matched.pairs, matched.split, matched.missed, matched.invented) == ([], [0], [], [])


def test_what_is_nowhere_is_missed_and_what_is_elsewhere_invented() -> None:
    matched = match([LEFT], [(100, 100, 10, 20)])
    assert (matched.missed, matched.invented) == ([0], [0])


def test_in_a_cell_the_centre_decides_and_not_the_size() -> None:
    cell, small = (0, 0, 100, 100), (60, 60, 10, 20)
    assert match([cell], [small], "cell").pairs == [(0, 0)]
    assert match([cell], [small]).pairs == []
    assert match([cell], [(96, 60, 10, 20)], "cell").pairs == []


def test_no_boxes_on_either_side_are_no_pairs() -> None:
    assert match([], []).pairs == []
    assert match([], [LEFT]).invented == [0]
    assert match([LEFT], []).missed == [0]


def test_a_wrong_value_is_found_but_not_right() -> None:
    counts = tally([3, 5], [3, 6], match([LEFT, RIGHT], [LEFT, RIGHT]))
    assert (counts["right"], counts["wrong_value"], counts["there"], counts["found"]) == (1, 1, 2, 2)


def test_rates_are_of_digits_with_the_right_value() -> None:
    counts = tally([3, 5], [3], match([LEFT, RIGHT], [LEFT]))
    assert rates(counts) == {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3)}
    assert rates(tally([], [], match([], []))) == {"precision": None, "recall": None, "f1": None}


def test_pictures_are_added_before_they_are_divided() -> None:
    one, other = tally([3], [3], match([LEFT], [LEFT])), tally([5], [], match([LEFT], []))
    assert (total([one, other])["recall"], total([one, other])["missed"]) == (0.5, 1)


def test_boxes_touch_side_by_side_and_not_one_below_the_other() -> None:
    assert touching([LEFT, (10, 0, 10, 20), (40, 0, 10, 20)]) == [True, True, False]
    assert touching([LEFT, (0, 18, 10, 20)]) == [False, False]
