"""Train the viability detector; run again with the same --out to resume.

  python train_viability.py --virtual DIR --out runs/viability
"""

from __future__ import annotations

from data import load_coco
from sets import load_set
from task import VIABILITY
from trainer import Plan, Source, parser_of, train

#: Fraction of each batch taken from virtual pictures when they are given, and how much such a view counts: it holds
#: about ten times the cells of a real one.
VIRTUAL_SHARE = 0.0625
VIRTUAL_WEIGHT = 0.3
#: What each class adds to the loss: there are three living cells to one dead.
CLASS_WEIGHT = (0.8, 0.8)


def main() -> None:
    options = parser_of(__doc__ or "", steps=1300, polish=2450).parse_args()
    real = load_set(VIABILITY, options.data, "train")
    sources = [Source(real, options.batch)]
    if options.virtual:
        rendered = load_coco(options.virtual, VIABILITY, None)[:-options.virtual_held_out]
        drawn = round(options.batch * VIRTUAL_SHARE)
        sources = [Source(real, options.batch - drawn), Source(rendered, drawn, VIRTUAL_WEIGHT)]
    train(Plan(VIABILITY, lambda _step: sources, load_set(VIABILITY, options.data, "validation"),
               class_weight=CLASS_WEIGHT), options)


if __name__ == "__main__":
    main()
