"""The detector: a small residual encoder with a feature pyramid and one centre-heat-map head at stride 4.

Fully convolutional: any input whose height and width are multiples of STRIDE_MULTIPLE works.
Method: "Objects as Points" (Zhou et al. 2019, arXiv:1904.07850) with the denser size supervision of
TTFNet (Liu et al. 2019, arXiv:1909.00700).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

OUTPUT_STRIDE = 4
STRIDE_MULTIPLE = 16
#: A size of exp(0) means this many input pixels: half-way (in log scale) between a platelet and a white cell.
SIZE_UNIT_PX = 32.0


class ConvBn(nn.Sequential):
    """k x k convolution, batch norm, optional ReLU. The norm folds into the convolution on export."""

    def __init__(self, cin: int, cout: int, k: int = 3, stride: int = 1, act: bool = True) -> None:
        layers: list[nn.Module] = [
            nn.Conv2d(cin, cout, k, stride, k // 2, bias=False),
            nn.BatchNorm2d(cout, momentum=0.05),
        ]
        if act:
            layers.append(nn.ReLU(inplace=True))
        super().__init__(*layers)


class Residual(nn.Module):
    """Two 3 x 3 convolutions around a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.a = ConvBn(channels, channels)
        self.b = ConvBn(channels, channels, act=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.b(self.a(x)))


def stage(cin: int, cout: int, blocks: int) -> nn.Sequential:
    """Halve the resolution, then `blocks` residual blocks."""
    return nn.Sequential(ConvBn(cin, cout, stride=2), *(Residual(cout) for _ in range(blocks)))


class CentreNet(nn.Module):
    """Raw outputs at stride 4: heat logits [N,3,h,w], log size [N,2,h,w], offset [N,2,h,w].

    Most weights sit at stride 16, where a red cell is three cells wide and a convolution is cheap; the stride-4
    part stays thin, because it costs sixteen times as much per weight. Widths are multiples of 16 so that
    processors with 512-bit registers are filled.
    """

    def __init__(self, classes: int, widths: tuple[int, int, int, int] = (16, 32, 64, 128), blocks: tuple[int, int, int] = (1, 2, 4), neck: int = 48, head: int = 64) -> None:
        super().__init__()
        w2, w4, w8, w16 = widths
        self.stem = ConvBn(3, w2, stride=2)
        self.stage4 = stage(w2, w4, blocks[0])
        self.stage8 = stage(w4, w8, blocks[1])
        self.stage16 = stage(w8, w16, blocks[2])
        self.lateral16 = ConvBn(w16, w8, k=1)
        self.merge8 = ConvBn(w8, w8)
        self.lateral8 = ConvBn(w8, neck, k=1)
        self.lateral4 = ConvBn(w4, neck, k=1)
        self.merge4 = nn.Sequential(ConvBn(neck, neck), ConvBn(neck, head))
        self.heat = nn.Conv2d(head, classes, 1)
        self.box = nn.Conv2d(head, 4, 1)
        # Focal loss starts stable when every cell begins as "1 % likely a centre" (RetinaNet, arXiv:1708.02002).
        nn.init.normal_(self.heat.weight, std=0.01)
        nn.init.constant_(self.heat.bias, -math.log((1 - 0.01) / 0.01))
        nn.init.zeros_(self.box.weight)
        with torch.no_grad():
            self.box.bias.copy_(torch.tensor([0.0, 0.0, 0.5, 0.5]))

    def features(self, image: Tensor) -> Tensor:
        """The map [N,head,h,w] the heads read."""
        x = (image - 0.6) * 4.0
        f4 = self.stage4(self.stem(x))
        f8 = self.stage8(f4)
        f16 = self.stage16(f8)
        p8 = self.merge8(f8 + F.interpolate(self.lateral16(f16), scale_factor=2.0, mode="nearest"))
        return self.merge4(self.lateral4(f4) + F.interpolate(self.lateral8(p8), scale_factor=2.0, mode="nearest"))

    def heads(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Heat logits, log size, offset."""
        box = self.box(features)
        return self.heat(features), box[:, :2], box[:, 2:]

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.heads(self.features(image))


class Exported(nn.Module):
    """What goes into the ONNX file: sigmoid, 3 x 3 peak suppression and sizes in input pixels are inside.

    projection: (weight [32,head], bias [32]) of the embedding, a 1 x 1 convolution over the map the heads read; without
    it there is no fourth output.
    """

    def __init__(self, net: CentreNet, is_exclusive: bool, projection: tuple[Tensor, Tensor] | None = None) -> None:
        super().__init__()
        self.net = net
        self.is_exclusive = is_exclusive
        self.projection: nn.Conv2d | None = None
        if projection is not None:
            weight, bias = projection
            self.projection = nn.Conv2d(weight.shape[1], weight.shape[0], 1)
            with torch.no_grad():
                self.projection.weight.copy_(weight[:, :, None, None])
                self.projection.bias.copy_(bias)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        features = self.net.features(image)
        heat_logits, log_size, offset = self.net.heads(features)
        outputs = (keep_peaks(heat_logits.sigmoid(), self.is_exclusive), decode_size(log_size), offset)
        return outputs if self.projection is None else (*outputs, self.projection(features))


def decode_size(log_size: Tensor) -> Tensor:
    """Width and height in input pixels, bounded so that a stray value cannot overflow."""
    return log_size.clamp(-4.0, 4.0).exp() * SIZE_UNIT_PX


def keep_peaks(heat: Tensor, is_exclusive: bool) -> Tensor:
    """Zero every cell that is not the largest of its 3 x 3 neighbourhood; is_exclusive: of 5 x 5 over all classes."""
    rivals, side = (heat.amax(dim=1, keepdim=True), 5) if is_exclusive else (heat, 3)
    return heat * (F.max_pool2d(rivals, side, stride=1, padding=side // 2) == heat).to(heat.dtype)


def parameter_count(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())
