"""Train the blood-cell detector; run again with the same --out to resume.

  python train_blood_cells.py --virtual DIR --out runs/blood-cells
"""

from __future__ import annotations

from data import load_coco
from sets import load_set
from targets import Doubt
from task import BLOOD_CELLS
from trainer import Plan, Source, parser_of, train

RED, WHITE = 0, 1
#: Fraction of each batch taken from virtual pictures when they are given, and how much such a view counts: it holds five
#: times the red cells of a real one, and would otherwise teach the network the drawing instead of the slide.
VIRTUAL_SHARE = 0.125
VIRTUAL_WEIGHT = 0.3
#: What each class adds to the loss. There are eleven red cells to one platelet: counted by object, platelets would
#: hardly be learnt.
CLASS_WEIGHT = (1.0, 0.5, 0.8)
#: Weight of "no red cell here" on cell-like places without a box, in the pictures flagged as incompletely labelled.
DOUBTFUL_WEIGHT = 0.15


def main() -> None:
    options = parser_of(__doc__ or "", steps=1500, polish=1200).parse_args()
    real = load_set(BLOOD_CELLS, options.data, "train")
    sources = [Source(real, options.batch)]
    if options.virtual:
        rendered = load_coco(options.virtual, BLOOD_CELLS, None)[:-options.virtual_held_out]
        drawn = round(options.batch * VIRTUAL_SHARE)
        sources = [Source(real, options.batch - drawn), Source(rendered, drawn, VIRTUAL_WEIGHT)]
    train(Plan(BLOOD_CELLS, lambda _step: sources, load_set(BLOOD_CELLS, options.data, "validation"),
               Doubt(RED, not_under=WHITE, weight=DOUBTFUL_WEIGHT), CLASS_WEIGHT), options)


if __name__ == "__main__":
    main()
