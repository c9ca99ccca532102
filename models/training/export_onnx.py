"""Package trained weights: ONNX file, test tensors and rdf.yaml.

  python export_onnx.py --task blood-cells --weights runs/blood-cells/weights.pt --virtual DIR --version 2.0.0

Thresholds are chosen here, on training pictures only (thresholds.py).
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
import yaml
from torch import Tensor

from data import countable, load_coco
from describe import OPSET, describe
from embedding import learn_projection
from evaluate import detect_picture, run_onnx
from network import CentreNet, Exported
from sets import load_set
from task import TASKS, Task
from test_pictures import test_picture
from thresholds import choose_thresholds

#: Pictures of the virtual folder never trained on: the first half chooses thresholds, the second half is judged.
VIRTUAL_HELD_OUT = 60
OUTPUTS = ("heatmap", "size", "offset", "embedding")


def export(net: CentreNet, task: Task, projection: tuple[Tensor, Tensor], path: Path) -> None:
    """Write the graph with free batch, height and width; batch norms are folded into the convolutions."""
    free = ({0: "batch", 2: "height", 3: "width"},) + ({0: "batch"},) * len(OUTPUTS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(Exported(net, task.is_exclusive, projection).eval(), (torch.rand(1, 3, 240, 320),),
                          str(path), dynamo=False, opset_version=OPSET, input_names=["image"],
                          output_names=list(OUTPUTS), dynamic_axes=dict(zip(("image", *OUTPUTS), free)))
    model = onnx.load(str(path))
    for output in model.graph.output:
        for axis, label in ((2, "rows"), (3, "columns")):
            output.type.tensor_type.shape.dim[axis].dim_param = label
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", choices=list(TASKS), required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=here.parents[1].parent / "shared" / "data")
    parser.add_argument("--virtual", type=Path)
    parser.add_argument("--out", type=Path, help="folder of the package; the one of the task without it")
    parser.add_argument("--version", required=True)
    options = parser.parse_args()
    task = TASKS[options.task]
    out = options.out or here.parent / task.id

    net = CentreNet(len(task.classes))
    net.load_state_dict(torch.load(options.weights, weights_only=True))
    net.eval()
    train = load_set(task, options.data, "train")
    out.mkdir(parents=True, exist_ok=True)
    model = out / "model.onnx"
    export(net, task, learn_projection(net, task, train), model)
    run = run_onnx(model)
    real = (train, [detect_picture(run, task, p) for p in train])
    rendered = None
    if options.virtual:
        held = countable(load_coco(options.virtual, task, None)[-VIRTUAL_HELD_OUT:-VIRTUAL_HELD_OUT // 2])
        rendered = (held, [detect_picture(run, task, p) for p in held])
    thresholds = choose_thresholds(task, real, rendered)

    picture = test_picture(task)
    np.save(out / "test_input.npy", picture)
    for name, value in zip(OUTPUTS, run_onnx(model, OUTPUTS)(picture[0].astype(np.float32) * np.float32(1 / 255))):
        np.save(out / f"test_output_{name}.npy", value[None])
    text = yaml.safe_dump(describe(task, out, options.version, thresholds), sort_keys=False, width=110)
    (out / "rdf.yaml").write_text(text)
    print(json.dumps({"thresholds": dict(zip(task.classes, thresholds)), "bytes": model.stat().st_size}))


if __name__ == "__main__":
    main()
