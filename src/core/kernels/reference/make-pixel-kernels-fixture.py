"""Makes pixel-kernels.fixture.json: what OpenCV, NumPy, SciPy and scikit-image make of small random pictures.

Needs opencv-python-headless, numpy, scipy and scikit-image. Run in this folder: python make-pixel-kernels-fixture.py
"""

import json

import cv2
import numpy as np
import scipy.ndimage
import skimage.measure

random = np.random.default_rng(7)
WIDTH, HEIGHT = 22, 15


def listed(array):
    return np.asarray(array).ravel().tolist()


def pack_bits(values, bits):
    """Least significant bit first, gapless."""
    stream = (values.ravel()[:, None] >> np.arange(bits)) & 1
    return np.packbits(stream.ravel().astype(np.uint8), bitorder="little")


# OpenCV names a mosaic by the 2 x 2 cell that begins at (1, 1).
MOSAICS = {"RGGB": cv2.COLOR_BayerBG2RGB, "GRBG": cv2.COLOR_BayerGB2RGB, "GBRG": cv2.COLOR_BayerGR2RGB, "BGGR": cv2.COLOR_BayerRG2RGB}

words10 = random.integers(0, 1024, 24, dtype=np.uint16)
words12 = random.integers(0, 4096, 24, dtype=np.uint16)
raw8 = random.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
raw12 = random.integers(0, 4096, (HEIGHT, WIDTH), dtype=np.uint16)
dark = random.uniform(0, 60, raw12.shape).astype(np.float32)
gain = random.uniform(0.5, 2, raw12.shape).astype(np.float32)
rgb = random.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)

corrected = np.floor((raw12.astype(np.float32) - dark) * gain + np.float32(0.5))


def laplacian_variance(image):
    return float(cv2.Laplacian(image.astype(np.float64), cv2.CV_64F)[1:-1, 1:-1].var())


def tenengrad(image):
    image = image.astype(np.float64)
    return float((cv2.Sobel(image, cv2.CV_64F, 1, 0) ** 2 + cv2.Sobel(image, cv2.CV_64F, 0, 1) ** 2)[1:-1, 1:-1].mean())


def tensor(width, height, interpolation):
    resized = cv2.resize(rgb.astype(np.float32), (width, height), interpolation=interpolation)
    planes = resized.transpose(2, 0, 1) * np.array([0.1, 0.2, 0.3])[:, None, None] + np.array([1, 2, 3])[:, None, None]
    return {"width": width, "height": height, "planes": listed(np.round(planes, 4))}


mask = (random.random((HEIGHT, WIDTH)) < 0.45).astype(np.uint8)


def components(connectivity):
    labels = skimage.measure.label(mask, connectivity=1 if connectivity == 4 else 2)
    regions = skimage.measure.regionprops(labels)
    return {
        "labels": listed(labels),
        "area": [int(region.area) for region in regions],
        "box": [[region.bbox[1], region.bbox[0], region.bbox[3] - region.bbox[1], region.bbox[2] - region.bbox[0]] for region in regions],
        "centroid": [[region.centroid[1], region.centroid[0]] for region in regions],
        # With its holes (4-connected background) filled: what lies within an outer outline.
        "filledArea": [int(scipy.ndimage.binary_fill_holes(region.image).sum()) for region in regions],
    }


fixture = {
    "width": WIDTH,
    "height": HEIGHT,
    "unpack": {
        "mono10p": {"packed": listed(pack_bits(words10, 10)), "words": listed(words10)},
        "mono12p": {"packed": listed(pack_bits(words12, 12)), "words": listed(words12)},
    },
    "raw8": listed(raw8),
    "raw12": listed(raw12),
    "rgb": listed(rgb),
    "dark": [float(value) for value in dark.ravel()],
    "gain": [float(value) for value in gain.ravel()],
    "demosaic8": {name: listed(cv2.cvtColor(raw8, code)) for name, code in MOSAICS.items()},
    "demosaic12": {name: listed(cv2.cvtColor(raw12, code)) for name, code in MOSAICS.items()},
    "corrected": listed(np.clip(corrected, 0, 4095).astype(int)),
    "histogram8": listed(cv2.calcHist([raw8], [0], None, [256], [0, 256]).astype(int)),
    "varianceOfLaplacian": {"raw8": laplacian_variance(raw8), "raw12": laplacian_variance(raw12)},
    "tenengrad": {"raw8": tenengrad(raw8), "raw12": tenengrad(raw12)},
    "tensors": [tensor(11, 5, cv2.INTER_AREA), tensor(9, 7, cv2.INTER_AREA), tensor(44, 30, cv2.INTER_LINEAR), tensor(25, 31, cv2.INTER_LINEAR)],
    "mask": listed(mask),
    "components": {"4": components(4), "8": components(8)},
}

with open("pixel-kernels.fixture.json", "w") as file:
    json.dump(fixture, file, separators=(",", ":"))
    file.write("\n")
