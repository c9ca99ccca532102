"""The reference decoding on maps small enough to follow by hand: python -m unittest (in this folder)."""

from __future__ import annotations

import unittest

import numpy as np

from masks import decode_rle, fill_polygon, normalised_distance
from nuclei_data import dsb_split
from postprocess import Settings, decode

ANY_AREA = Settings(0.5, 0.6, 1)


def maps_of(distance: list[list[float]], probability: float = 0.9) -> np.ndarray:
    """Foreground wherever the distance is above 0."""
    d = np.array(distance, np.float32)
    return np.stack([np.where(d > 0, np.float32(probability), np.float32(0)), d])


class Decode(unittest.TestCase):
    def test_two_summits_share_one_valley(self) -> None:
        labels, scores = decode(maps_of([[0.2, 0.9, 0.3, 0.2, 0.8, 0.1]]), ANY_AREA)
        # The valley (0.2) is reached from 0.3 on the left and from 0.8 on the right; 0.8 is taken out first.
        self.assertEqual(labels.tolist(), [[1, 1, 1, 2, 2, 2]])
        np.testing.assert_allclose(scores, [0.9, 0.9], rtol=1e-6)

    def test_among_equals_the_first_in_the_queue_goes_first(self) -> None:
        labels, _ = decode(maps_of([[0.7, 0.3, 0.3, 0.3, 0.7]]), ANY_AREA)
        self.assertEqual(labels.tolist(), [[1, 1, 1, 2, 2]])

    def test_markers_join_across_corners_but_floods_do_not(self) -> None:
        labels, _ = decode(maps_of([[0.9, 0.0], [0.0, 0.9]]), ANY_AREA)
        self.assertEqual(labels.tolist(), [[1, 0], [0, 1]])
        labels, _ = decode(maps_of([[0.9, 0.0], [0.0, 0.3]]), ANY_AREA)
        self.assertEqual(labels.tolist(), [[1, 0], [0, 2]])

    def test_foreground_without_a_summit_is_an_object_and_comes_last(self) -> None:
        labels, _ = decode(maps_of([[0.3, 0.3, 0.0, 0.9]]), ANY_AREA)
        self.assertEqual(labels.tolist(), [[2, 2, 0, 1]])

    def test_holes_are_filled_and_dust_is_dropped(self) -> None:
        ring = [[0.7, 0.7, 0.7, 0.0, 0.0], [0.7, 0.0, 0.7, 0.0, 0.7], [0.7, 0.7, 0.7, 0.0, 0.0]]
        labels, scores = decode(maps_of(ring), Settings(0.5, 0.6, 9))
        self.assertEqual(labels.tolist(), [[1, 1, 1, 0, 0]] * 3)
        np.testing.assert_allclose(scores, [0.9 * 8 / 9], rtol=1e-6)

    def test_nothing_gives_nothing(self) -> None:
        labels, scores = decode(np.zeros((2, 4, 5), np.float32))
        self.assertEqual((labels.max(), len(scores)), (0, 0))


class Masks(unittest.TestCase):
    def test_run_lengths_go_down_columns(self) -> None:
        self.assertEqual(decode_rle([1, 2, 3], 2, 3).astype(int).tolist(), [[0, 1, 0], [1, 0, 0]])

    def test_polygon_holds_the_pixels_whose_centre_it_holds(self) -> None:
        square = fill_polygon([1, 1, 3, 1, 3, 4, 1, 4], 5, 5)
        self.assertEqual((int(square.sum()), bool(square[1:4, 1:3].all())), (6, True))
        self.assertEqual(int(fill_polygon([0.6, 0.6, 2.4, 0.6, 2.4, 2.4, 0.6, 2.4], 3, 3).sum()), 1)
        self.assertEqual(int(fill_polygon([-9, -9, 9, -9, 9, 9, -9, 9], 3, 4).sum()), 12)

    def test_distance_is_half_a_pixel_at_the_rim_and_the_border_is_no_rim(self) -> None:
        labels = np.zeros((5, 7), np.int32)
        labels[1:4, 2:5] = 1
        np.testing.assert_allclose(normalised_distance(labels)[2], [0, 0, 1 / 3, 1, 1 / 3, 0, 0], rtol=1e-6)
        labels = np.zeros((3, 4), np.int32)
        labels[:, :2] = 1
        np.testing.assert_allclose(normalised_distance(labels)[1], [1, 1 / 3, 0, 0], rtol=1e-6)


class Split(unittest.TestCase):
    def test_a_group_is_never_divided_even_where_it_holds_two_kinds(self) -> None:
        images = [{"file_name": f"{i}", "group": f"g{i // 3}", "modality": "ab"[i % 7 == 0]} for i in range(60)]
        split = dsb_split({"images": images})
        sides = [{f"g{int(name) // 3}" for name in split[part]} for part in ("train", "validation")]
        self.assertEqual(sides[0] & sides[1], set())
        self.assertEqual(len(split["train"]) + len(split["validation"]), 60)


if __name__ == "__main__":
    unittest.main()
