"""One training run: batches ahead of the network, AdamW, averaged weights, log, checkpoint to resume from.

Every step draws its own random numbers from (seed, step): a resumed run sees the pictures it would have seen.
"""

from __future__ import annotations

import argparse
import copy
import csv
import math
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import torch

from augment import random_colour, random_light, random_view
from data import Picture
from evaluate import evaluate_pictures, summary_line
from losses import box_loss, heat_loss
from network import CentreNet, parameter_count
from targets import Doubt, make_targets
from task import Task


@dataclass(frozen=True)
class Source:
    """Pictures, how many views of them a batch holds, and how much each of those counts."""

    pictures: list[Picture]
    views: int
    weight: float = 1.0


Batch = tuple[torch.Tensor, dict[str, torch.Tensor]]


@dataclass(frozen=True)
class Plan:
    """What is trained on what."""

    task: Task
    #: The sources at a step.
    sources: Callable[[int], list[Source]]
    validation: list[Picture]
    doubt: Doubt | None = None
    class_weight: tuple[float, ...] | None = None


#: Share of views that are one whole picture stretched to the canvas, where labels follow habit at the border
#: (Picture.has_habit_at_border): only a whole picture shows that habit.
WHOLE_SHARE = 0.6
#: The same in the polish: what is judged are whole pictures.
POLISH_WHOLE_SHARE = 0.9
#: The polish begins at this share of the highest rate.
POLISH_RATE = 0.25


