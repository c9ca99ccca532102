"""Losses of the nuclei network."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def foreground_loss(logits: Tensor, nucleus: Tensor, weight: Tensor) -> Tensor:
    """Weighted cross entropy plus 1 - soft Dice per picture. logits, nucleus (0/1) and weight: [N,H,W]."""
    entropy = (F.binary_cross_entropy_with_logits(logits, nucleus, reduction="none") * weight).mean()
    probability = logits.sigmoid()
    overlap = (probability * nucleus).sum(dim=(1, 2))
    total = (probability + nucleus).sum(dim=(1, 2))
    # The constant keeps an empty picture quiet once a handful of pixels is all that is wrong.
    return entropy + 0.5 * (1 - (2 * overlap + 50) / (total + 50)).mean()


def distance_loss(logits: Tensor, distance: Tensor, nucleus: Tensor, weight: Tensor) -> Tensor:
    """Absolute error of the distance inside nuclei, and a little weight on "0" outside. All [N,H,W]."""
    error = (logits.sigmoid() - distance).abs()
    inside = (error * nucleus * weight).sum() / (nucleus * weight).sum().clamp(min=1)
    return inside + 0.5 * (error * (1 - nucleus)).mean()


def touching_weight(labels: Tensor) -> Tensor:
    """[N,H,W]: 4 where two different nuclei lie within two pixels of each other, 1 elsewhere.

    Few pixels decide whether neighbours are told apart (the idea of U-Net's border weights, arXiv:1505.04597).
    """
    high = labels[:, None].float()
    low = torch.where(high > 0, -high, torch.full_like(high, -1e6))
    highest = F.max_pool2d(high, 5, stride=1, padding=2)
    lowest = -F.max_pool2d(low, 5, stride=1, padding=2)
    return (1 + 3 * ((highest != lowest) & (highest > 0) & (lowest < 1e6)).float())[:, 0]
