"""The embedding output: principal components of the map the heads read, learnt from labelled objects."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from data import Picture, at_nominal_scale
from network import OUTPUT_STRIDE, CentreNet
from task import Task

EMBEDDING_CHANNELS = 32
#: Of each class at most this many objects, so that the most numerous does not decide alone.
MOST_OF_A_CLASS = 600
#: Pictures looked at, spread over all.
MOST_PICTURES = 150


def learn_projection(net: CentreNet, task: Task, pictures: list[Picture]) -> tuple[Tensor, Tensor]:
    """(weight [32,head], bias [32]) of a 1 x 1 convolution; over the objects each output has mean 0, together variance 32.

    An object is the mean over the cells under the middle half of its box.
    """
    samples: list[list[np.ndarray]] = [[] for _ in task.classes]
    for picture in pictures[::max(len(pictures) // MOST_PICTURES, 1)]:
        image, (sx, sy) = at_nominal_scale(picture, task.nominal_um_per_px)
        with torch.no_grad():
            features = net.features(torch.from_numpy(image)[None])[0].numpy()
        for box, label in zip(picture.boxes * (sx, sy, sx, sy) / OUTPUT_STRIDE, picture.labels):
            if len(samples[label]) < MOST_OF_A_CLASS:
                samples[label].append(pooled(features, box))
    rows = np.concatenate([np.stack(s) for s in samples if s]).astype(np.float64)
    mean = rows.mean(axis=0)
    _, spread, components = np.linalg.svd(rows - mean, full_matrices=False)
    weight = components[:EMBEDDING_CHANNELS]
    # The sign of a component is arbitrary: make the largest entry positive, so that runs agree.
    weight = weight * np.sign(weight[np.arange(len(weight)), np.abs(weight).argmax(axis=1)])[:, None]
    variance = (spread[:EMBEDDING_CHANNELS] ** 2).sum() / len(rows)
    weight = weight * np.sqrt(EMBEDDING_CHANNELS / variance)
    return torch.from_numpy(weight).float(), torch.from_numpy(-weight @ mean).float()


def pooled(features: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Mean of [channels,h,w] over the middle half of a box given in cells; at least one cell."""
    height, width = features.shape[1:]
    x0, y0, x1, y1 = box
    left, right = (0.75 * x0 + 0.25 * x1, 0.25 * x0 + 0.75 * x1)
    top, bottom = (0.75 * y0 + 0.25 * y1, 0.25 * y0 + 0.75 * y1)
    first_x, first_y = min(max(int(left), 0), width - 1), min(max(int(top), 0), height - 1)
    part = features[:, first_y:max(int(np.ceil(bottom)), first_y + 1), first_x:max(int(np.ceil(right)), first_x + 1)]
    return part.mean(axis=(1, 2))
