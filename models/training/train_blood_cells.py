"""Train the blood-cell detector; run again with the same --out to resume.

  python train_blood_cells.py --virtual DIR --out runs/blood-cells

Every step draws its own random numbers from (seed, step): a resumed run sees the pictures it would have seen.
"""

from __future__ import annotations

import argparse
import copy
import csv
import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch

from augment import random_colour, random_view
from data import Picture, load_bccd, load_coco
from evaluate import evaluate_pictures, summary_line
from losses import box_loss, heat_loss
from network import CentreNet, parameter_count
from targets import make_targets

#: Fraction of each batch taken from virtual pictures when they are given.
VIRTUAL_SHARE = 0.3125
#: Weight of "no red cell here" on cell-like places of BCCD that no box explains. A third of the red cells has no
#: box: at full weight the network learns to doubt real cells; at zero it loses the order clear cell > faint shape.
DOUBTFUL_WEIGHT = 0.15


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = Path(__file__).resolve().parent
    parser.add_argument("--data", type=Path, default=here.parents[1].parent / "shared" / "data")
    parser.add_argument("--virtual", type=Path, help="folder of rendered pictures with annotations.json")
    parser.add_argument("--virtual-held-out", type=int, default=60, help="last pictures of --virtual not trained on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1900)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--check-every", type=int, default=300)
    parser.add_argument("--save-every", type=int, default=50)
    return parser.parse_args()


def make_batch(sources: list[tuple[list[Picture], int]], seed: int, step: int, doubtful_weight: float
               ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Images [N,3,H,W] and stacked targets; sources: pictures and how many views of each."""
    rng = np.random.default_rng([seed, step])
    views = [random_view(pool, rng) for pool, count in sources for _ in range(count)]
    targets = [make_targets(view, doubtful_weight) for view in views]
    pixels = torch.from_numpy(np.stack([np.ascontiguousarray(v.pixels.transpose(2, 0, 1)) for v in views])).float() / 255
    image = random_colour(pixels, torch.Generator().manual_seed(seed * 1_000_003 + step))
    return image, {k: torch.from_numpy(np.stack([t[k] for t in targets])) for k in targets[0]}


def rate_at(step: int, steps: int, peak: float, warm_up: int = 100) -> float:
    """Linear warm-up, then a cosine to one hundredth of the peak."""
    if step < warm_up:
        return peak * (step + 1) / warm_up
    progress = (step - warm_up) / max(steps - warm_up, 1)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


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


def main() -> None:
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    steps = options.steps

    train = load_bccd(options.data, "train")
    validation = load_bccd(options.data, "validation")
    sources = [(train, options.batch)]
    if options.virtual:
        rendered = load_coco(options.virtual, None)[:-options.virtual_held_out]
        count = round(options.batch * VIRTUAL_SHARE)
        sources = [(train, options.batch - count), (rendered, count)]

    net = CentreNet().to(memory_format=torch.channels_last)
    print(f"{parameter_count(net)} parameters, {len(train)} training pictures, {len(validation)} validation", flush=True)
    ema = copy.deepcopy(net).eval()
    decayed = [p for p in net.parameters() if p.ndim > 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02},
                                   {"params": [p for p in net.parameters() if p.ndim <= 1], "weight_decay": 0.0}],
                                  lr=options.rate)
    checkpoint = options.out / "checkpoint.pt"
    begin = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        ema.load_state_dict(state["ema"])
        optimiser.load_state_dict(state["optimiser"])
        begin = state["step"]
        print(f"resumed at step {begin}", flush=True)

    log_path = options.out / "log.csv"
    fresh = not log_path.exists()
    with log_path.open("a", newline="") as log_file:
        log = csv.writer(log_file)
        if fresh:
            log.writerow(["step", "seconds", "rate", "heat_loss", "box_loss", "mAP50", "f1_white", "f1_platelet",
                          "recall_red"])
        started, sums, counted = time.monotonic(), [0.0, 0.0], 0
        ahead = ThreadPoolExecutor(1)
        coming = ahead.submit(make_batch, sources, options.seed, begin, DOUBTFUL_WEIGHT)
        for step in range(begin, steps):
            image, target = coming.result()
            coming = ahead.submit(make_batch, sources, options.seed, step + 1, DOUBTFUL_WEIGHT)
            for group in optimiser.param_groups:
                group["lr"] = rate_at(step, steps, options.rate)
            net.train()
            # bfloat16 halves the time on processors with AVX512-BF16 and changes nothing elsewhere but rounding.
            with torch.autocast("cpu", torch.bfloat16):
                heat, size, offset = net(image.contiguous(memory_format=torch.channels_last))
            heat_part = heat_loss(heat.float(), target["heat"], target["negative"])
            box_part = box_loss(size.float(), offset.float(), target["box"], target["box_weight"])
            optimiser.zero_grad(set_to_none=True)
            (heat_part + 2 * box_part).backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
            optimiser.step()
            average_into(ema, net, step)
            sums[0] += heat_part.item()
            sums[1] += box_part.item()
            counted += 1
            last = step + 1 == steps
            if (step + 1) % 50 == 0:
                print(f"step {step + 1}/{steps} heat {sums[0] / counted:.3f} box {sums[1] / counted:.3f} "
                      f"{(step + 1 - begin) * options.batch / (time.monotonic() - started):.1f} views/s", flush=True)
            if (step + 1) % options.check_every == 0 or last:
                # Watched, never used to choose anything: the last step is the one that is kept.
                report = evaluate_pictures(ema, validation)
                print(f"step {step + 1} validation {summary_line(report)}", flush=True)
                log.writerow([step + 1, round(time.monotonic() - started), rate_at(step, steps, options.rate),
                              sums[0] / counted, sums[1] / counted, report["mAP50"],
                              report["classes"]["white-cell"]["f1"], report["classes"]["platelet"]["f1"],
                              report["classes"]["red-cell"]["recall"]])
                log_file.flush()
                sums, counted = [0.0, 0.0], 0
            if (step + 1) % options.save_every == 0 or last:
                torch.save({"net": net.state_dict(), "ema": ema.state_dict(), "optimiser": optimiser.state_dict(),
                            "step": step + 1}, checkpoint)
                torch.save(ema.state_dict(), options.out / "weights.pt")


if __name__ == "__main__":
    main()
