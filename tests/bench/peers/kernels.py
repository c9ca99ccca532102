"""Does the work of Ocular's native kernels with OpenCV and NumPy, as one would write it, and tells how long it takes.

Started by tests/bench/kernels.ts with the folder of inputs. One JSON line in, {"op", "turns", "threads"}; one out,
{"ms": [by the clock, one for each turn], "cpuMs": [of the calling thread], "check": a number that says whether the same was done}.
"""

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT = 1920, 1200
TENSOR = (640, 400)
folder = Path(sys.argv[1])


def read(name, dtype, *shape):
    return np.fromfile(folder / name, dtype).reshape(shape)


raw8 = read("raw8", np.uint8, HEIGHT, WIDTH)
raw12 = read("raw12", np.uint16, HEIGHT, WIDTH)
rgb = read("rgb", np.uint8, HEIGHT, WIDTH, 3)
dark = read("dark", np.float32, HEIGHT, WIDTH)
gain = read("gain", np.float32, HEIGHT, WIDTH)
mask = read("mask", np.uint8, HEIGHT, WIDTH)
labels = read("labels", np.int32, HEIGHT, WIDTH)
distance = read("distance", np.float32, HEIGHT, WIDTH)
markers = read("markers", np.int32, HEIGHT, WIDTH)
grey = read("grey", np.float32, HEIGHT, WIDTH)
around = read("around", np.float32, HEIGHT, WIDTH)
packed12p = read("packed12p", np.uint8, -1)
packed10p = read("packed10p", np.uint8, -1)
packed12gev = read("packed12gev", np.uint8, -1)
packed10gev = read("packed10gev", np.uint8, -1)


def unpack_mono12p():
    b = packed12p.reshape(-1, 3)
    out = np.empty((len(b), 2), np.uint16)
    middle = b[:, 1].astype(np.uint16)
    out[:, 0] = b[:, 0] | (middle & 15) << 8
    out[:, 1] = middle >> 4 | b[:, 2].astype(np.uint16) << 4
    return out.reshape(HEIGHT, WIDTH)


def unpack_mono10p():
    b = packed10p.reshape(-1, 5).astype(np.uint16)
    out = np.empty((len(b), 4), np.uint16)
    out[:, 0] = b[:, 0] | (b[:, 1] & 0x03) << 8
    out[:, 1] = b[:, 1] >> 2 | (b[:, 2] & 0x0F) << 6
    out[:, 2] = b[:, 2] >> 4 | (b[:, 3] & 0x3F) << 4
    out[:, 3] = b[:, 3] >> 6 | b[:, 4] << 2
    return out.reshape(HEIGHT, WIDTH)


def unpack_pairs(packed, low):
    b = packed.reshape(-1, 3)
    out = np.empty((len(b), 2), np.uint16)
    middle = b[:, 1]
    out[:, 0] = b[:, 0].astype(np.uint16) << low | middle & ((1 << low) - 1)
    out[:, 1] = b[:, 2].astype(np.uint16) << low | middle >> 4 & ((1 << low) - 1)
    return out.reshape(HEIGHT, WIDTH)


def correct():
    signal = cv2.subtract(raw12, dark, dtype=cv2.CV_32F)
    return cv2.min(cv2.multiply(signal, gain, dtype=cv2.CV_16U), 4095)


def tensor_blob():
    small = cv2.resize(rgb, TENSOR, interpolation=cv2.INTER_AREA)
    return cv2.dnn.blobFromImage(small, 1 / 255)


def tensor_larger():
    large = cv2.resize(rgb, (2560, 1600), interpolation=cv2.INTER_LINEAR)
    return cv2.dnn.blobFromImage(large, 1 / 255)


def tensor_odd():
    small = cv2.resize(rgb, (512, 320), interpolation=cv2.INTER_AREA)
    return cv2.dnn.blobFromImage(small, 1 / 255)


def laplacian(image, depth):
    return float(cv2.meanStdDev(cv2.Laplacian(image, depth))[1][0, 0] ** 2)


