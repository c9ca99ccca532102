"""Instance masks: COCO run lengths and polygons to label pictures, and the normalised distance of each pixel."""

from __future__ import annotations

import numpy as np
from scipy import ndimage


def decode_rle(counts: list[int], height: int, width: int) -> np.ndarray:
    """Uncompressed COCO run lengths (down columns, first run background) to bool [h,w]."""
    ends = np.cumsum(counts)
    flat = np.zeros(height * width, bool)
    for start, end in zip(ends[0::2], ends[1::2]):
        flat[start:end] = True
    return flat.reshape(width, height).T


def fill_polygon(polygon: list[float], height: int, width: int) -> np.ndarray:
    """Bool [h,w]: pixels whose centre lies in a flat polygon x0 y0 x1 y1 ... (pixel edges are whole numbers; even-odd)."""
    here = np.asarray(polygon, np.float64).reshape(-1, 2)
    there = np.roll(here, -1, axis=0)
    top, bottom = max(int(here[:, 1].min()), 0), min(int(np.ceil(here[:, 1].max())), height)
    mask = np.zeros((height, width), bool)
    if bottom <= top:
        return mask
    # Where the line through the pixel centres of a row meets the outline: right of an odd number of crossings is inside.
    y = np.arange(top, bottom)[:, None] + 0.5
    rows, edges = np.nonzero((here[None, :, 1] <= y) != (there[None, :, 1] <= y))
    a, b = here[edges], there[edges]
    xs = a[:, 0] + (y[rows, 0] - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
    left, right = max(int(here[:, 0].min()), 0), min(int(np.ceil(here[:, 0].max())) + 1, width)
    if right <= left:
        return mask
    crossings = np.zeros((bottom - top, right - left + 1), np.int32)
    np.add.at(crossings, (rows, np.clip(np.ceil(xs - 0.5), left, right).astype(int) - left), 1)
    mask[top:bottom, left:right] = crossings.cumsum(axis=1)[:, :-1] % 2 == 1
    return mask


def decode_segmentation(segmentation: dict | list, height: int, width: int) -> np.ndarray:
    """Either form of a COCO segmentation to bool [h,w]."""
    if isinstance(segmentation, dict):
        return decode_rle(segmentation["counts"], height, width)
    mask = np.zeros((height, width), bool)
    for polygon in segmentation:
        mask |= fill_polygon(polygon, height, width)
    return mask


def to_labels(masks: list[np.ndarray], height: int, width: int) -> np.ndarray:
    """Int32 [h,w]: 0 background, i + 1 for masks[i]. Where masks overlap the smaller object lies on top."""
    labels = np.zeros((height, width), np.int32)
    for i in sorted(range(len(masks)), key=lambda i: -int(masks[i].sum())):
        labels[masks[i]] = i + 1
    return labels


def normalised_distance(labels: np.ndarray) -> np.ndarray:
    """Float32 [h,w]: distance to the outline of the pixel's own instance over the largest of the instance, else 0.

    The border of the picture is no outline: an instance cut by it is deepest where it is cut.
    """
    distance = np.zeros(labels.shape, np.float32)
    height, width = labels.shape
    for i, box in enumerate(ndimage.find_objects(labels)):
        if box is None:
            continue
        (top, bottom), (left, right) = ((s.start, s.stop) for s in box)
        own = labels[box] == i + 1
        # One ring of background wherever the picture goes on; the border pixels repeated where it does not.
        ring = ((int(top > 0), int(bottom < height)), (int(left > 0), int(right < width)))
        depth = ndimage.distance_transform_edt(np.pad(own, ring))
        depth = depth[ring[0][0]:depth.shape[0] - ring[0][1], ring[1][0]:depth.shape[1] - ring[1][1]]
        depth = depth - 0.5  # the outline runs along pixel edges, half a pixel outside the outermost centres
        deepest = depth[own].max()
        distance[box][own] = (depth[own] / deepest).astype(np.float32)
    return distance
