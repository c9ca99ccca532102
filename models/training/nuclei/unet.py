"""The nuclei network: a residual U-Net that works at half resolution and answers at full resolution.

The picture enters as 2 x 2 blocks (pixel unshuffle) and leaves the same way (pixel shuffle): no pixel is thrown away,
so nuclei 10 px across keep their outline, yet every convolution costs a quarter of one at full resolution.
Method: U-Net (Ronneberger 2015, arXiv:1505.04597) with residual blocks (He 2015, arXiv:1512.03385).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

#: Height and width of an input must be multiples of this.
SIZE_MULTIPLE = 16
EMBEDDING_CHANNELS = 32
#: One vector of the embedding describes this many input pixels across.
EMBEDDING_STRIDE = 4
#: Brightness above the 99.8th percentile carries no shape: debris may be far brighter than every nucleus.
BRIGHTEST = 1.5


class ConvBn(nn.Sequential):
    """k x k convolution, batch norm, optional ReLU. The norm folds into the convolution on export."""

    def __init__(self, cin: int, cout: int, k: int = 3, stride: int = 1, act: bool = True) -> None:
        layers: list[nn.Module] = [nn.Conv2d(cin, cout, k, stride, k // 2, bias=False), nn.BatchNorm2d(cout, momentum=0.05)]
        super().__init__(*layers, *([nn.ReLU(inplace=True)] if act else []))


class Residual(nn.Module):
    """Two 3 x 3 convolutions around a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.a = ConvBn(channels, channels)
        self.b = ConvBn(channels, channels, act=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.b(self.a(x)))


class Merge(nn.Module):
    """Bring a coarse feature map up to a fine one: 1 x 1 to its width, nearest x 2, add, 3 x 3."""

    def __init__(self, coarse: int, fine: int, residual: bool = False) -> None:
        super().__init__()
        self.lateral = ConvBn(coarse, fine, k=1, act=False)
        self.mix = nn.Sequential(ConvBn(fine, fine), *([Residual(fine)] if residual else []))

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        return self.mix(fine + F.interpolate(self.lateral(coarse), scale_factor=2.0, mode="nearest"))


class NucleiNet(nn.Module):
    """Logits [N,2,H,W] of foreground and distance, and the decoder features [N,32,H/4,W/4] used as embedding.

    image: [N,3,H,W], 0 = 1st percentile and 1 = 99.8th percentile of the picture.
    """

    def __init__(self, widths: tuple[int, int, int, int] = (24, 48, 96, 144), blocks: tuple[int, int, int, int] = (1, 1, 2, 2)) -> None:
        super().__init__()
        w2, w4, w8, w16 = widths
        self.stage2 = nn.Sequential(ConvBn(24, w2), *(Residual(w2) for _ in range(blocks[0])))
        self.stage4 = nn.Sequential(ConvBn(w2, w4, stride=2), *(Residual(w4) for _ in range(blocks[1])))
        self.stage8 = nn.Sequential(ConvBn(w4, w8, stride=2), *(Residual(w8) for _ in range(blocks[2])))
        self.stage16 = nn.Sequential(ConvBn(w8, w16, stride=2), *(Residual(w16) for _ in range(blocks[3])))
        self.merge8 = Merge(w16, w8)
        self.merge4 = Merge(w8, w4)
        self.embed = ConvBn(w4, EMBEDDING_CHANNELS, k=1, act=False)
        self.merge2 = Merge(EMBEDDING_CHANNELS, w2)
        self.answer = nn.Conv2d(w2, 8, 3, padding=1)
        nn.init.normal_(self.answer.weight, std=0.01)
        nn.init.constant_(self.answer.bias, -1.5)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = image.clamp(0.0, BRIGHTEST)
        # The square root shows dim nuclei beside bright ones, which a fluorescence picture has in every field.
        x = torch.cat([x - 0.5, (x + 1e-3).sqrt() - 0.5], dim=1)
        f2 = self.stage2(F.pixel_unshuffle(x, 2))
        f4 = self.stage4(f2)
        f8 = self.stage8(f4)
        p8 = self.merge8(self.stage16(f8), f8)
        p4 = self.embed(self.merge4(p8, f4))
        return F.pixel_shuffle(self.answer(self.merge2(F.relu(p4), f2)), 2), p4


class Exported(nn.Module):
    """What goes into the ONNX file: maps [N,2,H,W] in 0..1 and embedding [N,32,H/4,W/4]."""

    def __init__(self, net: NucleiNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        logits, features = self.net(image)
        return logits.sigmoid(), features


def parameter_count(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())
