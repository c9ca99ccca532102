"""Instance masks: COCO run lengths and polygons to label pictures, and the normalised distance of each pixel."""

from __future__ import annotations

import cv2
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
    """Bool [h,w]: pixels whose centre lies in a flat polygon x0 y0 x1 y1 ... (pixel edges are whole numbers)."""
    points = (np.asarray(polygon, np.float64).reshape(-1, 2) - 0.5) * 16
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [points.round().astype(np.int32)], 1, lineType=cv2.LINE_8, shift=4)
    return mask.astype(bool)


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