def tenengrad(image, depth):
    across = cv2.Sobel(image, depth, 1, 0)
    along = cv2.Sobel(image, depth, 0, 1)
    return (cv2.norm(across, cv2.NORM_L2SQR) + cv2.norm(along, cv2.NORM_L2SQR)) / image.size


def statistics():
    flat = labels.ravel()
    area = np.bincount(flat)
    ys, xs = np.divmod(np.arange(flat.size, dtype=np.int32), WIDTH)
    return area, np.bincount(flat, xs) / np.maximum(area, 1), np.bincount(flat, ys) / np.maximum(area, 1)


def fill_holes():
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(padded, None, (0, 0), 2)
    return (padded[1:-1, 1:-1] != 2).astype(np.uint8)


def disk(radius):
    offsets = np.arange(-radius, radius + 1)
    return (offsets[:, None] ** 2 + offsets[None, :] ** 2 <= (radius + 0.5) ** 2).astype(np.uint8)


DISK = disk(5)
SMALL_DISK = disk(2)
SQUARE = np.ones((11, 11), np.uint8)
# OpenCV floods pictures of 8-bit colours from the lowest up; that it takes no floats is not timed.
GROUND = cv2.cvtColor(cv2.convertScaleAbs(distance, alpha=-255 / distance.max(), beta=255), cv2.COLOR_GRAY2BGR)


def watershed(within):
    seeds = markers + 1
    seeds[(within > 0) & (markers == 0)] = 0
    return cv2.watershed(GROUND, seeds)


EVERYWHERE = np.ones_like(mask)


# Results go where they went the last time, as ours do.
SMOOTHED = np.empty_like(grey)
CHANGED = np.empty_like(mask)


def threshold_local():
    beyond = np.less(grey, around - np.float32(100))
    return np.logical_and(np.less(grey, np.float32(3000)), beyond, out=CHANGED.view(bool))


def gaussian(sigma):
    side = 2 * int(4 * sigma + 0.5) + 1
    return cv2.GaussianBlur(grey, (side, side), sigma, dst=SMOOTHED)


