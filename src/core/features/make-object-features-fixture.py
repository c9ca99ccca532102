"""Make object-features.fixture.json: a small picture with labelled objects, and what scikit-image measures of them.

  python make-object-features-fixture.py     (made with scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6)
"""

import json
from pathlib import Path

import numpy as np
import scipy.ndimage as ndi
from scipy.spatial import ConvexHull, cKDTree
from scipy.spatial.distance import pdist
from skimage import color, measure
from skimage.feature import graycomatrix, graycoprops

WIDTH, HEIGHT = 120, 90
PIXEL_UM = 0.5
LEVELS = 32
RADIUS_UM = 30
here = Path(__file__).resolve().parent


def labelled(rng: np.random.Generator) -> np.ndarray:
    """Objects of one piece without holes: round, long, ragged, touching each other and the border, a line, a pixel."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    labels = np.zeros((HEIGHT, WIDTH), np.int32)

    def ellipse(cx: float, cy: float, a: float, b: float, degrees: float) -> np.ndarray:
        t = np.deg2rad(degrees)
        u, v = (x - cx) * np.cos(t) + (y - cy) * np.sin(t), -(x - cx) * np.sin(t) + (y - cy) * np.cos(t)
        return (u / a) ** 2 + (v / b) ** 2 < 1

    ragged = ndi.gaussian_filter(rng.standard_normal((HEIGHT, WIDTH)), 1.5) * 8
    shapes = [
        ellipse(22, 22, 13, 13, 0),
        ellipse(62, 20, 21, 7, 25),
        ellipse(100, 24, 6, 16, 20),
        ((x - 28) / 17) ** 2 + ((y - 62) / 15) ** 2 + ragged * 0.25 < 1,
        ellipse(62, 60, 11, 10, 0),
        ellipse(78, 62, 11, 8, 70),
        ellipse(118, 70, 9, 12, 0),
        (np.abs(x - 100) < 8) & (np.abs(y - 84.5) < 0.5),
        (np.abs(x - 5.5) < 0.5) & (np.abs(y - 84.5) < 0.5),
        (np.abs(x - 45) < 4) & (np.abs(y - 82) < 3),
    ]
    for shape in shapes:
        pieces, _ = ndi.label(shape & (labels == 0))
        largest = pieces == np.argmax(np.bincount(pieces.ravel())[1:]) + 1
        labels[ndi.binary_fill_holes(largest) & (labels == 0)] = labels.max() + 1
    return labels


def texture(levels: np.ndarray, inside: np.ndarray) -> dict[str, float] | None:
    """graycomatrix knows no mask: the outside becomes a level of its own, and its pairs are struck out."""
    matrix = graycomatrix(np.where(inside, levels + 1, 0).astype(np.uint8), [1], np.deg2rad([0, 45, 90, 135]), levels=LEVELS + 1, symmetric=True)
    matrix = matrix[1:, 1:].astype(np.float64)
    sums = matrix.sum(axis=(0, 1), keepdims=True)
    kept = sums[0, 0, 0] > 0
    if not kept.any():
        return None
    matrix = matrix[..., kept] / sums[..., kept]
    names = {"textureContrast": "contrast", "textureDissimilarity": "dissimilarity", "textureHomogeneity": "homogeneity", "textureAsm": "ASM",
             "textureEnergy": "energy", "textureCorrelation": "correlation", "textureEntropy": "entropy"}
    return {ours: float(graycoprops(matrix, theirs).mean()) for ours, theirs in names.items()}


def narrowest(points: np.ndarray) -> float:
    """Width between parallel lines at every angle of a fine fan: no calipers."""
    angles = np.linspace(0, np.pi, 20000, endpoint=False)
    along = points @ np.stack([np.cos(angles), np.sin(angles)])
    return float((along.max(axis=0) - along.min(axis=0)).min())


def main() -> None:
    rng = np.random.default_rng(5)
    labels = labelled(rng)
    smooth = np.stack([ndi.gaussian_filter(rng.standard_normal((HEIGHT, WIDTH)), 2) for _ in range(3)], axis=-1)
    rgb = 215 + 60 * smooth / np.abs(smooth).max() - (labels > 0)[..., None] * np.array([60, 110, 30]) + rng.normal(0, 6, (HEIGHT, WIDTH, 3))
    rgb = np.clip(np.round(rgb), 0, 255).astype(np.uint8)
    planes = {"Red": rgb[..., 0].astype(np.float64), "Green": rgb[..., 1].astype(np.float64), "Blue": rgb[..., 2].astype(np.float64)}
    grey = planes["Red"] * 0.299 + planes["Green"] * 0.587 + planes["Blue"] * 0.114
    levels = np.floor(grey * LEVELS / 256).astype(int)
    regions = measure.regionprops(labels, spacing=(PIXEL_UM, PIXEL_UM))
    in_pixels = measure.regionprops(labels)
    tree = cKDTree(np.array([region.centroid for region in regions]))
    fine = (np.mgrid[: HEIGHT * 8, : WIDTH * 8] + 0.5) / 8 * PIXEL_UM

    expected = []
    for region, px in zip(regions, in_pixels):
        inside = labels == region.label
        corners = np.array([(c + dc, r + dr) for r, c in px.coords for dr in (0, 1) for dc in (0, 1)])
        middles = np.concatenate([contour for contour in measure.find_contours(np.pad(inside, 1).astype(float), 0.5)])
        values = {
            "areaUm2": region.area, "perimeterUm": px.perimeter * PIXEL_UM, "equivalentDiameterUm": region.equivalent_diameter_area,
            "feretMaxOfScikitImage": region.feret_diameter_max, "feretMaxUm": pdist(middles).max() * PIXEL_UM, "feretMinUm": narrowest(middles) * PIXEL_UM,
            "majorAxisUm": region.axis_major_length, "minorAxisUm": region.axis_minor_length, "eccentricity": region.eccentricity,
            # scikit-image measures from the rows' axis, Ocular from the columns'.
            "orientationDeg": (np.rad2deg(region.orientation) + 180) % 180 - 90,
            "solidityOfScikitImage": region.solidity, "solidity": px.area / ConvexHull(corners).volume,
        }
        for name, plane in {"Intensity": grey, **planes}.items():
            under = plane[inside]
            white = max(np.percentile(np.round(plane * 257), 95, method="inverted_cdf") / 257, 1)
            density = "opticalDensity" if name == "Intensity" else f"opticalDensity{name}"
            values |= {f"mean{name}": under.mean(), f"sd{name}": under.std(), f"integrated{name}": under.sum(), density: np.log10(white / np.maximum(under, 1)).mean()}
        values |= {"minIntensity": grey[inside].min(), "maxIntensity": grey[inside].max()}
        values |= texture(levels, inside) or {}
        centre = np.array(region.centroid) + PIXEL_UM / 2
        disc = (fine[0] - centre[0]) ** 2 + (fine[1] - centre[1]) ** 2 <= RADIUS_UM ** 2
        values["nearestNeighbourUm"] = tree.query(region.centroid, k=2)[0][1]
        values["localDensityPerMm2"] = (len(tree.query_ball_point(region.centroid, RADIUS_UM)) - 1) / (disc.sum() * (PIXEL_UM / 8) ** 2) * 1e6
        expected.append({key: float(f"{float(value):.9g}") for key, value in values.items()})

    assert np.allclose(grey, color.rgb2yuv(rgb)[..., 0] * 255, atol=0.01), "luma is BT.601's"
    fixture = {"width": WIDTH, "height": HEIGHT, "pixelSizeUm": PIXEL_UM, "labels": labels.ravel().tolist(), "rgb": rgb.ravel().tolist(), "expected": expected}
    (here / "object-features.fixture.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
