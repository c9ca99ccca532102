"""The recipe "nuclei" as one would write it with OpenCV or with scikit-image, and how long it takes.

Started by tests/bench/rules.ts with a raw 8-bit picture, its width and its height. One JSON line in,
{"op": "opencv" | "skimage", "turns", "threads"}; one out, {"ms": [one for each turn], "objects": how many were found}.
Pixels of 0.5 um: sigma 1 px, surroundings 24 px, opening 1 px, smallest area 32 px.
"""

import json
import sys
import time

import numpy as np

path, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
picture = np.fromfile(path, np.uint8).reshape(height, width)
SMALLEST = 32


def opencv():
    """8 bits wherever OpenCV can. It has no h-maxima: seeds are the summits of a window, which is the usual way there."""
    import cv2

    smooth = cv2.GaussianBlur(picture, (9, 9), 1, borderType=cv2.BORDER_REFLECT_101)
    otsu, _ = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    _, bright = cv2.threshold(smooth, max(0.6 * otsu, 6), 255, cv2.THRESH_BINARY)
    local = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 49, -2)
    mask = cv2.bitwise_and(bright, local)
    outside = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(outside, None, (0, 0), 255)
    mask = cv2.bitwise_or(mask, cv2.bitwise_not(outside[1:-1, 1:-1]))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    window = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    summits = ((distance == cv2.dilate(distance, window)) & (mask > 0)).astype(np.uint8)
    summits = cv2.dilate(summits, np.ones((3, 3), np.uint8))
    _, markers = cv2.connectedComponents(summits, connectivity=8)
    markers += 1
    markers[(mask > 0) & (summits == 0)] = 0
    markers = cv2.watershed(cv2.cvtColor(255 - np.minimum(distance * 8, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR), markers)
    objects = ((markers > 1) & (mask > 0)).astype(np.uint8)
    contours, _ = cv2.findContours(objects, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = [cv2.boundingRect(contour) for contour in contours]
    # Outlines that meet at a corner come as one: labels are what counts.
    areas = np.bincount(markers[objects > 0])
    return int((areas >= SMALLEST).sum()) if boxes else 0


def skimage():
    from scipy import ndimage
    from skimage.filters import gaussian, threshold_local, threshold_otsu
    from skimage.measure import label, regionprops
    from skimage.morphology import h_maxima
    from skimage.segmentation import watershed

    smooth = gaussian(picture.astype(np.float32), 1, mode="mirror", preserve_range=True)
    mask = (smooth > threshold_local(smooth, 49, method="mean", mode="mirror", offset=-2)) & (smooth > max(0.6 * threshold_otsu(smooth), 6))
    mask = ndimage.binary_fill_holes(mask)
    mask = ndimage.binary_opening(mask, np.ones((3, 3)))
    distance = ndimage.distance_transform_edt(mask).astype(np.float32)
    seeds = label(h_maxima(distance, 0.7) * mask, connectivity=2)
    labels = watershed(-distance, seeds, mask=mask)
    kept = [(region.label, region.bbox) for region in regionprops(labels) if region.area >= SMALLEST]
    return len(kept)


WORK = {"opencv": opencv, "skimage": skimage}
warm = set()
for line in sys.stdin:
    question = json.loads(line)
    work = WORK[question["op"]]
    if question["op"] == "opencv":
        import cv2

        cv2.setNumThreads(question["threads"])
    if question["op"] not in warm:
        work()
        warm.add(question["op"])
    ms, objects = [], 0
    for _ in range(question["turns"]):
        started = time.perf_counter()
        objects = work()
        ms.append((time.perf_counter() - started) * 1000)
    print(json.dumps({"ms": ms, "objects": objects}), flush=True)
