"""Losses of the centre-heat-map detector."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from network import OUTPUT_STRIDE, decode_size


def heat_loss(logits: Tensor, heat: Tensor, negative: Tensor, view_weight: Tensor,
              class_weight: tuple[float, ...] | None = None) -> Tensor:
    """Penalty-reduced focal loss (CornerNet, arXiv:1808.01244), negatives weighted by `negative`. All [N,classes,h,w].

    view_weight [N]: how much each view counts. class_weight: what each class adds to the loss, per object of that
    class; without it every object counts the same whatever its class.
    """
    probability = logits.sigmoid()
    centre = (heat == 1).float()
    positive_term = centre * (1 - probability).square() * F.logsigmoid(logits)
    negative_term = (1 - centre) * negative * (1 - heat).pow(4) * probability.square() * F.logsigmoid(-logits)
    weight = view_weight[:, None]
    loss = -((positive_term + negative_term).sum(dim=(2, 3)) * weight).sum(dim=0)
    objects = (centre.sum(dim=(2, 3)) * weight).sum(dim=0)
    if class_weight is None:
        return loss.sum() / objects.sum().clamp(min=1)
    return (loss / objects.clamp(min=1) * torch.tensor(class_weight)).sum()


def predicted_boxes(log_size: Tensor, offset: Tensor) -> Tensor:
    """Boxes [N,4,h,w] x0 y0 x1 y1 in input pixels that every cell proposes."""
    h, w = log_size.shape[2:]
    ys = torch.arange(h, dtype=torch.float32).view(1, h, 1).expand(log_size.shape[0], h, w)
    xs = torch.arange(w, dtype=torch.float32).view(1, 1, w).expand_as(ys)
    centre = (torch.stack([xs, ys], dim=1) + offset) * OUTPUT_STRIDE
    half = decode_size(log_size) / 2
    return torch.cat([centre - half, centre + half], dim=1)


def box_loss(log_size: Tensor, offset: Tensor, box: Tensor, weight: Tensor) -> Tensor:
    """1 - GIoU (arXiv:1902.09630), every object weighing 1. box [N,4,h,w] px, weight [N,h,w]."""
    chosen = weight > 0
    if not chosen.any():
        return log_size.sum() * 0
    p = predicted_boxes(log_size, offset).permute(0, 2, 3, 1)[chosen]
    t = box.permute(0, 2, 3, 1)[chosen]
    share = weight[chosen]
    inter = (torch.minimum(p[:, 2:], t[:, 2:]) - torch.maximum(p[:, :2], t[:, :2])).clamp(min=0).prod(dim=1)
    hull = (torch.maximum(p[:, 2:], t[:, 2:]) - torch.minimum(p[:, :2], t[:, :2])).prod(dim=1)
    union = (p[:, 2:] - p[:, :2]).prod(dim=1) + (t[:, 2:] - t[:, :2]).prod(dim=1) - inter
    giou = inter / union.clamp(min=1e-6) - (hull - union) / hull.clamp(min=1e-6)
    return ((1 - giou) * share).sum() / share.sum()
