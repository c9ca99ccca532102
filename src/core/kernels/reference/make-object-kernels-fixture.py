"""Make object-kernels.fixture.json: small random pictures and masks, and what SciPy, scikit-image and OpenCV make of them.

  python make-object-kernels-fixture.py     (made with scipy 1.17.1, scikit-image 0.26.0, opencv-python-headless 5.0.0)
"""

import json
from pathlib import Path

import cv2
import numpy as np
import scipy.ndimage as ndi
from skimage import morphology, segmentation

WIDTH, HEIGHT = 37, 26
here = Path(__file__).resolve().parent


def disk(radius: int) -> np.ndarray:
    y, x = np.mgrid[-radius:radius + 1, -radius:radius + 1]
    return (x * x + y * y <= (radius + 0.5) ** 2).astype(np.uint8)


def extended_maxima(picture: np.ndarray, h: float, mask: np.ndarray) -> np.ndarray:
    """Soille's definition step by step: regional maxima of the reconstruction of picture - h under picture."""
    ground = np.where(mask, picture, picture.min() - 2 * h - 1)
    rebuilt = morphology.reconstruction(ground - h, ground, footprint=np.ones((3, 3)))
    return morphology.local_maxima(rebuilt, connectivity=2) & mask


def main() -> None:
    rng = np.random.default_rng(11)
    noise = rng.random((HEIGHT, WIDTH)) * 200
    # Steps of 1/64: sums and differences of a few are exact in single precision.
    picture = (np.round(noise * 64) / 64).astype(np.float32)
    smooth = (np.round(ndi.gaussian_filter(noise, 1.5) * 4096) / 4096).astype(np.float32)
    coarse = np.round(smooth / 4).astype(np.float32)
    mask = ndi.gaussian_filter(noise, 1.2) > 95
    mask[3:14, 4:15] = True
    mask[6:9, 7:11] = False
    markers, count = ndi.label((smooth > 110) & mask)
    maxima = {str(h): extended_maxima(smooth.astype(np.float64), h, mask) for h in (2.0, 8.0, 20.0)}
    peaks = morphology.h_maxima(np.where(mask, smooth, -1).astype(np.float64), 8.0) > 0

    mirror = dict(mode="mirror", truncate=4.0)
    gaussian = {
        "1.3": cv2.GaussianBlur(picture, (11, 11), 1.3, borderType=cv2.BORDER_REFLECT_101),
        "9": ndi.gaussian_filter(picture.astype(np.float64), 9, **mirror),
    }
    box = {
        "2": cv2.blur(picture, (5, 5), borderType=cv2.BORDER_REFLECT_101),
        "6": ndi.uniform_filter(picture.astype(np.float64), 13, mode="mirror"),
    }
    median = {"1": cv2.medianBlur(picture, 3), "4": ndi.median_filter(picture, 9, mode="nearest")}
    element = {"disk": disk, "square": lambda r: np.ones((2 * r + 1, 2 * r + 1), np.uint8)}
    eroded = {f"{shape} {r}": cv2.erode(mask.astype(np.uint8), make(r)) for shape, make in element.items() for r in (1, 2, 4)}
    dilated = {f"{shape} {r}": morphology.dilation(mask.astype(np.uint8), make(r)) for shape, make in element.items() for r in (1, 2, 4)}

    integers = lambda a: [int(v) for v in np.asarray(a).ravel()]  # noqa: E731
    floats = lambda a: [float(f"{float(v):.9g}") for v in np.asarray(a).ravel()]  # noqa: E731
    each = lambda results, write: {key: write(value) for key, value in results.items()}  # noqa: E731
    fixture = {
        "width": WIDTH, "height": HEIGHT,
        "picture": floats(picture), "smooth": floats(smooth), "coarse": floats(coarse), "mask": integers(mask),
        "gaussian": each(gaussian, floats), "box": each(box, floats), "median": each(median, floats),
        "eroded": each(eroded, integers), "dilated": each(dilated, integers),
        "filled": integers(ndi.binary_fill_holes(mask)),
        "distance": floats(ndi.distance_transform_edt(mask)),
        "hMaxima": each(maxima, integers),
        "coarseHMaxima": integers(extended_maxima(coarse.astype(np.float64), 3, mask)),
        "peaksAbove8": integers(peaks & mask),
        "markers": integers(markers), "markerCount": int(count),
        "watershed": integers(segmentation.watershed(-smooth, markers, mask=mask, connectivity=1)),
    }
    (here / "object-kernels.fixture.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