def parser_of(description: str, steps: int, polish: int, rate: float = 2e-3) -> argparse.ArgumentParser:
    """The options every training script has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--virtual", type=Path, help="folder of rendered pictures with annotations.json")
    parser.add_argument("--virtual-held-out", type=int, default=60, help="last pictures of --virtual not trained on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--polish", type=int, default=polish, help="further steps, mostly on whole pictures")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=rate)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--check-every", type=int, default=300)
    parser.add_argument("--save-every", type=int, default=50)
    return parser


def make_batch(plan: Plan, seed: int, step: int, whole_share: float) -> Batch:
    """Images [N,3,H,W] and stacked targets."""
    rng = np.random.default_rng([seed, step])
    canvases = plan.task.canvases
    canvas = canvases[rng.integers(len(canvases))] if len(canvases) > 1 else canvases[0]
    sources = plan.sources(step)
    views = [random_view(source.pictures, rng, plan.task, canvas, whole_share)
             for source in sources for _ in range(source.views)]
    targets = [make_targets(view, len(plan.task.classes), plan.doubt) for view in views]
    pixels = torch.from_numpy(np.stack([np.ascontiguousarray(v.pixels.transpose(2, 0, 1)) for v in views])).float() / 255
    vary = random_light if plan.task.is_grey else random_colour
    image = vary(pixels, torch.Generator().manual_seed(seed * 1_000_003 + step))
    target = {k: torch.from_numpy(np.stack([t[k] for t in targets])) for k in targets[0]}
    target["view_weight"] = torch.tensor([source.weight for source in sources for _ in range(source.views)])
    target["box_weight"] *= target["view_weight"][:, None, None]
    return image, target


def rate_at(step: int, steps: int, polish: int, peak: float, warm_up: int = 100) -> float:
    """Linear warm-up, then a cosine to one hundredth of the peak; the polish is a lower cosine to the same."""
    if step < warm_up:
        return peak * (step + 1) / warm_up
    if step < steps:
        high, progress = 1.0, (step - warm_up) / max(steps - warm_up, 1)
    else:
        high, progress = POLISH_RATE, (step - steps) / max(polish, 1)
    return peak * (0.01 + (high - 0.01) * 0.5 * (1 + math.cos(math.pi * progress)))


def average_into(ema: CentreNet, net: CentreNet, step: int) -> None:
    """Exponential moving average of weights and norm statistics, faster in the beginning."""
    keep = min(0.999, (step + 1) / (step + 20))
    with torch.no_grad():
        source = net.state_dict()
        for name, value in ema.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(source[name], 1 - keep)
            else:
                value.copy_(source[name])


class Run:
    """Network, averaged network and optimiser, with their checkpoint."""

    def __init__(self, plan: Plan, rate: float, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self.out = out
        self.class_weight = plan.class_weight
        self.net = CentreNet(len(plan.task.classes)).to(memory_format=torch.channels_last)
        self.ema = copy.deepcopy(self.net).eval()
        decayed = [p for p in self.net.parameters() if p.ndim > 1]
        rest = [p for p in self.net.parameters() if p.ndim <= 1]
        self.optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02},
                                            {"params": rest, "weight_decay": 0.0}], lr=rate)

    def resume(self) -> int:
        """The step to go on with: 0 where there is no checkpoint."""
        path = self.out / "checkpoint.pt"
        if not path.exists():
            return 0
        state = torch.load(path, weights_only=True)
        for name in ("net", "ema", "optimiser"):
            getattr(self, name).load_state_dict(state[name])
        return state["step"]

    def learn(self, batch: Batch, rate: float, step: int) -> tuple[float, float]:
        """One step; returns the heat and the box loss."""
        image, target = batch
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.net.train()
        # bfloat16 halves the time on processors with AVX512-BF16 and changes nothing elsewhere but rounding.
        with torch.autocast("cpu", torch.bfloat16):
            heat, size, offset = self.net(image.contiguous(memory_format=torch.channels_last))
        heat_part = heat_loss(heat.float(), target["heat"], target["negative"], target["view_weight"], self.class_weight)
        box_part = box_loss(size.float(), offset.float(), target["box"], target["box_weight"])
        self.optimiser.zero_grad(set_to_none=True)
        (heat_part + 2 * box_part).backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 10.0)
        self.optimiser.step()
        average_into(self.ema, self.net, step)
        return heat_part.item(), box_part.item()

    def save(self, step: int) -> None:
        torch.save({"net": self.net.state_dict(), "ema": self.ema.state_dict(),
                    "optimiser": self.optimiser.state_dict(), "step": step}, self.out / "checkpoint.pt")
        torch.save(self.ema.state_dict(), self.out / "weights.pt")


def train(plan: Plan, options: argparse.Namespace) -> None:
    """Train to the last step, which is the one that is kept: validation is watched, and chooses nothing."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    run = Run(plan, options.rate, options.out)
    begin = run.resume()
    print(f"{parameter_count(run.net)} parameters, {len(plan.validation)} validation pictures, from step {begin}", flush=True)
    log_path = options.out / "log.csv"
    fresh = not log_path.exists()
    with log_path.open("a", newline="") as log_file, ThreadPoolExecutor(1) as ahead:
        log = csv.writer(log_file)
        if fresh:
            log.writerow(["step", "seconds", "rate", "heat_loss", "box_loss", "mAP50",
                          *(f"{key} {name}" for name in plan.task.classes for key in ("f1", "recall"))])
            log_file.flush()
        started, sums, counted = time.monotonic(), [0.0, 0.0], 0
        end = options.steps + options.polish

        def prepare(step: int) -> Future[Batch]:
            share = WHOLE_SHARE if step < options.steps else POLISH_WHOLE_SHARE
            return ahead.submit(make_batch, plan, options.seed, step, share)

        coming = prepare(begin)
        for step in range(begin, end):
            batch = coming.result()
            coming = prepare(step + 1)
            rate = rate_at(step, options.steps, options.polish, options.rate)
            sums = [total + part for total, part in zip(sums, run.learn(batch, rate, step))]
            counted += 1
            last = step + 1 == end
            if (step + 1) % 50 == 0:
                print(f"step {step + 1}/{end} heat {sums[0] / counted:.3f} box {sums[1] / counted:.3f} "
                      f"{(step + 1 - begin) * options.batch / (time.monotonic() - started):.1f} views/s", flush=True)
            if (step + 1) % options.check_every == 0 or last:
                report = evaluate_pictures(run.ema, plan.task, plan.validation)
                print(f"step {step + 1} validation {summary_line(report)}", flush=True)
                log.writerow([step + 1, round(time.monotonic() - started), rate, sums[0] / counted, sums[1] / counted,
                              report["mAP50"], *(report["classes"][name][key] for name in plan.task.classes
                                                 for key in ("f1", "recall"))])
                log_file.flush()
                sums, counted = [0.0, 0.0], 0
            if (step + 1) % options.save_every == 0 or last:
                run.save(step + 1)
