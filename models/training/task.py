"""What the models of this folder differ in: classes, scale, kind of picture. Everything else is shared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ScaleReference:
    """Objects of known size, by which the scale of a picture that states none is estimated (scale_estimate.py)."""

    #: Class indices.
    labels: tuple[int, ...]
    #: Side of a square as large as the box of a usual one.
    size_um: float
    #: "count" or "area", see scale_estimate.py.
    median: str
    least_objects: int
    #: Size found over size_um, lowest and highest: within, the picture is left as it is.
    untouched: tuple[float, float]


@dataclass(frozen=True)
class Task:
    """One detector."""

    #: Folder below models/ and id of the package.
    id: str
    classes: tuple[str, ...]
    #: Category names of annotation files (and of the application's own output), as class index.
    categories: dict[str, int]
    #: The scale the network works at, and what a picture without a stated pixel size is taken for.
    nominal_um_per_px: float
    assumed_um_per_px: float
    #: None where the objects of a picture do not tell its scale.
    scale_reference: ScaleReference | None
    #: Training canvases, height and width in input pixels, one drawn for each batch; square ones are also turned.
    canvases: tuple[tuple[int, int], ...]
    scale_range: tuple[float, float]
    #: How many objects of each class are cut from other pictures and set into a whole one, on average: the rare ones.
    set_in: tuple[float, ...]
    #: Pictures without colour: light is varied, stain is not.
    is_grey: bool
    #: An object is of one class: where two classes peak at one place, the graph keeps the better score.
    is_exclusive: bool


BLOOD_CELLS = Task(
    id="blood-cells",
    classes=("red-cell", "white-cell", "platelet"),
    categories={"RBC": 0, "red-cell": 0, "WBC": 1, "white-cell": 1, "Platelets": 2, "platelet": 2},
    nominal_um_per_px=0.15,
    # BCCD states no pixel size: its red cells (about 7.5 um) are about 100 px wide.
    assumed_um_per_px=0.075,
    scale_reference=ScaleReference(labels=(0,), size_um=7.7, median="area", least_objects=5, untouched=(0.85, 1.18)),
    # A picture of 640 x 480 at 0.075 um per pixel is 320 x 240; the others are up to 13 % smaller or larger.
    canvases=((208, 272), (224, 304), (240, 320), (240, 320), (256, 336), (272, 368)),
    scale_range=(0.5, 2.0),
    # Three platelets a picture were tried: their AP on the held-out pictures fell from 0.90 to 0.85.
    set_in=(0.0, 0.0, 0.0),
    is_grey=False,
    is_exclusive=False,
)

VIABILITY = Task(
    id="viability",
    classes=("living", "dead"),
    categories={"Living Cell": 0, "living": 0, "Dead Cell": 1, "dead": 1},
    nominal_um_per_px=0.8,
    # The set states no pixel size: a group square of the chamber (0.2 mm) is about 197 px wide in every series.
    assumed_um_per_px=1.0,
    scale_reference=ScaleReference(labels=(0, 1), size_um=22.5, median="count", least_objects=3, untouched=(0.46, 1.48)),
    # A picture of 220 x 220 at 1 um per pixel is 275 x 275.
    canvases=((272, 272), (288, 288), (304, 304)),
    scale_range=(0.6, 1.7),
    set_in=(0.5, 2.5),
    is_grey=True,
    is_exclusive=True,
)

TASKS = {task.id: task for task in (BLOOD_CELLS, VIABILITY)}