OPS = {
    "unpack mono12p": (unpack_mono12p, lambda r: r.sum()),
    "unpack mono10p": (unpack_mono10p, lambda r: r.sum()),
    "unpack mono12packed": (lambda: unpack_pairs(packed12gev, 4), lambda r: r.sum()),
    "unpack mono10packed": (lambda: unpack_pairs(packed10gev, 2), lambda r: r.sum()),
    "demosaic 8 bits": (lambda: cv2.cvtColor(raw8, cv2.COLOR_BayerBG2RGB), lambda r: r.sum()),
    "demosaic 12 bits": (lambda: cv2.cvtColor(raw12, cv2.COLOR_BayerBG2RGB), lambda r: r.sum()),
    "correctFlatField": (correct, lambda r: r.sum()),
    "histogram 8 bits": (lambda: cv2.calcHist([raw8], [0], None, [256], [0, 256]), lambda r: (r.ravel() * np.arange(256)).sum()),
    "histogram 12 bits": (lambda: cv2.calcHist([raw12], [0], None, [4096], [0, 4096]), lambda r: (r.ravel() * np.arange(4096)).sum()),
    "resizeToTensor to 640x400": (tensor_blob, lambda r: r.sum(dtype=np.float64)),
    "resizeToTensor to 512x320": (tensor_odd, lambda r: r.sum(dtype=np.float64)),
    "resizeToTensor to 2560x1600": (tensor_larger, lambda r: r.sum(dtype=np.float64)),
    "toBytes": (lambda: cv2.convertScaleAbs(grey, dst=CHANGED, alpha=255 / 4095), lambda r: r.sum()),
    "valueRange": (lambda: (grey.min(), grey.max()), lambda r: r[1] - r[0]),
    "binCounts": (lambda: cv2.calcHist([grey], [0], None, [256], [0, 4096]), lambda r: (r.ravel() * np.arange(256)).sum()),
    "threshold": (lambda: np.less(grey, np.float32(2000), out=CHANGED.view(bool)), lambda r: r.sum()),
    "threshold with surroundings": (threshold_local, lambda r: r.sum()),
    "varianceOfLaplacian 8 bits": (lambda: laplacian(raw8, cv2.CV_16S), lambda r: r),
    "varianceOfLaplacian 12 bits": (lambda: laplacian(raw12, cv2.CV_32F), lambda r: r),
    "tenengrad 8 bits": (lambda: tenengrad(raw8, cv2.CV_16S), lambda r: r),
    "tenengrad 12 bits": (lambda: tenengrad(raw12, cv2.CV_32F), lambda r: r),
    "connectedComponents": (lambda: cv2.connectedComponents(mask, connectivity=8, ltype=cv2.CV_32S), lambda r: r[0] - 1),
    "connectedComponents with statistics": (lambda: cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S), lambda r: r[2][1:, 4].sum()),
    "componentStatistics": (statistics, lambda r: r[0][1:].sum()),
    "outlines": (lambda: cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE), lambda r: len(r[0])),
    "gaussianBlur sigma 1.5": (lambda: gaussian(1.5), lambda r: r.sum(dtype=np.float64)),
    "gaussianBlur sigma 3": (lambda: gaussian(3), lambda r: r.sum(dtype=np.float64)),
    "gaussianBlur sigma 5": (lambda: gaussian(5), lambda r: r.sum(dtype=np.float64)),
    "gaussianBlur sigma 50": (lambda: gaussian(50), lambda r: r.sum(dtype=np.float64)),
    "watershed": (lambda: watershed(mask), lambda r: r.max() - 1),
    "watershed over a whole picture": (lambda: watershed(EVERYWHERE), lambda r: r.max() - 1),
    "boxMean radius 2": (lambda: cv2.blur(grey, (5, 5), dst=SMOOTHED), lambda r: r.sum(dtype=np.float64)),
    "boxMean radius 25": (lambda: cv2.blur(grey, (51, 51), dst=SMOOTHED), lambda r: r.sum(dtype=np.float64)),
    "medianBlur radius 1": (lambda: cv2.medianBlur(grey, 3, dst=SMOOTHED), lambda r: r.sum(dtype=np.float64)),
    "medianBlur radius 2": (lambda: cv2.medianBlur(grey, 5, dst=SMOOTHED), lambda r: r.sum(dtype=np.float64)),
    "erode square 1": (lambda: cv2.erode(mask, np.ones((3, 3), np.uint8), dst=CHANGED), lambda r: r.sum()),
    "erode disk 2": (lambda: cv2.erode(mask, SMALL_DISK, dst=CHANGED), lambda r: r.sum()),
    "erode disk 5": (lambda: cv2.erode(mask, DISK, dst=CHANGED), lambda r: r.sum()),
    "dilate disk 5": (lambda: cv2.dilate(mask, DISK, dst=CHANGED), lambda r: r.sum()),
    "dilate square 5": (lambda: cv2.dilate(mask, SQUARE, dst=CHANGED), lambda r: r.sum()),
    "fillHoles": (fill_holes, lambda r: r.sum()),
    "distanceTransform": (lambda: cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), lambda r: r.sum(dtype=np.float64)),
}

for line in sys.stdin:
    question = json.loads(line)
    if question["op"] == "version":
        print(json.dumps({"opencv": cv2.__version__, "numpy": np.__version__}), flush=True)
        continue
    if question["op"] not in OPS:
        print(json.dumps({"ms": [], "cpuMs": [], "check": 0}), flush=True)
        continue
    cv2.setNumThreads(question["threads"])
    work, check = OPS[question["op"]]
    result, ms, cpu_ms = work(), [], []
    for _ in range(question["turns"]):
        cpu, started = time.thread_time(), time.perf_counter()
        result = work()
        ms.append((time.perf_counter() - started) * 1000)
        cpu_ms.append((time.thread_time() - cpu) * 1000)
    print(json.dumps({"ms": ms, "cpuMs": cpu_ms, "check": float(check(result))}), flush=True)
