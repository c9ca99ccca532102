"""Make a checkpoint from a packaged model, so that a run goes on where the package ended.

  python from_package.py --steps 11250 --out runs/nuclei     # then train_nuclei.py --out runs/nuclei, with one more cosine

The package holds each batch norm folded into its convolution. Here the norm is unfolded again: its statistics are
measured on training views, its scale and shift chosen so that the answer stays the same. The moments of the optimiser
are lost; the warm-up of a cosine is long enough to find them again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from torch import nn

from nuclei_data import load_dsb
from train_nuclei import make_batch, picture_weights
from unet import ConvBn, Exported, NucleiNet

#: Batches of eight views on which the statistics of the norms are measured.
CALIBRATION_BATCHES = 24


def convolutions(path: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """Kernel and bias of every convolution of an ONNX file, in the order in which they run."""
    graph = onnx.load(str(path)).graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    return [(values[node.input[1]], values[node.input[2]]) for node in graph.node if node.op_type == "Conv"]


def running_order(net: NucleiNet) -> list[nn.Module]:
    """The blocks of the network that hold a convolution, in the order in which they run."""
    order: list[nn.Module] = []
    hooks = [module.register_forward_hook(lambda module, *_: order.append(module))
             for module in net.modules() if isinstance(module, ConvBn) or module is net.answer]
    with torch.no_grad():
        net.eval()(torch.rand(1, 3, 64, 64))
    for hook in hooks:
        hook.remove()
    return order


def unfold(net: NucleiNet, path: Path, views: list[torch.Tensor]) -> None:
    """Fill `net` so that it answers as the package does and its norms know the statistics of `views`."""
    blocks = running_order(net)
    folded = convolutions(path)
    if len(blocks) != len(folded):
        raise SystemExit(f"{path} has {len(folded)} convolutions, the network of unet.py {len(blocks)}: another network.")
    sums: dict[nn.Module, list[torch.Tensor]] = {}
    for block, (kernel, bias) in zip(blocks, folded):
        conv = block[0] if isinstance(block, ConvBn) else block
        if tuple(conv.weight.shape) != kernel.shape:
            raise SystemExit(f"{path}: a kernel is {kernel.shape} where unet.py has {tuple(conv.weight.shape)}: another network.")
        conv.weight.data = torch.from_numpy(kernel.copy())
        if not isinstance(block, ConvBn):
            conv.bias.data = torch.from_numpy(bias.copy())
            continue
        norm = block[1]
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)
        norm.weight.data.fill_(1)
        norm.bias.data = torch.from_numpy(bias.copy())
        sums[norm] = [torch.zeros(len(bias), dtype=torch.float64) for _ in range(2)] + [torch.zeros(1)]

    def measure(norm: nn.Module, inputs: tuple[torch.Tensor, ...], _: torch.Tensor) -> None:
        values = inputs[0].double()
        sums[norm][0] += values.mean((0, 2, 3))
        sums[norm][1] += (values ** 2).mean((0, 2, 3))
        sums[norm][2] += 1

    hooks = [norm.register_forward_hook(measure) for norm in sums]
    with torch.no_grad():
        for image in views:
            net.eval()(image)
    for hook in hooks:
        hook.remove()
    for norm, (first, second, count) in sums.items():
        mean = first / count
        variance = (second / count - mean ** 2).clamp_min(1e-6)
        deviation = (variance + norm.eps).sqrt()
        norm.bias.data = (norm.bias.double() + mean).float()
        norm.weight.data = deviation.float()
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, default=here.parents[1] / "nuclei")
    parser.add_argument("--data", type=Path, default=here.parents[2].parent / "shared" / "data")
    parser.add_argument("--steps", type=int, required=True, help="steps that the package was trained for")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    pool = load_dsb(options.data, "train", with_distance=True)
    weights = picture_weights(pool)
    views = [make_batch(pool, weights, 8, options.seed, -1 - i + options.steps)[0] for i in range(CALIBRATION_BATCHES)]
    net = NucleiNet()
    unfold(net, options.package / "model.onnx", views)

    image = views[0][:1]
    answer = onnxruntime.InferenceSession(str(options.package / "model.onnx")).run(["maps"], {"image": image.numpy()})[0]
    with torch.no_grad():
        difference = float((Exported(net).eval()(image)[0] - torch.from_numpy(answer)).abs().max())
    print(f"largest difference from the package: {difference:.2e}")
    if difference > 1e-3:
        raise SystemExit("The network does not answer as the package does.")
    options.out.mkdir(parents=True, exist_ok=True)
    torch.save({"net": net.state_dict(), "ema": net.state_dict(), "optimiser": None, "step": options.steps},
               options.out / "checkpoint.pt")


if __name__ == "__main__":
    main()
