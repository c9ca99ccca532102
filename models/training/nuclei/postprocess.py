"""Reference decoding of a distance map: what the application does with `maps`, in the plainest form.

Inputs are float32 maps [h,w]: probability p that a pixel belongs to a nucleus, and distance d (0 at the outline, 1 at
the centre). All comparisons are between float32 values and thresholds rounded to float32.
"Raster order" is row by row from the top, each row from the left.

1. Foreground: p >= foregroundThreshold.
2. Markers: 8-connected components of foreground with d >= seedThreshold, numbered 1, 2, ... in raster order of their
   first pixel.
3. A 4-connected component of the foreground that holds no marker pixel becomes a marker as a whole. These are numbered
   on, in raster order of the components' first pixels.
4. Watershed. All marker pixels enter a queue in raster order, each with its d. Repeatedly take the entry with the
   largest d (among equals the one that entered first) and look at its neighbours up, left, right, down: each that is
   foreground and has no label yet takes the label of the taken pixel and enters the queue with its own d.
5. Holes: within the bounding box of an object (labels in rising order), pixels without any label that a 4-connected
   path through pixels that are not the object cannot join to the border of the box take the object's label. Pixels of
   another object are passed through, never taken.
6. Objects of fewer than minimumAreaPx pixels are dropped; the rest are numbered 1, 2, ... in their order.
7. Score: mean of p over the object's pixels (sum in double precision, in raster order).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from scipy import ndimage


@dataclass(frozen=True)
class Settings:
    """config.ocular of rdf.yaml. Areas are in pixels of the model's input."""

    foreground_threshold: float = 0.5
    seed_threshold: float = 0.5
    minimum_area_px: int = 16


EIGHT = np.ones((3, 3), int)


def decode(maps: np.ndarray, settings: Settings = Settings()) -> tuple[np.ndarray, np.ndarray]:
    """maps [2,h,w] float32 -> labels [h,w] int32 (0 background, objects 1..n) and their scores [n] float64."""
    probability, distance = maps[0], maps[1]
    foreground = probability >= np.float32(settings.foreground_threshold)
    markers = find_markers(foreground, distance, settings.seed_threshold)
    labels = flood(markers, foreground, distance)
    fill_holes(labels)
    return keep_large(labels, probability, settings.minimum_area_px)


def in_raster_order(mask: np.ndarray, structure: np.ndarray | None = None) -> tuple[np.ndarray, int]:
    """Connected components numbered by their first pixel (scipy's own numbering is by first pixel, made sure here)."""
    labels, count = ndimage.label(mask, structure)
    values, first = np.unique(labels, return_index=True)
    values = values[values > 0] if count else values[:0]
    first = first[-count:] if count else first[:0]
    renumber = np.zeros(count + 1, np.int32)
    renumber[values[np.argsort(first, kind="stable")]] = np.arange(1, count + 1)
    return renumber[labels], count


def find_markers(foreground: np.ndarray, distance: np.ndarray, seed_threshold: float) -> np.ndarray:
    """Steps 2 and 3: int32 [h,w], 0 where there is no marker."""
    markers, count = in_raster_order(foreground & (distance >= np.float32(seed_threshold)), EIGHT)
    components, total = in_raster_order(foreground)
    unseeded = np.ones(total + 1, bool)
    unseeded[0] = False
    unseeded[components[markers > 0]] = False
    added = np.zeros(total + 1, np.int32)
    added[unseeded] = count + 1 + np.arange(unseeded.sum())
    return np.where(markers > 0, markers, added[components])


def flood(markers: np.ndarray, foreground: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Step 4: a new int32 [h,w]."""
    height, width = markers.shape
    labels = markers.copy().ravel()
    free = foreground.ravel().tolist()
    depth = distance.ravel().tolist()
    queue: list[tuple[float, int, int]] = []
    entered = 0
    for at in np.flatnonzero(labels).tolist():
        queue.append((-depth[at], entered, at))
        free[at] = False
        entered += 1
    heapq.heapify(queue)
    found = labels.tolist()
    while queue:
        _, _, at = heapq.heappop(queue)
        label, column = found[at], at % width
        for next_at, inside in ((at - width, at >= width), (at - 1, column > 0), (at + 1, column < width - 1),
                                (at + width, at < (height - 1) * width)):
            if inside and free[next_at]:
                free[next_at] = False
                found[next_at] = label
                heapq.heappush(queue, (-depth[next_at], entered, next_at))
                entered += 1
    return np.array(found, np.int32).reshape(height, width)


def fill_holes(labels: np.ndarray) -> None:
    """Step 5, in place."""
    for i, box in enumerate(ndimage.find_objects(labels)):
        if box is not None:
            inside = labels[box]
            holes = ndimage.binary_fill_holes(inside == i + 1) & (inside == 0)
            inside[holes] = i + 1


def keep_large(labels: np.ndarray, probability: np.ndarray, minimum_area: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps 6 and 7."""
    areas = np.bincount(labels.ravel())
    sums = np.bincount(labels.ravel(), weights=probability.ravel().astype(np.float64))
    kept = np.flatnonzero(areas >= minimum_area)
    kept = kept[kept > 0]
    renumber = np.zeros(len(areas), np.int32)
    renumber[kept] = np.arange(1, len(kept) + 1)
    return renumber[labels], sums[kept] / areas[kept]
